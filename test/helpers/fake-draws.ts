/** Draws of a standard normal distribution under any names, for tests of what is shown of draws. */
import type { Draws } from "../../src/draws/draws.ts";
import { quantitiesFromNames } from "../../src/draws/quantities-from-names.ts";
import { stream } from "../../src/random/streams.ts";

export function fakeDraws(names: readonly string[], chains: number, draws: number): Draws {
  const rng = stream(1, 0, "fake");
  const count = chains * draws;
  return {
    names,
    quantities: quantitiesFromNames(names),
    chains,
    draws,
    values: Float64Array.from({ length: count * names.length }, () => rng.normal()),
    statistics: {
      lp: new Float64Array(count),
      acceptStat: new Float64Array(count),
      stepSize: new Float64Array(count),
      treedepth: new Int32Array(count),
      nLeapfrog: new Int32Array(count),
      divergent: Uint8Array.from({ length: count }, (_, s) => (s % 97 === 0 ? 1 : 0)),
      energy: Float64Array.from({ length: count }, () => rng.normal()),
    },
  };
}
