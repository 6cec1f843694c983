import * as Elementary from "../numeric/elementary.ts";
import { exponential as draw } from "../random/variates.ts";
import type { Distribution } from "./distribution.ts";

/** Exponential with the given rate. */
export const exponential: Distribution = {
  name: "exponential",
  arguments: [{ name: "rate", domain: "positive" }],
  support: "positive",
  logDensity: (x, p) => (x < 0 ? Number.NEGATIVE_INFINITY : Elementary.log(p[0]!) - p[0]! * x),
  gradient(x, p, out) {
    out[0] = -p[0]!;
    out[1] = 1 / p[0]! - x;
    return x < 0 ? Number.NEGATIVE_INFINITY : Elementary.log(p[0]!) - p[0]! * x;
  },
  cdf: (x, p) => (x <= 0 ? 0 : -Elementary.expm1(-p[0]! * x)),
  sample: (rng, p) => draw(rng, p[0]!),
  mean: (p) => 1 / p[0]!,
  sd: (p) => 1 / p[0]!,
};
