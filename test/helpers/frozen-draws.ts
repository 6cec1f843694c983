/** Draws at fixed numbers, for tests of what is computed and printed from draws; see test/fixtures/report/summary.R. */
import { readFileSync } from "node:fs";
import type { Draws } from "../../src/draws/draws.ts";
import { quantitiesFromNames } from "../../src/draws/quantities-from-names.ts";

interface Fixture {
  readonly names: string[];
  readonly chains: number;
  readonly draws: number;
  readonly values: number[];
  readonly tables: Record<"lab_site" | "Subject" | "coefficients" | "further", string[] | string>;
  readonly robust: Record<"lab_site" | "Subject" | "coefficients" | "further", string[] | string>;
}

export const frozen = JSON.parse(
  readFileSync(new URL("../fixtures/report/summary.json", import.meta.url), "utf8"),
) as Fixture;

const count = frozen.chains * frozen.draws;

export const frozenDraws: Draws = {
  names: frozen.names,
  quantities: quantitiesFromNames(frozen.names, ["lab_site", "Subject"]),
  chains: frozen.chains,
  draws: frozen.draws,
  values: Float64Array.from(frozen.values),
  statistics: {
    lp: new Float64Array(count),
    acceptStat: new Float64Array(count).fill(0.9),
    stepSize: new Float64Array(count).fill(0.5),
    treedepth: new Int32Array(count).fill(3),
    nLeapfrog: new Int32Array(count).fill(7),
    divergent: new Uint8Array(count),
    energy: Float64Array.from({ length: count }, (_, i) => (i * 7) % 11),
  },
};
