/** Bernoulli and binomial responses with logit link. */
import { expOfNegative } from "./exp";
import { log, log1pUnit } from "./log";
import { live, Plan, sumOfLanes, weighted, weightsOf } from "./plan";

/**
 * y in {0, 1}: with x = ±η, log P = min(x, 0) − log(1 + e^−|x|). Without weights the factors 1 + e^−|x| ≤ 2 of a block
 * are multiplied first, for a single logarithm.
 */
export function bernoulliLogit(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const plain = plan.weights == 0;
  let total = zero;
  let factors = one;
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const y = v128.load(yColumn + (<usize>(from + i) << 3));
    const sign = f64x2.sub(f64x2.add(y, y), one);
    const x = f64x2.mul(sign, v128.load(etaBlock + at));
    const e = expOfNegative(x);
    const factor = f64x2.add(one, e);
    const against = f64x2.lt(x, zero);
    const share = f64x2.div(v128.bitselect(one, e, against), factor);
    const penalty = v128.and(x, against);
    const weights = v128.load(weightBlock + at);
    v128.store(slopeBlock + at, f64x2.mul(f64x2.mul(weights, sign), share));
    if (plain) {
      total = f64x2.add(total, v128.and(penalty, live(weights)));
      factors = f64x2.mul(factors, v128.bitselect(factor, one, live(weights)));
    } else total = f64x2.add(total, weighted(weights, f64x2.sub(penalty, log1pUnit(e))));
  }
  return sumOfLanes(f64x2.sub(total, log(factors)));
}

/** y successes of n: y η − n log(1 + e^η), arranged so that nothing cancels when |η| is large. */
export function binomialLogit(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const secondColumn = plan.second;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  let total = zero;
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const row = <usize>(from + i) << 3;
    const y = v128.load(yColumn + row);
    const n = v128.load(secondColumn + row);
    const eta = v128.load(etaBlock + at);
    const e = expOfNegative(eta);
    const rest = f64x2.div(f64x2.mul(n, e), f64x2.add(one, e));
    const positive = f64x2.gt(eta, zero);
    const failures = f64x2.sub(y, n);
    const weights = v128.load(weightBlock + at);
    const slope = v128.bitselect(f64x2.add(rest, failures), f64x2.sub(y, rest), positive);
    v128.store(slopeBlock + at, weighted(weights, slope));
    const linear = f64x2.mul(v128.bitselect(failures, y, positive), eta);
    total = f64x2.add(total, weighted(weights, f64x2.sub(linear, f64x2.mul(n, log1pUnit(e)))));
  }
  return sumOfLanes(total);
}
