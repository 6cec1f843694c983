/**
 * A model in transported coordinates: v = m(φ) + L(φ)⁻ᵀu for its latent Gaussian effects and coefficients v, with the exact log
 * density log p(v, φ | y) − log|L(φ)|. Whatever the reference point, draws are those of the posterior; the nearer it is to where
 * the posterior lies, the nearer u is to standard normal noise, independent of φ.
 */
import { NutmixError } from "../../errors.ts";
import type { CoordinateChoice, Coordinates, Posterior, Seen } from "../../log-density.ts";
import type { Rng } from "../../random/rng.ts";
import type { LatentModel } from "./latent-model.ts";
import { type Transportable, TransportMap, transportable } from "./transport-map.ts";

/** `Coordinates` of a transported posterior: the reference point in the model's own coordinates. */
type ReferencePoint = { readonly reference: Float64Array };

/** Transported coordinates from the start, and `otherwise` where they cannot be had. */
export function transportedChoice(
  model: LatentModel,
  own: Posterior,
  otherwise: CoordinateChoice,
): CoordinateChoice {
  const given = transportable(model, own.density);
  return {
    begin(position, rng) {
      const coordinates = chooseReference(given, position);
      if (coordinates === undefined) return undefined;
      return { coordinates, position: typicalPoint(given, own, coordinates, rng) };
    },
    choose: (seen) => chooseReference(given, seen.position) ?? otherwise.choose(seen),
    apply: (coordinates) =>
      isTransported(coordinates)
        ? transportedPosterior(given, own, coordinates)
        : otherwise.apply(coordinates),
  };
}

/** Standard normal noise around the mean of the latent effects, nearer to it where the density falls faster than a normal one's. */
function typicalPoint(
  given: Transportable,
  own: Posterior,
  coordinates: Coordinates,
  rng: Rng,
): Float64Array {
  const { reference } = coordinates[0] as ReferencePoint;
  const { density } = transportedPosterior(given, own, coordinates);
  const latent = latentCoordinates(given);
  const gradient = new Float64Array(reference.length);
  const position = reference.slice();
  for (const i of latent) position[i] = 0;
  const atMean = density.evaluate(position, gradient);
  for (const i of latent) position[i] = rng.normal();
  for (let half = 0; half < 10; half++) {
    if (density.evaluate(position, gradient) > atMean - 2 * latent.length) break;
    for (const i of latent) position[i]! /= 2;
  }
  return position;
}

export function isTransported(coordinates: Coordinates): boolean {
  return coordinates[0]?.reference !== undefined;
}

/**
 * A reference near `position`, a point in the model's own coordinates; undefined when there is none, because the likelihood's
 * curvature is not positive.
 */
export function chooseReference(given: Transportable, position: Float64Array): Coordinates | undefined {
  const reference = position.slice();
  if (!new TransportMap(given).referToMode(reference)) return undefined;
  return [{ reference }];
}

/** `own` in the coordinates that `chooseReference` chose. */
export function transportedPosterior(
  given: Transportable,
  own: Posterior,
  coordinates: Coordinates,
): Posterior {
  const { reference } = coordinates[0] as ReferencePoint;
  const map = new TransportMap(given);
  if (!map.refer(reference))
    throw new NutmixError("the likelihood has no curvature at the reference of the transported coordinates");
  const { density } = own;
  const point = new Float64Array(density.dimension);
  return {
    ...own,
    density: {
      ...density,
      evaluate(q, gradient) {
        point.set(q);
        const logJacobian = map.toOwn(point);
        if (!(logJacobian > -Infinity)) return -Infinity;
        const value = density.evaluate(point, gradient);
        if (!(value > -Infinity)) return -Infinity;
        map.pullback(gradient);
        return value + logJacobian;
      },
    },
    constrain(q, rng, out) {
      point.set(q);
      map.toOwn(point);
      own.constrain(point, rng, out);
    },
    unconstrain(draw, q) {
      own.unconstrain!(draw, q);
      if (!map.fromOwn(q)) q.fill(Number.NaN);
    },
    logJacobian(q) {
      point.set(q);
      return map.toOwn(point);
    },
    standardised: latentCoordinates(given),
    coordinates: {
      choose({ position, means }: Seen) {
        // The latent effects from where the chain is, the hyperparameters from where it has been.
        const at = position.slice();
        map.toOwn(at);
        const latent = new Set(latentCoordinates(given));
        const centre = at.map((value, i) => (latent.has(i) ? value : means[i]!));
        return chooseReference(given, centre) ?? chooseReference(given, at);
      },
      apply: (other) => transportedPosterior(given, own, other),
    },
  };
}

/** Ascending. */
function latentCoordinates({ clusters }: Transportable): Int32Array {
  return Int32Array.from(clusters.flatMap(({ home }) => [...home])).sort();
}
