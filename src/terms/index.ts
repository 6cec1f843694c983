/** The table of term kinds; a new kind is a file and a line here. */
import { didYouMean, FormulaError } from "../errors.ts";
import type { Ast } from "../formula/ast.ts";
import { gp } from "./gp/term.ts";
import { mo } from "./monotonic/term.ts";
import { PRODUCT, productTerm, type VaryingTerm } from "./product.ts";
import { s, t2 } from "./smooth/term.ts";
import type { AdditiveTerm, Call, TermKind, VariableTerm } from "./term.ts";

// biome-ignore lint/suspicious/noExplicitAny: kinds of every state in one table
export type AnyTermKind = TermKind<any>;

export const termKinds = { s, t2, gp, mo } as const satisfies Record<string, AnyTermKind>;

/** The functions of formulas that are terms of their own. */
export function specialNames(): ReadonlySet<string> {
  return new Set(Object.keys(termKinds));
}

/** @throws FormulaError for a name that no kind has: a fit of a version with other terms */
export function findTermKind(name: string): AnyTermKind {
  const kinds: Readonly<Record<string, AnyTermKind>> = termKinds;
  if (Object.hasOwn(kinds, name)) return kinds[name]!;
  throw new FormulaError(`there is no term ${name}()${didYouMean(name, Object.keys(kinds))}`, name, 0);
}

export function isSpecialCall(ast: Ast): ast is Call {
  return ast.kind === "call" && Object.hasOwn(termKinds, ast.callee);
}

/** How a term of a design behaves in a model: what of it is needed once its rows are known. */
export type TermBehaviour = Pick<AdditiveTerm<unknown>, "parameters" | "vectors" | "readBack" | "extend"> &
  Partial<VaryingTerm<unknown>>;

export function behaviourOf(kind: string): TermBehaviour {
  if (kind === PRODUCT) return products as TermBehaviour;
  return additiveKind(kind);
}

const products = productTerm(variableKind);

export function additiveKind(name: string): AdditiveTerm<unknown> {
  const kind = findTermKind(name);
  if (kind.sort === "additive") return kind;
  throw new FormulaError(`${name}() is not a term of its own`, name, 0);
}

export function variableKind(name: string): VariableTerm<unknown> {
  const kind = findTermKind(name);
  if (kind.sort === "variable") return kind;
  throw new FormulaError(`${name}() is not a variable`, name, 0);
}
