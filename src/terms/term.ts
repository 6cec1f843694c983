/**
 * What a term of a formula is: rows × a vector of coefficients, where the term says how the rows come from the data and the
 * vector from its parameters. Priors, draws, summary, predictions (for the rows of the fit, subsets and new data), LOO, plots,
 * the collapsed form and `lmm()` follow from what is declared here; nothing else knows what `s` or `mo` is.
 *
 * Two sorts of kinds claim calls by the name of a function. An *additive* term (`s(x)`, `gp(x)`) brings vectors of its own. A
 * *variable* (`mo(x)`) has a value in every row that depends on parameters, and stands wherever a column may stand: alone, in
 * products (`mo(x):z`), inside group-level terms (`(mo(x) | g)`); its coefficients are made by the model.
 *
 * A kind is an object of pure functions; its state is plain, structured-cloneable data, because the state is what goes to
 * workers and into saved fits.
 */
import type { Node } from "../autodiff/graph.ts";
import type { Shape } from "../autodiff/op.ts";
import type { Ast } from "../formula/ast.ts";
import type { PredictorKey } from "../quantities/predictor-key.ts";
import type { Quantity } from "../quantities/quantity.ts";
import type { Rng } from "../random/rng.ts";
import type { EvaluationContext } from "./evaluate.ts";

export type Call = Ast & { readonly kind: "call" };

export type TermKind<S = unknown> = AdditiveTerm<S> | VariableTerm<S>;

/** A term that is added to a linear predictor: Σ over its vectors of rows × vector. */
export interface AdditiveTerm<S = unknown> {
  readonly sort: "additive";
  /** The function in formulas: `s`, `t2`, `gp`. */
  readonly name: string;
  /**
   * Calls over the columns `x`, `z` (numbers), `o`, `m` (whole numbers from 0 to 4 and to 2), `f` and `g` (factors): every term is tested on
   * its examples the moment it is listed.
   */
  readonly examples: readonly string[];
  /**
   * What is learned from the data of the fit: knots, levels, scales, the values of options. Called once, on the complete rows.
   * @throws FormulaError or DataError for arguments that make no sense, naming argument, column and row
   */
  learn(call: Call, context: EvaluationContext): S;
  /**
   * One entry per vector, in the order of `vectors`. The same function for the fit, for some of its rows, and for new data;
   * it learns nothing.
   * @throws DataError for a value that the state does not cover, naming column and row
   */
  rows(state: S, call: Call, context: EvaluationContext): TermRows[];
  /** The sampled parameters besides the vectors themselves: standard deviations, length scales. May be none. */
  parameters(state: S, key: PredictorKey): ParameterBlock[];
  /** What the entries of `rows` are multiplied by. */
  vectors(state: S, key: PredictorKey): TermVector[];
  /** Values of parameters that are not reported as they are, from a draw (`unconstrain`, bridge sampling). By block id. */
  readBack?(state: S, draw: DrawReader): Readonly<Record<string, Float64Array>>;
  /**
   * Coefficients of what new data bring and the fit did not see, for one draw: unseen × size, row-major. Without it, unseen
   * levels of a `gaussian` vector are drawn from its distribution and those of other vectors are refused.
   */
  extend?(state: S, vector: number, unseen: readonly Unseen[], draw: DrawReader, rng: Rng): Float64Array;
}

/** A value per row that depends on parameters: entry `index[row]` of a vector that is a function of its parameters. */
export interface VariableTerm<S = unknown> {
  readonly sort: "variable";
  /** The function in formulas: `mo`. */
  readonly name: string;
  /** As of additive terms: `mo(o)`, `mo(o):x`. */
  readonly examples: readonly string[];
  learn(call: Call, context: EvaluationContext): S;
  /** For each row which of `count` values it has; pure, for any data. */
  index(
    state: S,
    call: Call,
    context: EvaluationContext,
  ): { readonly index: Int32Array; readonly count: number };
  /** `place`: the product in which the variable stands; every product has parameters of its own. */
  parameters(state: S, place: VariablePlace): ParameterBlock[];
  /** The `count` values. */
  trace(state: S, at: ParameterNodes): Node;
  /** Variables that name the same thing (`mo(x, id = "a")`) have one set of parameters: those of the first of them. */
  shared?(state: S): string | undefined;
}

export interface VariablePlace {
  readonly key: PredictorKey;
  /** Coefficient name of the product: `mox`, `mox:z`. */
  readonly name: string;
  /** 1-based number of the variable among those of the product. */
  readonly position: number;
}

/** Matrices are column-major with one row per row of the data. */
export type TermRows =
  /** η_i += Σ_k columns[i, k]·v[k]. */
  | { readonly kind: "dense"; readonly columns: Float64Array }
  /**
   * η_i += Σ_k columns[i, k]·v[index[i], k], v a [levels × size] vector. Null stands for one column of ones. Indices of new
   * data may go on beyond `levels`: `unseen` lists what they stand for.
   */
  | {
      readonly kind: "lookup";
      readonly index: Int32Array;
      readonly levels: number;
      readonly columns: Float64Array | null;
      readonly unseen?: readonly Unseen[];
    };

/** Something that new data have and the fit had not: a level, a point. */
export interface Unseen {
  /** For messages, and for the random stream that its coefficients come from. */
  readonly label: string;
  readonly point?: readonly number[];
}

/** A group of sampled parameters with one shape, one constraint and one sort of prior. */
export interface ParameterBlock {
  /** Unique within the term. */
  readonly id: string;
  readonly shape: Shape;
  /** On the block as a whole; absent = element by element, with the bounds of its priors. */
  readonly constraint?: "ordered" | "simplex" | "cholesky_correlation";
  readonly prior: BlockPrior;
  /**
   * How its draws are reported, one name per element (`terms/quantities.ts` makes them); absent = not at all: then `readBack`
   * has to find its value.
   */
  readonly quantity?: Quantity;
  /** Centre of the starting points, in unconstrained coordinates; absent = where the prior lies. */
  readonly start?: number;
}

export type BlockPrior =
  /** One prior per element. */
  | { readonly kind: "elements"; readonly targets: readonly TermTarget[] }
  /** One prior for all of it together: `dirichlet` on a simplex, `lkj` on a Cholesky factor. */
  | { readonly kind: "whole"; readonly target: TermTarget }
  /** N(0, 1) for every element: not to be chosen. */
  | { readonly kind: "standardNormal" };

/** Under which a prior is found; the predictor's part of it (dpar, nlpar, resp) is added by the model. */
export interface TermTarget {
  /** brms' class: `b`, `sds`, `sdgp`, `lscale`, `simo`. */
  readonly class: string;
  readonly coef: string;
  readonly group?: string;
  /** Natural bounds; absent = unbounded. */
  readonly lower?: number;
  readonly upper?: number;
  /**
   * The prior where neither the user nor a prior set says anything: text with the placeholders of prior sets,
   * `student_t(3, 0, {intercept_scale})`. Absent = what the set `brms` has for the class.
   */
  readonly otherwise?: string;
}

export type TermVector =
  /** The elements of a block with a prior each, as they are: unpenalised columns, class b. Not centred. */
  | {
      readonly kind: "coefficients";
      readonly block: string;
      /** What the columns belong to, where a term is several smooths: `s(x):fa`. */
      readonly smooth?: string;
      /** Per column what it is multiplied by in a restricted likelihood, which depends on units by a constant; absent = 1. */
      readonly unit?: readonly number[];
    }
  /**
   * A latent Gaussian block: `levels` × `size` coefficients, row-major, independent between levels; within one N(0, ΛΛᵀ).
   * Said here once, it is sampled through standardised or transported coordinates, integrated out of Gaussian models, and
   * estimated by REML.
   */
  | {
      readonly kind: "gaussian";
      readonly levels: number;
      readonly size: number;
      readonly scale: GaussianScale;
      readonly smooth?: string;
      /** Of the coefficients, or (`standardised`) of z with coefficients = Λz. */
      readonly quantity: Quantity;
      readonly reported: "coefficients" | "standardised";
    }
  /** Any other function of the parameters. */
  | { readonly kind: "function"; readonly size: number; trace(at: ParameterNodes): Node };

/** Λ. */
export type GaussianScale =
  /** Diagonal: column k has the standard deviation `elements[k]` of block `sds`. */
  | { readonly kind: "sds"; readonly block: string; readonly elements: readonly number[] }
  /** A [size] vector of standard deviations, or a [size × size] lower triangular factor. */
  | { readonly kind: "function"; trace(at: ParameterNodes): Node };

/** The parameter blocks of the term as nodes: on their constrained scale, in their shape. */
export type ParameterNodes = (block: string) => Node;

/** The parameters of a term for one draw. */
export interface DrawReader {
  /** A block, on its constrained scale; z of `gaussian` vector k is block `z<k>`. */
  block(id: string): Float64Array;
  /** What the term's vector `k` is. */
  vector(k: number): Float64Array;
  /** Values of reported draws by name. */
  named(names: readonly string[]): Float64Array;
}
