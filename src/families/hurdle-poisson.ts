import * as Elementary from "../numeric/elementary.ts";
import { type HurdleBase, hurdle } from "./hurdle.ts";
import { poisson } from "./poisson.ts";

export const poissonBase: HurdleBase = {
  family: poisson,
  logZero: (p) => -p[0]!,
  logOne: (p) => Elementary.log(p[0]!) - p[0]!,
  ratio: (y, p) => p[0]! / (y + 1),
};

/** P(Y = 0) = hu; positive counts are zero-truncated Poisson(mu). */
export const hurdlePoisson = hurdle("hurdle_poisson", poissonBase);
