import { describe, expect, it } from "vitest";
import { PriorsOf } from "../../src/model/priors-of.ts";
import type { ResolvedPrior } from "../../src/priors/prior.ts";
import { resolvePriors } from "../../src/priors/resolve.ts";
import { parsePriorRule } from "../../src/priors/set-prior.ts";

const target = { class: "b", coef: "x", group: "", dpar: "", nlpar: "", lower: -Infinity, upper: Infinity };

describe("priors are found by their predictor", () => {
  it("so that nonlinear parameters and responses never share one by accident", () => {
    const targets = [
      { ...target, nlpar: "a" },
      { ...target, nlpar: "b" },
      { ...target, resp: "y1" },
      { ...target, resp: "y2" },
    ];
    const rules = [
      "normal(0, 1), class=b, nlpar=a",
      "normal(0, 2), class=b, nlpar=b",
      "normal(0, 3), class=b, resp=y1",
      "normal(0, 4), class=b, resp=y2",
    ];
    const resolved: ResolvedPrior[] = resolvePriors(targets, rules.map(parsePriorRule));
    const priors = new PriorsOf(resolved);
    const sd = (key: object) => priors.get({ class: "b", coef: "x", ...key }).call.arguments[1];
    expect(sd({ nlpar: "a" })).toBe(1);
    expect(sd({ nlpar: "b" })).toBe(2);
    expect(sd({ resp: "y1", dpar: "mu" })).toBe(3);
    expect(sd({ resp: "y2", dpar: "mu" })).toBe(4);
    expect(() => priors.get({ class: "b", coef: "x" })).toThrow(/no prior was resolved/);
  });
});
