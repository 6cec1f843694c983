/** A chain that is taken apart at any transition, warm-up included, and put together again is the chain that never stopped. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/data/read-csv.ts";
import type { Posterior } from "../../src/log-density.ts";
import { buildModel } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { runChain } from "../../src/sampler/chain.ts";
import { continuationOf, headOf, joinHeads, joinStretches } from "../../src/sampler/chain-record.ts";
import type { ChainResult, SamplerSettings } from "../../src/sampler/chain-types.ts";
import { resolveSettings } from "../../src/sampler/settings.ts";

const sleepstudy = readCsv(readFileSync("examples/sleepstudy/data.csv", "utf8"));
const counts = readCsv(
  `y,x,g\n${Array.from({ length: 40 }, (_, i) => `${(i * i) % 7},${(i % 5) - 2},g${i % 8}`).join("\n")}\n`,
);

const gaussian = (strategy: "collapsed" | "explicit") =>
  compileModel(buildModel("Reaction ~ Days + (1 | Subject)", sleepstudy, { strategy, coordinates: "own" }));
const poisson = (coordinates: "own" | "transported") =>
  compileModel(buildModel("y ~ x + (1 | g)", counts, { family: "poisson", coordinates }));

const cases: [string, () => Posterior, Partial<SamplerSettings>][] = [
  ["integrated out", () => gaussian("collapsed"), {}],
  ["own coordinates, which are chosen on the way", () => gaussian("explicit"), {}],
  ["transported coordinates", () => poisson("transported"), {}],
  ["transported coordinates, whose warm-up ends early", () => poisson("transported"), { warmup: 600 }],
  ["standardised effects, a diagonal", () => poisson("own"), { metric: "diag" }],
  ["static HMC, a low-rank metric", () => poisson("own"), { algorithm: "hmc", metric: "low-rank" }],
  ["a warm-up without stages", () => poisson("own"), { warmup: 12 }],
  ["no warm-up", () => poisson("own"), { warmup: 0 }],
];

/** What must not depend on where a chain was taken apart: everything but times. */
function drawn({
  draws,
  values,
  lp,
  energy,
  stepSizes,
  treedepth,
  divergent,
  adaptation,
  checkpoint,
}: ChainResult) {
  const { warmupMs: _, samplingMs: __, ...found } = adaptation;
  return { draws, values, lp, energy, stepSizes, treedepth, divergent, found, checkpoint };
}

describe.each(cases)("%s", (_, make, given) => {
  // Coordinates are chosen after 40 transitions and looked at again after 100.
  const settings = resolveSettings({ warmup: 130, draws: 15, ...given });

  it("gives the same stretches and the same chain from each of them on", () => {
    const whole = runChain(make(), settings, 3, 1);
    const stretches: ChainResult[] = [];
    const last = runChain(make(), settings, 3, 1, {
      checkpointMs: 0,
      onCheckpoint: (stretch) => stretches.push(structuredClone(stretch)),
    });
    // One after each transition but the last.
    const transitions = stretches.length + 1;
    if (settings.warmup < 600) expect(transitions).toBe(settings.warmup + settings.draws);
    else expect(transitions).toBeLessThan(600);
    const all = [...stretches, last];
    expect(drawn(joinStretches(all))).toEqual(drawn(whole));
    expect(all.map(headOf).reduce(joinHeads)).toMatchObject({ draws: 15 });

    const tried = all
      .map((_own, k) => k)
      .filter((k) => k % 17 === 4 || k === transitions - settings.draws - 1);
    for (const k of [...tried, all.length - 2]) {
      const until = joinStretches(all.slice(0, k + 1));
      // A new process knows the posterior and plain data.
      const rest = runChain(make(), settings, 3, 1, {}, continuationOf(structuredClone(until))!);
      expect(drawn(joinStretches([until, rest])), `after transition ${k + 1}`).toEqual(drawn(whole));
    }
  });

  it("goes on when it was stopped, and stopped again", () => {
    let left = 0;
    const parts: ChainResult[] = [];
    do {
      left = 37;
      const until = parts.length === 0 ? undefined : continuationOf(parts.map(headOf).reduce(joinHeads));
      parts.push(runChain(make(), settings, 3, 1, { shouldStop: () => --left === 0 }, until));
    } while (parts.reduce((sum, own) => sum + own.draws, 0) < settings.draws);
    expect(parts.length).toBeGreaterThan(settings.warmup === 130 ? 3 : 0);
    expect(drawn(joinStretches(parts))).toEqual(drawn(runChain(make(), settings, 3, 1)));
  });
});
