/** Canonical text is R's deparse: see ../fixtures/formula/terms.R for the numbers, R 4.2 for the spacing. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { format } from "../../src/formula/format.ts";
import { parseFormula } from "../../src/formula/parser.ts";

const { deparsed } = JSON.parse(
  readFileSync(new URL("../fixtures/formula/terms.json", import.meta.url), "utf8"),
) as { deparsed: { value: number; text: string }[] };

describe("format", () => {
  it.each(deparsed)("writes the number $text as R does", ({ value, text }) => {
    expect(format({ kind: "number", value, start: 0, end: 0 })).toBe(text);
  });

  it.each([
    ["a*b+c/d-e:f^2", "a * b + c/d - e:f^2"],
    ["a%in%b", "a %in% b"],
    ["a%%b", "a%%b"],
    ["y~poly( x,2 , raw=TRUE )", "y ~ poly(x, 2, raw = TRUE)"],
    ["f('a',\"b\")", 'f("a", "b")'],
    ["(1+x||g)", "(1 + x || g)"],
    ["x>=1&!z", "x >= 1 & !z"],
    ["-x^2", "-x^2"],
    ["`x`+`a b`+`if`", "x + `a b` + `if`"],
    ["x**2", "x^2"],
  ])("spaces %s as R does", (text, expected) => {
    expect(format(parseFormula(text))).toBe(expected);
  });
});
