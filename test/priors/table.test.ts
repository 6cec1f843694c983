import { describe, expect, it } from "vitest";
import { prior } from "../../src/priors/set-prior.ts";
import { priorTable } from "../../src/priors/table.ts";
import { resolve } from "./helpers.ts";

describe("priorTable", () => {
  it("has a row for every parameter, with the flat prior in words and open bounds as null", () => {
    const rows = priorTable(resolve(prior("normal(0, 2)", { coef: "x", lb: -1 })));
    const common = { nlpar: "", dpar: "", group: "" };
    expect(rows.slice(0, 3)).toEqual([
      { class: "b", coef: "x", prior: "normal(0, 2)", lb: -1, ub: null, source: "user", ...common },
      { class: "b", coef: "z", prior: "(flat)", lb: null, ub: null, source: "default", ...common },
      {
        class: "Intercept",
        coef: "",
        prior: "student_t(3, 1.5, 3)",
        lb: null,
        ub: null,
        source: "default",
        ...common,
      },
    ]);
    expect(rows.at(-1)).toMatchObject({ class: "cor", group: "g", prior: "lkj(1)", lb: -1, ub: 1 });
  });
});
