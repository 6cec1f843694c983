/** The syntax tree of a formula: a closed union. `start`/`end` are offsets into the text. */
export type Ast =
  | { readonly kind: "number"; readonly value: number; readonly start: number; readonly end: number }
  | { readonly kind: "string"; readonly value: string; readonly start: number; readonly end: number }
  /** A column (or reserved word such as `.` and `Intercept`); back-ticks are already removed. */
  | { readonly kind: "name"; readonly name: string; readonly start: number; readonly end: number }
  | {
      readonly kind: "call";
      readonly callee: string;
      readonly args: readonly Argument[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: "unary";
      readonly op: "+" | "-" | "!";
      readonly operand: Ast;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: "binary";
      readonly op: BinaryOperator;
      readonly left: Ast;
      readonly right: Ast;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "parens"; readonly inner: Ast; readonly start: number; readonly end: number };

export interface Argument {
  /** `k` in `s(x, k = 10)`. */
  readonly name?: string;
  readonly value: Ast;
}

export type BinaryOperator =
  | "~"
  | "|"
  | "||"
  | "+"
  | "-"
  | "*"
  | "/"
  | ":"
  | "%in%"
  | "%%"
  | "^"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "&"
  | "&&";

export type Binary = Ast & { readonly kind: "binary" };

/**
 * A chain of operations that lean to the left, `((a + b) - c) + d`: its first operand and the operations from the inside
 * out. Who walks a tree goes along chains in a loop, because a sum of thousands of columns is thousands of levels deep.
 */
export function leftSpine(ast: Binary): { readonly first: Ast; readonly operations: readonly Binary[] } {
  const operations: Binary[] = [];
  let first: Ast = ast;
  for (; first.kind === "binary"; first = first.left) operations.push(first);
  return { first, operations: operations.reverse() };
}

/** Calls `visit` for the node and everything below it, outermost first. */
export function walk(ast: Ast, visit: (node: Ast) => void): void {
  if (ast.kind === "binary") {
    const { first, operations } = leftSpine(ast);
    for (const operation of [...operations].reverse()) visit(operation);
    walk(first, visit);
    for (const { right } of operations) walk(right, visit);
    return;
  }
  visit(ast);
  if (ast.kind === "call") for (const { value } of valueArguments(ast)) walk(value, visit);
  else if (ast.kind === "unary") walk(ast.operand, visit);
  else if (ast.kind === "parens") walk(ast.inner, visit);
}

/** The arguments that hold columns: those of C() after the first name contrasts. */
function valueArguments({ callee, args }: Ast & { kind: "call" }): readonly Argument[] {
  return callee === "C" ? args.slice(0, 1) : args;
}

/** Constants of the language: names that are never columns. */
export const CONSTANTS: ReadonlySet<string> = new Set(["TRUE", "FALSE", "NULL", "NA", "NaN", "Inf"]);

/**
 * The names that a tree mentions (columns and reserved words such as `Intercept`; neither functions nor constants),
 * each once, in order of appearance.
 */
export function variables(ast: Ast): string[] {
  const names = new Set<string>();
  walk(ast, (node) => {
    if (node.kind === "name" && !CONSTANTS.has(node.name)) names.add(node.name);
  });
  return [...names];
}
