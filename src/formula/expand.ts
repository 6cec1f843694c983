/**
 * A right-hand side → terms by R's rules: products and nesting become sums of interactions, sorted by degree and then by
 * appearance, each once; the variables of an interaction in the order in which the formula first mentions them.
 * Group-level terms follow brms: the right of the bar is expanded like a formula, one term per resulting group.
 */
import { FormulaError } from "../errors.ts";
import { type Ast, type Binary, CONSTANTS } from "./ast.ts";
import { format } from "./format.ts";
import { readGrouping } from "./grouping.ts";
import type { GroupTerm, PopulationTerm, TermList } from "./model-formula.ts";
import { byDegree, cross, nest, TermSet, type Terms, union, within } from "./term-algebra.ts";

export interface ExpandContext {
  /** The text that the positions in the tree refer to. */
  readonly text: string;
  /** What `.` stands for: all columns but the response. */
  readonly columns?: readonly string[];
  /** Calls that a registered term kind claims. */
  readonly specialNames: ReadonlySet<string>;
}

/** @throws FormulaError pointing at what cannot be a term. */
export function expand(ast: Ast, context: ExpandContext): TermList {
  return new Expander(context).expand(ast);
}

type Call = Ast & { readonly kind: "call" };

/** `(a + b + …)^k` grows fast; more terms than this are a mistake. */
const MOST_TERMS = 10_000;

class Expander {
  #intercept = true;
  /** The variables by number, and the number of each by its canonical text. */
  readonly #variables: Ast[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #groups: GroupTerm[] = [];
  readonly #context: ExpandContext;

  constructor(context: ExpandContext) {
    this.#context = context;
  }

  expand(ast: Ast): TermList {
    this.#install(ast);
    const terms = byDegree(this.#terms(ast, true, true));
    const population: PopulationTerm[] = [];
    const offsets: Ast[] = [];
    const special: PopulationTerm[] = [];
    for (const variables of terms) {
      const factors = variables.map((k) => this.#variables[k]!);
      const term = { label: factors.map(format).join(":"), factors };
      const offset = factors.find((factor) => this.#isOffset(factor));
      if (offset === undefined) (factors.some(this.#isSpecial) ? special : population).push(term);
      else if (factors.length === 1) offsets.push(this.#offsetArgument(offset as Call));
      else {
        this.#fail(
          `${format(offset)} can only be added to a formula, not multiplied with other terms`,
          offset.start,
        );
      }
    }
    this.#checkIntercept(population);
    this.#checkDuplicateGroups();
    return { intercept: this.#intercept, population, groups: this.#groups, offsets, special };
  }

  /** Numbers the variables in the order of appearance, deleted ones included, as R does before it expands. */
  #install(ast: Ast): void {
    if (ast.kind === "binary" && (ast.op === "+" || ast.op === "-")) {
      const { first, rest } = sum(ast);
      this.#install(first);
      for (const { right } of rest) this.#install(right);
    } else if (ast.kind === "parens") this.#install(ast.inner);
    else if (ast.kind === "unary" && ast.op !== "!") this.#install(ast.operand);
    else if (ast.kind === "binary" && ALGEBRA.has(ast.op)) {
      this.#install(ast.left);
      if (ast.op !== "^") this.#install(ast.right);
    } else if (ast.kind !== "number" && ast.kind !== "string" && !isBar(ast)) {
      for (const variable of this.#isDot(ast) ? this.#everything(ast) : [ast]) {
        const label = format(variable);
        if (this.#numbers.has(label)) continue;
        this.#numbers.set(label, this.#variables.length);
        this.#variables.push(variable);
      }
    }
  }

  /**
   * `added`: whether the expression is added to (or, `positive` = false, taken from) the formula as a whole, where
   * group-level terms may stand. Numbers set the intercept wherever they are one of several summands, as in R.
   */
  #terms(ast: Ast, positive: boolean, added: boolean): Terms {
    switch (ast.kind) {
      case "number":
        if (ast.value !== 0 && ast.value !== 1) {
          this.#fail(
            `the number ${format(ast)} is not a term: 1 is the intercept, 0 leaves it out`,
            ast.start,
          );
        }
        this.#intercept = (ast.value === 1) === positive;
        return [];
      case "string":
        return this.#fail(`the text ${format(ast)} is not a term; a column name needs no quotes`, ast.start);
      case "name":
      case "call":
        return this.#variable(ast);
      case "unary":
        if (ast.op === "+") return this.#terms(ast.operand, positive, added);
        if (ast.op === "!") return this.#variable(ast);
        this.#terms(ast.operand, !positive, false);
        return [];
      case "parens": {
        const inner = unwrap(ast);
        if (!isBar(inner)) return this.#terms(ast.inner, positive, added);
        if (!added) this.#fail("a group-level term can only be added to a formula", ast.start);
        this.#groups.push(...this.#groupTerms(inner));
        return [];
      }
      case "binary":
        return this.#operation(ast, positive, added);
    }
  }

  #operation(ast: Binary, positive: boolean, added: boolean): Terms {
    switch (ast.op) {
      case "+":
      case "-":
        return this.#sum(ast, positive, added);
      case "*": {
        const [left, right] = this.#operands(ast, positive);
        return union(union(left, right), this.#cross(left, right, ast));
      }
      case ":":
        return this.#cross(...this.#operands(ast, positive), ast);
      case "%in%":
        return within(...this.#operands(ast, positive));
      case "/":
        return nest(...this.#operands(ast, positive));
      case "^":
        return this.#power(ast, positive);
      case "|":
      case "||":
        return this.#fail(
          "a group-level term needs parentheses: write `(x | g)`",
          this.#positionOfOperator(ast),
        );
      case "~":
        return this.#fail("~ cannot stand here", this.#positionOfOperator(ast));
      default:
        return this.#variable(ast);
    }
  }

  /** A chain of + and −, from left to right in a loop: formulas of thousands of columns would exhaust the stack. */
  #sum(ast: Binary, positive: boolean, added: boolean): Terms {
    const { first, rest } = sum(ast);
    const terms = new TermSet(this.#terms(first, positive, added));
    for (const { op, right } of rest) {
      if (op === "+") terms.add(this.#terms(right, positive, added));
      else terms.remove(this.#terms(right, !positive, false));
    }
    return terms.list();
  }

  #operands(ast: Binary, positive: boolean): [left: Terms, right: Terms] {
    for (const side of [ast.left, ast.right]) {
      if (side.kind === "number") {
        this.#fail(
          `${format(side)} cannot be multiplied with a column here; arithmetic goes into I()`,
          side.start,
        );
      }
    }
    return [this.#terms(ast.left, positive, false), this.#terms(ast.right, positive, false)];
  }

  #cross(a: Terms, b: Terms, ast: Ast): Terms {
    if (a.length * b.length > MOST_TERMS)
      this.#fail(`this expands to more than ${MOST_TERMS} terms`, ast.start);
    return cross(a, b);
  }

  #power(ast: Binary, positive: boolean): Terms {
    const { left, right } = ast;
    if (right.kind !== "number" || !Number.isInteger(right.value) || right.value < 1) {
      this.#fail(
        "the exponent of a formula is a whole number from 1; the power of a column is I(x^2)",
        right.start,
      );
    }
    if (left.kind === "number") this.#fail("arithmetic goes into I()", left.start);
    const base = this.#terms(left, positive, false);
    let result = base;
    for (let k = 1; k < right.value; k++) {
      const next = this.#cross(result, base, ast);
      // Crossing only ever adds: once nothing is added, nothing will be.
      if (next.length === result.length) return next;
      result = next;
    }
    return result;
  }

  #variable(ast: Ast): Terms {
    if (ast.kind === "name" && CONSTANTS.has(ast.name)) {
      this.#fail(`${ast.name} is a constant, not a column`, ast.start);
    }
    if (ast.kind === "call" && ast.callee === "gr") {
      this.#fail("gr() names a group: it stands right of the bar, as in (1 | gr(g, cor = FALSE))", ast.start);
    }
    if (this.#isOffset(ast)) this.#offsetArgument(ast);
    const variables = this.#isDot(ast) ? this.#everything(ast) : [ast];
    return variables.map((variable) => [this.#numbers.get(format(variable))!]);
  }

  #isDot(ast: Ast): boolean {
    return ast.kind === "name" && ast.name === ".";
  }

  #everything({ start, end }: Ast): Ast[] {
    const { columns } = this.#context;
    if (columns === undefined) this.#fail('"." (all other columns) cannot stand here', start);
    return columns.map((name) => ({ kind: "name", name, start, end }));
  }

  #isSpecial = (ast: Ast): boolean => ast.kind === "call" && this.#context.specialNames.has(ast.callee);

  #isOffset(ast: Ast): ast is Call {
    return ast.kind === "call" && ast.callee === "offset";
  }

  #offsetArgument(call: Call): Ast {
    if (call.args.length !== 1) this.#fail("offset() takes one expression", call.start);
    return call.args[0]!.value;
  }

  /** `(left | right)`, `(left || right)`, `(left | ID | right)`. */
  #groupTerms(bar: Binary): GroupTerm[] {
    const grouping = readGrouping(bar, this.#context.text);
    const coefficients = expand(grouping.left, this.#groupContext());
    const [misplaced] = coefficients.offsets;
    if (coefficients.groups.length > 0)
      this.#fail("group-level terms cannot be nested inside each other", bar.start);
    if (misplaced !== undefined) {
      this.#fail("an offset cannot stand inside a group-level term", misplaced.start);
    }
    const { intercept, population, special } = coefficients;
    if (!intercept && population.length + special.length === 0) {
      this.#fail("this group-level term has no coefficients", bar.start);
    }
    const groups = expand(grouping.right, this.#groupContext()).population;
    if (groups.length === 0)
      this.#fail("the grouping factor is missing right of the bar", grouping.right.start);
    return groups.map(({ factors }) => {
      const names = factors.map((factor) => this.#groupingColumn(factor));
      return {
        intercept,
        coefficients: population,
        special,
        correlated: grouping.correlated,
        ...(grouping.id !== undefined && { id: grouping.id }),
        factors: names,
        label: names.join(":"),
        start: bar.start,
        end: bar.end,
      };
    });
  }

  /** Without the columns: a `.` would take in the grouping factors themselves. */
  #groupContext(): ExpandContext {
    return { text: this.#context.text, specialNames: this.#context.specialNames };
  }

  #groupingColumn(factor: Ast): string {
    if (factor.kind === "name") return factor.name;
    const hint =
      factor.kind === "call" && /^(?:as\.)?factor$/.test(factor.callee)
        ? "; every grouping column is a factor"
        : "";
    return this.#fail(
      `a grouping factor is a column, or columns joined by ":" or "/", not ${format(factor)}${hint}`,
      factor.start,
    );
  }

  #checkIntercept(population: readonly PopulationTerm[]): void {
    const own = population
      .flatMap(({ factors }) => factors)
      .find((f) => f.kind === "name" && f.name === "Intercept");
    if (own !== undefined && this.#intercept && this.#context.columns?.includes("Intercept") !== true) {
      this.#fail(
        "Intercept stands for the intercept, which is there already: write 0 + Intercept + …",
        own.start,
      );
    }
  }

  /** Two effects of one name on one group could not be told apart. */
  #checkDuplicateGroups(): void {
    const seen = new Set<string>();
    for (const { label, intercept, coefficients, special, start } of this.#groups) {
      for (const name of [
        ...(intercept ? ["the intercept"] : []),
        ...[...coefficients, ...special].map((term) => term.label),
      ]) {
        const effect = JSON.stringify([label, name]);
        if (seen.has(effect)) {
          this.#fail(
            `${name} varies over "${label}" in two terms; leave it out of one of them (0 + … for the intercept)`,
            start,
          );
        }
        seen.add(effect);
      }
    }
  }

  #positionOfOperator(ast: Binary): number {
    const found = this.#context.text.indexOf(ast.op, ast.left.end);
    return found >= 0 && found < ast.right.start ? found : ast.start;
  }

  #fail(message: string, position: number): never {
    throw new FormulaError(message, this.#context.text, position);
  }
}

/** The operators that combine terms; any other makes one variable of both sides, as in R. */
const ALGEBRA: ReadonlySet<string> = new Set(["+", "-", "*", "/", ":", "^", "%in%"]);

/** The summands of a chain of + and −, from left to right. */
function sum(ast: Binary): { readonly first: Ast; readonly rest: readonly Binary[] } {
  const rest: Binary[] = [];
  let first: Ast = ast;
  for (; first.kind === "binary" && (first.op === "+" || first.op === "-"); first = first.left)
    rest.push(first);
  return { first, rest: rest.reverse() };
}

function isBar(ast: Ast): ast is Binary & { readonly op: "|" | "||" } {
  return ast.kind === "binary" && (ast.op === "|" || ast.op === "||");
}

function unwrap(ast: Ast): Ast {
  return ast.kind === "parens" ? unwrap(ast.inner) : ast;
}
