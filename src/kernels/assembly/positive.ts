/** Gamma and exponential responses with log link; r = y e^−η. */
import { exp } from "./exp";
import { log1pMinus } from "./log";
import { Plan, sumOfLanes, weighted, weightsOf } from "./plan";

/** Shared: log shape; `second` is log y. shape (log r − r + 1); the constant of the shape is the caller's. */
export function gammaLog(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const secondColumn = plan.second;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  const shared = plan.shared;
  const sharedBar = plan.sharedBar;
  const one = f64x2.splat(1);
  const shape = exp(v128.load64_splat(shared));
  let total = f64x2.splat(0);
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const row = <usize>(from + i) << 3;
    const eta = v128.load(etaBlock + at);
    const u = f64x2.sub(f64x2.mul(v128.load(yColumn + row), exp(f64x2.neg(eta))), one);
    const near = f64x2.lt(f64x2.abs(u), f64x2.splat(0.25));
    // log r from the logarithms where r itself may have under- or overflowed.
    const far = f64x2.sub(f64x2.sub(v128.load(secondColumn + row), eta), u);
    const main = v128.bitselect(log1pMinus(u), far, near);
    const weights = v128.load(weightBlock + at);
    v128.store(slopeBlock + at, weighted(weights, f64x2.mul(shape, u)));
    total = f64x2.add(total, weighted(weights, main));
  }
  const sum = f64x2.extract_lane(shape, 0) * sumOfLanes(total);
  store<f64>(sharedBar, load<f64>(sharedBar) + sum);
  return sum;
}

/** −η − r. */
export function exponentialLog(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  let total = f64x2.splat(0);
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const eta = v128.load(etaBlock + at);
    const y = v128.load(yColumn + (<usize>(from + i) << 3));
    const r = f64x2.mul(y, exp(f64x2.neg(eta)));
    const weights = v128.load(weightBlock + at);
    v128.store(slopeBlock + at, weighted(weights, f64x2.sub(r, f64x2.splat(1))));
    total = f64x2.sub(total, weighted(weights, f64x2.add(eta, r)));
  }
  return sumOfLanes(total);
}
