/** Item response: 316 participants crossed with 24 items; who would, and to what, react with verbal aggression? */
import { brm, type Fit } from "nutmix";
import { readExample } from "../read-example.ts";

export function fit(options: { warmup: number; draws: number }): Promise<Fit> {
  return brm("r2 ~ Anger + Gender + btype + situ + (1 | id) + (1 | item)", readExample("verbagg"), {
    family: "bernoulli",
    seed: 1,
    ...options,
  });
}
