/** Every correlation and variance structure: whitening against dense matrices, its derivative against differences. */
import { describe, expect, it } from "vitest";
import { toTable } from "../../src/data/from-input.ts";
import { linearDesign, prepare } from "../../src/reml/linear-model.ts";
import { structuredCriterion } from "../../src/reml/residual/structured-criterion.ts";
import { correlationKinds } from "../../src/residuals/correlations/index.ts";
import { residualData, takeResidualRows } from "../../src/residuals/residual-data.ts";
import { varianceKinds } from "../../src/residuals/variance.ts";
import { whiteningOf } from "../../src/residuals/whitening.ts";

/** 9 groups of 2 to 6 rows in scattered order, with gaps in time. */
const rows = Array.from({ length: 9 }, (_, g) =>
  Array.from({ length: 2 + ((g * 3) % 5) }, (_, k) => ({
    g: `g${g}`,
    h: `h${g % 3}`,
    t: g % 2 === 0 ? k : 2 * k - (k > 2 ? 1 : 0),
    u: ((g * 7 + k * 11) % 13) / 3,
    v: ((g * 5 + k * 3) % 11) / 2,
    x: 0.5 + ((g * 13 + k * 17) % 10) / 4,
    s: k % 2 === 0 ? "a" : "b",
    y: Math.sin(g * 3.1) * 2 + Math.sin(g * 17 + k * 5) + 0.3 * k,
  })),
).flat();
const shuffled = rows.map((_, i) => rows[(i * 7) % rows.length]!);
const table = toTable(shuffled);
const numbers = Int32Array.from({ length: shuffled.length }, (_, i) => i + 1);

const correlations: Record<string, readonly string[]> = {
  ar: ["ar(t, g)", "ar(g)", "ar(t, g, p = 2)", "ar(t, g, p = 3)"],
  ma: ["ma(t, g)", "ma(t, g, q = 2)"],
  arma: ["arma(t, g)", "arma(t, g, p = 2, q = 1)", "arma(t, g, p = 1, q = 2)"],
  car: ["car(u, g)", "car(t, g)"],
  cs: ["cs(g)"],
  unstructured: ["unstructured(t, g)"],
  exponential: ["exponential(u, v)", "exponential(u, v, group = g)", "exponential(u, v, nugget = TRUE)"],
  gaussian: ["gaussian(u, v, group = g)", "gaussian(u, v, nugget = TRUE)"],
  linear: ["linear(u, group = g)"],
  spherical: ["spherical(u, v, group = g)", "spherical(u, group = g, nugget = TRUE)"],
  rational_quadratic: ["rational_quadratic(u, v, group = g, nugget = TRUE)"],
};
const variances: Record<string, readonly string[]> = {
  ident: ["ident(h)", "ident(s) * power(x)"],
  power: ["power(x)", "power(x, by = s)"],
  exp: ["exp(x)", "exp(u, by = h)"],
  constpower: ["constpower(x)", "constpower(u, by = s)"],
  fixed: ["fixed(x)"],
};

it("every structure has a case here", () => {
  expect(Object.keys(correlations).sort()).toEqual(correlationKinds.map(({ name }) => name).sort());
  expect(Object.keys(variances).sort()).toEqual(varianceKinds.map(({ name }) => name).sort());
});

const cases: readonly { readonly correlation?: string; readonly variance?: string }[] = [
  ...Object.values(correlations)
    .flat()
    .map((correlation) => ({ correlation })),
  ...Object.values(variances)
    .flat()
    .map((variance) => ({ variance })),
  { correlation: "ar(t, g)", variance: "ident(s) * power(x)" },
  { correlation: "unstructured(t, g)", variance: "ident(h)" },
];

describe.each(
  cases.map((spec) => [[spec.correlation, spec.variance].filter(Boolean).join(", "), spec] as const),
)("%s", (_name, spec) => {
  const data = residualData(spec, table, numbers);
  const whitening = whiteningOf(data);
  const free = whitening.starts.at(-1)!.map((value, k) => 0.7 * value + 0.11 * ((k % 3) + 1));

  it("returns to its free parameters", () => {
    const natural = whitening.natural(free).map(({ value }) => value);
    const again = whitening.unconstrain(natural);
    free.forEach((value, k) => expect(again[k]!).toBeCloseTo(value, 9));
  });

  it.each(["y ~ x", "y ~ x + (1 | g)", "y ~ x + (x | h)"])("has the exact gradient in %s", (formula) => {
    const nested = spec.correlation === undefined || /\bg\)|group = g/.test(spec.correlation);
    if (!nested && formula.includes("|")) return;
    for (const reml of [true, false]) {
      const base = prepare(linearDesign(formula, table), reml);
      const { objective, point } = structuredCriterion(base, data, whitening);
      const x = point(base.layout.theta.map((_, k) => 0.6 + 0.1 * k) as never, free);
      const gradient = new Float64Array(x.length);
      expect(objective(x, gradient)).toBeLessThan(Infinity);
      const spare = new Float64Array(x.length);
      x.forEach((value, k) => {
        const h = 1e-5 * Math.max(1, Math.abs(value));
        const moved = x.slice();
        moved[k] = value + h;
        const up = objective(moved, spare);
        moved[k] = value - h;
        const slope = (up - objective(moved, spare)) / (2 * h);
        expect(Math.abs(gradient[k]! - slope), `${k}`).toBeLessThan(2e-6 * (1 + Math.abs(slope)));
      });
    }
  });

  it("takes rows as if the others had never been there", () => {
    const keep = numbers.map((_, i) => i).filter((i) => i % 4 !== 1);
    const taken = takeResidualRows(data, keep);
    const n = keep.length;
    const identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) identity[i * n + i] = 1;
    // The same values may have other free parameters: their units come from the rows.
    const own = whiteningOf(taken);
    own.whiten(own.unconstrain(whitening.natural(free).map(({ value }) => value)), identity, n);
    // WᵀW of the kept rows is the inverse of the marginal covariance of the whole.
    const all = shuffled.length;
    const whole = new Float64Array(all * all);
    for (let i = 0; i < all; i++) whole[i * all + i] = 1;
    whitening.whiten(free, whole, all);
    const covariance = inverse(gram(whole, all), all);
    const marginal = new Float64Array(n * n);
    keep.forEach((a, i) => keep.forEach((b, j) => void (marginal[i * n + j] = covariance[a * all + b]!)));
    const product = multiply(gram(identity, n), marginal, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) expect(product[i * n + j]!).toBeCloseTo(i === j ? 1 : 0, 7);
    }
  });
});

/** WᵀW from the columns of W, column-major. */
function gram(w: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += w[a * n + i]! * w[b * n + i]!;
      out[a * n + b] = sum;
    }
  }
  return out;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
  }
  return out;
}

function inverse(a: Float64Array, n: number): Float64Array {
  const m = Array.from({ length: n }, (_, i) => [
    ...a.subarray(i * n, (i + 1) * n),
    ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)),
  ]);
  for (let k = 0; k < n; k++) {
    const pivot = m[k]![k]!;
    m[k] = m[k]!.map((value) => value / pivot);
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = m[i]![k]!;
      m[i] = m[i]!.map((value, j) => value - factor * m[k]![j]!);
    }
  }
  return Float64Array.from(m.flatMap((row) => row.slice(n)));
}
