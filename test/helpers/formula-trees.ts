/** Random formula trees that the parser can produce: operands that bind less tightly stand in parentheses. */
import fc from "fast-check";
import type { Argument, Ast, BinaryOperator } from "../../src/formula/ast.ts";

/** Binding strength, weakest first, as in R (`?Syntax`). */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["|", "||"],
  ["&", "&&"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/"],
  ["%in%", "%%"],
  [":"],
  ["^"],
];
const NOT = 1.5;
const SIGN = 6.5;
const POWER = 7;
const at = { start: 0, end: 0 };

const name = fc.oneof(
  fc.constantFrom(
    "x",
    "y.1",
    "größe",
    ".x",
    "_a",
    "if",
    "TRUE",
    "a b",
    "x`y",
    "a\\b",
    "1st",
    "名前",
    "😀",
    '"',
    "a\\`",
  ),
  fc.string({ minLength: 1, unit: "binary" }),
);
const leaf: fc.Arbitrary<Ast> = fc.oneof(
  name.map((text): Ast => ({ kind: "name", name: text, ...at })),
  fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .map((value): Ast => ({ kind: "number", value: Math.abs(value), ...at })),
  fc.nat().map((value): Ast => ({ kind: "number", value, ...at })),
  fc.string({ unit: "binary" }).map((value): Ast => ({ kind: "string", value, ...at })),
);

export const formulaTree: fc.Arbitrary<Ast> = fc.letrec<{ tree: Ast; argument: Argument }>((tie) => ({
  argument: fc.record({ name: name, value: tie("tree") }, { requiredKeys: ["value"] }),
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom(...LEVELS.flat()), tie("tree"), tie("tree"))
      .map(([op, left, right]) => binary(op, left, right)),
    fc
      .tuple(fc.constantFrom("+", "-", "!"), tie("tree"))
      .map(([op, operand]) => unary(op as "+" | "-" | "!", operand)),
    tie("tree").map((inner): Ast => ({ kind: "parens", inner, ...at })),
    fc
      .tuple(name, fc.array(tie("argument"), { maxLength: 3 }))
      .map(([callee, args]): Ast => ({ kind: "call", callee, args, ...at })),
  ),
})).tree;

function binary(op: BinaryOperator, left: Ast, right: Ast): Ast {
  const level = LEVELS.findIndex((operators) => operators.includes(op));
  if (op === "^")
    return { kind: "binary", op, left: atLeast(left, POWER + 0.5), right: atLeast(right, SIGN), ...at };
  return { kind: "binary", op, left: atLeast(left, level), right: atLeast(right, level + 0.1), ...at };
}

function unary(op: "+" | "-" | "!", operand: Ast): Ast {
  return { kind: "unary", op, operand: atLeast(operand, op === "!" ? NOT : SIGN), ...at };
}

function atLeast(ast: Ast, strength: number): Ast {
  return strengthOf(ast) >= strength ? ast : { kind: "parens", inner: ast, ...at };
}

function strengthOf(ast: Ast): number {
  if (ast.kind === "unary") return ast.op === "!" ? NOT : SIGN;
  if (ast.kind === "binary") return LEVELS.findIndex((operators) => operators.includes(ast.op));
  return Number.POSITIVE_INFINITY;
}

/** The tree without positions. */
export function bare(ast: Ast): unknown {
  return JSON.parse(
    JSON.stringify(ast, (key, value) => (key === "start" || key === "end" ? undefined : value)),
  );
}
