/** The table of operations: every entry has a forward and a reverse rule and is gradient-checked by the tests. */
import type { Op } from "../op.ts";
import { constrain } from "./constrain.ts";
import { covarianceFactor } from "./covariance-factor.ts";
import { distributionDensity, elementPriors, standardNormal, structuredDensity } from "./density.ts";
import * as elementwise from "./elementwise.ts";
import { gramLikelihood } from "./gram-likelihood.ts";
import { correlateEffects, scaleEffects } from "./group-effects.ts";
import { rowLikelihood } from "./likelihood.ts";
import { dot, matmul, tcrossprodLower } from "./linear-algebra.ts";
import { linearPredictor } from "./linear-predictor.ts";
import { machineRows } from "./machine-rows.ts";
import { partlyCentredEffects } from "./partly-centred-effects.ts";
import { concatenate, gather, sum } from "./reduce.ts";
import { spectralSds } from "./spectral-sds.ts";

export const ops = {
  ...elementwise,
  sum,
  concatenate,
  gather,
  dot,
  matmul,
  tcrossprodLower,
  linearPredictor,
  scaleEffects,
  correlateEffects,
  partlyCentredEffects,
  standardNormal,
  elementPriors,
  distributionDensity,
  structuredDensity,
  rowLikelihood,
  gramLikelihood,
  machineRows,
  constrain,
  covarianceFactor,
  spectralSds,
  // biome-ignore lint/suspicious/noExplicitAny: the table holds operations of every attribute type
} as const satisfies Record<string, Op<any, any>>;
