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

/** Calls `visit` for the node and everything below it, outermost first. */
export function walk(ast: Ast, visit: (node: Ast) => void): void {
  visit(ast);
  switch (ast.kind) {
    case "call":
      for (const argument of ast.args) walk(argument.value, visit);
      return;
    case "unary":
      return walk(ast.operand, visit);
    case "binary":
      walk(ast.left, visit);
      return walk(ast.right, visit);
    case "parens":
      return walk(ast.inner, visit);
    default:
      return;
  }
}

/** The names that a tree mentions (columns and reserved words, not functions), each once, in order of appearance. */
export function variables(ast: Ast): string[] {
  const names = new Set<string>();
  walk(ast, (node) => {
    if (node.kind === "name") names.add(node.name);
  });
  return [...names];
}
