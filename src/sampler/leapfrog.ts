/** The Hamiltonian −log p(q) + ½ pᵀ M⁻¹ p and its leapfrog integrator (Neal 2011, "MCMC using Hamiltonian dynamics", eqs 2.28–2.30). */
import type { LogDensity } from "../log-density.ts";
import type { Rng } from "../random/rng.ts";
import type { Metric } from "./metric.ts";
import type { PhasePoint } from "./phase-point.ts";

export interface Hamiltonian {
  /** Both are replaced as warm-up learns: the density by the same one in other coordinates. */
  density: LogDensity;
  metric: Metric;
}

/**
 * One step of (signed) size `stepSize` from `from`, written into `to`; one gradient evaluation. Velocities follow the
 * momenta with one product with the inverse metric: that of the new gradient (M⁻¹(p + h·g) = v + h·M⁻¹g).
 */
export function leapfrog(system: Hamiltonian, from: PhasePoint, stepSize: number, to: PhasePoint): void {
  const { position, gradient, momentum, velocity, acceleration } = to;
  const n = position.length;
  const half = 0.5 * stepSize;
  const fromPosition = from.position;
  const fromMomentum = from.momentum;
  const fromGradient = from.gradient;
  const fromVelocity = from.velocity;
  const fromAcceleration = from.acceleration;
  for (let i = 0; i < n; i++) {
    momentum[i] = fromMomentum[i]! + half * fromGradient[i]!;
    const halfway = fromVelocity[i]! + half * fromAcceleration[i]!;
    velocity[i] = halfway;
    position[i] = fromPosition[i]! + stepSize * halfway;
  }
  to.logDensity = system.density.evaluate(position, gradient);
  system.metric.velocity(gradient, acceleration);
  for (let i = 0; i < n; i++) {
    momentum[i]! += half * gradient[i]!;
    velocity[i]! += half * acceleration[i]!;
  }
  updateEnergy(to);
}

/** Draws a fresh momentum for `point`, whose position, gradient and log density stay. */
export function refreshMomentum(system: Hamiltonian, rng: Rng, point: PhasePoint): void {
  system.metric.drawMomentum(rng, point.momentum);
  system.metric.velocity(point.momentum, point.velocity);
  system.metric.velocity(point.gradient, point.acceleration);
  updateEnergy(point);
}

function updateEnergy(point: PhasePoint): void {
  const { momentum, velocity } = point;
  let twiceKinetic = 0;
  for (let i = 0; i < momentum.length; i++) twiceKinetic += momentum[i]! * velocity[i]!;
  const energy = 0.5 * twiceKinetic - point.logDensity;
  // Also catches log p = +Infinity, at which no trajectory could be weighed.
  point.energy = Number.isFinite(energy) ? energy : Number.POSITIVE_INFINITY;
}
