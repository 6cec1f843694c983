/** Parameters in words, for messages. */
import type { PriorTarget } from "./prior.ts";

/** `b (coef Days)`, `sd (group Subject, coef Days)`. */
export function describeTarget(target: Pick<PriorTarget, "class" | "coef" | "group" | "dpar">): string {
  const where = [
    target.group && `group ${target.group}`,
    target.dpar && `dpar ${target.dpar}`,
    target.coef && `coef ${target.coef}`,
  ].filter(Boolean);
  return where.length === 0 ? target.class : `${target.class} (${where.join(", ")})`;
}
