import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormulaError } from "../../src/errors.ts";
import { type Ast, variables, walk } from "../../src/formula/ast.ts";
import { format } from "../../src/formula/format.ts";
import { parseFormula } from "../../src/formula/parser.ts";
import { bare, formulaTree } from "../helpers/formula-trees.ts";

/** The tree with every operation in brackets. */
function bracketed(ast: Ast): string {
  switch (ast.kind) {
    case "binary":
      return `[${bracketed(ast.left)} ${ast.op} ${bracketed(ast.right)}]`;
    case "unary":
      return `[${ast.op}${bracketed(ast.operand)}]`;
    case "parens":
      return `(${bracketed(ast.inner)})`;
    default:
      return format(ast);
  }
}

describe("precedence and associativity are R's (?Syntax)", () => {
  it.each([
    ["a + b * c", "[a + [b * c]]"],
    ["a - b - c", "[[a - b] - c]"],
    ["a / b * c", "[[a / b] * c]"],
    ["a * b : c", "[a * [b : c]]"],
    ["a * b %in% c", "[a * [b %in% c]]"],
    ["a %in% b : c", "[a %in% [b : c]]"],
    ["a : b ^ 2", "[a : [b ^ 2]]"],
    ["-a ^ 2", "[-[a ^ 2]]"],
    ["-a : b", "[[-a] : b]"],
    ["a ^ b ^ c", "[a ^ [b ^ c]]"],
    ["a ^ -b", "[a ^ [-b]]"],
    ["a ** 2", "[a ^ 2]"],
    ["a - -b", "[a - [-b]]"],
    ["a + b == c * d", "[[a + b] == [c * d]]"],
    ["!a == b", "[![a == b]]"],
    ["!a & b", "[[!a] & b]"],
    ["a | b & c", "[a | [b & c]]"],
    ["1 | ID | g", "[[1 | ID] | g]"],
    ["x || a / b", "[x || [a / b]]"],
    ["y | trials(n) + weights(w) ~ x + (1 | g)", "[[y | [trials(n) + weights(w)]] ~ [x + ([1 | g])]]"],
    ["a %% b * c", "[[a %% b] * c]"],
  ])("%s", (text, tree) => {
    expect(bracketed(parseFormula(text))).toBe(tree);
  });
});

describe("tokens", () => {
  it.each([
    ["`a b`", "a b"],
    ["größe", "größe"],
    ["x.1_b", "x.1_b"],
    [".hidden", ".hidden"],
    ['`a + "b"`', 'a + "b"'],
    ["`a\\`b`", "a`b"],
    ["`C:\\dir`", "C:\\dir"],
    ["名前", "名前"],
  ])("the name %s", (text, name) => {
    expect(parseFormula(text)).toEqual({ kind: "name", name, start: 0, end: text.length });
  });

  it.each([
    ["1e-3", 0.001],
    [".5", 0.5],
    ["2.", 2],
    ["3L", 3],
    ["1E+2", 100],
  ])("the number %s", (text, value) => {
    expect(parseFormula(text)).toEqual({ kind: "number", value, start: 0, end: text.length });
  });

  it.each([
    ["'a'", "a"],
    ['"it\'s"', "it's"],
    ['"a\\"b"', 'a"b'],
    ["'\\n\\u00e9\\\\'", "\né\\"],
  ])("the string %s", (text, value) => {
    expect(parseFormula(text)).toEqual({ kind: "string", value, start: 0, end: text.length });
  });

  it("positions every node in the text", () => {
    const text = "y ~ poly( x, 2 ) + (1 | `a b`)";
    const seen = new Map<string, string>();
    walk(parseFormula(text), (node) => {
      seen.set(node.kind === "call" ? node.callee : format(node), text.slice(node.start, node.end));
    });
    expect(seen.get("poly")).toBe("poly( x, 2 )");
    expect(seen.get("`a b`")).toBe("`a b`");
    expect(seen.get("(1 | `a b`)")).toBe("(1 | `a b`)");
    expect(seen.get("2")).toBe("2");
  });
});

describe("variables", () => {
  it("lists columns once each, neither functions nor constants nor argument names", () => {
    const tree = parseFormula("log(y) ~ x + poly(z, degree = 2, raw = TRUE) + x:`a b` + (1 | g) + NA");
    expect(variables(tree)).toEqual(["y", "x", "z", "a b", "g"]);
  });
});

describe("text that is no formula", () => {
  it.each([
    ["", 0, "the formula is empty"],
    ["   ", 0, "the formula is empty"],
    ["~ x", 0, "the formula has no response: write `response ~ predictors`"],
    ["y ~", 2, "nothing stands right of the ~; for the intercept alone write 1"],
    ["y ~ x ~ z", 6, "a formula has one ~; further formulas are separated by ;"],
    ["y ~ (x + z", 4, "this parenthesis is never closed"],
    ["y ~ log(x + (1 | g)", 7, "this parenthesis is never closed"],
    ["y ~ x)", 5, "this closing parenthesis has no opening one"],
    ["y ~ x +", 7, "the formula ends too early: a term is missing here"],
    ["y ~ f(x,", 8, "the formula ends too early: an argument is missing here"],
    ["y ~ x + * z", 8, 'a term is missing before "*"'],
    ["y ~ (1 | )", 9, 'a term is missing before ")"'],
    ["y ~ ()", 5, 'a term is missing before ")"'],
    ["y ~ f(x, )", 9, 'a term is missing before ")"'],
    [
      "y ~ body weight",
      9,
      'an operator is missing before "weight" (a column name with spaces goes in back-ticks)',
    ],
    ["y ~ 2x", 5, 'an operator is missing before "x"'],
    ["y ~ (body weight)", 10, 'an operator or a comma is missing before "weight"'],
    ["y = x", 2, 'unexpected "=": response and predictors are separated by ~, values are compared with =='],
    ["y ~ x, z", 5, 'unexpected ","'],
    ["(y ~ x)", 3, "~ cannot stand inside parentheses"],
    ["y ~ x[1]", 5, 'unexpected "[": elements cannot be picked'],
    ["y ~ d$x", 5, 'unexpected "$": columns are written by their name alone'],
    ["y ~ stats::poly(x, 2)", 9, 'unexpected "::": functions are written without their package'],
    ["y ~ x <- 1", 6, 'unexpected "<-": formulas cannot assign'],
    ["y ~ x # all", 6, 'unexpected "#": comments cannot stand in a formula'],
    ["y ~ x @ z", 6, 'unexpected character "@"'],
    ["y ~ x 😀 z", 6, 'unexpected character "😀"'],
    ["y ~ `x", 4, "this back-tick is never closed"],
    ["y ~ 'x", 4, "this quote is never closed"],
    ["y ~ ``", 4, "there is no name between these back-ticks"],
    ['y ~ f("\\u12")', 7, "\\u takes four hexadecimal digits"],
    ["y ~ 1e999", 4, "this number is too large"],
  ])("%s", (text, position, message) => {
    const error = caught(text);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
    expect(error.message).toContain(
      `(formula column ${position + 1})\n  ${text}\n  ${" ".repeat(position)}^`,
    );
  });

  it.each([
    ["parentheses", `y ~ ${"(".repeat(5000)}`],
    ["closed parentheses", `y ~ ${"(".repeat(3000)}x${")".repeat(3000)}`],
    ["signs", `y ~ ${"-".repeat(5000)}x`],
    ["negations", `y ~ ${"!".repeat(5000)}x`],
    ["powers", `y ~ x${"^x".repeat(4000)}`],
    ["calls", `y ~ ${"f(".repeat(4000)}x`],
  ])("very deep %s", (_, text) => {
    expect(caught(text).message).toContain("more than 100 levels of nesting");
  });

  it("is refused when it is endless", () => {
    expect(caught(`y ~ x${" + x".repeat(6000)}`).message).toContain("the formula is too long");
  });

  it("never throws anything but a FormulaError", () => {
    const pieces = fc.constantFrom(
      ..."~ | || + - * / : ^ ** ( ) , = == < <= > ! & && % %in% %% ` \" ' \\ . _ ; # $ [ :: <- 0 1 2.5 1e9 x y `a b` f( offset( gr( \n".split(
        " ",
      ),
    );
    const soup = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          soup,
          soup.map((text) => text.replaceAll(" ", "")),
        ),
        (text) => {
          try {
            const tree = parseFormula(text);
            expect(bare(parseFormula(format(tree)))).toEqual(bare(tree));
          } catch (error) {
            if (!(error instanceof FormulaError)) throw error;
            expect(error.position).toBeGreaterThanOrEqual(0);
            expect(error.position).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("long formulas", () => {
  const columns = Array.from({ length: 4900 }, (_, k) => `x${k}`);

  it("sums of thousands of columns are read, written and walked", () => {
    const text = columns.join(" + ");
    const tree = parseFormula(text);
    expect(format(tree)).toBe(text);
    expect(variables(tree)).toEqual(columns);
  });

  it.each(["*", ":", "/", "%in%", "|", "&", "=="])("thousands of operands of %s are refused", (sign) => {
    expect(caught(columns.slice(0, 2500).join(` ${sign} `)).message).toMatch(
      /more than 200 operands are joined by/,
    );
  });

  it("walk() goes from the outside in and from left to right", () => {
    const seen: string[] = [];
    walk(parseFormula("a + b * c - d"), (node) => seen.push(format(node)));
    expect(seen).toEqual(["a + b * c - d", "a + b * c", "a", "b * c", "b", "c", "d"]);
  });
});

describe("format", () => {
  it("parse(format(tree)) is the tree", () => {
    fc.assert(
      fc.property(formulaTree, (tree) => {
        expect(bare(parseFormula(format(tree)))).toEqual(bare(tree));
      }),
      { numRuns: 1000 },
    );
  });
});

function caught(text: string): FormulaError {
  try {
    parseFormula(text);
  } catch (error) {
    expect(error).toBeInstanceOf(FormulaError);
    return error as FormulaError;
  }
  throw new Error("nothing was thrown");
}
