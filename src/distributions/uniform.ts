import * as Elementary from "../numeric/elementary.ts";
import type { Distribution } from "./distribution.ts";

/** Uniform on [lower, upper]. */
export const uniform: Distribution = {
  name: "uniform",
  arguments: [
    { name: "lower", domain: "real" },
    { name: "upper", domain: "real" },
  ],
  support: "between",
  check: (p) => (p[0]! < p[1]! ? undefined : `lower (${p[0]}) must be below upper (${p[1]})`),
  logDensity: (x, p) => (x < p[0]! || x > p[1]! ? Number.NEGATIVE_INFINITY : -Elementary.log(p[1]! - p[0]!)),
  gradient(x, p, out) {
    out[0] = 0;
    out[1] = 1 / (p[1]! - p[0]!);
    out[2] = -out[1];
    return x < p[0]! || x > p[1]! ? Number.NEGATIVE_INFINITY : -Elementary.log(p[1]! - p[0]!);
  },
  cdf: (x, p) => Math.min(1, Math.max(0, (x - p[0]!) / (p[1]! - p[0]!))),
  sample: (rng, p) => p[0]! + (p[1]! - p[0]!) * rng.uniform(),
  mean: (p) => 0.5 * (p[0]! + p[1]!),
  sd: (p) => (p[1]! - p[0]!) / Math.sqrt(12),
};
