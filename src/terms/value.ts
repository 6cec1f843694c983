/** What an expression over the columns of a table evaluates to: one entry per row. */
import type { Column } from "../data/table.ts";

export type Value =
  | (Column & { kind: "numeric" | "logical" })
  | FactorValue
  /** Several numeric columns with suffixes for their names (poly). */
  | {
      readonly kind: "matrix";
      readonly columns: readonly Float64Array[];
      readonly suffixes: readonly string[];
    }
  /** A constant in the formula; strings only as arguments. */
  | { readonly kind: "scalar"; readonly value: number | string };

export interface FactorValue {
  readonly kind: "factor";
  readonly levels: readonly string[];
  readonly codes: Int32Array;
  readonly ordered: boolean;
  /** Chosen with C(f, contr.sum). */
  readonly contrasts?: Contrasts;
}

/** R's, without their prefix. */
export type ContrastName = "treatment" | "SAS" | "sum" | "helmert" | "poly";

/** A matrix of one's own: `rows[level][column]`, and what is appended to the variable's name for each column. */
export interface CustomContrasts {
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

export type Contrasts = ContrastName | CustomContrasts;
