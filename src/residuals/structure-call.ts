/** Residual structures as a user writes them: `ar(time, group)`, `exponential(x, y, group = g, nugget = TRUE)`, `power(x, by = g)`. */
import { didYouMean, FormulaError } from "../errors.ts";
import type { Ast } from "../formula/ast.ts";
import { parseFormula } from "../formula/parser.ts";

/** A call: names of columns in order, named arguments that are columns (`group`, `by`), numbers and switches. */
export interface StructureCall {
  readonly text: string;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly named: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly switches: Readonly<Record<string, boolean>>;
}

/** What a kind of structure is called and takes. */
export interface StructureUsage {
  readonly name: string;
  /** How it is written: for messages. */
  readonly usage: string;
  /** Fewest and most unnamed columns. */
  readonly columns: readonly [number, number];
  readonly named?: readonly string[];
  readonly numbers?: readonly string[];
  readonly switches?: readonly string[];
}

/** The factors of `a(…) * b(…)`: structures that are multiplied. */
export function structureFactors(text: string): Ast[] {
  const factors = (ast: Ast): Ast[] =>
    ast.kind === "binary" && ast.op === "*" ? [...factors(ast.left), ...factors(ast.right)] : [ast];
  return factors(parseFormula(text));
}

/** @throws FormulaError when `ast` is not a call of one of those kinds, with arguments that the kind takes. */
export function parseStructure<U extends StructureUsage>(
  ast: Ast,
  text: string,
  kinds: readonly U[],
  what: string,
): { readonly kind: U; readonly call: StructureCall } {
  const names = kinds.map(({ name }) => name);
  if (ast.kind !== "call") {
    throw new FormulaError(
      `a ${what} structure reads ${kinds[0]!.usage}; there are ${names.join(", ")}`,
      text,
      ast.start,
    );
  }
  const kind = kinds.find(({ name }) => name === ast.callee);
  if (kind === undefined) {
    throw new FormulaError(
      `there is no ${what} structure ${ast.callee}(); there are ${names.join(", ")}${didYouMean(ast.callee, names)}`,
      text,
      ast.start,
    );
  }
  const columns: string[] = [];
  const named: Record<string, string> = {};
  const numbers: Record<string, number> = {};
  const switches: Record<string, boolean> = {};
  for (const { name, value } of ast.args) {
    if (name === undefined) columns.push(columnName(value, text));
    else if (kind.named?.includes(name)) named[name] = columnName(value, text);
    else if (kind.numbers?.includes(name)) numbers[name] = wholeNumber(value, name, text);
    else if (kind.switches?.includes(name)) switches[name] = truth(value, name, text);
    else {
      throw new FormulaError(
        `${kind.name}() has no argument ${name}; write ${kind.usage}${didYouMean(name, [...(kind.named ?? []), ...(kind.numbers ?? []), ...(kind.switches ?? [])])}`,
        text,
        value.start,
      );
    }
  }
  if (columns.length < kind.columns[0] || columns.length > kind.columns[1]) {
    throw new FormulaError(`${text}: write ${kind.usage}`, text, ast.start);
  }
  return {
    kind,
    call: { text: text.slice(ast.start, ast.end), kind: kind.name, columns, named, numbers, switches },
  };
}

function columnName(ast: Ast, text: string): string {
  if (ast.kind === "name") return ast.name;
  // A group may be a combination of columns: `cs(Block:Variety)`.
  if (ast.kind === "binary" && ast.op === ":") {
    return `${columnName(ast.left, text)}:${columnName(ast.right, text)}`;
  }
  throw new FormulaError("the name of a column is expected here", text, ast.start);
}

function wholeNumber(ast: Ast, name: string, text: string): number {
  if (ast.kind === "number" && Number.isInteger(ast.value)) return ast.value;
  throw new FormulaError(`${name} is a whole number`, text, ast.start);
}

function truth(ast: Ast, name: string, text: string): boolean {
  const written = text.slice(ast.start, ast.end);
  if (written === "TRUE" || written === "true") return true;
  if (written === "FALSE" || written === "false") return false;
  throw new FormulaError(`${name} is TRUE or FALSE`, text, ast.start);
}
