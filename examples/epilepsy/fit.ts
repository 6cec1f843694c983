/** Clinical trial, longitudinal: seizure counts over four visits, overdispersed, with a patient effect. */
import { brm, type Fit } from "nutmix";
import { readExample } from "../read-example.ts";

export function fit(options: { warmup: number; draws: number }): Promise<Fit> {
  return brm("y ~ lbase * trt + lage + V4 + (1 | subject)", readExample("epilepsy"), {
    family: "negbinomial",
    seed: 1,
    ...options,
  });
}
