/** What terms report, in brms' names. */
import { drawPrefix, type PredictorKey } from "../quantities/predictor-key.ts";
import type { Quantity, SummaryTitle } from "../quantities/quantity.ts";

const REAL = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** `bs_sx_1`, `bsp_sigma_mox`: population-level coefficients of a term; `names` without prefix: `sx_1`, `mox`. */
export function coefficientsQuantity(prefix: string, key: PredictorKey, names: readonly string[]): Quantity {
  const own = drawPrefix(key);
  const coefficients = names.map((name) => ({ key, name, label: own + name }));
  return {
    role: "coefficient",
    class: "b",
    names: coefficients.map(({ label }) => `${prefix}_${label}`),
    labels: coefficients.map(({ label }) => label),
    ...REAL,
    key,
    coefficients,
    table: { title: "Regression Coefficients" },
  };
}

/** `sds_sx_1`, `sdgp_gpx`, `lscale_gpx`: positive parameters of a term, printed as `sds(sx_1)`. */
export function scalesQuantity(
  prefix: string,
  key: PredictorKey,
  names: readonly string[],
  title: SummaryTitle,
): Quantity {
  const own = drawPrefix(key);
  const coefficients = names.map((name) => ({ key, name, label: own + name }));
  const labels = coefficients.map(({ label }) => label);
  return {
    role: "scale",
    class: prefix,
    coefficients,
    names: labels.map((label) => `${prefix}_${label}`),
    labels: labels.map((label) => `${prefix}(${label})`),
    lower: 0,
    upper: Number.POSITIVE_INFINITY,
    key,
    table: { title },
  };
}

/** `s_sx_1[1]`, `zgp_gpx[1]` …: `count` coefficients that no table prints. */
export function latentQuantity(prefix: string, key: PredictorKey, name: string, count: number): Quantity {
  const own = `${prefix}_${drawPrefix(key)}${name}`;
  return {
    role: "latent",
    class: prefix,
    arrays: [own],
    names: Array.from({ length: count }, (_, k) => `${own}[${k + 1}]`),
    ...REAL,
    key,
  };
}

/** `simo_mox1[1]` …: a simplex of `count` elements. */
export function simplexQuantity(prefix: string, key: PredictorKey, name: string, count: number): Quantity {
  const label = drawPrefix(key) + name;
  return {
    role: "simplex",
    class: prefix,
    arrays: [`${prefix}_${label}`],
    names: Array.from({ length: count }, (_, k) => `${prefix}_${label}[${k + 1}]`),
    labels: Array.from({ length: count }, (_, k) => `${label}[${k + 1}]`),
    lower: 0,
    upper: 1,
    key,
    table: { title: "Monotonic Simplex Parameters" },
  };
}
