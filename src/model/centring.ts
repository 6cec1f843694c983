/**
 * How far group-level effects are centred, and at what. Where the data of a level determine its effect, the centred coordinate
 * is nearly independent of sd and of the population-level coefficients; where they say little, the standardised z is. The share
 * of information that comes from the data, 1 − Var(z | y)/Var(z) with Var(z) = 1, is the weight that makes a normal model's
 * effects independent of their mean (Papaspiliopoulos, Roberts & Sköld 2007, "A general framework for the parametrization of
 * hierarchical models", section 3).
 */
import type { DensityBuilder } from "../autodiff/density-builder.ts";
import { GRADES } from "../autodiff/ops/partly-centred-effects.ts";
import type { Coordinates, Seen } from "../log-density.ts";
import { predictorKey, sameKey } from "../quantities/predictor-key.ts";
import type { BlockCentring, DeclaredGroup } from "./group-level.ts";
import type { GroupBlock } from "./groups.ts";
import { type Absorbed, INTERCEPT, levelShifts, weightsIn } from "./level-shifts.ts";
import type { DeclaredPredictor } from "./population.ts";

/**
 * Posterior standard deviation of log sd beyond which effects stay non-centred: sd may be near zero, and centred effects have a
 * funnel there.
 */
const uncertainLogSd = 0.45;

/** A coefficient absorbs population-level columns when its effects are centred this far on average. */
const leastWeight = 0.25;

/** `Coordinates` of one block: what is absorbed are triples (predictor, column, coefficient). */
type BlockCoordinates = {
  readonly grades: Uint8Array;
  readonly units: Float64Array;
  readonly absorbed: Int32Array;
};

/**
 * From what was seen of a chain in non-centred coordinates; undefined when they are best as they are.
 */
export function chooseCentring(
  builder: DensityBuilder,
  predictors: readonly DeclaredPredictor[],
  groups: readonly DeclaredGroup[],
  seen: Seen,
): Coordinates | undefined {
  const chosen = groups.map((declared) => {
    const grades = Uint8Array.from(builder.coordinatesOf(declared.standardised, seen.variances), (variance) =>
      Math.round(GRADES * Math.max(0, 1 - variance)),
    );
    const units = scales(builder, declared, seen.position);
    return grades.some((own) => own > 0) && units.every(isUsable) ? { grades, units } : null;
  });
  if (chosen.every((centring) => centring === null)) return undefined;
  const homes = predictors.flatMap((predictor, p) =>
    columnsOf(predictor).flatMap((column) => {
      const home = bestHome(predictor, column, groups, chosen);
      return home === undefined ? [] : [{ p, column, ...home }];
    }),
  );
  return chosen.map((centring, b) => {
    if (centring === null) return null;
    const own = homes.filter(({ block }) => block === b);
    return {
      ...centring,
      absorbed: Int32Array.from(own.flatMap(({ p, column, coefficient }) => [p, column, coefficient])),
    };
  });
}

/**
 * The same coordinates without the centring of effects whose standard deviations have turned out to be uncertain; undefined
 * when that changes nothing. `seen` is what was seen in the coordinates in use.
 */
export function reviseCentring(
  builder: DensityBuilder,
  groups: readonly DeclaredGroup[],
  coordinates: Coordinates,
  seen: Seen,
): Coordinates | undefined {
  let changed = false;
  const revised = (coordinates as readonly (BlockCoordinates | null)[]).map((own, b) => {
    if (own === null) return null;
    const uncertain = uncertainSds(builder, groups[b]!, seen);
    const grades = own.grades.map((grade, at) => (uncertain[at % uncertain.length] ? 0 : grade));
    changed ||= grades.some((after, at) => after !== own.grades[at]);
    return grades.some((after) => after > 0) ? { ...own, grades } : null;
  });
  return changed ? revised : undefined;
}

/** By coefficient. Those that a prior fixes have no coordinate: then all count as uncertain if one of the others is. */
function uncertainSds(builder: DensityBuilder, { block, sd }: DeclaredGroup, { spread }: Seen): boolean[] {
  const size = block.coefficients.length;
  const free = Array.from(builder.coordinatesOf(sd, spread), (variance) => variance > uncertainLogSd ** 2);
  return free.length === size ? free : new Array<boolean>(size).fill(free.some(Boolean));
}

/** What `chooseCentring` chose, ready to be compiled. */
export function readCentring(
  predictors: readonly DeclaredPredictor[],
  blocks: readonly GroupBlock[],
  coordinates: Coordinates,
): (BlockCentring | null)[] {
  const chosen = coordinates as readonly (BlockCoordinates | null)[];
  const absorbed = chosen.flatMap((own, block): Absorbed[] =>
    own === null
      ? []
      : Array.from({ length: own.absorbed.length / 3 }, (_, k) => ({
          dpar: predictors[own.absorbed[3 * k]!]!.design.dpar,
          column: own.absorbed[3 * k + 1]!,
          block,
          coefficient: own.absorbed[3 * k + 2]!,
        })),
  );
  const shifts = levelShifts(predictors, blocks, absorbed);
  return chosen.map((own, b) => own && { grades: own.grades, units: own.units, shifts: shifts[b]! });
}

/** Conditional standard deviation of every coefficient given those before it: sd_m L_mm. */
function scales(
  builder: DensityBuilder,
  { block, sd, cholesky }: DeclaredGroup,
  q: Float64Array,
): Float64Array {
  const size = block.coefficients.length;
  const factor = cholesky && builder.constrained(cholesky, q);
  return builder.constrained(sd, q).map((value, m) => value * (factor?.[m * size + m] ?? 1));
}

function isUsable(scale: number): boolean {
  return scale > 0 && scale < Number.POSITIVE_INFINITY;
}

function columnsOf({ design, intercept }: DeclaredPredictor): number[] {
  const columns = design.population.names.map((_, k) => k);
  return intercept === undefined ? columns : [INTERCEPT, ...columns];
}

/**
 * Of the coefficients that a column shifts, the one that leaves most doubt about the column's coefficient: the variance of
 * a mean of effects, σ²/J, is the least that it has.
 */
function bestHome(
  predictor: DeclaredPredictor,
  column: number,
  groups: readonly DeclaredGroup[],
  chosen: readonly ({ readonly grades: Uint8Array; readonly units: Float64Array } | null)[],
): { block: number; coefficient: number } | undefined {
  let best: { block: number; coefficient: number } | undefined;
  let most = 0;
  groups.forEach(({ block }, b) => {
    const centring = chosen[b]!;
    if (centring === null) return;
    const size = block.coefficients.length;
    block.coefficients.forEach(({ key }, m) => {
      if (!sameKey(key, predictorKey(predictor.design.dpar, predictor.design))) return;
      const doubt = centring.units[m]! ** 2 / block.levels.length;
      if (doubt <= most || meanWeight(centring.grades, m, size) < leastWeight) return;
      if (weightsIn(predictor, column, block, m) === undefined) return;
      most = doubt;
      best = { block: b, coefficient: m };
    });
  });
  return best;
}

function meanWeight(grades: Uint8Array, coefficient: number, size: number): number {
  let total = 0;
  for (let at = coefficient; at < grades.length; at += size) total += grades[at]!;
  return (total * size) / (GRADES * grades.length);
}
