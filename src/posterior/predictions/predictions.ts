/** Draws of a quantity per row, computed in blocks of rows when asked for. */

import { NutmixError } from "../../errors.ts";
import { mean, sd } from "../../numeric/moments.ts";
import { madSorted, medianSorted, quantileSorted } from "../../numeric/quantile.ts";
import { checkOptions, flag, numbers, type OptionTable } from "../../options.ts";

/** Rows computed together: fixed, because random draws are seeded by block. */
export const BLOCK_ROWS = 250;

/** More numbers than one array may hold comfortably (2 GB). */
const MOST_NUMBERS = 2.5e8;

export interface PredictionBlock {
  /** Rows `from` … `to` − 1, counted from 0. */
  readonly from: number;
  readonly to: number;
  /** draws × (to − from) × width, row-major. */
  readonly values: Float64Array;
}

export interface PredictionRow {
  /** Counted from 1. */
  readonly row: number;
  /** Of an ordinal response. */
  readonly category?: string;
  readonly estimate: number;
  readonly error: number;
  /** `q2.5`, `q97.5`, … as asked for. */
  readonly [quantile: `q${number}`]: number;
}

export interface PredictionSummaryOptions {
  /** Default 0.025 and 0.975. */
  readonly probabilities?: readonly number[];
  /** Median and mad in place of mean and sd. */
  readonly robust?: boolean;
}

export const summaryOptions = {
  probabilities: numbers<readonly number[]>(),
  robust: flag,
} satisfies OptionTable<PredictionSummaryOptions>;

export interface PredictionSource {
  readonly rows: number;
  readonly draws: number;
  /** Category labels when each row has one number per category (probabilities). */
  readonly categories?: readonly string[];
  /** Labels when values are category numbers 1 … K; a summary counts them. */
  readonly labels?: readonly string[];
  fill(from: number, to: number, out: Float64Array): void;
}

/** Predictions of all rows for all chosen draws. Nothing is computed before it is asked for, nor kept afterwards. */
export class Predictions {
  readonly rows: number;
  readonly draws: number;
  /** Numbers per row and draw: 1, or the number of categories. */
  readonly width: number;
  readonly categories: readonly string[] | undefined;
  readonly labels: readonly string[] | undefined;
  /** What computes them. */
  readonly source: PredictionSource;

  constructor(source: PredictionSource) {
    this.rows = source.rows;
    this.draws = source.draws;
    this.categories = source.categories;
    this.labels = source.labels;
    this.width = source.categories?.length ?? 1;
    this.source = source;
  }

  /** One block of rows after the other; `values` is reused by the next block. */
  *blocks(): Generator<PredictionBlock> {
    const buffer = new Float64Array(this.draws * Math.min(BLOCK_ROWS, this.rows) * this.width);
    for (let from = 0; from < this.rows; from += BLOCK_ROWS) {
      const to = Math.min(this.rows, from + BLOCK_ROWS);
      const values = buffer.subarray(0, this.draws * (to - from) * this.width);
      this.source.fill(from, to, values);
      yield { from, to, values };
    }
  }

  /**
   * All of them: draws × rows × width, row-major.
   * @throws NutmixError when they do not fit into one array: use `summary()` or `blocks()`, or fewer draws.
   */
  matrix(): Float64Array {
    const total = this.draws * this.rows * this.width;
    if (total > MOST_NUMBERS) {
      throw new NutmixError(
        `${this.draws} draws of ${this.rows} rows are too many numbers for one array: ` +
          "ask for summary() or blocks(), or fewer draws (ndraws)",
      );
    }
    const out = new Float64Array(total);
    for (const { from, to, values } of this.blocks()) {
      const own = (to - from) * this.width;
      for (let s = 0; s < this.draws; s++) {
        out.set(values.subarray(s * own, (s + 1) * own), (s * this.rows + from) * this.width);
      }
    }
    return out;
  }

  /** One entry per row, or per row and category. */
  summary(options: PredictionSummaryOptions = {}): PredictionRow[] {
    const rows: PredictionRow[] = [];
    for (const part of this.summaryBlocks(options)) rows.push(...part);
    return rows;
  }

  /** As `summary`, block by block: for output that is written as it comes. */
  *summaryBlocks(options: PredictionSummaryOptions = {}): Generator<PredictionRow[]> {
    options = checkOptions("summary()", summaryOptions, options);
    const column = new Float64Array(this.draws);
    for (const { from, to, values } of this.blocks()) {
      const rows: PredictionRow[] = [];
      const stride = (to - from) * this.width;
      for (let i = 0; i < to - from; i++) {
        for (let c = 0; c < this.width; c++) {
          const at = i * this.width + c;
          for (let s = 0; s < this.draws; s++) column[s] = values[s * stride + at]!;
          const row = from + i + 1;
          if (this.labels !== undefined) rows.push(...shares(row, column, this.labels));
          else {
            const category = this.categories?.[c];
            rows.push({
              row,
              ...(category !== undefined && { category }),
              ...describe(column, options),
            });
          }
        }
      }
      yield rows;
    }
  }
}

/** Estimate, error and quantiles of one quantity; `values` is sorted in place. */
export function describe(
  values: Float64Array,
  { probabilities = [0.025, 0.975], robust = false }: PredictionSummaryOptions,
): { estimate: number; error: number; [quantile: `q${number}`]: number } {
  const centre = mean(values);
  const spread = sd(values);
  values.sort();
  const quantiles = Object.fromEntries(
    probabilities.map((p) => [`q${Number((100 * p).toFixed(6))}`, quantileSorted(values, p)]),
  );
  if (!robust) return { estimate: centre, error: spread, ...quantiles };
  return { estimate: medianSorted(values), error: madSorted(values), ...quantiles };
}

function shares(row: number, numbers: Float64Array, labels: readonly string[]): PredictionRow[] {
  const counts = new Float64Array(labels.length);
  for (const number of numbers) counts[number - 1]!++;
  return labels.map((category, k) => {
    const estimate = counts[k]! / numbers.length;
    return { row, category, estimate, error: Math.sqrt(estimate * (1 - estimate)) };
  });
}
