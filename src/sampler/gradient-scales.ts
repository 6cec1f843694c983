/**
 * Scales of the coordinates from draws *and* their gradients: sqrt(var(q_i) / var(∂_i log p)).
 *
 * For a normal the gradient is linear in q, so the ratio is exactly the variance after two draws, wherever they lie
 * and however far they still drift: the right estimate while a chain is on its way to the typical set, when the
 * spread of the draws alone means nothing. It minimises the Fisher divergence to a normal with that diagonal
 * (Seyboldt, Carlson & Carpenter, "Preconditioning Hamiltonian Monte Carlo by minimizing Fisher divergence", arXiv).
 */

export interface GradientScales {
  add(q: Float64Array, gradient: Float64Array): void;
  /** Overwrites the entries of `scales` about which the draws tell something; only valid after two or more draws. */
  final(scales: Float64Array): void;
  restart(): void;
}

/** Bounds of a scale (a variance) that is believed. */
const smallest = 1e-20;
const largest = 1e20;

export function createGradientScales(dimension: number): GradientScales {
  const mean = new Float64Array(dimension);
  const meanGradient = new Float64Array(dimension);
  const sum = new Float64Array(dimension);
  const sumGradient = new Float64Array(dimension);
  let count = 0;
  return {
    add(q, gradient) {
      count++;
      for (let i = 0; i < dimension; i++) {
        const dq = q[i]! - mean[i]!;
        const dg = gradient[i]! - meanGradient[i]!;
        mean[i]! += dq / count;
        meanGradient[i]! += dg / count;
        sum[i]! += dq * (q[i]! - mean[i]!);
        sumGradient[i]! += dg * (gradient[i]! - meanGradient[i]!);
      }
    },
    final(scales) {
      for (let i = 0; i < dimension; i++) {
        const scale = Math.sqrt(sum[i]! / sumGradient[i]!);
        if (scale > smallest && scale < largest) scales[i] = scale;
      }
    },
    restart() {
      count = 0;
      for (const values of [mean, meanGradient, sum, sumGradient]) values.fill(0);
    },
  };
}
