/**
 * Group-level effects from coordinates that are partly centred: the variationally inferred parametrisation of Gorinova,
 * Moore & Hoffman 2020 ("Automatic reparameterisation of probabilistic programs", section 3), applied to the coefficients of a
 * level one after the other, and with what the population-level coefficients add to each level (hierarchical centring:
 * Gelfand, Sahu & Carlin 1995, "Efficient parametrisations for normal linear mixed models").
 *
 * Given those before it, coefficient m of level j is normal with mean μ = sd_m Σ_{k<m} L_mk z_jk and standard deviation
 * σ = sd_m L_mm; the population-level part is a_jm. Its coordinate u, with weight c in [0, 1] and a constant unit s, is
 * normal too:
 *
 *     u ~ N(c (a + μ)/s, (σ/s)^c),   z = (u − c (a + μ)/s) / (σ/s)^c,   r = μ + σ z.
 *
 * c = 0 is the non-centred u = z, c = 1 the centred u = (a + r)/s. The posterior of r is the same for every c and a; what
 * changes is how strongly u depends on sd, L and a: not at all a priori with c = 0, and not at all when data fix a + r with
 * c = 1.
 */
import * as Elementary from "../../numeric/elementary.ts";
import { formatShape, type Op, requireShape } from "../op.ts";

const LOG_SQRT_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** Weights are rounded to multiples of 1 / GRADES, so that powers are taken once per coefficient and grade. */
export const GRADES = 8;

export interface Centring {
  /** c·GRADES, whole numbers from 0 to GRADES; [levels × coefficients]. */
  readonly grades: Uint8Array;
  /** s of every coefficient. */
  readonly units: Float64Array;
}

interface Work {
  /** z of the last sweep. */
  readonly z: Float64Array;
  readonly zBar: Float64Array;
  /** (σ_m/s_m)^(grade/GRADES), by coefficient and grade. */
  readonly powers: Float64Array;
  /** Adjoints of log σ. */
  readonly logBar: Float64Array;
}

/**
 * Operands: sd [M], u [J × M], a [J·M] and, when coefficients are correlated, L [M × M] lower triangular.
 * Result: the effects, row-major, and after them Σ log N(z | 0, 1): J·M + 1 numbers. The logarithm of ∂z/∂u,
 * −Σ c log(σ/s), is not part of it.
 */
export const partlyCentredEffects: Op<Centring, Work> = {
  name: "partlyCentredEffects",
  shape([sd, u, a, l], { grades, units }) {
    const size = sd![0]!;
    requireShape(
      sd!.length === 1 &&
        u!.length === 2 &&
        u![1] === size &&
        grades.length === u![0]! * size &&
        units.length === size &&
        a!.length === 1 &&
        a![0] === grades.length &&
        (l === undefined || (l.length === 2 && l[0] === size && l[1] === size)),
      `partlyCentredEffects: ${formatShape(sd!)} and ${formatShape(u!)} do not fit`,
    );
    return [grades.length + 1];
  },
  workspace({ x, attributes: { grades } }) {
    const size = x[0]!.length;
    return {
      z: new Float64Array(grades.length),
      zBar: new Float64Array(size),
      powers: new Float64Array(size * (GRADES + 1)),
      logBar: new Float64Array(size),
    };
  },
  forward({ x, y, attributes: { grades, units }, work: { z, powers } }) {
    const sd = x[0]!;
    const u = x[1]!;
    const a = x[2]!;
    const l = x[3];
    const size = sd.length;
    for (let m = 0; m < size; m++) {
      const logScale = Elementary.log((sd[m]! * (l === undefined ? 1 : l[m * size + m]!)) / units[m]!);
      powers[m * (GRADES + 1)] = 1;
      for (let g = 1; g <= GRADES; g++)
        powers[m * (GRADES + 1) + g] = Elementary.exp((logScale * g) / GRADES);
    }
    let squares = 0;
    for (let j = 0; j < u.length; j += size) {
      for (let m = 0; m < size; m++) {
        const grade = grades[j + m]!;
        let mean = 0;
        if (l !== undefined) for (let k = 0; k < m; k++) mean += l[m * size + k]! * z[j + k]!;
        mean *= sd[m]!;
        const shift = ((a[j + m]! + mean) * grade) / (GRADES * units[m]!);
        const value = (u[j + m]! - shift) / powers[m * (GRADES + 1) + grade]!;
        z[j + m] = value;
        squares += value * value;
        y[j + m] = mean + units[m]! * powers[m * (GRADES + 1) + GRADES]! * value;
      }
    }
    y[u.length] = -0.5 * squares - u.length * LOG_SQRT_TWO_PI;
  },
  backward({ x, xBar, yBar, attributes: { grades, units }, work: { z, zBar, powers, logBar } }) {
    const sd = x[0]!;
    const u = x[1]!;
    const l = x[3];
    const sdBar = xBar[0]!;
    const uBar = xBar[1]!;
    const aBar = xBar[2]!;
    const lBar = xBar[3] ?? null;
    const size = sd.length;
    const densityBar = yBar[u.length]!;
    logBar.fill(0);
    for (let j = 0; j < u.length; j += size) {
      zBar.fill(0);
      for (let m = size - 1; m >= 0; m--) {
        const at = j + m;
        const weight = grades[at]! / GRADES;
        const sigma = units[m]! * powers[m * (GRADES + 1) + GRADES]!;
        const bar = zBar[m]! + sigma * yBar[at]! - densityBar * z[at]!;
        const toU = bar / powers[m * (GRADES + 1) + grades[at]!]!;
        if (uBar !== null) uBar[at]! += toU;
        // σ enters the effect as σ z, and z through (σ/s)^−c.
        logBar[m]! += yBar[at]! * sigma * z[at]! - weight * bar * z[at]!;
        const shiftBar = (weight * toU) / units[m]!;
        if (aBar !== null) aBar[at]! -= shiftBar;
        if (l === undefined) continue;
        const meanBar = yBar[at]! - shiftBar;
        for (let k = 0; k < m; k++) {
          const along = l[m * size + k]!;
          zBar[k]! += meanBar * sd[m]! * along;
          if (sdBar !== null) sdBar[m]! += meanBar * along * z[j + k]!;
          if (lBar !== null) lBar[m * size + k]! += meanBar * sd[m]! * z[j + k]!;
        }
      }
    }
    for (let m = 0; m < size; m++) {
      if (sdBar !== null) sdBar[m]! += logBar[m]! / sd[m]!;
      if (lBar !== null) lBar[m * size + m]! += logBar[m]! / l![m * size + m]!;
    }
  },
};

/** Σ_j c_jm by coefficient: how often log(σ_m/s_m) is counted in the logarithm of ∂u/∂z. */
export function weightSums({ grades, units }: Centring): Float64Array {
  const sums = new Float64Array(units.length);
  for (let at = 0; at < grades.length; at++) sums[at % sums.length]! += grades[at]! / GRADES;
  return sums;
}

/** The coordinates u (row-major) of the levels whose standardised effects are z; `factor` is L, row-major. */
export function partlyCentredCoordinates(
  { grades, units }: Centring,
  sd: Float64Array,
  factor: Float64Array,
  a: Float64Array,
  z: Float64Array,
): Float64Array {
  const size = sd.length;
  return z.map((value, at) => {
    const m = at % size;
    const weight = grades[at]! / GRADES;
    const scale = (sd[m]! * factor[m * size + m]!) / units[m]!;
    let mean = 0;
    for (let k = 0; k < m; k++) mean += factor[m * size + k]! * z[at - m + k]!;
    return (weight * (a[at]! + sd[m]! * mean)) / units[m]! + Elementary.pow(scale, weight) * value;
  });
}
