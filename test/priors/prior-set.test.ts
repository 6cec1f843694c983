import { describe, expect, it } from "vitest";
import { PriorError } from "../../src/errors.ts";
import { families } from "../../src/families/index.ts";
import { parsePriorSet } from "../../src/priors/prior-set.ts";
import { expandSet } from "../../src/priors/sets.ts";
import { scales, target } from "./helpers.ts";

const set = (...rules: object[]) => ({ name: "mine", title: "t", description: "d", source: "s", rules });
const rule = { class: "b", prior: "normal(0, 1)", reason: "r" };

describe("parsePriorSet", () => {
  it.each([
    [null, /^the prior set: /],
    [{ name: "x" }, /^the prior set, at title: .* \(and 3 more\)$/],
    [{ ...set(rule), name: "My Set" }, /at name: lower-case letters, digits and dashes/],
    [set(), /at rules: /],
    [set(rule, { ...rule, prior: 3 }), /at rules\.1\.prior: /],
    [set({ ...rule, priors: "" }), /at rules\.0: .*priors/],
    [
      set({ ...rule, prior: "nromal(0, 1)" }),
      /at rules\.0\.prior: unknown distribution .*did you mean "normal"/,
    ],
    [set({ ...rule, prior: "normal(0)" }), /at rules\.0\.prior: .*normal takes 2/],
    [set({ ...rule, prior: "normal(0, {sd_z})" }), /at rules\.0\.prior: unknown placeholder \{sd_z\}/],
    [set({ ...rule, prior: "normal(0, {sd_y)" }), /at rules\.0\.prior: .*is not a number/],
    [set({ ...rule, prior: "{sd_y}" }), /at rules\.0\.prior: .*is not a prior/],
  ])("refuses %o in one line of reason", (json, message) => {
    expect(() => parsePriorSet(json)).toThrow(PriorError);
    expect(() => parsePriorSet(json)).toThrow(message);
  });
  it("returns what it accepts", () => {
    expect(parsePriorSet(set(rule, { ...rule, prior: "{family}" }))).toEqual(
      set(rule, { ...rule, prior: "{family}" }),
    );
  });
});

describe("expandSet", () => {
  const expand = (rules: object[], where: Parameters<typeof target>[0]) =>
    expandSet(parsePriorSet(set(...rules)), [target(where)], scales, families.gaussian)[0]!;
  it("takes the first rule that matches", () => {
    const rules = [
      { ...rule, coef: "x", dpar: "mu", prior: "normal(0, 1)" },
      { ...rule, coef: "x", prior: "normal(0, 2)" },
      { ...rule, prior: "normal(0, 3)" },
      { class: "sd", group: "g", prior: "normal(0, 4)", reason: "r" },
    ];
    expect(expand(rules, { class: "b", coef: "x" }).prior).toBe("normal(0, 1)");
    expect(expand(rules, { class: "b", coef: "x", dpar: "sigma" }).prior).toBe("normal(0, 2)");
    expect(expand(rules, { class: "b", coef: "z" }).prior).toBe("normal(0, 3)");
    expect(expand(rules, { class: "sd", group: "g", coef: "x" })).toMatchObject({
      prior: "normal(0, 4)",
      source: "mine",
    });
    expect(expand(rules, { class: "sd", group: "h", coef: "x" })).toMatchObject({
      prior: "student_t(3, 0, 3)",
      source: "default",
    });
  });
  it("rounds what it computes to six digits", () => {
    expect(
      expand([{ ...rule, prior: "normal({mean_y} / 3, {sd_y} / 3)" }], { class: "b", coef: "x" }).prior,
    ).toBe("normal(3.33333, 0.666667)");
  });
});
