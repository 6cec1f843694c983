import { describe, expect, it } from "vitest";
import {
  coefficientDraw,
  coefficientName,
  correlationDraw,
  effectDraw,
  sdDraw,
} from "../../src/model/names.ts";
import { predictorKey } from "../../src/quantities/predictor-key.ts";

describe("coefficientName", () => {
  // The examples are those of brms' documentation of its renaming rules.
  it.each([
    ["(Intercept)", "Intercept"],
    ["I(x^2)", "IxE2"],
    ["poly(x, 2)1", "polyx21"],
    ["factor(cyl)6", "factorcyl6"],
    ["a:b", "a:b"],
    ["I(x + y)", "IxPy"],
    ["I(x - y)", "IxMy"],
    ["I(x * y/z)", "IxMUyDz"],
    ["temperature.L", "temperature.L"],
  ])("%s becomes %s", (from, to) => expect(coefficientName(from)).toBe(to));
});

describe("names of draws", () => {
  const mu = predictorKey("mu");
  const sigma = predictorKey("sigma");
  it("follow brms", () => {
    expect(sdDraw("Subject", mu, "Days")).toBe("sd_Subject__Days");
    expect(sdDraw("g", sigma, "Intercept")).toBe("sd_g__sigma_Intercept");
    expect(correlationDraw("g", "Intercept", "sigma_Intercept")).toBe("cor_g__Intercept__sigma_Intercept");
    expect(effectDraw("Subject", mu, "308", "Days")).toBe("r_Subject[308,Days]");
    expect(effectDraw("g", sigma, "level one", "Intercept")).toBe("r_g__sigma[level.one,Intercept]");
    const nonlinear = { resp: "y1", dpar: "", nlpar: "b2" };
    expect(coefficientDraw(nonlinear, "x")).toBe("b_y1_b2_x");
    expect(effectDraw("g", { ...sigma, resp: "y1" }, "a", "x")).toBe("r_g__y1_sigma[a,x]");
  });
});
