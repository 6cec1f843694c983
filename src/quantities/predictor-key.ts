/** Which linear predictor something belongs to. */
export interface PredictorKey {
  /** Response of a multivariate model; "" when there is one. */
  readonly resp: string;
  /** Distributional parameter: `mu`, `sigma`, … */
  readonly dpar: string;
  /** Parameter of a nonlinear formula; "" when the formula is linear. */
  readonly nlpar: string;
}

export function predictorKey(dpar: string, { resp = "", nlpar = "" } = {}): PredictorKey {
  return { resp, dpar, nlpar };
}

export function sameKey(a: PredictorKey, b: PredictorKey): boolean {
  return a.resp === b.resp && a.dpar === b.dpar && a.nlpar === b.nlpar;
}
