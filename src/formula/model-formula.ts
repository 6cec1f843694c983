/** A model formula after expansion: what `parseModelFormula` returns and the design is built from. Knows no data types. */
import type { Argument, Ast } from "./ast.ts";

export interface ModelFormula {
  /** Canonical text, parts joined by `; `. */
  readonly text: string;
  readonly response: ResponsePart;
  /** `mu` first; one part per `dpar ~ …` formula. */
  readonly parts: readonly FormulaPart[];
  /** Parameters that are held at a value: `quantile = 0.8`. */
  readonly fixed: readonly FixedParameter[];
}

export interface FixedParameter {
  readonly dpar: string;
  readonly value: number;
}

export interface ResponsePart {
  readonly expression: Ast;
  /** Canonical text of the expression. */
  readonly name: string;
  /** The calls right of `|`: trials(n), weights(w), se(s), cens(c), in the order given. */
  readonly additions: readonly AdditionCall[];
}

export interface AdditionCall {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly start: number;
  readonly end: number;
}

export interface FormulaPart {
  readonly dpar: string;
  /** The text that the offsets inside `terms` refer to: for error messages. */
  readonly source: string;
  readonly terms: TermList;
}

/** A right-hand side in R's `terms()` order: by degree of interaction, then by appearance. */
export interface TermList {
  readonly intercept: boolean;
  readonly population: readonly PopulationTerm[];
  readonly groups: readonly GroupTerm[];
  readonly offsets: readonly Ast[];
  /** Products with a call that a registered term kind claims (`s(x)`, `gp(x)`, `mo(x):z`): see `terms/`. */
  readonly special: readonly PopulationTerm[];
}

/** A product of one or more variables: `a`, `a:b`, `I(x^2)`, `poly(x, 2):f`. */
export interface PopulationTerm {
  /** R's label: canonical texts of the factors joined by `:`. */
  readonly label: string;
  readonly factors: readonly Ast[];
}

/** `(coefficients | group)` after expansion: one grouping factor or interaction of factors, never `a/b`. */
export interface GroupTerm {
  readonly intercept: boolean;
  readonly coefficients: readonly PopulationTerm[];
  /** Coefficients with a call that a registered term kind claims: `(mo(x) | g)`. */
  readonly special: readonly PopulationTerm[];
  /** False for `||`. */
  readonly correlated: boolean;
  readonly id?: string;
  /** The grouping variables, joined by `:` in `label`. */
  readonly factors: readonly string[];
  readonly label: string;
  readonly start: number;
  readonly end: number;
}
