/**
 * What formula and data become: plain, structured-cloneable numbers that both the Bayesian and the frequentist
 * mode start from. Names are R's (`(Intercept)`, `recipeB`, `I(age^2)`, `temperature.L`).
 * Matrices are column-major: element (row i, column k) of an n-row matrix is `columns[k * n + i]`.
 */
import type { TermRows } from "../terms/term.ts";
import type { DesignRecipe } from "./recipe.ts";

export interface Design {
  /** Canonical text of the whole formula, parts separated by `; `. */
  readonly formula: string;
  /** Rows used, after rows with missing values were dropped. */
  readonly nobs: number;
  readonly dropped: DroppedRows;
  readonly response: ResponseDesign;
  /** One per predicted distributional parameter; `mu` first. */
  readonly predictors: readonly PredictorDesign[];
  /** Things worth telling the user that are not errors (a grouping factor with one level, …). */
  readonly warnings: readonly string[];
  /** What it takes to build the matrices of new data. */
  readonly recipe: DesignRecipe;
}

export interface DroppedRows {
  readonly count: number;
  /** 1-based numbers of the dropped rows in the data as given. */
  readonly rows: readonly number[];
  /** Columns in which the missing values stood. */
  readonly columns: readonly string[];
}

export interface ResponseDesign {
  /** Canonical text of the response: `Reaction`, `log(y)`. */
  readonly name: string;
  /** Numeric values; for a factor response the 0-based level codes. */
  readonly values: Float64Array;
  /** Levels when the response is a factor, ordered factor, logical (FALSE, TRUE) or text column. */
  readonly levels?: readonly string[];
  readonly ordered?: boolean;
  /** For each used row its 1-based number in the data as given: for messages. */
  readonly rowNumbers: Int32Array;
  /** `y | trials(n)`. */
  readonly trials?: Float64Array;
  /** `y | weights(w)`, already rescaled when `scale = TRUE`. */
  readonly weights?: Float64Array;
  /** `y | se(s, sigma = FALSE)`. */
  readonly se?: { readonly values: Float64Array; readonly sigma: boolean };
  /** `y | cens(c, y2)`: −1 left, 0 none, 1 right, 2 interval (y, y2]. */
  readonly censoring?: { readonly codes: Int8Array; readonly upper?: Float64Array };
}

export interface PredictorDesign {
  /** `mu`, `sigma`, `zi`, … */
  readonly dpar: string;
  /** The response, in models of several. */
  readonly resp?: string;
  /** The nonlinear parameter that it predicts, in place of the distributional one itself. */
  readonly nlpar?: string;
  readonly population: PopulationDesign;
  readonly groups: readonly GroupDesign[];
  /** Sum of the offset() terms; absent when there are none. */
  readonly offset?: Float64Array;
  /** Terms of other kinds (smooths, Gaussian processes, …), one entry per term, as their kind learned them. */
  readonly special: readonly SpecialDesign[];
}

export interface PopulationDesign {
  /** Whether the formula has an implicit intercept; its column of ones is NOT among `columns`. */
  readonly intercept: boolean;
  /** `0 + Intercept`: names contains "Intercept" as an ordinary coefficient. */
  readonly names: readonly string[];
  /** n × names.length, column-major, without the implicit intercept. */
  readonly columns: Float64Array;
  /** For each column the index (1-based; 0 = intercept) of its term in `termLabels`, R's `assign` attribute. */
  readonly assign: readonly number[];
  /** For each column the product of numeric columns in it (`x`, `poly(z, 2)1:x`); empty for factors alone. */
  readonly components: readonly string[];
  readonly termLabels: readonly string[];
}

/** One group-level term `(coefficients | group)` after expansion of `a/b`, `||` and `a + b`. */
export interface GroupDesign {
  /** `Subject`, `a:b`. */
  readonly group: string;
  /** `ID` of `(1 |ID| g)`: terms with the same ID and group are modelled as jointly correlated. */
  readonly id?: string;
  readonly correlated: boolean;
  /** Level labels; for `a:b` joined with `_` as in brms. Only levels that occur (R's drop.unused.levels). */
  readonly levels: readonly string[];
  /** For `a:b`: for each level the labels of its factors. */
  readonly parts?: readonly (readonly string[])[];
  /** For each row the 0-based level; levels of new data that are not in `levels` count on from there. */
  readonly index: Int32Array;
  /** Levels of new data that the fit does not know. */
  readonly newLevels?: readonly string[];
  /** Coefficient names including `(Intercept)` when there is one. */
  readonly names: readonly string[];
  /** n × names.length, column-major. */
  readonly columns: Float64Array;
  /**
   * For each coefficient the label of the special term whose values its column is still to be multiplied by, null for none;
   * absent = none has one.
   */
  readonly special?: readonly (string | null)[];
}

/** A term of a registered kind other than population- and group-level: `kind` looks it up in the term registry. */
export interface SpecialDesign {
  readonly kind: string;
  /** Text of the term: `s(x)`, `mo(x):z`. */
  readonly label: string;
  /** Plain data that the kind's `learn` produced. */
  readonly state: unknown;
  /** What its vectors are multiplied by, one entry for each of them. */
  readonly rows: readonly TermRows[];
}
