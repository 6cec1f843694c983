import { describe, expect, it } from "vitest";
import { bfmi, ebfmi } from "../../src/diagnostics/bfmi.ts";
import { divergences } from "../../src/diagnostics/divergences.ts";
import { treedepthHits } from "../../src/diagnostics/treedepth.ts";
import { type DiagnoseInput, diagnose } from "../../src/diagnostics/verdict.ts";
import type { DrawStatistics, Draws } from "../../src/draws/draws.ts";

/** A run that looks like independent draws: a scrambled equidistributed sequence, so that no seed is lucky. */
function goodDraws(
  names: readonly string[],
  chains = 4,
  draws = 250,
): { -readonly [K in keyof Draws]: Draws[K] } {
  const count = chains * draws;
  const at = (i: number, p: number) => {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(p + 1, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
  };
  const values = new Float64Array(count * names.length);
  for (let i = 0; i < count; i++) {
    for (let p = 0; p < names.length; p++) values[i * names.length + p] = at(i, p);
  }
  const statistics: DrawStatistics = {
    lp: new Float64Array(count),
    acceptStat: new Float64Array(count).fill(0.9),
    stepSize: new Float64Array(count).fill(0.5),
    treedepth: new Int32Array(count).fill(3),
    nLeapfrog: new Int32Array(count).fill(7),
    divergent: new Uint8Array(count),
    energy: Float64Array.from({ length: count }, (_, i) => at(i, 99)),
  };
  return { names, chains, draws, values, statistics };
}

const settings = { algorithm: "nuts", chains: 4, adaptDelta: 0.8, maxTreedepth: 10 } as const;
const kinds = (input: DiagnoseInput) => diagnose(input).messages.map((message) => message.kind);
const only = (input: DiagnoseInput) => {
  const verdict = diagnose(input);
  expect(verdict.messages).toHaveLength(1);
  expect(verdict.ok).toBe(false);
  return { ...verdict.messages[0]!, verdict };
};

/** Changes one parameter in one chain. */
function change(
  draws: Draws,
  parameter: number,
  chain: number,
  to: (x: number, draw: number) => number,
): void {
  const width = draws.names.length;
  for (let draw = 0; draw < draws.draws; draw++) {
    const at = (chain * draws.draws + draw) * width + parameter;
    draws.values[at] = to(draws.values[at]!, draw);
  }
}

describe("diagnose", () => {
  it("has nothing to say of a good run", () => {
    expect(diagnose({ draws: goodDraws(["a", "b"]), settings })).toEqual({
      ok: true,
      untrustworthy: false,
      messages: [],
    });
  });

  it("names parameters whose chains differ, the worst first", () => {
    const draws = goodDraws(["a", "b", "c"]);
    change(draws, 1, 2, (x) => x + 1);
    change(draws, 2, 2, (x) => x + 3);
    const verdict = diagnose({ draws, settings });
    const message = verdict.messages.find(({ kind }) => kind === "rhat")!;
    expect(verdict.untrustworthy).toBe(true);
    expect(message.parameters).toEqual(["c", "b"]);
    expect(message.text).toMatch(/not converged.*c \(\d\.\d\d\), b \(\d\.\d\d\)/);
    expect(message.remedy).toContain("Do not use these estimates");
  });

  it("only notes an R-hat between 1.01 and 1.05", () => {
    const row = { essBulk: 1000, essTail: 1000 };
    const verdict = (rhat: number) =>
      diagnose({ draws: goodDraws(["a"]), settings }, [{ name: "a", rhat, ...row }]);
    expect(verdict(1.01).ok).toBe(true);
    expect(verdict(1.02).messages.map(({ kind }) => kind)).toEqual(["rhat"]);
    expect(verdict(1.02).untrustworthy).toBe(false);
    expect(verdict(1.06).untrustworthy).toBe(true);
    expect(verdict(Infinity).untrustworthy).toBe(true);
  });

  it("lists five parameters and counts the others", () => {
    const names = Array.from({ length: 8 }, (_, i) => `p${i}`);
    const rows = names.map((name, i) => ({ name, rhat: 1, essBulk: 50 + i, essTail: 1000 }));
    const { messages } = diagnose({ draws: goodDraws(names), settings }, rows);
    expect(messages).toHaveLength(1);
    expect(messages[0]!.text).toContain("p0 (50), p1 (51), p2 (52), p3 (53), p4 (54) and 3 more");
    expect(messages[0]!.text).toContain("below 400 (100 per chain)");
    expect(messages[0]!.parameters).toHaveLength(8);
  });

  it("counts divergences: any is a note, more than one in a hundred too many", () => {
    const draws = goodDraws(["a"]);
    draws.statistics.divergent.fill(1, 0, 10);
    const some = only({ draws, settings });
    expect([some.kind, some.untrustworthy]).toEqual(["divergences", false]);
    expect(some.text).toContain("10 of 1000 draws (1.0 %)");
    expect(some.remedy).toContain("adaptDelta from 0.8 to 0.95");
    draws.statistics.divergent[10] = 1;
    expect(only({ draws, settings }).untrustworthy).toBe(true);
    expect(only({ draws, settings: { ...settings, adaptDelta: 0.99 } }).remedy).not.toContain("adaptDelta");
    expect(divergences(draws)).toBe(11);
  });

  it("tells saturated trees, for NUTS only", () => {
    const draws = goodDraws(["a"]);
    draws.statistics.treedepth.fill(10, 100, 103);
    const message = only({ draws, settings });
    expect([message.kind, message.untrustworthy]).toEqual(["treedepth", false]);
    expect(message.text).toContain("3 of 1000 draws (0.3 %) stopped at the maximum tree depth of 10");
    expect(diagnose({ draws, settings: { ...settings, algorithm: "hmc" } }).ok).toBe(true);
    expect(treedepthHits(draws, 11)).toBe(0);
  });

  it("tells chains whose energy changes slowly", () => {
    const draws = goodDraws(["a"]);
    for (let i = 0; i < 250; i++) draws.statistics.energy[500 + i] = i;
    const message = only({ draws, settings });
    expect(message.kind).toBe("ebfmi");
    expect(message.text).toContain("0.00 in chain 3");
    expect(message.text).toContain("far too slowly");
  });

  it("tells chains that stand still and draws that are not finite", () => {
    const stuck = goodDraws(["a", "b"]);
    change(stuck, 1, 3, () => 0.5);
    const first = diagnose({ draws: stuck, settings });
    expect(first.untrustworthy).toBe(true);
    expect(first.messages[0]).toMatchObject({ kind: "stuck-chain", parameters: ["b"], untrustworthy: true });
    expect(first.messages[0]!.text).toContain("Chain 4 did not move: b");

    const broken = goodDraws(["a", "b"]);
    change(broken, 0, 1, (x, draw) => (draw === 17 ? Number.NaN : x));
    expect(only({ draws: broken, settings })).toMatchObject({
      kind: "non-finite",
      parameters: ["a"],
      untrustworthy: true,
    });
  });

  it("passes over parameters that are constant in the whole run", () => {
    const draws = goodDraws(["a", "disc"]);
    for (let chain = 0; chain < 4; chain++) change(draws, 1, chain, () => 1);
    expect(diagnose({ draws, settings }).ok).toBe(true);
  });

  it("tells lost chains, and why when the run was cancelled", () => {
    const draws = goodDraws(["a"], 3, 400);
    expect(only({ draws, settings })).toMatchObject({ kind: "lost-chain", untrustworthy: true });
    const cancelled = { draws, settings, interrupted: true };
    expect(kinds(cancelled)).toEqual(["lost-chain", "interrupted"]);
    expect(diagnose(cancelled).untrustworthy).toBe(false);
  });

  it("does not judge a handful of draws", () => {
    const message = only({ draws: goodDraws(["a"], 4, 3), settings });
    expect(message).toMatchObject({ kind: "too-few-draws", untrustworthy: true });
  });

  it("gives every message a remedy", () => {
    const draws = goodDraws(["a"], 2, 250);
    draws.statistics.divergent.fill(1);
    draws.statistics.treedepth.fill(10);
    change(draws, 0, 0, (_, draw) => draw);
    const { messages } = diagnose({ draws, settings });
    expect(messages.length).toBeGreaterThan(3);
    for (const message of messages) {
      expect(message.text).toMatch(/\.$/);
      expect(message.remedy).toMatch(/\.$/);
    }
  });
});

describe("bfmi", () => {
  it("is the squared steps over the squared deviations", () => {
    // Steps 1, 2, −3: 14; deviations from 1: −1, 0, 2, −1: 6.
    expect(bfmi(Float64Array.of(0, 1, 3, 0))).toBeCloseTo(14 / 6, 14);
    expect(bfmi(Float64Array.of(1, 1, 1))).toBeNaN();
    expect(bfmi(Float64Array.of(1, 2))).toBeNaN();
    expect(ebfmi(goodDraws(["a"], 3, 50))).toHaveLength(3);
  });
});
