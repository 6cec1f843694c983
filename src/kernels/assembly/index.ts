/** What the module exports: one evaluation of a plan, and the elementary functions for the tests. */
import { bernoulliLogit, binomialLogit } from "./binary";
import { negbinomialLog, poissonLog } from "./counts";
import { exp, expOfNegative } from "./exp";
import { log, log1p, log1pUnit } from "./log";
import { cumulativeLogit } from "./ordinal";
import { Plan } from "./plan";
import { exponentialLog, gammaLog } from "./positive";
import { predict } from "./predict";
import { pull } from "./pull";
import { gaussianIdentity, studentIdentity } from "./real";

/** Returns Σ w log f over all rows; derivatives are added to what the plan points to. */
export function evaluate(address: usize): f64 {
  const plan = changetype<Plan>(address);
  let total: f64 = 0;
  for (let from = 0; from < plan.rows; from += plan.block) {
    const count = min(plan.block, plan.rows - from);
    predict(plan, from, count);
    total += likelihood(plan, from, count);
    pull(plan, from, count);
  }
  return total;
}

/** The numbers are those of src/kernels/kinds.ts. */
function likelihood(plan: Plan, from: i32, count: i32): f64 {
  switch (plan.kind) {
    case 0:
      return bernoulliLogit(plan, from, count);
    case 1:
      return poissonLog(plan, from, count);
    case 2:
      return binomialLogit(plan, from, count);
    case 3:
      return gaussianIdentity(plan, from, count);
    case 4:
      return negbinomialLog(plan, from, count);
    case 5:
      return studentIdentity(plan, from, count);
    case 6:
      return cumulativeLogit(plan, from, count);
    case 7:
      return gammaLog(plan, from, count);
    case 8:
      return exponentialLog(plan, from, count);
    default:
      return NaN;
  }
}

/**
 * Replaces an even number of doubles by their exponentials (0), log (1), log1p (2), log1p on
 * [0, 1] (3) or e^−|x| (4).
 */
export function elementary(kind: i32, at: usize, count: i32): void {
  const end = at + (<usize>count << 3);
  for (; at < end; at += 16) {
    const x = v128.load(at);
    let y = x;
    if (kind == 0) y = exp(x);
    else if (kind == 1) y = log(x);
    else if (kind == 2) y = log1p(x);
    else if (kind == 3) y = log1pUnit(x);
    else y = expOfNegative(x);
    v128.store(at, y);
  }
}
