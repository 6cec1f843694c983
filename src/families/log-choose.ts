import { logGamma } from "../numeric/special.ts";

/** log of the binomial coefficient, exact 0 at the ends. */
export function logChoose(n: number, k: number): number {
  if (k === 0 || k === n) return 0;
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
