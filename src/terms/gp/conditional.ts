/**
 * Values of a Gaussian process at new points, given those at the points of the fit (Rasmussen & Williams 2006, equation 2.19):
 * with K = L·Lᵀ, f = L·z and A = L⁻¹·K(old, new), their distribution is N(Aᵀz, K(new, new) − Aᵀ·A).
 */
import type { Matrix } from "../../linalg/matrix.ts";
import type { Rng } from "../../random/rng.ts";
import type { Covariance } from "./covariances.ts";

/** A pivot of the conditional covariance that counts as 0, relative to the variance: the value follows from those before. */
const DETERMINED = 1e-9;

export interface ConditionalDraw {
  readonly covariance: Covariance;
  readonly points: Matrix;
  readonly sd: number;
  /** One, or one per variable. */
  readonly lengthScales: Float64Array;
  readonly jitter: number;
  /** The process at `points`. */
  readonly values: Float64Array;
}

/** One draw of the process at all new points together. */
export function drawAtNewPoints(
  given: ConditionalDraw,
  unseen: readonly (readonly number[])[],
  rng: Rng,
): Float64Array {
  const { points, values, sd, jitter } = given;
  const n = points.rows;
  const old = Array.from({ length: n }, (_, i) =>
    Array.from({ length: points.columns }, (__, d) => points.values[d * n + i]!),
  );
  const L = factorOf(old, given, jitter);
  const A = unseen.map((point) =>
    solveLower(
      L,
      n,
      Float64Array.from(old, (one) => covarianceOf(one, point, given)),
    ),
  );
  const z = solveLower(L, n, values.slice());
  const m = unseen.length;
  const C = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      C[i * m + j] = covarianceOf(unseen[i]!, unseen[j]!, given) - dot(A[i]!, A[j]!);
    }
  }
  semidefiniteFactor(C, m, DETERMINED * sd * sd);
  const noise = Float64Array.from({ length: m }, () => rng.normal());
  return Float64Array.from({ length: m }, (_, i) => {
    let value = dot(A[i]!, z);
    for (let j = 0; j <= i; j++) value += C[i * m + j]! * noise[j]!;
    return value;
  });
}

export function covarianceOf(a: readonly number[], b: readonly number[], given: ConditionalDraw): number {
  const { covariance, sd, lengthScales } = given;
  if (lengthScales.length === 1) {
    let square = 0;
    a.forEach((value, d) => {
      square += (value - b[d]!) ** 2;
    });
    return sd * sd * covariance.correlation.value(square / lengthScales[0]! ** 2);
  }
  return a.reduce(
    (product, value, d) => product * covariance.correlation.value(((value - b[d]!) / lengthScales[d]!) ** 2),
    sd * sd,
  );
}

function factorOf(old: readonly (readonly number[])[], given: ConditionalDraw, jitter: number): Float64Array {
  const n = old.length;
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = covarianceOf(old[i]!, old[j]!, given) + (i === j ? jitter : 0);
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      L[i * n + j] = i === j ? Math.sqrt(sum) : sum / L[j * n + j]!;
    }
  }
  return L;
}

/** In place, the lower triangle; columns whose pivot is below `least` are zero. */
function semidefiniteFactor(c: Float64Array, n: number, least: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = c[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= c[i * n + k]! * c[j * n + k]!;
      const pivot = i === j ? sum : c[j * n + j]!;
      if (i === j) c[i * n + j] = pivot > least ? Math.sqrt(pivot) : 0;
      else c[i * n + j] = pivot > 0 ? sum / pivot : 0;
    }
  }
}

function solveLower(L: Float64Array, n: number, x: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * n + k]! * x[k]!;
    x[i] = sum / L[i * n + i]!;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
