/** Which linear predictor something belongs to. */
export interface PredictorKey {
  /** Response of a multivariate model; "" when there is one. */
  readonly resp: string;
  /** Distributional parameter: `mu`, `sigma`, … */
  readonly dpar: string;
  /** Parameter of a nonlinear formula; "" when the formula is linear. */
  readonly nlpar: string;
}

export function predictorKey(
  dpar: string,
  { resp = "", nlpar = "" }: { readonly resp?: string | undefined; readonly nlpar?: string | undefined } = {},
): PredictorKey {
  return { resp, dpar, nlpar };
}

export function sameKey(a: PredictorKey, b: PredictorKey): boolean {
  return a.resp === b.resp && a.dpar === b.dpar && a.nlpar === b.nlpar;
}

/** What names of draws carry in front: nothing for mu, else `sigma_`; `y1_sigma_`, `y1_` and so on (brms, `combine_prefix`). */
export function drawPrefix({ resp, dpar, nlpar }: PredictorKey): string {
  return [resp, dpar === "mu" ? "" : dpar, nlpar]
    .filter((part) => part !== "")
    .map((part) => `${part}_`)
    .join("");
}
