import { describe, expect, it } from "vitest";
import { parameterIndex, selectParameters, withPrefix } from "../../src/draws/select.ts";
import { NutmixError } from "../../src/errors.ts";

const names = [
  "b_Intercept",
  "b_Days",
  "sd_Subject__Days",
  "r_Subject[308,Days]",
  "r_Subject[309,Days]",
  "sigma",
];

describe("selectParameters", () => {
  it("takes names, prefixes, arrays and expressions, in the order asked for and each once", () => {
    expect(selectParameters(names, "sigma")).toEqual([5]);
    expect(selectParameters(names, "b_*")).toEqual([0, 1]);
    expect(selectParameters(names, "r_Subject")).toEqual([3, 4]);
    expect(selectParameters(names, ["sigma", /^b_/, "b_Days"])).toEqual([5, 0, 1]);
    expect(selectParameters(names, /Days/g)).toEqual([1, 2, 3, 4]);
  });

  it("does not depend on what a global expression was used for before", () => {
    const expression = /Days/g;
    expect(selectParameters(names, expression)).toEqual(selectParameters(names, expression));
  });

  it("names the nearest parameter when there is none", () => {
    expect(() => selectParameters(names, "b_days2")).toThrow(
      'there is no parameter "b_days2"; did you mean "b_Days"?',
    );
    expect(() => selectParameters(names, ["sigma", /^q/])).toThrow(/no parameter matches \/\^q\//);
    expect(() => selectParameters(names, "unlike-anything-here")).toThrow(NutmixError);
  });
});

describe("parameterIndex and withPrefix", () => {
  it("finds exact names only", () => {
    expect(parameterIndex({ names }, "sigma")).toBe(5);
    expect(() => parameterIndex({ names }, "Sigma")).toThrow('did you mean "sigma"?');
    expect(withPrefix(names, "nothing")).toEqual([]);
  });
});
