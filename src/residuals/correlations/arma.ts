/**
 * ARMA(p, q) of whole steps: x_t = Σφ_i x_{t−i} + e_t + Σθ_j e_{t−j}. Stationary and invertible by construction: φ and −θ come
 * from partial correlations tanh(u/2) (Monahan 1984, Biometrika 71(2)); autocorrelations from the extended Yule–Walker
 * equations (Brockwell & Davis 1991, section 3.3, method 2).
 */
import { DesignError } from "../../errors.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { CorrelationData } from "../structured-rows.ts";
import type { Correlation, CorrelationKind } from "./correlation.ts";
import { denseCorrelation } from "./dense.ts";
import { addProduct, constant, type Jet, quotient, solveJets } from "./jet.ts";
import { ar1 } from "./markov.ts";

/** Rows of one group whose correlation matrix is still factorised. */
const LARGEST_GROUP = 4000;

export const ar: CorrelationKind = {
  name: "ar",
  usage: "ar(time, group, p = 1)",
  columns: [1, 2],
  numbers: ["p"],
  over: "steps",
  correlation: (data) => {
    const p = data.call.numbers.p ?? 1;
    return p === 1 ? ar1(data) : armaCorrelation(data, p, 0);
  },
};

export const ma: CorrelationKind = {
  name: "ma",
  usage: "ma(time, group, q = 1)",
  columns: [1, 2],
  numbers: ["q"],
  over: "steps",
  correlation: (data) => armaCorrelation(data, 0, data.call.numbers.q ?? 1),
};

export const arma: CorrelationKind = {
  name: "arma",
  usage: "arma(time, group, p = 1, q = 1)",
  columns: [1, 2],
  numbers: ["p", "q"],
  over: "steps",
  correlation: (data) => armaCorrelation(data, data.call.numbers.p ?? 1, data.call.numbers.q ?? 1),
};

function armaCorrelation(data: CorrelationData, p: number, q: number): Correlation {
  const { order, start, times, call } = data;
  if (p < 0 || q < 0 || p + q < 1)
    throw new DesignError(`${call.text}: p and q are whole numbers, one of them positive`);
  let longest = 0;
  for (let g = 0; g + 1 < start.length; g++) {
    if (start[g + 1]! - start[g]! > LARGEST_GROUP) {
      throw new DesignError(
        `${call.text}: a group has ${start[g + 1]! - start[g]!} rows; up to ${LARGEST_GROUP} are taken here, ar() of order 1 takes any number`,
      );
    }
    longest = Math.max(longest, times[order[start[g + 1]! - 1]!]! - times[order[start[g]!]!]!);
  }
  const size = p + q;
  const names = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, k) => (count === 1 ? prefix : `${prefix}${k + 1}`));
  const lag = (a: number, b: number): number => Math.abs(times[a]! - times[b]!);
  return denseCorrelation(
    data,
    {
      size,
      starts: [0.2, 1, -0.5].map((value) => new Float64Array(size).fill(value)),
      natural(free) {
        const { phi, theta } = coefficients(free, p, q);
        const values = [...phi, ...theta].map(([value]) => value!);
        return [...names("phi", p), ...names("theta", q)].map((name, k) => ({ name, value: values[k]! }));
      },
      unconstrain: (values) =>
        Float64Array.from([
          ...partials(values.slice(0, p)),
          ...partials(values.slice(p).map((value) => -value)),
        ]),
      at(free) {
        const rho = autocorrelations(free, p, q, longest);
        return (a, b) => rho[lag(a, b)]![0]!;
      },
      reverse(free) {
        const byLag = new Float64Array(longest + 1);
        return {
          add: (a, b, derivative) => {
            byLag[lag(a, b)]! += derivative;
          },
          finish(gradient) {
            autocorrelations(free, p, q, longest).forEach((jet, h) => {
              for (let k = 0; k < size; k++) gradient[k]! += byLag[h]! * jet[k + 1]!;
            });
          },
        };
      },
    },
    (rows) => rows.reduce((text, row) => `${text},${times[row]! - times[rows[0]!]!}`, ""),
  );
}

/** φ and θ with their derivatives with respect to the free parameters. */
function coefficients(free: Float64Array, p: number, q: number): { phi: Jet[]; theta: Jet[] } {
  const partial = Array.from(free, (value, k) => {
    const jet = constant(Elementary.tanh(value / 2), p + q);
    jet[k + 1] = (1 - jet[0]! * jet[0]!) / 2;
    return jet;
  });
  return {
    phi: levinson(partial.slice(0, p)),
    theta: levinson(partial.slice(p)).map((jet) => jet.map((value) => -value)),
  };
}

/** Coefficients of the autoregression with given partial autocorrelations (Durbin–Levinson). */
function levinson(partial: readonly Jet[]): Jet[] {
  let phi: Jet[] = [];
  partial.forEach((r, k) => {
    phi = [...phi.map((value, j) => addProduct(value, r, phi[k - 1 - j]!, -1)), r];
  });
  return phi;
}

/** Backwards: atanh of the partial autocorrelations, doubled; NaN when the coefficients are not stationary. */
function partials(phi: readonly number[]): number[] {
  let current = [...phi];
  const found: number[] = [];
  for (let k = phi.length - 1; k >= 0; k--) {
    const r = current[k]!;
    found.unshift(Elementary.log((1 + r) / (1 - r)));
    current = current.slice(0, k).map((value, j) => (value + r * current[k - 1 - j]!) / (1 - r * r));
  }
  return found;
}

/** ρ(0) … ρ(longest), each with its derivatives. */
function autocorrelations(free: Float64Array, p: number, q: number, longest: number): Jet[] {
  const size = p + q;
  const { phi, theta: given } = coefficients(free, p, q);
  const theta = [constant(1, size), ...given];
  const psi: Jet[] = [];
  for (let j = 0; j <= q; j++) {
    let value = theta[j]!;
    for (let i = 1; i <= Math.min(p, j); i++) value = addProduct(value, phi[i - 1]!, psi[j - i]!);
    psi.push(value);
  }
  /** Σ_{j≥k} θ_j ψ_{j−k}: the covariance of x_{t−k} with the moving average. */
  const shock = (k: number): Jet => {
    let sum = constant(0, size);
    for (let j = k; j <= q; j++) sum = addProduct(sum, theta[j]!, psi[j - k]!);
    return sum;
  };
  const a = Array.from({ length: p + 1 }, (_, k) => {
    const row = Array.from({ length: p + 1 }, (_, j) => constant(j === k ? 1 : 0, size));
    for (let i = 1; i <= p; i++) {
      row[Math.abs(k - i)] = addProduct(row[Math.abs(k - i)]!, phi[i - 1]!, undefined, -1);
    }
    return row;
  });
  const gamma = solveJets(
    a,
    Array.from({ length: p + 1 }, (_, k) => shock(k)),
  );
  for (let h = p + 1; h <= longest; h++) {
    let value = shock(h);
    for (let i = 1; i <= p; i++) value = addProduct(value, phi[i - 1]!, gamma[h - i]!);
    gamma.push(value);
  }
  return gamma.slice(0, longest + 1).map((value) => quotient(value, gamma[0]!));
}
