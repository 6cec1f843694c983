/**
 * Orthogonal polynomials over k equally spaced points with the smallest whole numbers, as tables give them: discrete
 * Chebyshev polynomials by their three-term recurrence (Abramowitz & Stegun 1964, 22.17.12), divided by what their values
 * have in common.
 */
export function integerPolynomials(k: number, degree: number): number[][] {
  const n = BigInt(k);
  let before = Array.from({ length: k }, () => 0n);
  let current = Array.from({ length: k }, () => 1n);
  const columns: number[][] = [];
  for (let d = 0; d < degree; d++) {
    const m = BigInt(d);
    const next = current.map((value, x) => {
      const slope = (2n * m + 1n) * (2n * BigInt(x) - n + 1n);
      return (slope * value - m * (n * n - m * m) * before[x]!) / (m + 1n);
    });
    [before, current] = [current, next];
    const common = next.reduce(greatestDivisor, 0n);
    columns.push(next.map((value) => Number(value / common)));
  }
  return columns;
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}
