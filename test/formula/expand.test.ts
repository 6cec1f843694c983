/** Expansion against R's terms() and lme4's findbars() and expandDoubleVerts(): see ../fixtures/formula/terms.R. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormulaError } from "../../src/errors.ts";
import type { Ast } from "../../src/formula/ast.ts";
import { expand } from "../../src/formula/expand.ts";
import { format } from "../../src/formula/format.ts";
import type { GroupTerm, TermList } from "../../src/formula/model-formula.ts";
import { parseFormula } from "../../src/formula/parser.ts";

interface TermsOfR {
  readonly formula: string;
  readonly labels: readonly string[];
  readonly intercept: boolean;
  readonly offsets: readonly string[];
}
interface GroupOfLme4 {
  readonly group: readonly string[];
  readonly intercept: boolean;
  readonly labels: readonly string[];
}
interface BarsOfLme4 {
  readonly formula: string;
  readonly fixed: readonly string[];
  readonly intercept: boolean;
  readonly groups: readonly GroupOfLme4[];
}

const reference = JSON.parse(
  readFileSync(new URL("../fixtures/formula/terms.json", import.meta.url), "utf8"),
) as {
  terms: TermsOfR[];
  columns: string[];
  dots: TermsOfR[];
  bars: BarsOfLme4[];
};

function termsOf(text: string, columns?: readonly string[], special: readonly string[] = []): TermList {
  const tree = parseFormula(text) as Ast & { kind: "binary" };
  return expand(tree.right, { text, specialNames: new Set(special), ...(columns && { columns }) });
}

const labels = (terms: TermList): string[] => terms.population.map(({ label }) => label);
const groups = (text: string): GroupTerm[] => [...termsOf(text).groups];

function expectLikeR(terms: TermList, expected: TermsOfR): void {
  expect(labels(terms)).toEqual(expected.labels);
  expect(terms.intercept).toBe(expected.intercept);
  expect(terms.offsets.map((offset) => `offset(${format(offset)})`)).toEqual(expected.offsets);
}

describe("population-level terms are those of R's terms()", () => {
  it.each(reference.terms)("$formula", (expected) => {
    expectLikeR(termsOf(expected.formula), expected);
  });

  it.each(reference.dots)("with data: $formula", (expected) => {
    const tree = parseFormula(expected.formula) as Ast & { kind: "binary" };
    const response = format(tree.left).replace("log(y)", "y");
    const columns = reference.columns.filter((name) => name !== response);
    expectLikeR(termsOf(expected.formula, columns), expected);
  });

  it("keeps Intercept as an ordinary term after 0 +", () => {
    const terms = termsOf("y ~ 0 + Intercept + x");
    expect(terms.intercept).toBe(false);
    expect(labels(terms)).toEqual(["Intercept", "x"]);
  });

  it("hands special calls over once each, and removes them again", () => {
    const terms = termsOf("y ~ x + s(z) + s(z) + s(w) - s(w)", undefined, ["s"]);
    expect(labels(terms)).toEqual(["x"]);
    expect(terms.special.map(({ label }) => label)).toEqual(["s(z)"]);
  });

  it("expands a formula of 3000 columns", () => {
    const names = Array.from({ length: 3000 }, (_, k) => `x${k}`);
    expect(labels(termsOf(`y ~ ${names.join(" + ")}`))).toEqual(names);
    expect(labels(termsOf("y ~ .", names))).toEqual(names);
  });
});

describe("group-level terms are those of lme4", () => {
  it.each(reference.bars)("$formula", (expected) => {
    const terms = termsOf(expected.formula);
    expect(labels(terms)).toEqual(expected.fixed);
    expect(terms.intercept).toBe(expected.intercept);
    const ours = terms.groups.flatMap(split).map(canonical);
    const theirs = expected.groups.map(canonical);
    expect(ours.sort()).toEqual(theirs.sort());
  });

  /** lme4 writes an uncorrelated term as one term per coefficient. */
  function split({ factors, intercept, coefficients, correlated }: GroupTerm): GroupOfLme4[] {
    const group = [...factors].sort();
    const own = coefficients.map(({ label }) => label);
    if (correlated) return [{ group, intercept, labels: own }];
    const each = own.map((label) => ({ group, intercept: false, labels: [label] }));
    return intercept ? [{ group, intercept, labels: [] }, ...each] : each;
  }

  function canonical({ group, intercept, labels }: GroupOfLme4): string {
    return JSON.stringify([group, intercept, labels]);
  }

  it("names groups as brms does, outer factor first", () => {
    expect(groups("y ~ (1 | a/b/c)").map(({ label }) => label)).toEqual(["a", "a:b", "a:b:c"]);
    expect(groups("y ~ (1 | b:a)").map(({ label }) => label)).toEqual(["b:a"]);
    expect(groups("y ~ (x | a + b)").map(({ label }) => label)).toEqual(["a", "b"]);
    expect(groups("y ~ (1 | a*b)").map(({ label }) => label)).toEqual(["a", "b", "a:b"]);
    expect(groups("y ~ (1 | gr(a:b))").map(({ factors }) => factors)).toEqual([["a", "b"]]);
  });

  it("marks what is uncorrelated", () => {
    expect(groups("y ~ (x || a/b)").map(({ correlated }) => correlated)).toEqual([false, false]);
    expect(groups("y ~ (x | a)")[0]!.correlated).toBe(true);
    expect(groups("y ~ (x | gr(a, cor = FALSE))")[0]!.correlated).toBe(false);
    expect(groups("y ~ (x || gr(a, cor = TRUE))")[0]!.correlated).toBe(false);
    expect(groups("y ~ (x | gr(a, cor = T))")[0]!.correlated).toBe(true);
  });

  it.each([
    ["y ~ (1 |ID| g)", "ID"],
    ["y ~ (1 | 2 | g)", "2"],
    ["y ~ (1 | gr(g, id = 'p q'))", "p q"],
    ["y ~ (1 |p| gr(g, id = 'p'))", "p"],
    ["y ~ (1 |p| gr(g, id = NA))", "p"],
    ["y ~ (1 | g)", undefined],
  ])("reads the ID of %s", (text, id) => {
    const [term, ...more] = groups(text);
    expect(more).toEqual([]);
    expect(term!.id).toBe(id);
    expect(term!.label).toBe("g");
  });

  it("points at the term in the text", () => {
    const text = "y ~ x + (1 | g)";
    const { start, end } = groups(text)[0]!;
    expect(text.slice(start, end)).toBe("1 | g");
  });
});

describe("what cannot be a term is refused where it stands", () => {
  it.each([
    ["y ~ 2", "2", "the number 2 is not a term: 1 is the intercept, 0 leaves it out"],
    ["y ~ x + 'a'", "'a'", 'the text "a" is not a term'],
    ["y ~ TRUE", "TRUE", "TRUE is a constant, not a column"],
    ["y ~ 2 * x", "2", "2 cannot be multiplied with a column here; arithmetic goes into I()"],
    ["y ~ x:1", "1", "1 cannot be multiplied with a column here"],
    ["y ~ x / 2", "2", "arithmetic goes into I()"],
    ["y ~ x^z", "z", "the exponent of a formula is a whole number from 1; the power of a column is I(x^2)"],
    ["y ~ x^0.5", "0.5", "the exponent of a formula is a whole number"],
    ["y ~ (a + b)^-1", "-1", "the exponent of a formula is a whole number"],
    ["y ~ 2^2", "2^2", "arithmetic goes into I()"],
    ["y ~ x | g", "|", "a group-level term needs parentheses: write `(x | g)`"],
    ["y ~ x || g", "||", "a group-level term needs parentheses: write `(x | g)`"],
    ["y ~ (1 | g) * x", "(1", "a group-level term can only be added to a formula"],
    ["y ~ x:(1 | g)", "(1", "a group-level term can only be added to a formula"],
    ["y ~ x - (1 | g)", "(1", "a group-level term can only be added to a formula"],
    ["y ~ ((1 | g) | h)", "(1", "group-level terms cannot be nested inside each other"],
    ["y ~ (0 | g)", "0 |", "this group-level term has no coefficients"],
    ["y ~ (1 | 1)", "1)", "the grouping factor is missing right of the bar"],
    ["y ~ (1 | factor(g))", "factor", "not factor(g); every grouping column is a factor"],
    ["y ~ (1 | log(g))", "log", 'a grouping factor is a column, or columns joined by ":" or "/", not log(g)'],
    ["y ~ (offset(z) | g)", "z", "an offset cannot stand inside a group-level term"],
    ["y ~ (. | g)", ".", '"." (all other columns) cannot stand here'],
    ["y ~ .", ".", '"." (all other columns) cannot stand here'],
    ["y ~ (1 | a) + (x | a)", "x |", 'the intercept varies over "a" in two terms'],
    ["y ~ (0 + x | a) + (x - 1 || a)", "x - 1", 'x varies over "a" in two terms'],
    ["y ~ (1 | a/b) + (1 | a)", "1 | a)", 'the intercept varies over "a" in two terms'],
    [
      "y ~ offset(z):x",
      "offset",
      "offset(z) can only be added to a formula, not multiplied with other terms",
    ],
    ["y ~ offset(z, w)", "offset", "offset() takes one expression"],
    ["y ~ offset()", "offset", "offset() takes one expression"],
    ["y ~ offset(z):x", "offset(", "offset(z) can only be added to a formula"],
    [
      "y ~ Intercept + x",
      "Intercept",
      "Intercept stands for the intercept, which is there already: write 0 + Intercept + …",
    ],
    ["y ~ gr(g)", "gr", "gr() names a group: it stands right of the bar"],
    ["y ~ (1 | gr(g, by = f))", "f", "by in gr() is not supported yet"],
    ["y ~ (1 | gr(g, cov = A))", "A", "cov in gr() is not supported yet"],
    [
      "y ~ (1 | gr(g, ID = 'p'))",
      "'p'",
      'gr() has no argument "ID"; there are cor, id, by, cov, dist, pw; did you mean "id"?',
    ],
    ["y ~ (1 | gr())", "gr", "gr() needs a grouping factor"],
    ["y ~ (1 | gr(g, h))", "h", "gr() takes one grouping factor"],
    ["y ~ (1 | gr(g, cor = 1))", "1)", "cor in gr() is TRUE or FALSE"],
    ["y ~ (1 | gr(g, id = f(x)))", "f(", "id in gr() is a name in quotes"],
    ["y ~ (1 |p| gr(g, id = 'q'))", "'q'", "this term has two IDs, p and q"],
    ["y ~ (1 | a + b | g)", "a + b", "the ID between the bars is a name"],
    ["y ~ (1 | a | b | g)", "1 | a", "a group-level term has at most one ID"],
    ["y ~ (1 | mm(a, b))", "mm", "mm() is not supported yet (multi-membership)"],
    ["y ~ (a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+t+u+v+w+x+z)^9", "(", "this expands to more than 10000 terms"],
  ])("%s", (text, at, message) => {
    const error = caught(() => termsOf(text, undefined, ["s"]));
    expect(error.message).toContain(message);
    const right = text.slice(4);
    const wanted =
      at === "1 | a)"
        ? text.lastIndexOf(at)
        : at === "x - 1" || at === "x |"
          ? text.indexOf(at)
          : 4 + right.indexOf(at);
    expect(error.position).toBe(wanted);
  });
});

function caught(run: () => unknown): FormulaError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(FormulaError);
    return error as FormulaError;
  }
  throw new Error("nothing was thrown");
}
