/**
 * Orthogonal polynomials over data by the three-term recurrence p₍ₖ₊₁₎ = (x − αₖ) pₖ − (nₖ/n₍ₖ₋₁₎) p₍ₖ₋₁₎
 * (Kennedy & Gentle 1980, pp. 343–344, the reference that R's `poly` names), nₖ = Σ pₖ².
 */
export interface PolynomialBasis {
  /** α₀ … of the degrees below the highest. */
  readonly centres: readonly number[];
  /** n₀ … n_degree. */
  readonly norms: readonly number[];
}

/** Degrees 1 … `degree`, orthogonal over `x` to a constant and each other, of unit length. */
export function orthogonalPolynomial(x: Float64Array, degree: number): Float64Array[] {
  return polynomialColumns(x, learnPolynomial(x, degree));
}

export function learnPolynomial(x: Float64Array, degree: number): PolynomialBasis {
  const centres: number[] = [];
  const norms: number[] = [];
  let before = new Float64Array(x.length);
  let current = new Float64Array(x.length).fill(1);
  for (let k = 0; k <= degree; k++) {
    let norm = 0;
    let weighted = 0;
    for (let i = 0; i < x.length; i++) {
      const square = current[i]! ** 2;
      norm += square;
      weighted += square * x[i]!;
    }
    norms.push(norm);
    if (k === degree) break;
    centres.push(weighted / norm);
    const next = nextDegree(x, { centres, norms }, k, current, before);
    before = current;
    current = next;
  }
  return { centres, norms };
}

/** One column per degree 1 … ; over the data that the basis was learned from they are of unit length. */
export function polynomialColumns(x: Float64Array, basis: PolynomialBasis): Float64Array[] {
  const columns: Float64Array[] = [];
  let before = new Float64Array(x.length);
  let current = new Float64Array(x.length).fill(1);
  for (let k = 0; k < basis.centres.length; k++) {
    const next = nextDegree(x, basis, k, current, before);
    const length = Math.sqrt(basis.norms[k + 1]!);
    columns.push(next.map((value) => value / length));
    before = current;
    current = next;
  }
  return columns;
}

function nextDegree(
  x: Float64Array,
  { centres, norms }: PolynomialBasis,
  k: number,
  current: Float64Array,
  before: Float64Array,
): Float64Array<ArrayBuffer> {
  const ratio = k === 0 ? 0 : norms[k]! / norms[k - 1]!;
  const next = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) next[i] = (x[i]! - centres[k]!) * current[i]! - ratio * before[i]!;
  return next;
}
