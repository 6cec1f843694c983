/** Radix-2 Cooley–Tukey transform in place; tables are made once per size, a transform allocates nothing. */
import * as Elementary from "../numeric/elementary.ts";

export interface Fft {
  readonly size: number;
  /** Forward transform of re + i·im, unscaled: X_k = Σ x_j exp(−2πi jk / size). */
  transform(re: Float64Array, im: Float64Array): void;
}

/** `size` must be a power of two. */
export function createFft(size: number): Fft {
  const half = size >> 1;
  const cos = new Float64Array(half);
  const sin = new Float64Array(half);
  for (let k = 0; k < half; k++) {
    cos[k] = Elementary.cos((2 * Math.PI * k) / size);
    sin[k] = -Elementary.sin((2 * Math.PI * k) / size);
  }
  const reversed = new Uint32Array(size);
  for (let i = 0, j = 0; i < size; i++) {
    reversed[i] = j;
    let bit = half;
    while (bit > 0 && (j & bit) !== 0) {
      j ^= bit;
      bit >>= 1;
    }
    j |= bit;
  }

  function transform(re: Float64Array, im: Float64Array): void {
    for (let i = 0; i < size; i++) {
      const j = reversed[i]!;
      if (j > i) {
        const a = re[i]!;
        re[i] = re[j]!;
        re[j] = a;
        const b = im[i]!;
        im[i] = im[j]!;
        im[j] = b;
      }
    }
    for (let span = 1, step = half; span < size; span <<= 1, step >>= 1) {
      for (let start = 0; start < size; start += span << 1) {
        for (let k = 0, w = 0; k < span; k++, w += step) {
          const i = start + k;
          const j = i + span;
          const wr = cos[w]!;
          const wi = sin[w]!;
          const tr = wr * re[j]! - wi * im[j]!;
          const ti = wr * im[j]! + wi * re[j]!;
          re[j] = re[i]! - tr;
          im[j] = im[i]! - ti;
          re[i] = re[i]! + tr;
          im[i] = im[i]! + ti;
        }
      }
    }
  }
  return { size, transform };
}
