/** The table of predictive checks, and how one is run. Names are those of the R package bayesplot without `ppc_`. */
import { didYouMean, NutmixError } from "../errors.ts";
import { panels } from "../plots/panels.ts";
import { chart, type Datum, type Plot } from "../plots/plot.ts";
import type { Rng } from "../random/rng.ts";
import type { Check, CheckOptions, Need } from "./check.ts";
import { bars, densOverlay, ecdfOverlay, hist, rootogram } from "./distribution-checks.ts";
import { looPitEcdf, looPitOverlay, looPitQq, pitEcdf } from "./pit-checks.ts";
import { type Predictive, takePredictive } from "./predictive.ts";
import { errorBinned, errorScatterAvg, intervals, looIntervals, ribbon, scatterAvg } from "./row-checks.ts";
import { stat, stat2d } from "./statistic-checks.ts";
import { kmOverlay } from "./survival-check.ts";

export type { CheckOptions, StatisticChoice } from "./check.ts";
export type { Predictive } from "./predictive.ts";

export const checks = {
  dens_overlay: densOverlay,
  ecdf_overlay: ecdfOverlay,
  hist,
  bars,
  rootogram,
  stat,
  stat_2d: stat2d,
  intervals,
  ribbon,
  scatter_avg: scatterAvg,
  error_scatter_avg: errorScatterAvg,
  error_binned: errorBinned,
  pit_ecdf: pitEcdf,
  loo_pit_overlay: looPitOverlay,
  loo_pit_qq: looPitQq,
  loo_pit_ecdf: looPitEcdf,
  loo_intervals: looIntervals,
  km_overlay: kmOverlay,
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;

export interface CheckResult extends Plot {
  /** P-values, statistics, frequencies; by level for grouped checks. */
  readonly numbers: Readonly<Record<string, unknown>>;
}

const GROUPED = "_grouped";
const MOST_PANELS = 24;

/** What a check needs, by its name; a name with `_grouped` needs a group besides. */
export function checkNeeds(name: string): { readonly check: Check; readonly grouped: boolean } {
  const grouped = name.endsWith(GROUPED);
  const base = grouped ? name.slice(0, -GROUPED.length) : name;
  if (!Object.hasOwn(checks, base)) {
    const names = Object.keys(checks);
    throw new NutmixError(
      `there is no predictive check "${name}"; there are ${names.join(", ")}, each also with ${GROUPED}${didYouMean(base, names)}`,
    );
  }
  return { check: checks[base as CheckName], grouped };
}

/** @throws NutmixError for an unknown check, one that lacks what it needs, or one that does not fit the response. */
export function runCheck(name: string, p: Predictive, options: CheckOptions, rng: Rng): CheckResult {
  const { check, grouped } = checkNeeds(name);
  requireNeeds(name, check, p);
  if (grouped) return runGrouped(name, check, p, options, rng);
  const { rows, numbers } = check.build(p, options, rng);
  const heading = headingOf(check.title(p, options));
  const layer = check.layer(p, options);
  if (rows.some((row) => "panel" in row)) return { ...panels(heading, rows, layer), numbers };
  const { spec } = chart({ ...heading, ...check.size }, [], layer);
  return { spec: { ...spec, data: { values: rows } }, data: rows, numbers };
}

function runGrouped(name: string, check: Check, p: Predictive, options: CheckOptions, rng: Rng): CheckResult {
  if (p.group === undefined) throw new NutmixError(`${name} needs a grouping column: give \`group\``);
  const { labels, index, name: groupName } = p.group;
  const numbers: Record<string, unknown> = {};
  const data: Datum[] = [];
  // Panels share the room that one plot has.
  const shown = Math.min(labels.length, MOST_PANELS);
  const fewer = { ...options, ndraws: Math.min(options.ndraws ?? 50, Math.max(5, Math.floor(60 / shown))) };
  labels.forEach((label, level) => {
    const rows = Array.from(index.keys()).filter((i) => index[i] === level);
    if (rows.length === 0) return;
    const own = check.build(takePredictive(p, rows), fewer, rng);
    numbers[label] = own.numbers;
    if (Object.keys(numbers).length <= MOST_PANELS) {
      for (const row of own.rows) {
        const panel = "panel" in row ? `${label}: ${row.panel}` : label;
        data.push({ ...row, panel });
      }
    }
  });
  const heading = headingOf(check.title(p, options));
  const by = `by ${groupName}${labels.length > MOST_PANELS ? `: the first ${MOST_PANELS} of ${labels.length} levels` : ""}`;
  const subtitle = heading.subtitle === undefined ? by : `${heading.subtitle}; ${by}`;
  return {
    ...panels({ title: heading.title, subtitle, width: 200, height: 150 }, data, check.layer(p, options)),
    numbers,
  };
}

/** What follows a colon goes into the second line. */
function headingOf(text: string): { title: string; subtitle?: string } {
  const at = text.lastIndexOf(": ");
  return at < 0 ? { title: text } : { title: text.slice(0, at), subtitle: text.slice(at + 2) };
}

const WITHOUT: Readonly<Record<Need, string>> = {
  y: "observed responses",
  epred: "expected responses",
  x: "a covariate: give `x`",
  loo: "leave-one-out weights",
  status: "a censored response: y | cens(…)",
};

function requireNeeds(name: string, check: Check, p: Predictive): void {
  const has: Readonly<Record<Need, boolean>> = {
    y: p.y !== null,
    epred: p.epred !== undefined,
    x: p.x !== undefined,
    loo: p.looLogWeights !== undefined,
    status: p.status !== undefined,
  };
  const missing = check.needs.find((need) => !has[need]);
  if (missing !== undefined) throw new NutmixError(`the check ${name} needs ${WITHOUT[missing]}`);
  const kinds = check.kinds ?? ["continuous", "count", "binary"];
  if (!kinds.includes(p.kind)) {
    const fitting = Object.entries<Check>(checks)
      .filter(([, own]) => (own.kinds ?? ["continuous", "count", "binary"]).includes(p.kind))
      .map(([other]) => other);
    throw new NutmixError(
      `the check ${name} is not for a ${p.kind} response; for ${p.response} there are ${fitting.join(", ")}`,
    );
  }
}
