/** What a user is told of mo(). */
import { describe, expect, it } from "vitest";
import { buildModel } from "../../../src/model/build.ts";

const data = Array.from({ length: 20 }, (_, i) => ({
  y: i % 3,
  o: i % 4,
  h: (i % 4) / 2,
  f: "ab"[i % 2]!,
  c: 1,
}));
const build = (formula: string) => () => buildModel(formula, data);

describe("mo() is refused", () => {
  it("of fractions, text without an order, and constants", () => {
    expect(build("y ~ mo(h)")).toThrow(/needs an ordered factor or whole numbers, but row 2 is 0.5/);
    expect(build("y ~ mo(f)")).toThrow(/f has none: make it an ordered factor, or numbers/);
    expect(build("y ~ mo(c)")).toThrow(/needs two categories, and all rows are 1/);
  });
  it("with one simplex for several terms", () => {
    expect(build('y ~ mo(o, id = "a") + mo(o, id = "a"):h')).toThrow(
      /shared by several terms \(id = "a"\) are not supported yet/,
    );
  });
  it("with arguments that it does not have", () => {
    expect(build("y ~ mo(o, idd = 1)")).toThrow(/mo\(\) has no argument "idd"; did you mean "id"/);
  });
});
