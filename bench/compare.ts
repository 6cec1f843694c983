/** Ratios of one run of the benchmark to an earlier one. */
import { textTable } from "nutmix";
import type { Measured } from "./measured.ts";
import type { Results } from "./results.ts";
import { three } from "./table.ts";

/** How a figure changes when the same work is done on a machine k times as slow: seconds × k, rates ÷ k. */
type Dimension = "seconds" | "rate" | "none";

const COMPARED: readonly [key: keyof Measured, title: string, dimension: Dimension][] = [
  ["essPerS", "ESS/s", "rate"],
  ["essPerWallS", "ESS/wall s", "rate"],
  ["gradientsPerS", "gradients/s", "rate"],
  ["wallS", "wall s", "seconds"],
  ["compileMs", "compile ms", "seconds"],
  ["essPer1000Gradients", "ESS/1000 grad.", "none"],
  ["gradients", "gradients", "none"],
  ["peakMb", "peak MB", "none"],
];

export interface Ratio {
  readonly title: string;
  readonly raw: number;
  /** What the ratio would be, had both runs been made on a machine of the same speed. */
  readonly calibrated: number;
}

/** Now over then, of the cases that both runs have. */
export function ratios(now: Results, then: Results): { name: string; ratios: Ratio[] }[] {
  const slower = now.calibrationMs / then.calibrationMs;
  return now.cases.flatMap(({ name, figures }) => {
    const before = then.cases.find((result) => result.name === name)?.figures;
    if (before === undefined) return [];
    return [
      {
        name,
        ratios: COMPARED.map(([key, title, dimension]) => {
          const raw = (figures[key] as number) / (before[key] as number);
          const factor = { seconds: 1 / slower, rate: slower, none: 1 }[dimension];
          return { title, raw, calibrated: raw * factor };
        }),
      },
    ];
  });
}

/** A calibrated and a raw line per case; cases that only one of the runs has are named. */
export function comparisonText(now: Results, then: Results): string {
  const compared = ratios(now, then);
  const rows = compared.flatMap(({ name, ratios }) => [
    { label: `${name}, calibrated`, cells: ratios.map(({ calibrated }) => three(calibrated)) },
    { label: `${name}, raw`, cells: ratios.map(({ raw }) => three(raw)) },
  ]);
  const names = new Set(compared.map(({ name }) => name));
  const alone = [...new Set([...now.cases, ...then.cases].map(({ name }) => name))].filter(
    (name) => !names.has(name),
  );
  return [
    `now / then (calibration ${three(now.calibrationMs)} ms now, ${three(then.calibrationMs)} ms then)`,
    ...textTable({ header: COMPARED.map(([, title]) => title), rows }, 160),
    ...(alone.length === 0 ? [] : [`in one of the two runs only: ${alone.join(", ")}`]),
  ].join("\n");
}
