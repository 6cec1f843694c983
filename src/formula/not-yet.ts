/** What brms has and this has not yet: refused by name, so that nobody takes it for an unknown function. */
import { FormulaError } from "../errors.ts";
import { type Ast, leftSpine } from "./ast.ts";

const TERMS: Readonly<Record<string, string>> = {
  te: "its penalties overlap: t2() has the same functions with penalties that do not",
  ti: "its penalties overlap: t2() has the same functions with penalties that do not",
  me: "measurement error",
  mi: "imputation",
  cs: "category-specific effects",
  ar: "autocorrelation",
  ma: "autocorrelation",
  arma: "autocorrelation",
  cosy: "autocorrelation",
  unstr: "autocorrelation",
  sar: "spatial models",
  car: "spatial models",
  fcor: "known correlations",
  mm: "multi-membership",
  mmc: "multi-membership",
};

const ADDITIONS: Readonly<Record<string, string>> = {
  trunc: "truncation",
  cat: "ordinal thresholds",
  thres: "ordinal thresholds",
  dec: "decision models",
  rate: "rates",
  subset: "multivariate models",
  index: "multivariate models",
  mi: "imputation",
  vint: "custom families",
  vreal: "custom families",
  bhaz: "survival models",
};

const RESPONSES: Readonly<Record<string, string>> = {
  mvbind: "multivariate models",
  Surv: "survival models",
};

/** Terms of a right-hand side; inside other functions the names are theirs. */
export function refuseTerms(ast: Ast, text: string, specialNames: ReadonlySet<string>): void {
  if (ast.kind === "call" && !specialNames.has(ast.callee)) refuse(ast, TERMS, text);
  if (ast.kind === "parens") refuseTerms(ast.inner, text, specialNames);
  if (ast.kind === "unary") refuseTerms(ast.operand, text, specialNames);
  if (ast.kind === "binary") {
    const { first, operations } = leftSpine(ast);
    refuseTerms(first, text, specialNames);
    for (const { right } of operations) refuseTerms(right, text, specialNames);
  }
}

export function refuseAddition(ast: Ast, text: string): void {
  refuse(ast, ADDITIONS, text);
}

export function refuseResponse(ast: Ast, text: string): void {
  refuse(ast, RESPONSES, text);
}

function refuse(ast: Ast, table: Readonly<Record<string, string>>, text: string): void {
  if (ast.kind !== "call" || !Object.hasOwn(table, ast.callee)) return;
  throw new FormulaError(`${ast.callee}() is not supported yet (${table[ast.callee]})`, text, ast.start);
}
