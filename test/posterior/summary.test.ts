import { describe, expect, it } from "vitest";
import type { Draws } from "../../src/draws/draws.ts";
import { NutmixError } from "../../src/errors.ts";
import { pointEstimate, summarise } from "../../src/posterior/summary.ts";
import { frozenDraws } from "../helpers/frozen-draws.ts";

describe("summarise", () => {
  it("has one row per parameter, in order, with the fields of the JSON output", () => {
    const rows = summarise(frozenDraws);
    expect(rows.map((row) => row.name)).toEqual(frozenDraws.names);
    expect(Object.keys(rows[0]!)).toEqual([
      "name",
      "mean",
      "sd",
      "median",
      "mad",
      "q2.5",
      "q5",
      "q95",
      "q97.5",
      "rhat",
      "essBulk",
      "essTail",
      "mcseMean",
      "mcseSd",
    ]);
  });

  it("takes a selection, which changes no number", () => {
    const rows = summarise(frozenDraws, { parameters: ["nu", /^b_D/] });
    expect(rows.map((row) => row.name)).toEqual(["nu", "b_Days"]);
    expect(rows[1]).toEqual(summarise(frozenDraws)[1]);
    expect(() => summarise(frozenDraws, { parameters: "b_days" })).toThrow(NutmixError);
  });

  it("writes what is unknown as null in JSON", () => {
    const [row] = summarise(frozenDraws, { parameters: "disc" });
    expect(JSON.parse(JSON.stringify(row))).toMatchObject({
      mean: 1,
      sd: 0,
      rhat: null,
      essBulk: null,
      mcseMean: null,
    });
  });

  it("does not hide a draw that is not a number", () => {
    const values = frozenDraws.values.slice();
    values[0] = Number.NaN;
    const broken: Draws = { ...frozenDraws, values };
    const { name, ...numbers } = summarise(broken)[0]!;
    expect(name).toBe("b_Intercept");
    for (const value of Object.values(numbers)) expect(value).toBeNaN();
  });

  it("shows mean and sd, or median and mad", () => {
    const [row] = summarise(frozenDraws, { parameters: "nu" });
    expect(pointEstimate(row!)).toEqual({ estimate: row!.mean, error: row!.sd });
    expect(pointEstimate(row!, true)).toEqual({ estimate: row!.median, error: row!.mad });
  });
});
