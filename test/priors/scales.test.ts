import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { columnKey, priorScales, roundAsR } from "../../src/priors/scales.ts";

const { round } = JSON.parse(
  readFileSync(new URL("../fixtures/priors/priors.json", import.meta.url), "utf8"),
) as { round: { x: number[]; one: number[]; two: number[] } };

describe("roundAsR", () => {
  it("gives the doubles that R's round() gives", () => {
    round.x.forEach((x, i) => {
      // −0 and 0 print alike.
      expect([x, roundAsR(x, 1) + 0]).toEqual([x, round.one[i]! + 0]);
      expect([x, roundAsR(x, 2) + 0]).toEqual([x, round.two[i]! + 0]);
    });
  });
  it("leaves what is not finite", () => {
    expect(roundAsR(Infinity, 1)).toBe(Infinity);
    expect(roundAsR(Number.NaN, 1)).toBeNaN();
  });
});

describe("priorScales", () => {
  const base = { link: "identity", logScale: false, categorical: false, columns: [] };
  const y = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);

  it("knows mean and sd of the response on the identity link alone", () => {
    // Mean 5, Σ(y − 5)² = 32, n − 1 = 7.
    expect(priorScales({ ...base, response: y })).toMatchObject({
      responseMean: 5,
      responseSd: Math.sqrt(32 / 7),
    });
    for (const link of ["log", "logit", "inverse"]) {
      expect(priorScales({ ...base, link, response: y })).toMatchObject({ responseMean: 0, responseSd: 1 });
    }
  });
  it("does not look at categories", () => {
    const nothing = { interceptLocation: 0, scale: 2.5, responseMean: 0, responseSd: 1 };
    expect(priorScales({ ...base, response: null })).toMatchObject(nothing);
    expect(priorScales({ ...base, response: y, categorical: true })).toMatchObject(nothing);
  });
  it("falls back where the link of the response is not finite", () => {
    const response = Float64Array.of(-3, -2, -1);
    expect(priorScales({ ...base, link: "log", response })).toMatchObject({
      interceptLocation: 0,
      scale: 2.5,
    });
  });
  it("measures columns, with 1 for those that do not vary", () => {
    const columns = [
      { dpar: "mu", coef: "x", values: Float64Array.of(1, 2, 3) },
      { dpar: "sigma", coef: "one", values: Float64Array.of(4, 4, 4) },
    ];
    const { columnSd, columnMean } = priorScales({ ...base, response: y, columns });
    expect(columnSd).toEqual({ [columnKey("mu", "x")]: 1, [columnKey("sigma", "one")]: 1 });
    expect(columnMean).toEqual({ "|x": 2, "sigma|one": 4 });
  });
});
