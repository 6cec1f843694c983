/** Ecology: calls of nestlings, a count per chick (offset) with more zeros than a negative binomial makes. */
import { brm, type Fit, prior } from "nutmix";
import { readExample } from "../read-example.ts";

export function fit(options: { warmup: number; draws: number }): Promise<Fit> {
  const formula = "SiblingNegotiation ~ FoodTreatment * SexParent + offset(logBroodSize) + (1 | Nest)";
  return brm(formula, readExample("owls"), {
    family: "zero_inflated_negbinomial",
    priors: [prior("normal(0, 1)", { class: "b" })],
    seed: 1,
    ...options,
  });
}
