/** The report of a Bayesian fit: one self-contained HTML page. */

import { NutmixError } from "../errors.ts";
import type { LooWeights } from "../loo/importance.ts";
import { psisLoo } from "../loo/loo.ts";
import { groupBlocks } from "../model/groups.ts";
import { anything, checkOptions, type OptionTable, text } from "../options.ts";
import * as plots from "../plots/index.ts";
import { looWeights } from "../posterior/comparison/loo.ts";
import { powerScaling } from "../posterior/comparison/prior-sensitivity.ts";
import { predictiveOf } from "../posterior/pp-check.ts";
import { conditionalEffects } from "../posterior/questions/conditional-effects.ts";
import { type CheckOptions, runCheck } from "../ppc/index.ts";
import { priorTable } from "../priors/table.ts";
import { stream } from "../random/streams.ts";
import { glmm } from "../reml/glmm/glmm.ts";
import type { GlmmFit } from "../reml/glmm/glmm-fit.ts";
import { lmm } from "../reml/lmm.ts";
import type { LmmFit } from "../reml/lmm-fit.ts";
import { modelInMathematics, modelInWords } from "../report/describe-model.ts";
import { type Block, htmlReport, type Section } from "../report/html.ts";
import type { TextTable } from "../report/text-table.ts";
import { compare } from "./compare.ts";
import type { Fit } from "./fit-types.ts";
import { summary } from "./summary.ts";

export interface FitReportOptions {
  readonly title?: string;
  /** The command or call that made the fit, to be repeated. */
  readonly reproduce?: string;
  /** Version of the package, for the last section. */
  readonly version?: string;
  /** The frequentist counterpart; default: fitted here when the model has one; `"none"` leaves it out. */
  readonly frequentist?: LmmFit | GlmmFit | "none";
}

const reportOptions = {
  title: text,
  reproduce: text,
  version: text,
  frequentist: anything,
} satisfies OptionTable<FitReportOptions>;

/** Pictures of one kind beyond which they repeat each other. */
const MOST_PICTURES = 4;

export async function fitReport(fit: Fit, options: FitReportOptions = {}): Promise<string> {
  options = checkOptions("fitReport()", reportOptions, options);
  const { design } = fit.spec;
  const digest = summary(fit);
  const blocks = groupBlocks(design);
  const weights = fit.spec.priorOnly ? undefined : looWeights(fit);
  const sections: (Section | undefined)[] = [
    { heading: "Verdict", blocks: verdict(fit, digest).map(paragraph) },
    {
      heading: "The model",
      blocks: [
        ...modelInWords(fit.spec).map(paragraph),
        { kind: "preformatted", text: modelInMathematics(fit.spec).join("\n") },
      ],
    },
    { heading: "Data", blocks: [{ kind: "table", table: dataTable(fit) }] },
    { heading: "Priors", blocks: [{ kind: "table", table: priorsTable(fit) }] },
    { heading: "Summary", blocks: [{ kind: "preformatted", text: digest.print({ width: 100 }) }] },
    {
      heading: "Convergence",
      blocks: [
        await picture(plots.trace(fit), "Chains that mix look like the same noise around the same level."),
        await picture(
          plots.rankOverlay(fit),
          "Ranks of each chain's draws: inside the grey band when the chains agree.",
        ),
        await picture(
          plots.rhatSummary(digest.rows),
          "Values above 1.01 deserve a look, above 1.05 distrust.",
        ),
      ],
    },
    {
      heading: "Posterior",
      blocks: [await picture(plots.density(fit), "Marginal posteriors of the main parameters.")],
    },
    blocks.length === 0
      ? undefined
      : {
          heading: "Group-level effects",
          blocks: await Promise.all(
            blocks
              .flatMap(({ group, coefficients }) =>
                coefficients.filter(({ key }) => key.dpar === "mu").map(({ name }) => ({ group, name })),
              )
              .slice(0, MOST_PICTURES)
              .map(({ group, name }) =>
                picture(
                  plots.groupEffects(fit, { group, coefficient: name }),
                  "Medians and 95 % intervals, sorted.",
                ),
              ),
          ),
        },
    weights && (await predictiveSection(fit, weights)),
    weights && (await looSection(fit, weights)),
    await effectsSection(fit),
    fit.spec.priorOnly ? undefined : await sensitivitySection(fit),
    await comparisonSection(fit, options.frequentist),
    { heading: "To repeat this", blocks: reproduceBlocks(fit, options) },
  ];
  return htmlReport({
    title: options.title ?? design.formula,
    sections: sections.filter((section) => section !== undefined && section.blocks.length > 0) as Section[],
  });
}

const paragraph = (text: string): Block => ({ kind: "paragraph", text });

async function picture(plot: plots.Plot, caption: string): Promise<Block> {
  return { kind: "chart", svg: await plots.renderSvg(plot.spec), caption };
}

function verdict(fit: Fit, digest: ReturnType<typeof summary>): string[] {
  const { messages, untrustworthy } = digest.verdict;
  const { findings } = digest.adequacy;
  const { chains, draws } = fit.draws;
  const explored = `The ${chains} chains of ${draws} draws agree and explored the ${fit.spec.priorOnly ? "prior" : "posterior"} well`;
  const computation = untrustworthy
    ? "Computation: these draws should not be trusted yet; the diagnostics below say why."
    : messages.length > 0
      ? "Computation: the draws are usable, with the reservations below."
      : `Computation: ${explored}.`;
  const reservations = fit.warnings.length > 0 || fit.interrupted;
  const model = fit.spec.priorOnly
    ? "Model: this is the prior alone. It says what was assumed, and nothing about the data."
    : !digest.adequacy.ok
      ? "Model: it does not describe the data in the respects below, so its estimates and intervals should not be relied on " +
        "as they stand."
      : untrustworthy || messages.length > 0 || findings.length > 0 || reservations
        ? "Model: its predictions agree with the data in mean, spread and extremes; mind the remarks below."
        : "Model: its predictions agree with the data in mean, spread and extremes: the numbers can be used.";
  return [
    computation,
    model,
    ...findings.map(({ text, remedy }) => `${text} ${remedy}`),
    ...(fit.interrupted ? ["The run was interrupted; resume() goes on where it stopped."] : []),
    ...messages.map(({ text, remedy }) => `${text} ${remedy}`.trim()),
    ...fit.warnings,
  ];
}

function dataTable({ data }: Fit): TextTable {
  const number = (value: number): string => String(Number(value.toPrecision(4)));
  return {
    header: ["type", "values", "range or levels"],
    rows: [...data.columns].map(([name, column]) => {
      if (column.kind === "numeric") {
        const { values } = column;
        const least = values.reduce((a, b) => Math.min(a, b), Infinity);
        const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        return {
          label: name,
          cells: [
            "number",
            String(new Set(values).size),
            `${number(least)} to ${number(most)}, mean ${number(mean)}`,
          ],
        };
      }
      const levels = column.kind === "logical" ? ["FALSE", "TRUE"] : column.levels;
      const shown = levels.slice(0, 6).join(", ") + (levels.length > 6 ? ", …" : "");
      return {
        label: name,
        cells: [column.kind === "logical" ? "logical" : "factor", String(levels.length), shown],
      };
    }),
  };
}

function priorsTable(fit: Fit): TextTable {
  return {
    header: ["prior", "bounds", "source"],
    rows: priorTable(fit.priors).map(({ class: name, coef, group, dpar, prior, lb, ub, source }) => ({
      label: [name, dpar, group, coef].filter((part) => part !== "").join(" "),
      cells: [prior, lb === null && ub === null ? "" : `[${lb ?? "−∞"}, ${ub ?? "∞"}]`, source],
    })),
  };
}

async function predictiveSection(fit: Fit, weights: LooWeights): Promise<Section> {
  const predictive = predictiveOf(fit, {}, { loo: weights, epred: false });
  const { kind } = predictive;
  const check = (type: string, options: CheckOptions = {}) =>
    runCheck(type, predictive, options, stream(fit.settings.seed, 0, `predictive check ${type}`));
  const density = kind === "category" || kind === "binary" ? "bars" : "dens_overlay";
  const blocks: Block[] = [
    await picture(check(density), "Replicated responses (light) should look like the observed ones (dark)."),
  ];
  if (kind !== "category") {
    for (const stat of ["mean", "sd"] as const) {
      const result = check("stat", { stat });
      const p = (result.numbers as { pValue: number }).pValue;
      blocks.push(
        await picture(
          result,
          `Bayesian p-value of the ${stat}: ${p.toFixed(3)}; values near 0 or 1 speak against the model.`,
        ),
      );
    }
  }
  blocks.push(
    await picture(
      check("loo_pit_ecdf"),
      "Inside the grey band when leave-one-out predictions are calibrated.",
    ),
  );
  return { heading: "Predictive checks", blocks };
}

async function looSection(fit: Fit, weights: LooWeights): Promise<Section> {
  const result = psisLoo(weights);
  const row = (label: string, value: number, se: number) => ({
    label,
    cells: [value.toFixed(1), se.toFixed(1)],
  });
  return {
    heading: "Leave-one-out cross-validation",
    blocks: [
      {
        kind: "table",
        table: {
          header: ["estimate", "standard error"],
          rows: [
            row("elpd_loo", result.elpd, result.se),
            row("p_loo", result.pLoo, result.sePLoo),
            row("looic", result.looic, result.seLooic),
          ],
        },
      },
      paragraph(
        result.bad.length === 0
          ? `All Pareto k are below ${result.kThreshold.toFixed(2)}: the estimate can be trusted.`
          : `${result.bad.length} of ${result.observations} observations have a Pareto k above ${result.kThreshold.toFixed(2)}: ` +
              "the estimate is uncertain there. loo(fit, { momentMatch: true }) or reloo(fit) mend that.",
      ),
      await picture(
        plots.paretoK({
          k: result.pointwise.k,
          threshold: result.kThreshold,
          rows: fit.spec.design.response.rowNumbers,
        }),
        "Influence of each observation on its own prediction.",
      ),
    ],
  };
}

async function effectsSection(fit: Fit): Promise<Section> {
  const effects = attempt(() => conditionalEffects(fit)) ?? [];
  return {
    heading: "Conditional effects",
    blocks: await Promise.all(
      effects
        .slice(0, 2 * MOST_PICTURES)
        .map((effect) =>
          picture(
            plots.conditionalEffect(effect),
            "Median and 95 % interval, other predictors at their mean or first level, without group-level effects.",
          ),
        ),
    ),
  };
}

async function sensitivitySection(fit: Fit): Promise<Section> {
  const rows = attempt(() => powerScaling(fit)) ?? [];
  if (rows.length === 0) return { heading: "Prior sensitivity", blocks: [] };
  const notable = rows.filter(({ diagnosis }) => diagnosis !== "-");
  return {
    heading: "Prior sensitivity",
    blocks: [
      paragraph(
        notable.length === 0
          ? "No parameter is sensitive to its prior."
          : notable.map(({ name, diagnosis }) => `${name}: ${diagnosis}`).join("; "),
      ),
      await picture(
        plots.powerScaling(rows),
        "How much posteriors move when prior or likelihood are strengthened a little.",
      ),
    ],
  };
}

async function comparisonSection(fit: Fit, given: FitReportOptions["frequentist"]): Promise<Section> {
  const frequentist = given === "none" ? undefined : (given ?? counterpart(fit));
  const compared = frequentist === undefined ? undefined : attempt(() => compare(fit, frequentist));
  if (frequentist === undefined || compared === undefined) return { heading: "", blocks: [] };
  const number = (value: number): string => (Number.isNaN(value) ? "" : value.toPrecision(4));
  return {
    heading: `Comparison with ${frequentist.method}`,
    blocks: [
      {
        kind: "table",
        table: {
          header: ["Bayes", "l-95%", "u-95%", frequentist.method, "l-95%", "u-95%", "diff/sd"],
          rows: compared.rows
            .filter(({ kind }) => kind !== "effect")
            .map(({ name, bayes, reml, difference }) => ({
              label: name,
              cells: [
                ...[bayes.estimate, bayes.lower, bayes.upper, reml.estimate, reml.lower, reml.upper].map(
                  number,
                ),
                difference.toFixed(2),
              ],
            })),
        },
      },
      ...compared.remarks.map(paragraph),
      await picture(plots.comparison(compared), "Posterior means and the other estimates."),
    ],
  };
}

/** The same model by maximum likelihood, when that mode has it. */
function counterpart(fit: Fit): LmmFit | GlmmFit | undefined {
  const { spec, data } = fit;
  if (spec.priorOnly || spec.design.predictors.length > 1 || spec.design.predictors[0]!.groups.length === 0)
    return undefined;
  if (spec.design.nobs > 20_000) return undefined;
  const { contrasts } = fit.call.options;
  const coding = contrasts === undefined ? {} : { contrasts };
  const gaussian = spec.family.name === "gaussian" && spec.family.links.mu === "identity";
  return attempt(() =>
    gaussian
      ? lmm(spec.design.formula, data, coding)
      : glmm(spec.design.formula, data, {
          ...coding,
          family: spec.family.name,
          link: spec.family.links.mu!,
        }),
  );
}

/** What this model does not have is left out. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof NutmixError) return undefined;
    throw error;
  }
}

function reproduceBlocks({ settings, timing }: Fit, { reproduce, version }: FitReportOptions): Block[] {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return [
    ...(reproduce === undefined ? [] : [{ kind: "preformatted" as const, text: reproduce }]),
    paragraph(
      `${version === undefined ? "nutmix" : `nutmix ${version}`}; seed ${settings.seed}, ${settings.chains} chains, ` +
        `${settings.warmup} warm-up and ${settings.draws} kept draws each, target acceptance ${settings.adaptDelta}; ` +
        `compiled in ${seconds(timing.compileMs)}, whole run ${seconds(timing.wallMs)}. The same seed gives the same draws.`,
    ),
  ];
}
