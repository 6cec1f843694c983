/** Adds the priors of an elementwise parameter to the density. */
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import type { CompileContext } from "./compile-context.ts";
import type { PriorKey } from "./priors-of.ts";

export function addPriors(
  { builder, priors }: CompileContext,
  parameter: Node,
  keys: readonly PriorKey[],
): void {
  const elements = priors.elements(keys);
  if (elements.every((element) => element === null)) return;
  builder.add(builder.graph.apply(ops.elementPriors, [parameter], { priors: elements }));
  const truncation = priors.truncation(keys);
  if (truncation !== 0) builder.add(truncation);
}
