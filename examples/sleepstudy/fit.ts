/** Psychology: how much slower do people react with every day of sleep restriction, and how much do they differ? */
import { brm, type Fit } from "nutmix";
import { readExample } from "../read-example.ts";

export function fit(options: { warmup: number; draws: number }): Promise<Fit> {
  return brm("Reaction ~ Days + (Days | Subject)", readExample("sleepstudy"), { seed: 1, ...options });
}
