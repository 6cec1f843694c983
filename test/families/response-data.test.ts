/** Responses that a family reads otherwise than they were meant. */
import { describe, expect, it } from "vitest";
import { DataError } from "../../src/errors.ts";
import { buildModel, glmm, readCsv } from "../../src/index.ts";

const answers = ["agree", "disagree", "neither", "strongly agree"];
const csv = `answer,x,g\n${Array.from({ length: 40 }, (_, i) => `${answers[(i * 7) % 4]},${i % 3},g${i % 5}`).join("\n")}`;

describe("categories without an order", () => {
  it.each(["cumulative", "sratio", "cratio", "acat"])(
    "are refused by %s, which names levels and remedy",
    (family) => {
      const build = () => buildModel("answer ~ x", readCsv(csv), { family });
      expect(build).toThrow(DataError);
      expect(build).toThrow(/agree, disagree, neither, strongly agree/);
      expect(build).toThrow(/--ordered "answer=agree<disagree<neither<…"/);
      expect(() => glmm("answer ~ x + (1 | g)", readCsv(csv), { family })).toThrow(/without an order/);
    },
  );

  it("are refused when only the column's type is declared: levels in any order are not ordered levels", () => {
    const table = readCsv(csv, { columnTypes: { answer: { factor: answers } } });
    expect(() => buildModel("answer ~ x", table, { family: "cumulative" })).toThrow(/without an order/);
  });

  it("are taken as ordered factors, whole numbers, and FALSE before TRUE", () => {
    const ordered = readCsv(csv, {
      columnTypes: { answer: { ordered: ["disagree", "neither", "agree", "strongly agree"] } },
    });
    const spec = buildModel("answer ~ x", ordered, { family: "cumulative" });
    expect(spec.design.response.levels).toEqual(["disagree", "neither", "agree", "strongly agree"]);
    const numbers = { k: [1, 2, 3, 1, 2, 3], x: [1, 2, 4, 2, 3, 1] };
    expect(buildModel("k ~ x", numbers, { family: "cumulative" }).categories).toBe(3);
    const logical = { k: [true, false, true, false], x: [1, 2, 4, 2] };
    expect(buildModel("k ~ x", logical, { family: "cumulative" }).categories).toBe(2);
  });

  it("may be put in order in the formula; without levels the order of the alphabet is said", () => {
    const levels = 'levels = c("disagree", "neither", "agree", "strongly agree")';
    const spec = buildModel(`ordered(answer, ${levels}) ~ x`, readCsv(csv), { family: "cumulative" });
    expect(spec.design.response.levels).toEqual(["disagree", "neither", "agree", "strongly agree"]);
    expect(spec.design.warnings).toEqual([]);
    const wanted = [
      expect.stringMatching(
        /"answer" are ordered by the alphabet: agree < disagree < neither < strongly agree/,
      ),
    ];
    expect(buildModel("ordered(answer) ~ x", readCsv(csv), { family: "cumulative" }).design.warnings).toEqual(
      wanted,
    );
    const declared = readCsv(csv, { columnTypes: { answer: "ordered" } });
    expect(buildModel("answer ~ x", declared, { family: "cumulative" }).design.warnings).toEqual(wanted);
    expect(() => buildModel('x ~ factor(answer, levels = c("agree", "neither"))', readCsv(csv))).toThrow(
      /no level for "(?:disagree|strongly agree)", which stands in row/,
    );
    const rows = { k: ["1", "10", "2", "1", "10", "2"], x: [1, 2, 3, 4, 5, 7] };
    expect(buildModel("ordered(k) ~ x", rows, { family: "cumulative" }).design.warnings.join()).not.toContain(
      "alphabet",
    );
  });
});
