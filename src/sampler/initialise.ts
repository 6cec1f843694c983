/** Starting points: random, finite, near the typical set; or an error that says which coordinate is to blame. */
import { SamplingError } from "../errors.ts";
import type { LogDensity } from "../log-density.ts";
import type { Rng } from "../random/rng.ts";
import { ascend } from "./ascent.ts";
import { createPhasePoint, type PhasePoint } from "./phase-point.ts";

export interface StartingPoint {
  /** Position, gradient and log density; the momentum is not set. */
  readonly point: PhasePoint;
  /** Gradient evaluations spent. */
  readonly evaluations: number;
}

const maxTries = 100;
/** From here on the radius is halved every `triesPerHalving` tries, down to a thousandth. */
const fullRadiusTries = 50;
const triesPerHalving = 5;

/**
 * Draws uniformly within `radius` of `centre`, nearer after 50 failures, until log density and gradient are finite;
 * then climbs out of regions from which no chain would return (see `ascent.ts`).
 * @throws SamplingError after 100 tries.
 */
export function initialise(
  density: LogDensity,
  centre: Float64Array,
  radius: number,
  rng: Rng,
): StartingPoint {
  const point = createPhasePoint(density.dimension);
  const tries = radius > 0 ? maxTries : 1;
  for (let k = 1; k <= tries; k++) {
    const reach = radius * 0.5 ** Math.max(0, Math.ceil((k - fullRadiusTries) / triesPerHalving));
    for (let i = 0; i < centre.length; i++) {
      point.position[i] = centre[i]! + reach * (2 * rng.uniform() - 1);
    }
    point.logDensity = density.evaluate(point.position, point.gradient);
    if (isUsable(point)) {
      const climbed = ascend(density, point);
      return { point, evaluations: k + climbed };
    }
  }
  throw new SamplingError(describeFailure(density, centre, radius, tries, point));
}

function isUsable(point: PhasePoint): boolean {
  return Number.isFinite(point.logDensity) && point.gradient.every(Number.isFinite);
}

function describeFailure(
  density: LogDensity,
  centre: Float64Array,
  radius: number,
  tries: number,
  last: PhasePoint,
): string {
  const where = radius > 0 ? `in ${tries} tries within ±${radius} of the centre` : "at the centre";
  const advice =
    radius > 0
      ? "Give it a tighter prior, rescale the data, or start nearer to the centre with a smaller initRadius."
      : "Give it a tighter prior, rescale the data, or try random starts with initRadius = 2.";
  return `No usable starting point ${where}: ${describeCulprit(density, centre, last)}. ${advice}`;
}

function describeCulprit(density: LogDensity, centre: Float64Array, last: PhasePoint): string {
  const name = (i: number): string => density.coordinateName?.(i) ?? `q[${i}]`;
  if (Number.isFinite(last.logDensity)) {
    const broken = indicesWhere(last.gradient, (g) => !Number.isFinite(g));
    return `the log density is finite, but its derivative is not for ${list(broken.map(name))}`;
  }
  const culprits = indicesWhere(centre, (_, i) => isFiniteWithout(density, last.position, i, centre[i]!));
  const value = `the log density is ${last.logDensity}`;
  if (culprits.length === 0) return `${value}, whichever single coordinate is moved`;
  const described = culprits.map((i) => `${name(i)} (${last.position[i]!.toPrecision(3)} at the last try)`);
  return `${value} because of ${list(described)}`;
}

/** Whether the density becomes finite when coordinate `i` alone goes back to its centre, or to 0. */
function isFiniteWithout(density: LogDensity, position: Float64Array, i: number, centre: number): boolean {
  const moved = position.slice();
  const gradient = new Float64Array(position.length);
  return [centre, 0].some((value) => {
    moved[i] = value;
    return value !== position[i] && Number.isFinite(density.evaluate(moved, gradient));
  });
}

function indicesWhere(values: Float64Array, test: (value: number, i: number) => boolean): number[] {
  return Array.from(values.keys()).filter((i) => test(values[i]!, i));
}

function list(names: readonly string[]): string {
  const most = 5;
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
