/** The latest draws of a warm-up with their gradients: what a metric is estimated from. */

/** Draws beyond this many add little to a metric. */
const enough = 400;
/** Numbers kept per chain (32 MB), where that leaves room for the fewest draws that make sense. */
const affordable = 4e6;
const fewest = 50;

/** Room for the draws of any two successive stages, within limits. */
export function windowCapacity(dimension: number, stages: readonly number[]): number {
  const longest = Math.max(2, ...stages.map((length, k) => length + (stages[k - 1] ?? 0)));
  return Math.min(longest, enough, Math.max(fewest, Math.floor(affordable / (2 * Math.max(1, dimension)))));
}

export interface WindowContents {
  readonly positions: Float64Array;
  readonly gradients: Float64Array;
}

export class DrawWindow {
  readonly dimension: number;
  /** Draw-major; the first `count` rows are filled. */
  readonly positions: Float64Array;
  readonly gradients: Float64Array;
  readonly capacity: number;
  count = 0;

  constructor(dimension: number, capacity: number) {
    this.dimension = dimension;
    this.capacity = capacity;
    this.positions = new Float64Array(dimension * capacity);
    this.gradients = new Float64Array(dimension * capacity);
  }

  /** The rows that are filled, as a copy. */
  contents(): WindowContents {
    const filled = this.count * this.dimension;
    return { positions: this.positions.slice(0, filled), gradients: this.gradients.slice(0, filled) };
  }

  /** Puts back what `contents` gave. */
  refill({ positions, gradients }: WindowContents): void {
    this.positions.set(positions);
    this.gradients.set(gradients);
    this.count = this.dimension === 0 ? 0 : positions.length / this.dimension;
  }

  /** Adds a draw; a full window forgets its older half. */
  add(position: Float64Array, gradient: Float64Array): void {
    if (this.count === this.capacity) this.keepLatest(Math.floor(this.capacity / 2));
    const at = this.count++ * this.dimension;
    this.positions.set(position, at);
    this.gradients.set(gradient, at);
  }

  /** Means of the positions. */
  means(): Float64Array {
    const { dimension: n, count, positions } = this;
    const means = new Float64Array(n);
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < n; i++) means[i]! += positions[k * n + i]! / count;
    }
    return means;
  }

  /** Sample variances of the positions. */
  variances(): Float64Array {
    const { dimension: n, count, positions } = this;
    const means = new Float64Array(n);
    const sums = new Float64Array(n);
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < n; i++) {
        const difference = positions[k * n + i]! - means[i]!;
        means[i]! += difference / (k + 1);
        sums[i]! += difference * (positions[k * n + i]! - means[i]!);
      }
    }
    return sums.map((sum) => sum / Math.max(1, count - 1));
  }

  /**
   * R-hat of the two halves of the window, of the coordinate in which it is largest (Gelman et al. 2013, "Bayesian Data
   * Analysis", section 11.4); `but` are left out, an ascending list.
   */
  drift(but: Int32Array): number {
    const { dimension: n, count, positions } = this;
    const half = Math.floor(count / 2);
    let worst = 1;
    let next = 0;
    for (let i = 0; i < n; i++) {
      if (but[next] === i) {
        next++;
        continue;
      }
      const [first, second] = [count - 2 * half, count - half].map((from) => {
        let mean = 0;
        let squares = 0;
        for (let k = 0; k < half; k++) {
          const difference = positions[(from + k) * n + i]! - mean;
          mean += difference / (k + 1);
          squares += difference * (positions[(from + k) * n + i]! - mean);
        }
        return { mean, squares };
      }) as [{ mean: number; squares: number }, { mean: number; squares: number }];
      const within = (first.squares + second.squares) / (2 * (half - 1));
      const between = (first.mean - second.mean) ** 2 / 2;
      worst = Math.max(worst, Math.sqrt((half - 1) / half + between / within));
    }
    return worst;
  }

  keepLatest(count: number): void {
    if (count >= this.count) return;
    const from = (this.count - count) * this.dimension;
    const to = this.count * this.dimension;
    this.positions.copyWithin(0, from, to);
    this.gradients.copyWithin(0, from, to);
    this.count = count;
  }
}
