/**
 * Cumulative logit: P(Y ≤ k) = F(τ_k − η). With u = τ_y − η and l = τ_{y−1} − η,
 * log(F(u) − F(l)) = −log(1 + e^−u) − log(1 + e^l) + log(1 − e^{l−u}), whose last term is the same for all rows of a
 * category and the caller's.
 */
import { expOfNegative } from "./exp";
import { log, log1pUnit } from "./log";
import { live, Plan, sumOfLanes, weighted, weightsOf } from "./plan";

/** Shared: τ_1 … τ_{K−1}, between the guards −∞ and ∞ that every plan has; y is 1 … K. */
export function cumulativeLogit(plan: Plan, from: i32, count: i32): f64 {
  const weightBlock = weightsOf(plan, from, count);
  const yColumn = plan.y;
  const etaBlock = plan.eta;
  const slopeBlock = plan.slope;
  const shared = plan.shared;
  const sharedBar = plan.sharedBar;
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const plain = plan.weights == 0;
  let total = zero;
  let factors = one;
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const row = yColumn + (<usize>(from + i) << 3);
    const first = <usize>(<i32>load<f64>(row) - 1) << 3;
    const second = <usize>(<i32>load<f64>(row, 8) - 1) << 3;
    const upperTau = v128.load64_lane(shared + second, v128.load64_splat(shared + first), 1);
    const lowerTau = v128.load64_lane(shared + second - 8, v128.load64_splat(shared + first - 8), 1);
    const eta = v128.load(etaBlock + at);
    const above = f64x2.sub(eta, upperTau);
    const below = f64x2.sub(lowerTau, eta);
    const eAbove = expOfNegative(above);
    const eBelow = expOfNegative(below);
    const factorAbove = f64x2.add(one, eAbove);
    const factorBelow = f64x2.add(one, eBelow);
    const farAbove = f64x2.gt(above, zero);
    const farBelow = f64x2.gt(below, zero);
    const weights = v128.load(weightBlock + at);
    const byUpper = weighted(weights, f64x2.div(v128.bitselect(one, eAbove, farAbove), factorAbove));
    const byLower = weighted(weights, f64x2.div(v128.bitselect(one, eBelow, farBelow), factorBelow));
    v128.store(slopeBlock + at, f64x2.sub(byLower, byUpper));
    addTo(sharedBar + first, f64x2.extract_lane(byUpper, 0));
    addTo(sharedBar + first - 8, -f64x2.extract_lane(byLower, 0));
    addTo(sharedBar + second, f64x2.extract_lane(byUpper, 1));
    addTo(sharedBar + second - 8, -f64x2.extract_lane(byLower, 1));
    const penalty = f64x2.add(v128.and(above, farAbove), v128.and(below, farBelow));
    if (plain) {
      total = f64x2.sub(total, v128.and(penalty, live(weights)));
      factors = f64x2.mul(factors, v128.bitselect(f64x2.mul(factorAbove, factorBelow), one, live(weights)));
    } else {
      const logarithms = f64x2.add(log1pUnit(eAbove), log1pUnit(eBelow));
      total = f64x2.sub(total, weighted(weights, f64x2.add(penalty, logarithms)));
    }
  }
  return sumOfLanes(f64x2.sub(total, log(factors)));
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, x: f64): void {
  store<f64>(at, load<f64>(at) + x);
}
