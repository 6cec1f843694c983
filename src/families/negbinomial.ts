import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { negativeBinomial } from "./count-variates.ts";
import { defineFamily, y } from "./density.ts";
import { COUNT_LINKS, negbinomialShape, positiveMu } from "./dpars.ts";
import { countResponse } from "./responses.ts";

/**
 * With t = log(mu / shape) and the rising excess R, which vanishes as shape grows:
 * log f = R(shape, y) + y (log shape − log(1 + exp(−t))) − shape log(1 + exp(t)) − log y!.
 */
export function logNegbinomial(logMu: Expression, logShape: Expression): Expression {
  const size = b.exp(logShape);
  const t = b.sub(logMu, logShape);
  return b.sub(
    b.sub(
      b.add(b.risingExcess(logShape, size, y), b.mul(y, b.sub(logShape, b.log1pExp(b.neg(t))))),
      b.mul(size, b.log1pExp(t)),
    ),
    b.logGamma(b.add(y, 1)),
  );
}

/** Y ~ negative binomial with mean mu and variance mu + mu² / shape. */
export const negbinomial = defineFamily({
  name: "negbinomial",
  aliases: ["neg_binomial_2", "negative_binomial"],
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS), negbinomialShape],
  additions: ["cens"],
  tails: "none",
  density: () => ({ logDensity: logNegbinomial(b.parameter("mu"), b.parameter("shape")) }),
  sample: (rng, _d, p) => negativeBinomial(rng, p[0]!, p[1]!),
  mean: (_d, p) => p[0]!,
});
