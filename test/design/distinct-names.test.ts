/** Things that would have one name: refused, naming both, wherever names of coefficients, levels or draws are made. */
import { brm, DesignError, glmm, lmm, sample } from "nutmix";
import { describe, expect, it } from "vitest";
import { defineDensity } from "../../src/autodiff/density-builder.ts";
import { refuseEqualDraws } from "../../src/quantities/distinct-names.ts";

const n = 48;
const y = Array.from({ length: n }, (_, i) => Math.sin(i * 1.7) + (i % 3));
const count = y.map((value) => Math.floor(2 + value));
const g = Array.from({ length: n }, (_, i) => `g${i % 6}`);
const z = Array.from({ length: n }, (_, i) => Math.cos(i * 2.3));
const w = Array.from({ length: n }, (_, i) => Math.cos(i * 5.1));
const two = (a: string, b: string) => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? a : b));
const short = { chains: 1, warmup: 20, draws: 10 };

describe("coefficients", () => {
  const a = two("b", "a");

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      "a level of a factor and a column",
      "a + ab",
      { a, ab: z },
      /"ab": a column of the term a, and the term ab/,
    ],
    [
      "a level and a product",
      "f*x + `f:x`",
      { f: z, x: w, "f:x": z.map((v) => v * v) },
      /"b_f:x": the term f:x, and the term `f:x`|"b_f:x": the term `f:x`, and the term f:x/,
    ],
    [
      "names that differ in blanks",
      "`a b` + ab",
      { "a b": z, ab: w },
      /"b_ab": the term `a b`, and the term ab/,
    ],
    ["a function and a column", "I(z^2) + IzE2", { z, IzE2: w }, /"b_IzE2"/],
  ])("%s", async (_, right, columns, message) => {
    const formula = `y ~ ${right} + (1 | g)`;
    await expect(brm(formula, { y, g, ...columns }, short)).rejects.toThrow(DesignError);
    await expect(brm(formula, { y, g, ...columns }, short)).rejects.toThrow(message);
  });

  it("are told apart in the frequentist mode too, by R's names", () => {
    const data = { y, count, g, a, ab: z };
    expect(() => lmm("y ~ a + ab + (1 | g)", data)).toThrow(/two coefficients are called "ab"/);
    expect(() => glmm("count ~ a + ab + (1 | g)", data, { family: "poisson" })).toThrow(/called "ab"/);
    expect(() => lmm("y ~ z + (0 + a + ab | g)", { ...data, z })).toThrow(
      /columns that vary over g are called "ab"/,
    );
  });

  it("of another parameter with a prefix", async () => {
    const data = { y, sigma_z: z, z: w };
    await expect(brm("y ~ sigma_z; sigma ~ z", data, short)).rejects.toThrow(
      /"b_sigma_z": the term sigma_z, and the term z of sigma/,
    );
  });
});

describe("levels", () => {
  it("that differ in blanks alone", async () => {
    const h = Array.from({ length: n }, (_, i) => ["a b", "a.b", "c", "d"][i % 4]!);
    await expect(brm("y ~ z + (1 | h)", { y, z, h }, short)).rejects.toThrow(
      /two draws are called "r_h\[a\.b,Intercept\]": the effect of the level "a b" of h on Intercept, and the effect of the level "a\.b"/,
    );
  });

  it("of factors joined by an underscore", async () => {
    const p = Array.from({ length: n }, (_, i) => ["x_y", "x"][i % 2]!);
    const q = Array.from({ length: n }, (_, i) => ["z", "y_z"][(i + (i % 4 > 1 ? 1 : 0)) % 2]!);
    const message =
      /two levels of p:q are called "x_y_z": the level "x" and "y_z", and the level "x_y" and "z"/;
    await expect(brm("y ~ z + (1 | p:q)", { y, z, p, q }, short)).rejects.toThrow(message);
    expect(() => lmm("y ~ z + (1 | p:q)", { y, z, p, q })).toThrow(message);
  });

  it("in groups of which one has the name of a parameter of the other", async () => {
    const data = { y, z, g, g__sigma: g };
    await expect(brm("y ~ z + (1 | g__sigma); sigma ~ (1 | g)", data, short)).rejects.toThrow(
      /two draws are called "r_g__sigma\[/,
    );
  });
});

describe("draws", () => {
  it("of a density of one's own", () => {
    const twice = defineDensity({ a: {} }, ({ a }, model) => {
      model.report("b", a);
      model.report("b", a);
    });
    expect(() => sample(twice, { chains: 1, warmup: 5, draws: 5 })).toThrow(/two draws are called "b"/);
  });

  it("whatever their role: the check sees names alone", () => {
    const real = { lower: -Infinity, upper: Infinity };
    expect(() =>
      refuseEqualDraws([
        { role: "family", names: ["sigma"], ...real },
        { role: "latent", names: ["x", "sigma"], ...real },
      ]),
    ).toThrow(/the parameter sigma, and the latent sigma/);
    expect(() => refuseEqualDraws([{ role: "other", names: ["a", "b"], ...real }])).not.toThrow();
  });
});
