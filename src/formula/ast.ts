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
  | "~" | "|" | "||" | "+" | "-" | "*" | "/" | ":" | "%in%" | "%%" | "^"
  | "==" | "!=" | "<" | "<=" | ">" | ">=" | "&" | "&&";
