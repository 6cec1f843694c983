/** Names that stand for one thing each: what two things make of the same name is refused, naming both. */
import { DesignError } from "../errors.ts";
import type { Quantity } from "./quantity.ts";

/** A name, and what it is the name of, in words. */
export interface Named {
  readonly name: string;
  readonly source: string;
}

/** @throws DesignError for the first name that two of `all` have. `what`: what the names are, in the plural. */
export function refuseEqualNames(all: Iterable<Named>, what: string): void {
  const sources = new Map<string, string>();
  for (const { name, source } of all) {
    const other = sources.get(name);
    if (other !== undefined) {
      throw new DesignError(
        `two ${what} are called "${name}": ${other}, and ${source}; rename a column or a level, so that they can be told apart`,
      );
    }
    sources.set(name, source);
  }
}

/** @throws DesignError when two reported elements have one name: `b_x:z` of the column `x:z` and of the product x:z. */
export function refuseEqualDraws(quantities: readonly Quantity[]): void {
  refuseEqualNames(named(quantities), "draws");
}

function* named(quantities: readonly Quantity[]): Generator<Named> {
  for (const quantity of quantities) {
    for (let k = 0; k < quantity.names.length; k++) {
      yield { name: quantity.names[k]!, source: sourceOf(quantity, k) };
    }
  }
}

function sourceOf({ role, key, group, levels, coefficients, labels, names }: Quantity, k: number): string {
  const predictor = key === undefined || key.dpar === "mu" ? "" : ` of ${key.dpar}`;
  if (role === "effect" && levels !== undefined && coefficients !== undefined) {
    const coefficient = coefficients[Math.floor(k / levels.length)]!.label;
    return `the effect of the level ${JSON.stringify(levels[k % levels.length])} of ${group} on ${coefficient}`;
  }
  const label = coefficients?.[k]?.label ?? labels?.[k] ?? names[k]!;
  switch (role) {
    case "coefficient":
      return `the coefficient ${label}${predictor}`;
    case "scale":
      return `the standard deviation of ${label}${group === undefined ? "" : ` over ${group}`}`;
    case "correlation":
      return `the correlation ${labels?.[k] ?? names[k]!}${group === undefined ? "" : ` over ${group}`}`;
    case "family":
      return `the parameter ${label}${predictor}`;
    default:
      return `the ${role} ${label}${predictor}`;
  }
}
