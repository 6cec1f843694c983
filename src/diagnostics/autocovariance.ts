import type { ChainSeries } from "../draws/draws.ts";
import { createFft } from "./fft.ts";

/** Buffers and tables for chains of one length; see `createAutocovariance`. */
export interface Autocovariance {
  /** Length of the chains that it is made for. */
  readonly draws: number;
  /**
   * Mean over the chains of the autocovariance at lags 0 … draws − 1, each Σ (x_i − x̄)(x_{i+lag} − x̄) / draws:
   * the biased estimate, as Geyer (1992, section 3.1) recommends. The result is overwritten by the next call.
   */
  mean(x: ChainSeries): Float64Array;
}

/**
 * Autocovariance by fast Fourier transform: O(n log n) for all lags (Wiener–Khinchin). Only the mean over chains is
 * wanted, so the power spectra are added up and transformed back once; and two real chains go through one complex
 * transform as its real and imaginary part, since the cross terms of |A + iB|² are odd and drop out of the real part.
 */
export function createAutocovariance(draws: number): Autocovariance {
  let size = 2;
  while (size < 2 * draws) size *= 2; // zero padding, so that the circular convolution does not wrap
  const fft = createFft(size);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const power = new Float64Array(size);
  const zeros = new Float64Array(size);
  const result = new Float64Array(draws);

  function mean(x: ChainSeries): Float64Array {
    power.fill(0);
    for (let chain = 0; chain < x.chains; chain += 2) {
      centre(x, chain, re);
      if (chain + 1 < x.chains) centre(x, chain + 1, im);
      else im.fill(0);
      fft.transform(re, im);
      for (let k = 0; k < size; k++) power[k] = power[k]! + re[k]! * re[k]! + im[k]! * im[k]!;
    }
    // For a real sequence the forward and the inverse transform have the same real part, up to the factor 1 / size.
    zeros.fill(0);
    fft.transform(power, zeros);
    const scale = 1 / (size * draws * x.chains);
    for (let lag = 0; lag < draws; lag++) result[lag] = power[lag]! * scale;
    return result;
  }
  return { draws, mean };
}

function centre(x: ChainSeries, chain: number, out: Float64Array): void {
  const n = x.draws;
  const start = chain * n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x.values[start + i]!;
  const mean = sum / n;
  for (let i = 0; i < n; i++) out[i] = x.values[start + i]! - mean;
  out.fill(0, n);
}
