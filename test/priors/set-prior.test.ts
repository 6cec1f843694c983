import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriorError } from "../../src/errors.ts";
import { normal } from "../../src/priors/builders.ts";
import { parsePriorRule, prior } from "../../src/priors/set-prior.ts";

describe("prior", () => {
  it("is for class b unless told", () => {
    expect(prior("normal(0, 1)")).toEqual({
      prior: "normal(0, 1)",
      class: "b",
      coef: "",
      group: "",
      dpar: "",
      nlpar: "",
      resp: "",
      source: "user",
    });
  });
  it("takes a distribution as text or as a call", () => {
    expect(prior(normal(0, 10), { class: "sd" })).toEqual(prior("normal(0, 10)", { class: "sd" }));
  });
  it("writes mu as brms does, and flat as the empty text", () => {
    expect(prior("flat", { dpar: "mu" })).toMatchObject({ prior: "", dpar: "" });
  });
  it("refuses fields it does not know and bounds that are no numbers", () => {
    expect(() => prior("normal(0, 1)", { clas: "b" } as object)).toThrow(
      /unknown field "clas".*did you mean "class"/,
    );
    expect(() => prior("normal(0, 1)", { lb: Number.NaN })).toThrow(/bound .* is not a number/);
  });
});

describe("parsePriorRule", () => {
  const expected = prior("normal(0, 10)", { class: "b", coef: "x" });
  it.each([
    'set_prior("normal(0, 10)", class = "b", coef = "x")',
    'brms::set_prior("normal(0, 10)", class = "b", coef = "x")',
    "set_prior('normal(0, 10)', 'b', 'x')",
    "prior(normal(0, 10), class = b, coef = x)",
    "prior(normal(0, 10), b, x)",
    "prior(class = b, prior = normal(0, 10), coef = `x`)",
    "prior_string('normal(0, 10)', class = 'b', coef = 'x')",
    "normal(0, 10), class=b, coef=x",
    "normal(0, 10), coef=x",
    "  normal(0, 10) ,  coef = x ",
  ])("%s", (text) => expect(parsePriorRule(text)).toEqual(expected));

  it("reads every field", () => {
    expect(
      parsePriorRule(
        'set_prior("", class = "sd", coef = "a:b", group = "g h", dpar = "sigma", nlpar = "k", resp = "y", lb = -Inf, ub = 1/2)',
      ),
    ).toEqual({
      prior: "",
      class: "sd",
      coef: "a:b",
      group: "g h",
      dpar: "sigma",
      nlpar: "k",
      resp: "y",
      lb: -Infinity,
      ub: 0.5,
      source: "user",
    });
  });
  it("reads missing bounds as none", () => {
    expect(parsePriorRule("prior(normal(0, 1), lb = NA, ub = NULL)")).toEqual(prior("normal(0, 1)"));
  });

  it.each([
    ["normal(0, 1), clas=b", /unknown field "clas".*did you mean "class"/],
    ["normal(0, 1), tag=b", /unknown field "tag"/],
    ["normal(0, 1), class=b, class=sd", /class is given twice/],
    ["normal(0, 1), lb=low", /lb in the prior .* is not a number: low/],
    ["normal(0, 1), ,", /nothing between two commas/],
    ["", /a prior is missing/],
    ["class=b", /a prior is missing/],
    ["set_prior()", /a prior is missing/],
    ["prior(normal(0, 1)) + prior(normal(0, 2))", /nothing may follow the closing parenthesis/],
    ["prior(normal(0, 1), class = b", /a "\)" is missing/],
    ["normal(0, 1), b, x, g, y, s, n, 0, 1, 2", /too many arguments/],
    ["nromal(0, 1), class=b", /did you mean "normal"/],
  ])("refuses %s", (text, message) => {
    expect(() => parsePriorRule(text)).toThrow(PriorError);
    expect(() => parsePriorRule(text)).toThrow(message);
  });

  it("throws nothing but PriorError, whatever the text", () => {
    const pieces = fc
      .array(
        fc.constantFrom(
          "set_prior(",
          "prior(",
          "normal(0, 1)",
          "class",
          "=",
          "lb",
          ",",
          ")",
          "(",
          '"',
          "'",
          "b",
          " ",
          "\n",
        ),
        { maxLength: 15 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), pieces), (text) => {
        try {
          parsePriorRule(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PriorError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
