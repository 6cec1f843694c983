/** Which linear predictor a parameter belongs to: of a response, one of its distributional parameters, or a nonlinear parameter. */
export interface PredictorKey {
  /** Name of the response in models of several; "" in a model of one. */
  readonly resp: string;
  /** `mu`, `sigma`, `zi`, …; "" where `nlpar` says it. */
  readonly dpar: string;
  /** Nonlinear parameter; "" for none. */
  readonly nlpar: string;
}

/** The predictor of a distributional parameter in a model of one response. */
export function predictorOf(dpar: string): PredictorKey {
  return { resp: "", dpar, nlpar: "" };
}

/** What names of draws carry in front: nothing for mu, else `sigma_`; `y1_sigma_`, `y1_` and so on (brms, `combine_prefix`). */
export function drawPrefix({ resp, dpar, nlpar }: PredictorKey): string {
  return [resp, dpar === "mu" ? "" : dpar, nlpar]
    .filter((part) => part !== "")
    .map((part) => `${part}_`)
    .join("");
}
