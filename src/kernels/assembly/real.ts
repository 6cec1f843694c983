/** Gaussian and Student responses with identity link. */
import { exp } from "./exp";
import { log, log1p } from "./log";
import { Plan, sumOfLanes, weighted, weightsOf } from "./plan";

/** Shared: log sigma. −z²/2 of every row; −log sigma is the caller's. */
export function gaussianIdentity(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  const shared = plan.shared;
  const sharedBar = plan.sharedBar;
  const inverseSigma = exp(f64x2.neg(v128.load64_splat(shared)));
  let squares = f64x2.splat(0);
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const y = v128.load(yColumn + (<usize>(from + i) << 3));
    const z = f64x2.mul(f64x2.sub(y, v128.load(etaBlock + at)), inverseSigma);
    const pulled = weighted(v128.load(weightBlock + at), z);
    v128.store(slopeBlock + at, f64x2.mul(pulled, inverseSigma));
    squares = f64x2.add(squares, f64x2.mul(pulled, z));
  }
  const sum = sumOfLanes(squares);
  store<f64>(sharedBar, load<f64>(sharedBar) + sum);
  return -0.5 * sum;
}

/** Shared: log sigma, nu. −(nu + 1)/2 log(1 + z²/nu) of every row; the constant is the caller's. */
export function studentIdentity(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  const shared = plan.shared;
  const sharedBar = plan.sharedBar;
  const inverseSigma = exp(f64x2.neg(v128.load64_splat(shared)));
  const nu = v128.load64_splat(shared, 8);
  const power = f64x2.add(nu, f64x2.splat(1));
  const inverseNu = f64x2.div(f64x2.splat(1), nu);
  const half = f64x2.splat(0.5);
  let tails = f64x2.splat(0);
  let bySigma = tails;
  let byNu = tails;
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const y = v128.load(yColumn + (<usize>(from + i) << 3));
    const z = f64x2.mul(f64x2.sub(y, v128.load(etaBlock + at)), inverseSigma);
    const square = f64x2.mul(z, z);
    let tail = log1p(f64x2.mul(square, inverseNu));
    let pull = f64x2.div(f64x2.mul(power, z), f64x2.add(nu, square));
    const overflow = f64x2.eq(square, f64x2.splat(Infinity));
    if (v128.any_true(overflow)) {
      const far = f64x2.sub(f64x2.mul(f64x2.splat(2), log(f64x2.abs(z))), log(nu));
      tail = v128.bitselect(far, tail, overflow);
      pull = v128.bitselect(f64x2.div(power, z), pull, overflow);
    }
    const weights = v128.load(weightBlock + at);
    const pulled = f64x2.mul(pull, z);
    v128.store(slopeBlock + at, weighted(weights, f64x2.mul(pull, inverseSigma)));
    tails = f64x2.add(tails, weighted(weights, tail));
    bySigma = f64x2.add(bySigma, weighted(weights, pulled));
    const own = f64x2.mul(half, f64x2.sub(f64x2.mul(pulled, inverseNu), tail));
    byNu = f64x2.add(byNu, weighted(weights, own));
  }
  store<f64>(sharedBar, load<f64>(sharedBar) + sumOfLanes(bySigma));
  store<f64>(sharedBar, load<f64>(sharedBar, 8) + sumOfLanes(byNu), 8);
  return -0.5 * f64x2.extract_lane(power, 0) * sumOfLanes(tails);
}
