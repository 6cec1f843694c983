import * as Elementary from "../numeric/elementary.ts";
import { exponential as sampleExponential } from "../random/variates.ts";
import { POSITIVE_LINKS, positiveMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { log1mExp } from "./log-space.ts";
import { nonnegativeResponse } from "./responses.ts";

// p = [log mu]; r = y / mu.
const kernel: RowKernel = {
  logDensity(d, p, g) {
    const r = d[0]! * Elementary.exp(-p[0]!);
    g[0] = r - 1;
    return orImpossible(-p[0]! - r);
  },
  logCdf(d, p, g) {
    const r = d[0]! * Elementary.exp(-p[0]!);
    g[0] = r === 0 ? -1 : r > 700 ? 0 : -r / Elementary.expm1(r);
    return orImpossible(r < 1e-16 ? Elementary.log(d[0]!) - p[0]! : log1mExp(-r));
  },
  logCcdf(d, p, g) {
    const r = d[0]! * Elementary.exp(-p[0]!);
    g[0] = r;
    return orImpossible(-r);
  },
};

/** Y ~ exponential(rate = 1 / mu). */
export const exponential: Family = {
  name: "exponential",
  response: nonnegativeResponse,
  dpars: [positiveMu(POSITIVE_LINKS)],
  additions: ["cens"],
  kernel: () => kernel,
  sample: (rng, _d, p) => sampleExponential(rng, 1 / p[0]!),
  mean: (_d, p) => p[0]!,
};
