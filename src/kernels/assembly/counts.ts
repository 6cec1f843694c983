/** Poisson and negative binomial responses with log link. */
import { exp, expOfNegative } from "./exp";
import { log1pUnit } from "./log";
import { Plan, sumOfLanes, weighted, weightsOf } from "./plan";

/** y η − e^η. */
export function poissonLog(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  let total = f64x2.splat(0);
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const y = v128.load(yColumn + (<usize>(from + i) << 3));
    const eta = v128.load(etaBlock + at);
    const mu = exp(eta);
    const weights = v128.load(weightBlock + at);
    v128.store(slopeBlock + at, weighted(weights, f64x2.sub(y, mu)));
    total = f64x2.add(total, weighted(weights, f64x2.sub(f64x2.mul(y, eta), mu)));
  }
  return sumOfLanes(total);
}

/**
 * Shared: log shape. With t = η − log shape: y η − (y + shape) log(1 + e^t); what depends on shape and y alone is the
 * caller's.
 */
export function negbinomialLog(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  const shared = plan.shared;
  const sharedBar = plan.sharedBar;
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const logShape = v128.load64_splat(shared);
  const shape = exp(logShape);
  let total = zero;
  let byShape = zero;
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const y = v128.load(yColumn + (<usize>(from + i) << 3));
    const eta = v128.load(etaBlock + at);
    const t = f64x2.sub(eta, logShape);
    const e = expOfNegative(t);
    const positive = f64x2.gt(t, zero);
    const log1pE = log1pUnit(e);
    const logSum = f64x2.add(v128.and(t, positive), log1pE);
    const share = f64x2.div(v128.bitselect(one, e, positive), f64x2.add(one, e));
    const sum = f64x2.add(y, shape);
    const pulled = f64x2.mul(sum, share);
    const weights = v128.load(weightBlock + at);
    v128.store(slopeBlock + at, weighted(weights, f64x2.sub(y, pulled)));
    // y η − (y + shape) t without cancellation where t is large.
    const large = f64x2.sub(f64x2.mul(y, logShape), f64x2.mul(shape, t));
    const linear = v128.bitselect(large, f64x2.mul(y, eta), positive);
    total = f64x2.add(total, weighted(weights, f64x2.sub(linear, f64x2.mul(sum, log1pE))));
    byShape = f64x2.add(byShape, weighted(weights, f64x2.sub(pulled, f64x2.mul(shape, logSum))));
  }
  store<f64>(sharedBar, load<f64>(sharedBar) + sumOfLanes(byShape));
  return sumOfLanes(total);
}
