/** Effects of levels that the fit does not know, for every draw. */

import type { Draws } from "../../draws/draws.ts";
import type { GroupBlock } from "../../model/groups.ts";
import { coefficientsOf } from "../../model/quantities.ts";
import type { Layout } from "../../quantities/layout.ts";
import type { Rng } from "../../random/rng.ts";
import { stream } from "../../random/streams.ts";
import type { NewLevels } from "./frame.ts";

/**
 * One block's effects of new levels. Every level has a random stream of its own, so that its effects do not depend on which
 * rows are predicted together.
 */
export class NewLevelEffects {
  readonly #block: GroupBlock;
  readonly #draws: Draws;
  readonly #which: Int32Array;
  readonly #method: Exclude<NewLevels, "error">;
  readonly #seed: number;
  /** coefficients × levels: columns of the draws. */
  readonly effects: readonly Int32Array[];
  readonly #sd: Int32Array;
  readonly #correlations: Int32Array;

  constructor(
    block: GroupBlock,
    draws: Draws,
    which: Int32Array,
    layout: Layout,
    method: NewLevels,
    seed: number,
  ) {
    this.#block = block;
    this.#draws = draws;
    this.#which = which;
    this.#method = method === "error" ? "gaussian" : method;
    this.#seed = seed;
    const { group } = block;
    const coefficients = coefficientsOf(block);
    this.effects = coefficients.map((own) => layout.effects(group, own));
    this.#sd = Int32Array.from(coefficients, (own) => layout.sd(group, own));
    this.#correlations = Int32Array.from(
      block.correlated
        ? coefficients.flatMap((b, i) => coefficients.slice(0, i).map((a) => layout.correlation(group, a, b)))
        : [],
    );
  }

  /** Effects of one new level: draws × coefficients, row-major. */
  of(level: string): Float64Array {
    // Blocks of one grouping factor take the same stand-in: what belongs to one level stays together.
    const rng = stream(this.#seed, 0, `new level ${this.#block.group} ${level}`);
    return this.#method === "gaussian" ? this.#gaussian(level) : this.#fromOldLevels(rng);
  }

  #fromOldLevels(rng: Rng): Float64Array {
    const { levels, coefficients } = this.#block;
    const { values, names } = this.#draws;
    const size = coefficients.length;
    const out = new Float64Array(this.#which.length * size);
    let level = rng.integer(levels.length);
    this.#which.forEach((draw, s) => {
      if (this.#method === "uncertainty") level = rng.integer(levels.length);
      for (let m = 0; m < size; m++) {
        out[s * size + m] = values[draw * names.length + this.effects[m]![level]!]!;
      }
    });
    return out;
  }

  #gaussian(level: string): Float64Array {
    const { group, coefficients } = this.#block;
    const { values, names } = this.#draws;
    const labels = coefficients.map(({ label }) => label).join(" ");
    const rng = stream(this.#seed, 0, `new level ${group} ${level} ${labels}`);
    const size = coefficients.length;
    const out = new Float64Array(this.#which.length * size);
    const factor = new Float64Array(size * size);
    const z = new Float64Array(size);
    this.#which.forEach((draw, s) => {
      const row = values.subarray(draw * names.length, (draw + 1) * names.length);
      this.#correlationFactor(row, factor);
      for (let m = 0; m < size; m++) z[m] = rng.normal();
      for (let m = 0; m < size; m++) {
        let sum = 0;
        for (let j = 0; j <= m; j++) sum += factor[m * size + j]! * z[j]!;
        out[s * size + m] = row[this.#sd[m]!]! * sum;
      }
    });
    return out;
  }

  /** Cholesky factor of the correlation matrix of one draw, row-major. */
  #correlationFactor(row: Float64Array, factor: Float64Array): void {
    const size = this.#sd.length;
    factor.fill(0);
    let next = 0;
    for (let i = 0; i < size; i++) {
      let rest = 1;
      for (let j = 0; j < i; j++) {
        let sum = this.#correlations.length === 0 ? 0 : row[this.#correlations[next++]!]!;
        for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
        const pivot = factor[j * size + j]!;
        factor[i * size + j] = pivot > 0 ? sum / pivot : 0;
        rest -= factor[i * size + j]! ** 2;
      }
      factor[i * size + i] = Math.sqrt(Math.max(0, rest));
    }
  }
}
