/** Expectations under leave-one-out posteriors: weighted means, standard deviations and quantiles. */

/** `weights` sum to 1. */
export function weightedMean(x: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let s = 0; s < x.length; s++) sum += weights[s]! * x[s]!;
  return sum;
}

export function weightedSd(x: Float64Array, weights: Float64Array): number {
  const centre = weightedMean(x, weights);
  let sum = 0;
  let squares = 0;
  for (let s = 0; s < x.length; s++) {
    sum += weights[s]! * (x[s]! - centre) ** 2;
    squares += weights[s]! ** 2;
  }
  return Math.sqrt(sum / (1 - squares));
}

/** Linear between the points of the weighted distribution function. */
export function weightedQuantile(x: Float64Array, weights: Float64Array, probability: number): number {
  const order = Array.from(x.keys()).sort((a, b) => x[a]! - x[b]!);
  const total = weights.reduce((a, b) => a + b, 0);
  let below = 0;
  for (let rank = 0; rank < order.length; rank++) {
    const s = order[rank]!;
    const reached = below + weights[s]! / total;
    if (reached >= probability) {
      if (rank === 0) return x[s]!;
      const previous = x[order[rank - 1]!]!;
      return previous + ((x[s]! - previous) * (probability - below)) / (reached - below);
    }
    below = reached;
  }
  return x[order.at(-1)!]!;
}
