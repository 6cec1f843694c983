/** Figures as tables of text. */
import { textTable } from "nutmix";
import { type StanFigures, stanFigures } from "./cases.ts";
import type { CaseResult } from "./results.ts";

type Column = readonly [title: string, of: (result: CaseResult) => string];

const COST: readonly Column[] = [
  ["rows", ({ figures }) => `${figures.rows}`],
  ["strategy", ({ figures }) => figures.strategy],
  ["compile ms", ({ figures }) => three(figures.compileMs)],
  ["warm-up s", ({ figures }) => three(figures.warmupS)],
  ["sampling s", ({ figures }) => three(figures.samplingS)],
  ["wall s", ({ figures }) => three(figures.wallS)],
  ["gradients", ({ figures }) => three(figures.gradients)],
  ["gradients/s", ({ figures }) => three(figures.gradientsPerS)],
  ["peak MB", ({ figures }) => three(figures.peakMb)],
  ["divergences", ({ figures }) => `${figures.divergences}`],
];

const YIELD: readonly Column[] = [
  ["bulk ESS", ({ figures }) => three(figures.essBulk)],
  ["tail ESS", ({ figures }) => three(figures.essTail)],
  ["bulk, all", ({ figures }) => three(figures.essBulkAll)],
  ["tail, all", ({ figures }) => three(figures.essTailAll)],
  ["ESS/s", ({ figures }) => three(figures.essPerS)],
  ["ESS/wall s", ({ figures }) => three(figures.essPerWallS)],
  ["ESS/1000 grad.", ({ figures }) => three(figures.essPer1000Gradients)],
  ["Stan ESS/s", ofStan((stan) => stan.minEssBulk / stan.samplingS)],
  ["ratio", ofStan((stan, { figures }) => figures.essPerS / (stan.minEssBulk / stan.samplingS))],
  [
    "ratio/1000 grad.",
    ofStan((stan, { figures }) => figures.essPer1000Gradients / ((1000 * stan.minEssBulk) / stan.leapfrogs)),
  ],
];

function ofStan(figure: (stan: StanFigures, result: CaseResult) => number): Column[1] {
  return (result) => {
    const stan = stanFigures(result.name);
    return stan === undefined ? "" : three(figure(stan, result));
  };
}

/** What the runs cost, and what they gave beside what Stan gave. */
export const costTable = (results: readonly CaseResult[]): string => table(COST, results);
export const yieldTable = (results: readonly CaseResult[]): string => table(YIELD, results);

function table(columns: readonly Column[], results: readonly CaseResult[]): string {
  return textTable(
    {
      header: columns.map(([title]) => title),
      rows: results.map((result) => ({ label: result.name, cells: columns.map(([, of]) => of(result)) })),
    },
    160,
  ).join("\n");
}

/** Three significant digits, without exponents below a thousand million. */
export function three(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e9) return String(value);
  return Math.abs(value) >= 1000 ? `${Math.round(value)}` : `${Number(value.toPrecision(3))}`;
}
