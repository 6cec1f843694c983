/** Education: attainment of pupils nested in secondary schools, allowing for verbal reasoning at twelve. */
import { brm, type Fit } from "nutmix";
import { readExample } from "../read-example.ts";

export function fit(options: { warmup: number; draws: number }): Promise<Fit> {
  return brm("attain ~ verbal + sex + (1 | second)", readExample("schools"), { seed: 1, ...options });
}
