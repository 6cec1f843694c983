import * as Elementary from "../numeric/elementary.ts";
import { hurdle } from "./hurdle.ts";
import { poisson } from "./poisson.ts";

/** P(Y = 0) = hu; positive counts are zero-truncated Poisson(mu). */
export const hurdlePoisson = hurdle("hurdle_poisson", {
  family: poisson,
  logZero: (p) => -p[0]!,
  logOne: (p) => Elementary.log(p[0]!) - p[0]!,
  ratio: (y, p) => p[0]! / (y + 1),
});
