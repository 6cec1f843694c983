/**
 * Orthogonal polynomials over data by the three-term recurrence (Kennedy & Gentle 1980, pp. 343–344, the reference
 * that R's `poly` names): columns of degree 1 … `degree`, orthogonal to a constant and each other, of unit length.
 */
export function orthogonalPolynomial(x: Float64Array, degree: number): Float64Array[] {
  const columns: Float64Array[] = [];
  let before = new Float64Array(x.length);
  let current = new Float64Array(x.length).fill(1);
  let normBefore = 1;
  for (let k = 0; k <= degree; k++) {
    let norm = 0;
    let weighted = 0;
    for (let i = 0; i < x.length; i++) {
      const square = current[i]! ** 2;
      norm += square;
      weighted += square * x[i]!;
    }
    if (k > 0) columns.push(current.map((value) => value / Math.sqrt(norm)));
    const alpha = weighted / norm;
    const beta = k === 0 ? 0 : norm / normBefore;
    const next = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) next[i] = (x[i]! - alpha) * current[i]! - beta * before[i]!;
    before = current;
    current = next;
    normBefore = norm;
  }
  return columns;
}
