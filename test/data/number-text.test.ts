import { describe, expect, it } from "vitest";
import { parseNumber } from "../../src/data/number-text.ts";

describe("parseNumber", () => {
  it.each([
    ["0", 0],
    ["-0", -0],
    ["0.5", 0.5],
    [".5", 0.5],
    ["-.5", -0.5],
    ["007", 7],
    ["+3", 3],
    ["1e-3", 0.001],
    ["  2 ", 2],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["-inf", Number.NEGATIVE_INFINITY],
    ["9".repeat(400), Number.POSITIVE_INFINITY],
  ])("reads %j", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each([
    "",
    " ",
    "\u00a0",
    "\u3000",
    "0x1F",
    " 0x1F",
    "\u00a00x1F",
    "0b1",
    "0o7",
    "-0x1F",
    "-",
    ".",
    "1_000",
    "1,5",
    "1 2",
  ])("does not read %j", (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});
