/**
 * A right-hand side → terms, by the algebra of R's terms(): products and nesting become sums of interactions, sorted by
 * degree and then by appearance, each once.
 */
import { FormulaError } from "../errors.ts";
import type { Ast } from "./ast.ts";
import { format } from "./format.ts";
import type { GroupTerm, PopulationTerm, TermList } from "./model-formula.ts";

export interface ExpandContext {
  /** The text that the positions in the tree refer to. */
  readonly text: string;
  /** What `.` stands for: all columns but the response. */
  readonly columns?: readonly string[];
  /** Calls that a registered term kind claims. */
  readonly specialNames: ReadonlySet<string>;
}

export function expand(ast: Ast, context: ExpandContext): TermList {
  const expander = new Expander(context);
  const terms = expander.sum(ast);
  return {
    intercept: expander.intercept,
    population: byDegree(terms),
    groups: expander.groups,
    offsets: expander.offsets,
    special: expander.special,
  };
}

class Expander {
  intercept = true;
  readonly groups: GroupTerm[] = [];
  readonly offsets: Ast[] = [];
  readonly special: Ast[] = [];
  readonly #context: ExpandContext;

  constructor(context: ExpandContext) {
    this.#context = context;
  }

  /** Terms of an expression that is added to the formula. */
  sum(ast: Ast): PopulationTerm[] {
    if (ast.kind === "binary" && ast.op === "+") return union(this.sum(ast.left), this.sum(ast.right));
    if (ast.kind === "binary" && ast.op === "-") return this.#remove(this.sum(ast.left), ast.right);
    if (ast.kind === "unary" && ast.op === "+") return this.sum(ast.operand);
    if (ast.kind === "unary" && ast.op === "-") return this.#remove([], ast.operand);
    if (ast.kind === "number") return this.#number(ast, ast.value === 1);
    if (ast.kind === "parens" && isBar(ast.inner)) {
      this.#group(ast.inner);
      return [];
    }
    if (isBar(ast)) {
      this.#fail("a group-level term needs parentheses: write `(x | g)`", ast.start);
    }
    if (ast.kind === "call" && ast.callee === "offset") {
      if (ast.args.length !== 1) this.#fail("offset() takes one expression", ast.start);
      this.offsets.push(ast.args[0]!.value);
      return [];
    }
    if (ast.kind === "call" && this.#context.specialNames.has(ast.callee)) {
      this.special.push(ast);
      return [];
    }
    return this.#terms(ast);
  }

  /** Terms of an operand of `*`, `:`, `/`, `^` or `%in%`, where intercepts, offsets and groups make no sense. */
  #terms(ast: Ast): PopulationTerm[] {
    if (ast.kind === "parens") return isBar(ast.inner) ? this.#misplaced(ast) : this.#inner(ast.inner);
    if (ast.kind === "name" && ast.name === ".") return this.#everything(ast);
    if (ast.kind === "name" || ast.kind === "call") return [variable(ast)];
    if (ast.kind === "number" || ast.kind === "string") {
      return this.#fail(
        `"${format(ast)}" cannot be a term here: 0 and 1 stand alone, arithmetic goes into I()`,
        ast.start,
      );
    }
    if (ast.kind === "unary")
      return this.#fail(`"${ast.op}" cannot stand here; arithmetic goes into I()`, ast.start);
    switch (ast.op) {
      case "*": {
        const left = this.#terms(ast.left);
        const right = this.#terms(ast.right);
        return union(union(left, right), interactions(left, right));
      }
      case ":":
        return interactions(this.#terms(ast.left), this.#terms(ast.right));
      case "%in%":
        return interactions(this.#terms(ast.left), this.#terms(ast.right));
      case "/": {
        // a/b = a + b nested in all of a.
        const left = this.#terms(ast.left);
        const margin = left.reduce<PopulationTerm>((all, term) => merge(all, term), {
          label: "",
          factors: [],
        });
        return union(left, interactions([margin], this.#terms(ast.right)));
      }
      case "^":
        return this.#power(ast);
      default:
        return this.#fail(
          `"${ast.op}" is not an operator of formulas; comparisons go into I()`,
          ast.left.end,
        );
    }
  }

  /** A parenthesised sum used as an operand: `(a + b):c`. */
  #inner(ast: Ast): PopulationTerm[] {
    if (ast.kind === "binary" && ast.op === "+") return union(this.#inner(ast.left), this.#inner(ast.right));
    if (ast.kind === "binary" && ast.op === "-") {
      const removed = new Set(this.#inner(ast.right).map(key));
      return this.#inner(ast.left).filter((term) => !removed.has(key(term)));
    }
    return ast.kind === "number" ? this.#number(ast, ast.value === 1) : this.#terms(ast);
  }

  #power(ast: Ast & { kind: "binary" }): PopulationTerm[] {
    const exponent = ast.right;
    if (exponent.kind !== "number" || !Number.isInteger(exponent.value) || exponent.value < 1) {
      this.#fail(
        "the exponent of a formula is a whole number from 1; a power of a column is I(x^2)",
        ast.right.start,
      );
    }
    const base = this.#terms(ast.left);
    let result = base;
    for (let k = 1; k < exponent.value; k++) result = union(result, interactions(result, base));
    return result;
  }

  #everything(ast: Ast): PopulationTerm[] {
    const { columns } = this.#context;
    if (columns === undefined) this.#fail('"." needs the data: the columns are not known here', ast.start);
    return columns.map((name) => variable({ kind: "name", name, start: ast.start, end: ast.end }));
  }

  #number(ast: Ast & { kind: "number" }, intercept: boolean): PopulationTerm[] {
    if (ast.value !== 0 && ast.value !== 1) {
      this.#fail(`the number ${ast.value} is not a term: 1 is the intercept, 0 leaves it out`, ast.start);
    }
    this.intercept = intercept;
    return [];
  }

  #remove(from: PopulationTerm[], what: Ast): PopulationTerm[] {
    if (what.kind === "number") {
      this.#number(what, what.value === 0);
      return from;
    }
    const removed = new Set(this.#inner(what.kind === "parens" ? what.inner : what).map(key));
    return from.filter((term) => !removed.has(key(term)));
  }

  /** `(left | right)`, `(left || right)`, `(left | ID | right)`. */
  #group(bar: Ast & { kind: "binary" }): void {
    let left = bar.left;
    let id: string | undefined;
    if (isBar(left)) {
      if (left.right.kind !== "name") this.#fail("the ID between the bars must be a name", left.right.start);
      id = left.right.name;
      left = left.left;
    }
    const inner = expand(left, this.#context);
    if (inner.groups.length > 0)
      this.#fail("group-level terms cannot be nested inside each other", left.start);
    if (inner.offsets.length > 0) this.#fail("offset() cannot stand inside a group-level term", left.start);
    if (inner.special.length > 0)
      this.#fail("this term cannot stand inside a group-level term", inner.special[0]!.start);
    if (!inner.intercept && inner.population.length === 0) {
      this.#fail("this group-level term has no coefficients", left.start);
    }
    for (const factors of this.#grouping(bar.right)) {
      this.groups.push({
        intercept: inner.intercept,
        coefficients: inner.population,
        correlated: bar.op === "|",
        ...(id !== undefined && { id }),
        factors,
        label: factors.join(":"),
        start: bar.start,
        end: bar.end,
      });
    }
  }

  /** The right of the bar is itself a formula: `a/b` = a and a:b, `a + b` = two terms. */
  #grouping(ast: Ast): string[][] {
    const inner = new Expander(this.#context);
    const terms = byDegree(inner.sum(ast.kind === "parens" ? ast.inner : ast));
    if (terms.length === 0) this.#fail("the grouping factor is missing right of the bar", ast.start);
    return terms.map((term) =>
      term.factors.map((factor) => {
        if (factor.kind !== "name") {
          return this.#fail(
            `a grouping factor is a column, or columns joined by ":" or "/", not ${format(factor)}`,
            factor.start,
          );
        }
        return factor.name;
      }),
    );
  }

  #misplaced(ast: Ast): never {
    return this.#fail("a group-level term can only be added to a formula, not multiplied", ast.start);
  }

  #fail(message: string, position: number): never {
    throw new FormulaError(message, this.#context.text, position);
  }
}

function isBar(ast: Ast): ast is Ast & { kind: "binary"; op: "|" | "||" } {
  return ast.kind === "binary" && (ast.op === "|" || ast.op === "||");
}

function variable(ast: Ast): PopulationTerm {
  return { label: format(ast), factors: [ast] };
}

function merge(a: PopulationTerm, b: PopulationTerm): PopulationTerm {
  const labels = new Set(a.factors.map(format));
  const factors = [...a.factors, ...b.factors.filter((factor) => !labels.has(format(factor)))];
  return { label: factors.map(format).join(":"), factors };
}

function interactions(left: readonly PopulationTerm[], right: readonly PopulationTerm[]): PopulationTerm[] {
  return union(
    [],
    left.flatMap((a) => right.map((b) => merge(a, b))),
  );
}

/** Two terms are the same when they have the same variables in any order. */
function key(term: PopulationTerm): string {
  return JSON.stringify(term.factors.map(format).sort());
}

function union(a: readonly PopulationTerm[], b: readonly PopulationTerm[]): PopulationTerm[] {
  const seen = new Set<string>();
  return [...a, ...b].filter((term) => !seen.has(key(term)) && seen.add(key(term)));
}

function byDegree(terms: readonly PopulationTerm[]): PopulationTerm[] {
  return [...terms].sort((a, b) => a.factors.length - b.factors.length);
}
