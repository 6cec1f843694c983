/** Smooths by themselves: what `s()` and `t2()` add to a linear predictor along their variables (brms' conditional_smooths). */
import type { Fit } from "../../api/fit-types.ts";
import type { GridLevel } from "../../design/grid-recipe.ts";
import { didYouMean, NutmixError } from "../../errors.ts";
import { type Ast, variables as namesOf } from "../../formula/ast.ts";
import { format } from "../../formula/format.ts";
import { checkOptions, either, type OptionTable, share, text, texts, whole } from "../../options.ts";
import type { FramePredictor } from "../predictions/frame.ts";
import { predictionFrame } from "../predictions/frame.ts";
import { chooseDraws } from "../predictions/predict.ts";
import { describe } from "../predictions/predictions.ts";
import { termEffects } from "../predictions/term-effects.ts";
import { type GridVariable, gridTable, gridVariable, gridVariables } from "./grid.ts";

export interface ConditionalSmoothsOptions {
  /** Terms as they stand in the formula (`"s(x)"`); default all of one or two covariates. */
  readonly smooths?: string | readonly string[];
  /** The distributional parameter; default those of all. */
  readonly dpar?: string;
  /** Share of the posterior inside the band; default 0.95. */
  readonly probability?: number;
  /** Points along a covariate; default 100, and 30 in each of two directions. */
  readonly resolution?: number;
  /** Use this many draws, evenly spaced; default all. */
  readonly ndraws?: number;
}

const options = {
  smooths: either("a text or a list of texts", text, texts),
  dpar: text,
  probability: share,
  resolution: whole(2),
  ndraws: whole(1),
} satisfies OptionTable<ConditionalSmoothsOptions>;

export interface ConditionalSmooth {
  /** The term: `s(x, by = f)`. */
  readonly smooth: string;
  readonly dpar: string;
  /** Along the axes: one or two. */
  readonly variables: readonly string[];
  /** A factor with a curve per level. */
  readonly by?: string;
  readonly rows: readonly ConditionalSmoothRow[];
}

export interface ConditionalSmoothRow {
  readonly x: GridLevel;
  /** Of the second covariate. */
  readonly x2?: number;
  readonly by?: string;
  /** On the link scale, beside the intercept: smooths are centred. */
  readonly estimate: number;
  readonly error: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * The median and band of each smooth on the link scale; numbers in `by` are 1, so that the curve is the coefficient of the `by` variable.
 * @throws NutmixError for a term that the model does not have, or one of more than two covariates or one factor.
 */
export function conditionalSmooths(fit: Fit, given: ConditionalSmoothsOptions = {}): ConditionalSmooth[] {
  const wanted = checkOptions("conditionalSmooths()", options, given);
  const known = fit.spec.design.recipe.parts.flatMap(({ dpar, terms }) =>
    terms.special.flatMap(({ factors: [call] }) =>
      call?.kind === "call" && (call.callee === "s" || call.callee === "t2")
        ? [{ dpar, call, label: format(call) }]
        : [],
    ),
  );
  const names = wanted.smooths === undefined ? undefined : [wanted.smooths].flat();
  for (const name of names ?? []) {
    if (known.some(({ label }) => label === name)) continue;
    const labels = known.map(({ label }) => label);
    throw new NutmixError(
      `"${name}" is no smooth of the model; there are ${labels.join(", ") || "none"}${didYouMean(name, labels)}`,
    );
  }
  return known
    .filter(({ dpar, label }) => (names?.includes(label) ?? true) && dpar === (wanted.dpar ?? dpar))
    .flatMap((own) => {
      const roles = rolesOf(fit, own.call, own.label, names !== undefined);
      return roles === undefined ? [] : [smoothAlong(fit, own, roles, wanted)];
    });
}

type Call = Ast & { readonly kind: "call" };

interface Roles {
  readonly axes: readonly GridVariable[];
  readonly by?: GridVariable;
  /** Numbers that multiply the smooth. */
  readonly multiplier?: string;
}

/** Undefined where a smooth cannot be drawn and was not asked for. */
function rolesOf(fit: Fit, call: Call, label: string, asked: boolean): Roles | undefined {
  const all = gridVariables(fit);
  const of = (asts: readonly Ast[]): GridVariable[] =>
    [...new Set(asts.flatMap(namesOf))]
      .filter((name) => fit.data.columns.has(name))
      .map((name) => gridVariable(all, name));
  const own = of(call.args.filter(({ name }) => name === undefined).map(({ value }) => value));
  const by = of(call.args.filter(({ name }) => name === "by").map(({ value }) => value));
  const numeric = own.filter((variable) => variable.numeric !== undefined);
  const factors = [...own, ...by].filter((variable) => variable.numeric === undefined);
  const multiplier = by.find((variable) => variable.numeric !== undefined)?.name;
  const axes = numeric.length > 0 ? numeric : factors.slice(0, 1);
  const rest = numeric.length > 0 ? factors : factors.slice(1);
  if (axes.length === 0 || axes.length > 2 || rest.length > 1) {
    if (!asked) return undefined;
    throw new NutmixError(
      `${label} has more than two covariates or one factor: ask linpred() about rows of your own`,
    );
  }
  return {
    axes,
    ...(rest[0] !== undefined && { by: rest[0] }),
    ...(multiplier !== undefined && { multiplier }),
  };
}

function smoothAlong(
  fit: Fit,
  { dpar, label }: { readonly dpar: string; readonly label: string },
  { axes, by, multiplier }: Roles,
  { resolution, probability = 0.95, ndraws }: ConditionalSmoothsOptions,
): ConditionalSmooth {
  const points = resolution ?? (axes.length === 2 ? 30 : 100);
  const [first, second] = axes as [GridVariable, GridVariable | undefined];
  const cells = (by?.levels ?? [undefined]).flatMap((level) =>
    (second === undefined ? [undefined] : along(second, points)).flatMap((x2) =>
      along(first, points).map((x) => ({ x, x2, level })),
    ),
  );
  const table = gridTable(
    fit,
    gridVariables(fit),
    cells.map(({ x, x2, level }) => ({
      [first.name]: x,
      ...(second !== undefined && { [second.name]: x2! }),
      ...(by !== undefined && { [by.name]: level! }),
      ...(multiplier !== undefined && { [multiplier]: 1 }),
    })),
  );
  const frame = predictionFrame(fit.spec, { newData: table, reFormula: "none", trials: 1 }, "terms");
  const predictor = frame.predictors.find((own) => own.dpar === dpar)!;
  const alone: FramePredictor = {
    ...predictor,
    special: predictor.special.filter((term) => term.label === label),
  };
  const which = chooseDraws(fit.draws.chains * fit.draws.draws, ndraws);
  const [effect] = termEffects(alone, fit.draws, { which, seed: 1 }, "error");
  const matrix = Array.from(which, (_, s) => {
    const out = new Float64Array(cells.length);
    effect!.add(s, 0, cells.length, out);
    return out;
  });
  const tail = (1 - probability) / 2;
  const column = new Float64Array(which.length);
  const rows = cells.map(({ x, x2, level }, i): ConditionalSmoothRow => {
    for (let s = 0; s < which.length; s++) column[s] = matrix[s]![i]!;
    const { estimate, error, ...ends } = describe(column, { probabilities: [tail, 1 - tail], robust: true });
    const [lower, upper] = Object.values(ends) as [number, number];
    return {
      x,
      ...(x2 !== undefined && { x2: Number(x2) }),
      ...(level !== undefined && { by: String(level) }),
      estimate,
      error,
      lower,
      upper,
    };
  });
  return {
    smooth: label,
    dpar,
    variables: axes.map(({ name }) => name),
    ...(by !== undefined && { by: by.name }),
    rows,
  };
}

function along({ levels, numeric }: GridVariable, points: number): GridLevel[] {
  if (numeric === undefined) return [...levels!];
  const { least, most } = numeric;
  return Array.from({ length: points }, (_, i) => least + ((most - least) * i) / (points - 1));
}
