/** The table of distributions that priors may use. */
import { didYouMean, PriorError } from "../errors.ts";
import { beta } from "./beta.ts";
import { cauchy } from "./cauchy.ts";
import type { Distribution } from "./distribution.ts";
import { doubleExponential } from "./double-exponential.ts";
import { exponential } from "./exponential.ts";
import { gamma } from "./gamma.ts";
import { invGamma } from "./inv-gamma.ts";
import { logistic } from "./logistic.ts";
import { lognormal } from "./lognormal.ts";
import { normal } from "./normal.ts";
import { studentT } from "./student-t.ts";
import { uniform } from "./uniform.ts";

export const distributions = {
  beta,
  cauchy,
  double_exponential: doubleExponential,
  exponential,
  gamma,
  inv_gamma: invGamma,
  logistic,
  lognormal,
  normal,
  student_t: studentT,
  uniform,
} as const satisfies Record<string, Distribution>;

/** @throws PriorError that lists the names there are. */
export function findDistribution(name: string): Distribution {
  if (Object.hasOwn(distributions, name)) return distributions[name as keyof typeof distributions];
  const names = Object.keys(distributions);
  throw new PriorError(
    `unknown distribution "${name}"; there are ${names.join(", ")}${didYouMean(name, names)}`,
  );
}
