/** Censored rows: log P of what is known about the response. */
import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { substitute } from "../expressions/gradient.ts";
import { y } from "./density.ts";
import type { RowDensity } from "./family.ts";

/** −1 left, 0 none, 1 right, 2 interval. */
export const censoring = b.data("censoring");
const upper = b.data("upper");

const atUpper = (of: Expression): Expression =>
  substitute([of], (node) => (node === y ? upper : undefined))[0]!;

/** log F(y) on the left, log (1 − F(y)) on the right, log (F(upper) − F(y)) for an interval (y, upper]. */
export function censoredDensity({ logDensity, logCdf, logCcdf }: RowDensity): Expression {
  if (logCdf === undefined || logCcdf === undefined) return logDensity;
  // In the upper tail both distribution functions round to 1, so their complements are subtracted instead.
  const interval = b.select(
    b.lt(logCdf, -Math.LN2),
    b.logDiffExp(atUpper(logCdf), logCdf),
    b.logDiffExp(logCcdf, atUpper(logCcdf)),
  );
  const known = b.select(b.eq(censoring, 1), logCcdf, b.select(b.eq(censoring, -1), logCdf, interval));
  return b.select(b.eq(censoring, 0), logDensity, known);
}
