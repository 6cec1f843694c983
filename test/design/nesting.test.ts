/** Warnings about implicit nesting: data sets of lme4 and nlme (test/fixtures/design/crossed.R), and simulated ones. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toTable } from "../../src/data/from-input.ts";
import { buildDesign } from "../../src/design/build.ts";
import { parseModelFormula } from "../../src/formula/parse-model-formula.ts";
import { stream } from "../../src/random/streams.ts";
import { lmm } from "../../src/reml/lmm.ts";

const sets = JSON.parse(
  readFileSync(new URL("../fixtures/design/crossed.json", import.meta.url), "utf8"),
) as Record<string, Record<string, unknown[]>>;

function warnings(formula: string, data: unknown): readonly string[] {
  const parsed = parseModelFormula(formula, { specialNames: new Set() });
  return buildDesign(parsed, toTable(data)).warnings.filter((text) => text.includes("numbered anew"));
}

describe("a factor that is numbered anew in each level of another", () => {
  it("is warned about", () => {
    const found = warnings("strength ~ 1 + (1 | batch) + (1 | cask)", sets.Pastes);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("cask looks numbered anew in each level of batch");
    expect(found[0]).toContain("(1 | batch/cask)");
  });

  it("is warned about by lmm() too", () => {
    const fit = lmm("strength ~ 1 + (1 | batch) + (1 | cask)", sets.Pastes);
    expect(fit.warnings.some((text) => text.includes("numbered anew"))).toBe(true);
  });

  it("is not when the formula says so", () => {
    expect(warnings("strength ~ 1 + (1 | batch/cask)", sets.Pastes)).toEqual([]);
    expect(warnings("strength ~ 1 + (1 | batch) + (1 | cask) + (1 | cask:batch)", sets.Pastes)).toEqual([]);
  });
});

describe("crossed factors", () => {
  it.each([
    ["diameter ~ 1 + (1 | plate) + (1 | sample)", "Penicillin"],
    ["score ~ 1 + (1 | Worker) + (1 | Machine)", "Machines"],
    ["score ~ Machine + (1 | Worker)", "Machines"],
    ["yield ~ nitro + (1 | Block) + (1 | Variety)", "Oats"],
  ])("%s gets no warning", (formula, name) => {
    expect(warnings(formula, sets[name])).toEqual([]);
  });
});

/** Schools with classes 1 … 2 to 5, of about ten pupils each; `nested`: every class has an effect of its own. */
function schools(seed: number, nested: boolean): object[] {
  const rng = stream(seed, 0, "data");
  const shared = Array.from({ length: 5 }, () => rng.normal());
  return Array.from({ length: 12 }, (_, school) => {
    const own = rng.normal();
    return Array.from({ length: 2 + (school % 4) }, (_, k) => {
      const effect = nested ? rng.normal() : shared[k]!;
      return Array.from({ length: 10 }, (_, x) => ({
        y: 5 + own + effect + 0.5 * x + rng.normal(),
        x,
        school,
        grade: `grade ${k + 1}`,
      }));
    }).flat();
  }).flat();
}

describe("simulated schools", () => {
  const formula = "y ~ x + (1 | school) + (1 | grade)";
  const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);
  it("with classes of their own are mostly found", () => {
    const found = seeds.filter((seed) => warnings(formula, schools(seed, true)).length > 0);
    expect(found.length).toBeGreaterThan(30);
    expect(warnings(formula, schools(found[0]!, true))[0]).toContain("grade looks numbered anew");
  });

  it("with grades that are the same everywhere are left in peace", () => {
    expect(seeds.filter((seed) => warnings(formula, schools(seed, false)).length > 0)).toEqual([]);
  });
});
