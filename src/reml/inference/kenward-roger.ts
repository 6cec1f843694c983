/**
 * The adjusted covariance of the coefficients and the F test of Kenward & Roger (1997, Biometrics 53:983), with the notation
 * of Halekoh & Højsgaard (2014, J. Stat. Softw. 59(9)): V = Σγᵣ·Gᵣ, one G per variance and covariance and G₀ = I.
 * Everything is carried to the space of the effects, T = ZᵀV⁻¹Z, where G₀ enters through V⁻¹·V = I.
 */
import { SettingsError } from "../../errors.ts";
import { positiveInverse } from "../../linalg/small-matrices.ts";
import { fUpper } from "../../numeric/test-distributions.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { modelOf } from "../model-of-fit.ts";
import { marginalProducts } from "./marginal-products.ts";
import { bilinear, type CoefficientInference, innerProduct } from "./tests.ts";

/** Effects beyond which the dense matrix over them is refused. */
const MOST_EFFECTS = 6000;

/** @throws SettingsError for an ML fit, for a residual structure with parameters, and for models with too many effects. */
export function kenwardRoger(fit: LmmFit): CoefficientInference {
  if (fit.method !== "REML") {
    throw new SettingsError("Kenward–Roger degrees of freedom need a REML fit; refit with { reml: true }");
  }
  if (fit.residual !== undefined && fit.residual.free.length > 0) {
    throw new SettingsError(
      "Kenward–Roger's adjustment is for group-level variances alone; this fit has a residual structure whose parameters are " +
        'estimated too: use "satterthwaite", which takes them into account',
    );
  }
  const model = modelOf(fit);
  if (model.system.structure.effects > MOST_EFFECTS) {
    throw new SettingsError(
      `Kenward–Roger needs a dense matrix over all ${model.system.structure.effects} group-level effects; use Satterthwaite`,
    );
  }
  const { estimates, names } = fit.fixed;
  const p = names.length;
  const parts = adjustment(fit);
  const covariance = parts.adjusted;

  const test = (contrasts: readonly Float64Array[]) => {
    const rows = independentRows(contrasts, fit.fixed.covariance);
    const q = rows.length;
    const { scaling, df2 } = approximateF(rows, fit.fixed.covariance, parts, p);
    const f = (scaling * quadratic(rows, estimates, covariance)) / q;
    return { f, df1: q, df2, p: fUpper(f, q, df2) };
  };
  return {
    method: "kenward-roger",
    names,
    estimates,
    covariance,
    dfOf: (contrast) => approximateF([contrast], fit.fixed.covariance, parts, p).df2,
    fTest: test,
  };
}

interface Adjustment {
  readonly adjusted: Float64Array;
  /** −XᵀV⁻¹GᵣV⁻¹X, p × p. */
  readonly p: readonly Float64Array[];
  /** Covariance of the γ, row-major. */
  readonly w: Float64Array;
}

function adjustment(fit: LmmFit): Adjustment {
  const model = modelOf(fit);
  const p = fit.fixed.names.length;
  const phi = fit.fixed.covariance;
  const { t, u, elements, gamma } = marginalProducts(fit, model);
  const q = model.system.structure.effects;
  const sigma2 = fit.sigma ** 2;
  const r = elements.length;
  // Products with every Gᵣ, r ≥ 1, in the space of effects: E·U and T·E·U.
  const eu = elements.map((pairs) => applyPairs(pairs, u, q, p));
  const pMatrices: Float64Array[] = [];
  const qMatrices: Float64Array[][] = [];
  const traces: number[][] = [];
  const single: number[] = [];
  for (let i = 0; i < r; i++) {
    pMatrices.push(crossTable(u, eu[i]!, q, p));
    const teu = timesDense(t, eu[i]!, q, p);
    qMatrices.push(elements.map((_, j) => crossTable(eu[j]!, teu, q, p)));
    traces.push(elements.map((pairs, j) => (j <= i ? pairTrace(elements[i]!, pairs, t, q) : 0)));
    single.push(elements[i]!.reduce((sum, [a, b]) => sum + t[b * q + a]!, 0));
  }
  for (let i = 0; i < r; i++) for (let j = i + 1; j < r; j++) traces[i]![j] = traces[j]![i]!;
  // qMatrices[i][j] holds UᵀEⱼTEᵢU.
  const q0 = (i: number, j: number): Float64Array => qMatrices[j]![i]!;

  // The residual component through σ²·V⁻² = V⁻¹ − Σγᵣ·V⁻¹GᵣV⁻¹.
  const information = positiveInverse(phi, p)!;
  const combine = (base: Float64Array, terms: readonly Float64Array[]): Float64Array =>
    base.map((value, at) => (value - gamma.reduce((sum, g, s) => sum + g * terms[s]![at]!, 0)) / sigma2);
  const residualP = combine(information, pMatrices);
  const residualQ = elements.map((_, s) =>
    combine(
      pMatrices[s]!,
      elements.map((_, h) => q0(h, s)),
    ),
  );
  const transposed = residualQ.map((matrix) => transpose(matrix, p));
  const residualQ0 = combine(residualP, transposed);
  const reduce = (base: number, terms: readonly number[]): number =>
    (base - gamma.reduce((sum, g, s) => sum + g * terms[s]!, 0)) / sigma2;
  const residualTraces = elements.map((_, s) => reduce(single[s]!, traces[s]!));
  const totalTrace = reduce(fit.nobs, single);
  const residualTrace = reduce(totalTrace, residualTraces);

  const size = r + 1;
  const pAll = [...pMatrices, residualP].map((matrix) => matrix.map((value) => -value));
  const qAll = (i: number, j: number): Float64Array => {
    if (i < r && j < r) return q0(i, j);
    if (i === r && j === r) return residualQ0;
    return i === r ? residualQ[j]! : transposed[i]!;
  };
  const traceAll = (i: number, j: number): number => {
    if (i < r && j < r) return traces[i]![j]!;
    if (i === r && j === r) return residualTrace;
    return residualTraces[Math.min(i, j)]!;
  };
  const phiP = pAll.map((matrix) => product(phi, matrix, p));
  const expected = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      expected[i * size + j] =
        (traceAll(i, j) - 2 * elementSum(phi, qAll(i, j)) + traceOfProduct(phiP[i]!, phiP[j]!, p)) / 2;
    }
  }
  const w = positiveInverse(expected, size);
  if (w === undefined) {
    throw new SettingsError(
      "Kenward–Roger degrees of freedom do not exist here: the expected information about the variance components is " +
        "singular (a component on the boundary?); use Satterthwaite",
    );
  }
  let inner = new Float64Array(p * p);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const second = product(pAll[i]!, product(phi, pAll[j]!, p), p);
      const first = qAll(i, j);
      inner = inner.map((value, at) => value + w[i * size + j]! * (first[at]! - second[at]!));
    }
  }
  const correction = product(phi, product(inner, phi, p), p);
  const adjusted = phi.map((value, at) => value + 2 * correction[at]!);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (adjusted[i * p + j]! + adjusted[j * p + i]!) / 2;
      adjusted[i * p + j] = mean;
      adjusted[j * p + i] = mean;
    }
  }
  return { adjusted, p: pAll, w };
}

/** Scale and denominator degrees of freedom of the F distribution (Kenward & Roger 1997, section 3). */
function approximateF(
  rows: readonly Float64Array[],
  phi: Float64Array,
  { p: pMatrices, w }: Adjustment,
  p: number,
): { readonly scaling: number; readonly df2: number } {
  const q = rows.length;
  const size = pMatrices.length;
  const middle = positiveInverse(table(rows, phi), q)!;
  const thetaPhi = product(congruence(rows, middle, p), phi, p);
  const u = pMatrices.map((matrix) => product(thetaPhi, product(matrix, phi, p), p));
  let a1 = 0;
  let a2 = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      a1 += w[i * size + j]! * trace(u[i]!, p) * trace(u[j]!, p);
      a2 += w[i * size + j]! * traceOfProduct(u[i]!, u[j]!, p);
    }
  }
  const b = (a1 + 6 * a2) / (2 * q);
  const g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
  const divisor = 3 * q + 2 * (1 - g);
  const c1 = g / divisor;
  const c2 = (q - g) / divisor;
  const c3 = (q + 2 - g) / divisor;
  const v0 = 1 + c1 * b;
  const v1 = 1 - c2 * b;
  const v2 = 1 - c3 * b;
  const share = 1 - a2 / q;
  const rho = (1 / q) * (share / v1) ** 2 * ((Math.abs(v0) < 1e-10 ? 0 : v0) / v2);
  const df2 = 4 + (q + 2) / (q * rho - 1);
  return { df2, scaling: Math.abs(df2 - 2) < 1e-2 ? 1 : (df2 * share) / (df2 - 2) };
}

function independentRows(contrasts: readonly Float64Array[], phi: Float64Array): Float64Array[] {
  const kept: Float64Array[] = [];
  for (const row of contrasts) {
    if (positiveInverse(table([...kept, row], phi), kept.length + 1) !== undefined) kept.push(row);
  }
  return kept;
}

function table(rows: readonly Float64Array[], phi: Float64Array): Float64Array {
  return Float64Array.from(rows.flatMap((a) => rows.map((b) => bilinear(a, phi, b))));
}

function quadratic(rows: readonly Float64Array[], estimates: Float64Array, covariance: Float64Array): number {
  const inverse = positiveInverse(table(rows, covariance), rows.length)!;
  const values = rows.map((row) => innerProduct(row, estimates));
  let sum = 0;
  values.forEach((a, i) => values.forEach((b, j) => (sum += a * inverse[i * rows.length + j]! * b)));
  return sum;
}

/** LᵀML for the rows of L. */
function congruence(rows: readonly Float64Array[], middle: Float64Array, p: number): Float64Array {
  const q = rows.length;
  const out = new Float64Array(p * p);
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < q; b++) {
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) {
          out[j * p + i]! += rows[a]![i]! * middle[a * q + b]! * rows[b]![j]!;
        }
      }
    }
  }
  return out;
}

type Pairs = readonly (readonly [number, number])[];

/** E·U for the symmetric pattern E with ones at the pairs (both orders listed); U is q × p, column-major. */
function applyPairs(pairs: Pairs, u: Float64Array, q: number, p: number): Float64Array {
  const out = new Float64Array(q * p);
  for (let k = 0; k < p; k++) for (const [a, b] of pairs) out[k * q + a]! += u[k * q + b]!;
  return out;
}

function pairTrace(left: Pairs, right: Pairs, t: Float64Array, q: number): number {
  let sum = 0;
  for (const [a, b] of left) for (const [c, d] of right) sum += t[b * q + c]! * t[d * q + a]!;
  return sum;
}

function timesDense(t: Float64Array, x: Float64Array, q: number, p: number): Float64Array {
  const out = new Float64Array(q * p);
  for (let k = 0; k < p; k++) {
    for (let j = 0; j < q; j++) {
      const value = x[k * q + j]!;
      if (value === 0) continue;
      for (let i = 0; i < q; i++) out[k * q + i]! += t[j * q + i]! * value;
    }
  }
  return out;
}

/** AᵀB, p × p. */
function crossTable(a: Float64Array, b: Float64Array, q: number, p: number): Float64Array {
  const out = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < q; k++) sum += a[i * q + k]! * b[j * q + k]!;
      out[j * p + i] = sum;
    }
  }
  return out;
}

function product(a: Float64Array, b: Float64Array, p: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < p; k++) {
      const value = b[j * p + k]!;
      for (let i = 0; i < p; i++) out[j * p + i]! += a[k * p + i]! * value;
    }
  }
  return out;
}

function transpose(a: Float64Array, p: number): Float64Array {
  return a.map((_, at) => a[(at % p) * p + Math.floor(at / p)]!);
}

const elementSum = (a: Float64Array, b: Float64Array): number => innerProduct(a, b);
const trace = (a: Float64Array, p: number): number =>
  Array.from({ length: p }, (_, i) => a[i * p + i]!).reduce((sum, value) => sum + value, 0);
const traceOfProduct = (a: Float64Array, b: Float64Array, p: number): number =>
  innerProduct(a, transpose(b, p));
