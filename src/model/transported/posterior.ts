/**
 * A model in transported coordinates: v = m(φ) + L(φ)⁻ᵀu for its latent Gaussian effects and coefficients v, with the exact log
 * density log p(v, φ | y) − log|L(φ)|. Whatever the reference point, draws are those of the posterior; the nearer it is to where
 * the posterior lies, the nearer u is to standard normal noise, independent of φ.
 */
import { NutmixError } from "../../errors.ts";
import type { CoordinateChoice, Coordinates, Posterior, Seen } from "../../log-density.ts";
import type { Rng } from "../../random/rng.ts";
import type { LatentModel } from "./latent-model.ts";
import { type Transportable, transportable } from "./part.ts";
import { SignedScales } from "./signed-scales.ts";
import { TransportMap } from "./transport-map.ts";

/** `Coordinates` of a transported posterior: the reference point in the model's own coordinates. */
type ReferencePoint = { readonly reference: Float64Array };

/** Transported coordinates from the start, and `otherwise` where they cannot be had. */
export function transportedChoice(
  model: LatentModel,
  own: Posterior,
  otherwise: CoordinateChoice | undefined,
): CoordinateChoice {
  const given = transportable(model, own.density);
  return {
    begin(position, rng) {
      const coordinates = chooseReference(given, position);
      if (coordinates === undefined) return undefined;
      return { coordinates, position: typicalPoint(given, own, coordinates, rng) };
    },
    choose: (seen) => chooseReference(given, seen.position) ?? otherwise?.choose(seen),
    apply: (coordinates) =>
      isTransported(coordinates)
        ? transportedPosterior(given, own, coordinates)
        : otherwise!.apply(coordinates),
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
  const { posterior, fromOwn } = transport(given, own, coordinates);
  const { density } = posterior;
  const latent = latentCoordinates(given);
  const gradient = new Float64Array(reference.length);
  const position = reference.slice();
  fromOwn(position);
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
  return transport(given, own, coordinates).posterior;
}

interface Transported {
  readonly posterior: Posterior;
  /** From a point in the model's own coordinates, in place; false where there is no map. */
  fromOwn(q: Float64Array): boolean;
}

function transport(given: Transportable, own: Posterior, coordinates: Coordinates): Transported {
  const { reference } = coordinates[0] as ReferencePoint;
  const map = new TransportMap(given);
  if (!map.refer(reference))
    throw new NutmixError("the likelihood has no curvature at the reference of the transported coordinates");
  const signs = signedScales(given, map);
  const { density } = own;
  const point = new Float64Array(density.dimension);
  /** Moves `point` to the model's own coordinates; returns log|∂own/∂these|. */
  const toOwn = (q: Float64Array): number => {
    point.set(q);
    const logJacobian = signs.toPositive(point);
    return logJacobian + map.toOwn(point);
  };
  const fromOwn = (q: Float64Array): boolean => {
    const found = map.fromOwn(q);
    signs.fromPositive(q);
    return found;
  };
  const posterior: Posterior = {
    ...own,
    density: {
      ...density,
      evaluate(q, gradient) {
        const logJacobian = toOwn(q);
        if (!(logJacobian > -Infinity)) return -Infinity;
        const value = density.evaluate(point, gradient);
        if (!(value > -Infinity)) return -Infinity;
        map.pullback(gradient);
        signs.pullback(gradient);
        return value + logJacobian;
      },
    },
    constrain(q, rng, out) {
      toOwn(q);
      own.constrain(point, rng, out);
    },
    unconstrain(draw, q) {
      own.unconstrain!(draw, q);
      if (!fromOwn(q)) q.fill(Number.NaN);
    },
    logJacobian: toOwn,
    standardised: latentCoordinates(given),
    coordinates: {
      choose({ position, means, spread }: Seen) {
        // The hyperparameters from where the chain has been, signed ones by their size; the latent effects from where it is.
        const centre = means.slice();
        for (const { sd, count } of given.model.scales) {
          for (let i = sd; i < sd + count; i++) centre[i] = Math.sqrt(means[i]! ** 2 + spread[i]!);
        }
        signs.toPositive(centre);
        toOwn(position);
        const latent = latentCoordinates(given);
        for (const i of latent) centre[i] = point[i]!;
        return chooseReference(given, centre) ?? chooseReference(given, point);
      },
      apply: (other) => transportedPosterior(given, own, other),
    },
  };
  return { posterior, fromOwn };
}

/** Standard deviations that are positive and nothing else get a sign; s is that of the columns that have them, on average. */
function signedScales({ model }: Transportable, map: TransportMap): SignedScales {
  const resolutions = map.resolutions();
  return new SignedScales(
    model.scales.map(({ sd, correlations, count, members }) => {
      const information = new Float64Array(count);
      const columns = new Float64Array(count);
      for (const { block, elements } of members) {
        elements.forEach((element, k) => {
          information[element]! += 1 / resolutions.get(block)![k]! ** 2;
          columns[element]!++;
        });
      }
      const scale = information.map((sum, k) => (sum > 0 ? Math.sqrt(columns[k]! / sum) : 1));
      const effects = members.flatMap(({ block: { from, size, levels }, elements }) =>
        elements.map((element, k) => ({ element, from: from + k, stride: size, count: levels })),
      );
      return { sd, correlations, scale, effects };
    }),
  );
}

/** Ascending. */
function latentCoordinates({ clusters }: Transportable): Int32Array {
  return Int32Array.from(clusters.flatMap(({ home }) => [...home])).sort();
}
