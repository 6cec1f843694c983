/** The numbers that default and autoscaled priors take from the data. */
import * as Elementary from "../numeric/elementary.ts";
import { mean, sd } from "../numeric/moments.ts";
import { mad, median } from "../numeric/quantile.ts";
import type { PriorScales } from "./prior.ts";

export interface ScaleInput {
  /** Numeric response, null when it has levels. */
  readonly response: Float64Array | null;
  /** Link of mu. */
  readonly link: string;
  /** The family looks at log(y) (lognormal). */
  readonly logScale: boolean;
  /** The response is a set of categories or binary. */
  readonly categorical: boolean;
  readonly offset?: Float64Array;
  readonly columns: readonly {
    readonly dpar: string;
    readonly coef: string;
    readonly values: Float64Array;
  }[];
}

/** Links through which brms looks at the response (FEATURES, default priors). */
const TRANSFORMS: Readonly<Record<string, (y: number) => number>> = {
  identity: (y) => y,
  log: (y) => Elementary.log(y === 0 ? 0.1 : y),
  inverse: (y) => 1 / (y === 0 ? 0.1 : y),
  sqrt: Math.sqrt,
  "1/mu^2": (y) => 1 / (y === 0 ? 0.1 : y) ** 2,
};

/** Medians and spreads that are not finite (the logarithm of a negative response) fall back to 0 and 2.5, as in brms. */
export function priorScales(input: ScaleInput): PriorScales {
  const { response, link, logScale, categorical, offset, columns } = input;
  const transform = TRANSFORMS[logScale ? "log" : link];
  const usable = response !== null && !categorical && transform !== undefined;
  const transformed = usable ? response.map(transform) : null;
  const middle = transformed === null ? 0 : roundAsR(median(transformed), 1);
  const spread = transformed === null ? 2.5 : roundAsR(mad(transformed), 1);
  const shift = transformed === null || offset === undefined ? 0 : mean(offset);
  const own = usable && (link === "identity" || logScale) ? transformed : null;
  return {
    interceptLocation: (Number.isFinite(middle) ? middle : 0) - (Number.isFinite(shift) ? shift : 0),
    scale: Number.isFinite(spread) ? Math.max(2.5, spread) : 2.5,
    responseMean: own === null ? 0 : mean(own),
    responseSd: own === null || own.length < 2 ? 1 : sd(own) || 1,
    responseMinimum:
      response === null ? Infinity : response.reduce((least, y) => Math.min(least, y), Infinity),
    columnSd: byColumn(columns, (values) => (values.length < 2 ? 1 : sd(values) || 1)),
    columnMean: byColumn(columns, mean),
  };
}

/** Key of a column in `columnSd` and `columnMean`; mu is written as the empty string. */
export function columnKey(dpar: string, coef: string): string {
  return `${dpar === "mu" ? "" : dpar}|${coef}`;
}

function byColumn(
  columns: ScaleInput["columns"],
  f: (values: Float64Array) => number,
): Record<string, number> {
  return Object.fromEntries(columns.map(({ dpar, coef, values }) => [columnKey(dpar, coef), f(values)]));
}

/**
 * R ≥ 4.0's round(): of the two candidates with that many decimals the nearer one as doubles, the even one on a tie
 * (R documentation, `?round`).
 */
export function roundAsR(x: number, digits: number): number {
  if (!Number.isFinite(x)) return x;
  const power = 10 ** digits;
  const low = Math.floor(x * power) / power;
  const high = Math.ceil(x * power) / power;
  const below = x - low;
  const above = high - x;
  if (below === above) return Math.floor(x * power) % 2 === 0 ? low : high;
  return below < above ? low : high;
}
