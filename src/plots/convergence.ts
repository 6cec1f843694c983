import { checkOptions, text, whole } from "../options.ts";
import { short } from "./palette.ts";
import { BLUE, chart, ORANGE, type Plot, rule } from "./plot.ts";

export interface ConvergenceRow {
  readonly name: string;
  readonly rhat: number;
  readonly essBulk: number;
  readonly essTail: number;
}

const WORST = 25;

/** The parameters with the largest R-hat; lines at 1.01 and 1.05. */
export function rhatSummary(
  rows: readonly ConvergenceRow[],
  options: { readonly title?: string } = {},
): Plot {
  options = checkOptions("plots.rhatSummary()", { title: text }, options);
  const known = rows.filter(({ rhat }) => Number.isFinite(rhat)).sort((a, b) => b.rhat - a.rhat);
  const above = known.filter(({ rhat }) => rhat > 1.01).length;
  const data = known.slice(0, WORST).map(({ name, rhat }) => ({ name, rhat: short(rhat), bad: rhat > 1.01 }));
  const title = options.title ?? `R-hat: ${above} of ${known.length} above 1.01`;
  return chart(
    { title: known.length > WORST ? `${title}; the ${WORST} largest` : title, height: { step: 16 } as never },
    data,
    [
      rule("x", 1.01),
      rule("x", 1.05),
      dots("rhat", "R-hat", [1, Math.max(1.06, ...data.map(({ rhat }) => rhat))]),
    ],
  );
}

/** The parameters with the smallest effective sample sizes; the line is at 100 per chain. */
export function essSummary(
  rows: readonly ConvergenceRow[],
  options: { readonly title?: string; readonly chains?: number } = {},
): Plot {
  options = checkOptions("plots.essSummary()", { title: text, chains: whole(1) }, options);
  const least = 100 * (options.chains ?? 4);
  const known = rows
    .filter(({ essBulk, essTail }) => Number.isFinite(essBulk) && Number.isFinite(essTail))
    .sort((a, b) => Math.min(a.essBulk, a.essTail) - Math.min(b.essBulk, b.essTail));
  const below = known.filter(({ essBulk, essTail }) => Math.min(essBulk, essTail) < least).length;
  const data = known.slice(0, WORST).flatMap(({ name, essBulk, essTail }) => [
    { name, kind: "bulk", ess: Math.round(essBulk), bad: essBulk < least },
    { name, kind: "tail", ess: Math.round(essTail), bad: essTail < least },
  ]);
  const title = options.title ?? `Effective sample size: ${below} of ${known.length} below ${least}`;
  return chart(
    {
      title: known.length > WORST ? `${title}; the ${WORST} smallest` : title,
      height: { step: 16 } as never,
    },
    data,
    [
      rule("x", least),
      {
        ...dots("ess", "effective sample size", undefined),
        encoding: {
          ...(dots("ess", "effective sample size", undefined) as { encoding: object }).encoding,
          shape: { field: "kind", type: "nominal", title: null },
        },
      },
    ],
  );
}

function dots(field: string, title: string, domain: readonly number[] | undefined): object {
  return {
    mark: { type: "point", size: 40, opacity: 0.9 },
    encoding: {
      y: { field: "name", type: "nominal", sort: null, title: null },
      x: {
        field,
        type: "quantitative",
        title,
        scale: { zero: domain === undefined, ...(domain && { domain }) },
      },
      color: {
        field: "bad",
        type: "nominal",
        scale: { domain: [false, true], range: [BLUE, ORANGE] },
        legend: null,
      },
    },
  };
}
