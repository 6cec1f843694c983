/** The table of correlation structures: a new one is a file and a line here. */
import { ar, arma, ma } from "./arma.ts";
import { compoundSymmetry } from "./compound-symmetry.ts";
import type { CorrelationKind } from "./correlation.ts";
import { car } from "./markov.ts";
import { spatial } from "./spatial.ts";
import { unstructured } from "./unstructured.ts";

export const correlationKinds: readonly CorrelationKind[] = [
  ar,
  ma,
  arma,
  car,
  compoundSymmetry,
  unstructured,
  ...spatial,
];

export function findCorrelation(name: string): CorrelationKind {
  return correlationKinds.find((kind) => kind.name === name)!;
}
