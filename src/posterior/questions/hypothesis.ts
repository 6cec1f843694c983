/** Hypotheses about any expression of parameters: `Days > 5`, `b_x = 0`, `sd_g__x / sigma < 0.1` (brms' hypothesis()). */

import type { Fit } from "../../api/fit-types.ts";
import type { chainSeries } from "../../draws/draws.ts";
import { FormulaError, NutmixError } from "../../errors.ts";
import { densityAt } from "../../numeric/kernel-density.ts";
import { mean, sd } from "../../numeric/moments.ts";
import { madSorted, medianSorted, quantileSorted } from "../../numeric/quantile.ts";
import { checkOptions, flag, type OptionTable, oneOf, share, such, text } from "../../options.ts";
import { shortClasses, shortNames } from "../../quantities/short-names.ts";
import { stream } from "../../random/streams.ts";
import { layoutOf } from "../layout-of.ts";
import { coef, type GroupEstimate, groupDraws, ranef } from "./coefficients.ts";
import { evaluateDraws, parseExpression } from "./expression.ts";
import { priorDraws } from "./prior-draws.ts";

export interface HypothesisOptions {
  /** Class of short names: `b` (default) lets `Days` stand for `b_Days`; with `group`, `sd` for `sd_<group>__…`. */
  readonly class?: string;
  /** The grouping factor: of the class, or of the scope. */
  readonly group?: string;
  /** `standard` (default); `ranef` and `coef` ask about each level's effects or coefficients (names as in ranef()). */
  readonly scope?: "standard" | "ranef" | "coef";
  /** Default 0.05: two-sided intervals hold 95 %, one-sided ones leave 5 % on each side, as in brms. */
  readonly alpha?: number;
  /** A fit of the same model with `samplePrior: true`, for evidence ratios of `=` that priors alone do not settle. */
  readonly prior?: Fit;
  readonly robust?: boolean;
}

const hypothesisOptions = {
  class: text,
  group: text,
  scope: oneOf("standard", "ranef", "coef"),
  alpha: share,
  prior: such(
    "a fit with samplePrior: true",
    (value) => typeof value === "object" && value !== null && "draws" in value,
  ),
  robust: flag,
} satisfies OptionTable<HypothesisOptions>;

export interface HypothesisRow {
  /** The hypothesis as `(left) - (right) > 0`. */
  readonly hypothesis: string;
  /** Level of the grouping factor, under `scope`. */
  readonly level?: string;
  readonly estimate: number;
  readonly error: number;
  readonly lower: number;
  readonly upper: number;
  /**
   * `>` and `<`: posterior odds of the hypothesis. `=`: the Savage–Dickey ratio of posterior to prior density at 0
   * (Wagenmakers et al. 2010); NaN when a parameter has no proper prior.
   */
  readonly evidenceRatio: number;
  readonly probability: number;
  /** The interval excludes 0 (`=`), or the probability exceeds 1 − alpha. */
  readonly star: boolean;
}

/**
 * @throws FormulaError for a text without exactly one of `=`, `<`, `>`, and for parameters that do not exist.
 */
export function hypothesis(
  fit: Fit,
  hypotheses: string | readonly string[],
  options: HypothesisOptions = {},
): HypothesisRow[] {
  options = checkOptions("hypothesis()", hypothesisOptions, options);
  const texts = typeof hypotheses === "string" ? [hypotheses] : hypotheses;
  const { scope = "standard", alpha = 0.05 } = options;
  if (!(alpha > 0 && alpha < 1)) throw new NutmixError(`alpha lies strictly between 0 and 1, not ${alpha}`);
  return texts.flatMap((text) =>
    scope === "standard"
      ? [testStandard(fit, text, alpha, options)]
      : testLevels(fit, text, alpha, options, scope),
  );
}

function testStandard(fit: Fit, text: string, alpha: number, options: HypothesisOptions): HypothesisRow {
  const { left, sign, right } = split(text);
  const combined = `(${left}) - (${right})`;
  const expression = parseExpression(combined, fit.draws.names, shortNamesOf(fit, options));
  const values = evaluateDraws(expression, fit.draws);
  const prior = sign === "=" ? priorValues(fit, expression, options, values.length) : undefined;
  return row(`${combined} ${sign} 0`, sign, values, prior, alpha, options.robust === true);
}

/** `class: ""` has none: names are written in full. */
function shortNamesOf({ spec, draws }: Fit, options: HypothesisOptions): Map<string, string> {
  const { class: className = "b", group } = options;
  const quantities = layoutOf(spec, draws).placed.map(({ quantity }) => quantity);
  const found = shortNames(quantities, className, group);
  if (found.size === 0 && className !== "" && (options.class !== undefined || group !== undefined)) {
    const wanted = group === undefined ? className : `${className} of ${group}`;
    throw new NutmixError(
      `the model has no parameters of class ${wanted}; there are ${shortClasses(quantities).join(", ")}`,
    );
  }
  return found;
}

function priorValues(
  fit: Fit,
  expression: ReturnType<typeof parseExpression>,
  { prior }: HypothesisOptions,
  count: number,
): Float64Array | undefined {
  if (prior !== undefined) {
    if (!prior.spec.priorOnly) throw new NutmixError("`prior` is a fit with samplePrior: true");
    return evaluateDraws(expression, prior.draws);
  }
  const columns: Float64Array[] = [];
  for (const name of expression.parameters) {
    const drawn = priorDraws(fit, name, count, stream(fit.settings.seed, 0, `prior ${name}`));
    if (drawn === undefined) return undefined;
    columns.push(drawn);
  }
  const values = new Float64Array(columns.length);
  return Float64Array.from({ length: count }, (_, s) => {
    columns.forEach((column, k) => {
      values[k] = column[s]!;
    });
    return expression.evaluate(values);
  });
}

function testLevels(
  fit: Fit,
  text: string,
  alpha: number,
  options: HypothesisOptions,
  scope: "ranef" | "coef",
): HypothesisRow[] {
  const rows: readonly GroupEstimate[] = (scope === "ranef" ? ranef : coef)(fit);
  const groups = [...new Set(rows.map(({ group }) => group))];
  const group = options.group ?? (groups.length === 1 ? groups[0] : undefined);
  if (group === undefined || !groups.includes(group)) {
    throw new NutmixError(
      `scope "${scope}" needs the grouping factor as \`group\`; there are ${groups.join(", ") || "none"}`,
    );
  }
  const { left, sign, right } = split(text);
  const combined = `(${left}) - (${right})`;
  const drawn = groupDraws(fit, group, scope);
  const total = fit.draws.chains * fit.draws.draws;
  return drawn.levels.map((level, l) => {
    const expression = parseExpression(combined, drawn.coefficients);
    const columns = expression.parameters.map((name) => drawn.values(drawn.coefficients.indexOf(name), l));
    const point = new Float64Array(columns.length);
    const values = Float64Array.from({ length: total }, (_, s) => {
      columns.forEach((column, k) => {
        point[k] = column[s]!;
      });
      return expression.evaluate(point);
    });
    return {
      ...row(`${combined} ${sign} 0`, sign, values, undefined, alpha, options.robust === true),
      level,
    };
  });
}

function row(
  text: string,
  sign: string,
  values: Float64Array,
  prior: Float64Array | undefined,
  alpha: number,
  robust: boolean,
): HypothesisRow {
  const sorted = values.slice().sort();
  const tail = sign === "=" ? alpha / 2 : alpha;
  const lower = quantileSorted(sorted, tail);
  const upper = quantileSorted(sorted, 1 - tail);
  const base = {
    hypothesis: text,
    estimate: robust ? medianSorted(sorted) : mean(values),
    error: robust ? madSorted(sorted) : sd(values),
    lower,
    upper,
  };
  if (sign === "=") {
    const ratio = prior === undefined ? Number.NaN : densityAt(values, 0) / densityAt(prior, 0);
    return {
      ...base,
      evidenceRatio: ratio,
      probability: ratio / (1 + ratio),
      star: lower > 0 || upper < 0,
    };
  }
  let holding = 0;
  for (const value of values) if (sign === ">" ? value > 0 : value < 0) holding++;
  const probability = holding / values.length;
  return {
    ...base,
    evidenceRatio: holding / (values.length - holding),
    probability,
    star: probability > 1 - alpha,
  };
}

function split(text: string): { left: string; sign: string; right: string } {
  const parts = /^([^=<>]+)([=<>])([^=<>]+)$/.exec(text);
  if (parts === null) {
    const at = Math.max(0, text.search(/[=<>]/));
    throw new FormulaError("a hypothesis has one of =, < and > between two expressions: Days > 5", text, at);
  }
  return { left: parts[1]!.trim(), sign: parts[2]!, right: parts[3]!.trim() };
}

/** Draws of a hypothesis' difference, for plots. */
export function hypothesisDraws(fit: Fit, text: string): ReturnType<typeof chainSeries> {
  const { left, right } = split(text);
  const expression = parseExpression(`(${left}) - (${right})`, fit.draws.names, shortNamesOf(fit, {}));
  return { chains: fit.draws.chains, draws: fit.draws.draws, values: evaluateDraws(expression, fit.draws) };
}
