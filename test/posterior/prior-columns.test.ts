/** Priors find the draws that they belong to: of coefficients, scales, simplexes, correlations and centred intercepts. */
import type { Fit } from "nutmix";
import { describe, expect, it } from "vitest";
import { findDistribution } from "../../src/distributions/index.ts";
import { buildModel, type ModelOptions } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { logPrior } from "../../src/posterior/comparison/prior-sensitivity.ts";
import { priorDraws } from "../../src/posterior/questions/prior-draws.ts";
import { stream } from "../../src/random/streams.ts";

const row = Array.from({ length: 40 }, (_, i) => i);
const data = {
  y: row.map((i) => Math.sin(i / 5) + ((i * 7) % 5) / 5),
  rating: row.map((i) => 1 + (i % 3)),
  x: row.map((i) => i / 10),
  m: row.map((i) => 1 + (i % 4)),
  g: row.map((i) => `g${i % 6}`),
};

/** One draw of a model, its numbers between 0.1 and 0.9; not sampled. */
function fitOf(formula: string, options: ModelOptions) {
  const spec = buildModel(formula, data, options);
  const { names, quantities } = compileModel(spec);
  const values = Float64Array.from(names, (_, k) => 0.1 + (0.8 * ((k * 7) % 11)) / 11);
  const fit = {
    spec,
    priors: spec.priors,
    draws: { names, quantities, chains: 1, draws: 1, values },
  } as unknown as Fit;
  const at = (name: string): number => {
    const k = names.indexOf(name);
    if (k < 0) throw new Error(`no draw is called ${name}`);
    return values[k]!;
  };
  return { fit, at };
}

const density = (name: string, x: number, args: number[]) => findDistribution(name).logDensity(x, args);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("priors", () => {
  it("of terms, groups and family parameters add up to the log prior of a draw", () => {
    const { fit, at } = fitOf("y ~ x + s(x) + mo(m) + (1 + x | g)", {
      priors: [
        "normal(0, 2), class=b",
        "normal(1, 3), class=b, coef=x",
        "normal(2, 4), class=Intercept",
        "exponential(2), class=sds",
        "gamma(2, 3), class=sd",
        "exponential(1), class=sigma",
        'set_prior("dirichlet(3)", class = "simo", coef = "mom1")',
        "lkj(2), class=cor",
      ],
    });
    const centred = at("b_Intercept") + at("b_x") * (sum(data.x) / data.x.length);
    const expected = [
      density("normal", centred, [2, 4]),
      density("normal", at("b_x"), [1, 3]),
      density("normal", at("bs_sx_1"), [0, 2]),
      density("normal", at("bsp_mom"), [0, 2]),
      density("exponential", at("sds_sx_1"), [2]),
      density("gamma", at("sd_g__Intercept"), [2, 3]),
      density("gamma", at("sd_g__x"), [2, 3]),
      density("exponential", at("sigma"), [1]),
      // Up to their constants.
      2 * sum([1, 2, 3].map((k) => Math.log(at(`simo_mom1[${k}]`)))),
      Math.log(1 - at("cor_g__Intercept__x") ** 2),
    ];
    expect(logPrior(fit)[0]).toBeCloseTo(sum(expected), 10);
  });

  it("of thresholds belong to the centre of the columns", () => {
    const { fit, at } = fitOf("rating ~ x", {
      family: "cumulative",
      priors: [
        "normal(0, 2), class=b",
        "normal(1, 3), class=Intercept, coef=1",
        "normal(0, 5), class=Intercept",
      ],
    });
    const shift = at("b_x") * (sum(data.x) / data.x.length);
    expect(logPrior(fit)[0]).toBeCloseTo(
      density("normal", at("b_x"), [0, 2]) +
        density("normal", at("b_Intercept[1]") - shift, [1, 3]) +
        density("normal", at("b_Intercept[2]") - shift, [0, 5]),
      10,
    );
  });

  it("are drawn from for single parameters that have one of their own", () => {
    const { fit } = fitOf("y ~ s(x) + mo(m) + (1 + x | g)", { priors: ["gamma(2, 3), class=sds"] });
    const drawn = (name: string) => priorDraws(fit, name, 4000, stream(1, 0, name));
    // Standard error of the mean: √(2/9/4000) = 0.0075.
    expect(Math.abs(sum([...drawn("sds_sx_1")!]) / 4000 - 2 / 3)).toBeLessThan(4 * 0.0075);
    // LKJ(1) of two: uniform, variance 1/3.
    const rho = drawn("cor_g__Intercept__x")!;
    expect(sum([...rho.map((value) => value ** 2)]) / 4000).toBeCloseTo(1 / 3, 1);
    for (const name of ["b_Intercept", "bs_sx_1", "simo_mom1[1]", "r_g[g1,x]", "s_sx_1[1]"]) {
      expect(drawn(name), name).toBeUndefined();
    }
  });
});
