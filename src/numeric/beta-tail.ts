/**
 * Logarithm of the regularised incomplete beta function with exact derivatives, for censored beta and Student-t
 * responses. Continued fraction DLMF 8.17.22, differentiated term by term in a and b.
 */
import * as Elementary from "./elementary.ts";
import { complement } from "./gamma-tail.ts";
import { stirlingExcess, stirlingExcessSlope } from "./stirling.ts";

/**
 * log Iₓ(a, b), writing ∂/∂a, ∂/∂b and ∂/∂x into `partials`; 0 < x < 1, a, b > 0.
 * `xc` = 1 − x is asked for because the caller may know it to more digits.
 */
export function logBetaCdf(x: number, xc: number, a: number, b: number, partials: Float64Array): number {
  if (x < (a + 1) / (a + b + 2)) return fraction(x, xc, a, b, partials);
  const value = complement(fraction(xc, x, b, a, partials), partials);
  const byB = partials[0]!;
  partials[0] = partials[1]!;
  partials[1] = byB;
  partials[2] = -partials[2]!;
  return value;
}

function fraction(x: number, xc: number, a: number, b: number, partials: Float64Array): number {
  const sum = a + b;
  // Modified Lentz; suffixes A and B mark derivatives in a and b.
  let d = 1 / (1 - (sum * x) / (a + 1));
  let dA = -d * d * (x / (a + 1)) * (sum / (a + 1) - 1);
  let dB = (d * d * x) / (a + 1);
  let c = 1;
  let cA = 0;
  let cB = 0;
  let logH = Elementary.log(d);
  let logHA = dA / d;
  let logHB = dB / d;
  for (let m = 1; m < 1_000_000; m++) {
    const m2 = 2 * m;
    let change = 0;
    for (let odd = 0; odd < 2; odd++) {
      let t: number;
      let tA: number;
      let tB: number;
      if (odd === 0) {
        tB = (m * x) / ((a - 1 + m2) * (a + m2));
        t = tB * (b - m);
        tA = -t * (1 / (a - 1 + m2) + 1 / (a + m2));
      } else {
        t = (-(a + m) * (sum + m) * x) / ((a + m2) * (a + 1 + m2));
        tA = t * (1 / (a + m) + 1 / (sum + m) - 1 / (a + m2) - 1 / (a + 1 + m2));
        tB = t / (sum + m);
      }
      const denominator = 1 + t * d;
      const denominatorA = tA * d + t * dA;
      const denominatorB = tB * d + t * dB;
      cA = tA / c - (t * cA) / (c * c);
      cB = tB / c - (t * cB) / (c * c);
      c = 1 + t / c;
      d = 1 / denominator;
      dA = -denominatorA * d * d;
      dB = -denominatorB * d * d;
      const stepA = dA / d + cA / c;
      const stepB = dB / d + cB / c;
      logH += Elementary.log(c * d);
      logHA += stepA;
      logHB += stepB;
      change = Math.max(
        change,
        Math.abs(c * d - 1),
        Math.abs(stepA) / (1 + Math.abs(logHA)),
        Math.abs(stepB) / (1 + Math.abs(logHB)),
      );
    }
    if (!(change > 3e-16)) break;
  }
  // log(x (a + b) / a) and log((1 − x) (a + b) / b), from the smaller of x and 1 − x.
  const logRatio = (x > 0.5 ? Elementary.log1p(-xc) : Elementary.log(x)) + Elementary.log1p(b / a);
  const logRatioComplement = (xc > 0.5 ? Elementary.log1p(-x) : Elementary.log(xc)) + Elementary.log1p(a / b);
  const sumSlope = stirlingExcessSlope(sum) / sum;
  const prefactor =
    a * logRatio + b * logRatioComplement + stirlingExcess(a) + stirlingExcess(b) - stirlingExcess(sum);
  const value = Math.min(0, prefactor - Elementary.log(a) + logH);
  partials[0] = logRatio + (stirlingExcessSlope(a) - 1) / a - sumSlope + logHA;
  partials[1] = logRatioComplement + stirlingExcessSlope(b) / b - sumSlope + logHB;
  partials[2] = Elementary.exp(prefactor - Elementary.log(x) - Elementary.log(xc) - value);
  return value;
}
