/** Arguments of terms that are constants: numbers, vectors of them, TRUE and FALSE, text. Nothing is evaluated on data. */
import { didYouMean, FormulaError } from "../errors.ts";
import type { Ast } from "../formula/ast.ts";
import { format } from "../formula/format.ts";
import type { Call } from "./term.ts";

/** The arguments of a call by kind; messages point into the text of the formula. */
export class Arguments {
  readonly #call: Call;
  readonly #source: string;

  constructor(call: Call, source: string) {
    this.#call = call;
    this.#source = source;
  }

  /** @throws FormulaError for a name that is none of these */
  allow(names: readonly string[]): void {
    for (const { name, value } of this.#call.args) {
      if (name === undefined || names.includes(name)) continue;
      this.fail(
        `${this.#call.callee}() has no argument "${name}"${didYouMean(name, names)} (arguments: ${names.join(", ")})`,
        value,
      );
    }
    const seen = new Set<string>();
    for (const { name, value } of this.#call.args) {
      if (name === undefined) continue;
      if (seen.has(name)) this.fail(`${name} is given twice`, value);
      seen.add(name);
    }
  }

  /** Arguments without a name. */
  positional(): Ast[] {
    return this.#call.args.filter(({ name }) => name === undefined).map(({ value }) => value);
  }

  /** NA and NULL count as not given. */
  named(name: string): Ast | undefined {
    const value = this.#call.args.find((argument) => argument.name === name)?.value;
    return value?.kind === "name" && (value.name === "NA" || value.name === "NULL") ? undefined : value;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.named(name);
    if (value === undefined) return otherwise;
    if (value.kind === "name" && (value.name === "TRUE" || value.name === "T")) return true;
    if (value.kind === "name" && (value.name === "FALSE" || value.name === "F")) return false;
    return this.fail(`${name} must be TRUE or FALSE, not ${format(value)}`, value);
  }

  /** A number, or `c(…)` of numbers; empty when it is not given. */
  numbers(name: string): number[] {
    const value = this.named(name);
    return value === undefined ? [] : elements(value).map((own) => this.#number(own, name));
  }

  /** Whole numbers from `least` on. */
  whole(name: string, least: number): number[] {
    const found = this.numbers(name);
    const bad = found.find((value) => !Number.isInteger(value) || value < least);
    if (bad !== undefined) {
      this.fail(`${name} must be whole and at least ${least}, not ${bad}`, this.named(name)!);
    }
    return found;
  }

  /** Text, or `c(…)` of texts; empty when it is not given. */
  texts(name: string): string[] {
    const value = this.named(name);
    if (value === undefined) return [];
    return elements(value).map((own) =>
      own.kind === "string"
        ? own.value
        : this.fail(`${name} must be text in quotes, not ${format(own)}`, own),
    );
  }

  fail(message: string, at: Ast = this.#call): never {
    throw new FormulaError(`${format(this.#call)}: ${message}`, this.#source, at.start);
  }

  number(value: Ast, name: string): number {
    return this.#number(value, name);
  }

  #number(value: Ast, name: string): number {
    switch (value.kind) {
      case "number":
        return value.value;
      case "parens":
        return this.#number(value.inner, name);
      case "unary":
        if (value.op === "-") return -this.#number(value.operand, name);
        break;
      case "name":
        if (value.name === "NA") return Number.NaN;
        break;
      case "binary": {
        const [a, b] = [value.left, value.right].map((side) => this.#number(side, name)) as [number, number];
        if (value.op === "/") return a / b;
        if (value.op === "+") return a + b;
        if (value.op === "-") return a - b;
      }
    }
    return this.fail(`${name} must be a number, not ${format(value)}`, value);
  }
}

/** The elements of `c(…)` or `list(…)`, or the value itself. */
export function elements(value: Ast): readonly Ast[] {
  if (value.kind === "call" && (value.callee === "c" || value.callee === "list")) {
    return value.args.map((argument) => argument.value);
  }
  return [value];
}
