/** What the draws of a formula's model are, and where they stand. */
import { describe, expect, it } from "vitest";
import type { Draws } from "../../src/draws/draws.ts";
import { quantitiesFromNames } from "../../src/draws/quantities-from-names.ts";
import { NutmixError } from "../../src/errors.ts";
import { buildModel, type ModelOptions } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { layoutOf } from "../../src/posterior/layout-of.ts";
import { Layout, quantitiesOf } from "../../src/quantities/layout.ts";
import { predictorKey } from "../../src/quantities/predictor-key.ts";
import { namesOf } from "../../src/quantities/quantity.ts";

const row = Array.from({ length: 24 }, (_, i) => i);
const data = {
  y: row.map((i) => 10 + 3 * Math.sin(i) + 0.1 * i),
  rating: row.map((i) => 1 + (i % 4)),
  x: row.map((i) => Math.cos(2 * i)),
  z: row.map((i) => i / 10),
  g: row.map((i) => `level ${i % 6}`),
  h: row.map((i) => i % 4),
  s: row.map((i) => 1 + (i % 2)),
};

const posteriorOf = (formula: string, options: ModelOptions = {}) =>
  compileModel(buildModel(formula, data, options));

const models: [formula: string, options: ModelOptions][] = [
  ["y ~ 1", {}],
  ["y ~ x * z + (1 + x | g) + (0 + z | g) + (1 | h)", {}],
  ["y ~ 0 + Intercept + x + (1 + x || g)", {}],
  ["y | se(s) ~ 1 + (1 | g)", {}],
  ["y ~ x + (1 |p| g); sigma ~ z + (1 |p| g)", {}],
  ["rating ~ x + (1 | g)", { family: "cumulative" }],
  ["y ~ x; nu ~ z", { family: "student" }],
];

describe("quantities", () => {
  it.each(models)("%s: cover every name, with keys, bounds and a table that fit", (formula, options) => {
    const posterior = posteriorOf(formula, options);
    const quantities = posterior.quantities!;
    expect(namesOf(quantities)).toEqual(posterior.names);
    const out = new Float64Array(posterior.names.length);
    posterior.constrain(
      new Float64Array(posterior.density.dimension).fill(0.1),
      { normal: () => 0.1 } as never,
      out,
    );
    for (const { quantity, from } of new Layout(posterior).placed) {
      const { role, names, labels, lower, upper, coefficients, levels, table } = quantity;
      expect(role).not.toBe("other");
      if (labels !== undefined) expect(labels).toHaveLength(names.length);
      const size = coefficients?.length ?? 1;
      const elements = {
        correlation: (size * (size - 1)) / 2,
        effect: size * (levels?.length ?? 0),
        threshold: names.length,
      };
      expect(names).toHaveLength(elements[role as "effect"] ?? size);
      expect(table === undefined).toBe(role === "effect");
      for (let k = from; k < from + names.length; k++) {
        if (quantity.known) continue;
        expect(out[k]).toBeGreaterThanOrEqual(lower);
        expect(out[k]).toBeLessThanOrEqual(upper);
      }
    }
  });

  it("are the same whether effects are integrated out or sampled", () => {
    const formula = "y ~ x + (1 + x | h) + (1 | g) + (0 + z | g)";
    const collapsed = posteriorOf(formula, { strategy: "collapsed" });
    const explicit = posteriorOf(formula, { strategy: "explicit" });
    expect(collapsed.quantities).toEqual(explicit.quantities);
  });

  it("say what is not estimated", () => {
    const known = posteriorOf("y | se(s) ~ 1").quantities!.filter((quantity) => quantity.known);
    expect(known.map(({ names }) => names)).toEqual([["sigma"]]);
  });
});

describe("Layout", () => {
  const mu = predictorKey("mu");
  const sigma = predictorKey("sigma");
  const of = (key: typeof mu, name: string) => ({ key, name });

  it("finds columns by what they are, not by what they are called", () => {
    const { names, quantities } = posteriorOf("y ~ x + (1 + x |p| g) + (0 + z | g); sigma ~ z + (1 |p| g)");
    // Whatever draws are called.
    const layout = new Layout({
      names: names.map((_, k) => `draw ${k}`),
      quantities: quantities!.map((one) => ({ ...one, names: one.names.map(() => "?") })),
    });
    const called = (column: number | undefined) => names[column!];
    expect(called(layout.coefficient(of(mu, "Intercept")))).toBe("b_Intercept");
    expect(called(layout.coefficient(of(sigma, "z")))).toBe("b_sigma_z");
    expect(layout.findCoefficient(of(mu, "z"))).toBeUndefined();
    expect(() => layout.coefficient(of(mu, "z"))).toThrow(/no coefficient z of mu/);
    expect(called(layout.sd("g", of(mu, "z")))).toBe("sd_g__z");
    expect(called(layout.sd("g", of(sigma, "Intercept")))).toBe("sd_g__sigma_Intercept");
    expect(called(layout.correlation("g", of(mu, "Intercept"), of(sigma, "Intercept")))).toBe(
      "cor_g__Intercept__sigma_Intercept",
    );
    expect(called(layout.correlation("g", of(sigma, "Intercept"), of(mu, "x")))).toBe(
      "cor_g__x__sigma_Intercept",
    );
    expect(Array.from(layout.effects("g", of(sigma, "Intercept")), called)).toEqual(
      row.slice(0, 6).map((i) => `r_g__sigma[level.${i},Intercept]`),
    );
    expect(() => layout.sd("h", of(mu, "x"))).toThrow(NutmixError);
    expect(() => layout.correlation("g", of(mu, "x"), of(mu, "z"))).toThrow(/do not belong to this model/);
  });

  it("finds thresholds and parameters that are one number", () => {
    const posterior = posteriorOf("rating ~ x", { family: "cumulative" });
    const layout = new Layout(posterior);
    expect(Array.from(layout.thresholds(mu), (k) => posterior.names[k])).toEqual([
      "b_Intercept[1]",
      "b_Intercept[2]",
      "b_Intercept[3]",
    ]);
    expect(posterior.names[layout.family(predictorKey("disc"))!]).toBe("disc");
    expect(layout.family(sigma)).toBeUndefined();
  });

  it("takes draws that know only names for the model's, if they are the model's", () => {
    const spec = buildModel("y ~ x + (1 | g)", data);
    const { names } = compileModel(spec);
    const foreign = (own: readonly string[]) =>
      ({ names: own, quantities: quantitiesFromNames(own) }) as unknown as Draws;
    expect(layoutOf(spec, foreign(names)).coefficient(of(mu, "x"))).toBe(names.indexOf("b_x"));
    const other = names.map((name) => (name === "b_x" ? "b_z" : name));
    expect(() => layoutOf(spec, foreign(other))).toThrow(/have no "b_x" where the model has it/);
    expect(() => layoutOf(spec, foreign([...names, "lp"]))).toThrow(/do not belong to this model/);
  });

  it("takes names without more for quantities of their own", () => {
    expect(quantitiesOf({ names: ["a", "b"] }).map(({ role, names }) => [role, names])).toEqual([
      ["other", ["a"]],
      ["other", ["b"]],
    ]);
  });
});
