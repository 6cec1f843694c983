/** Short names: within a class of parameters (and a grouping factor) `Days` stands for `b_Days`, or for `sd_Subject__Days`. */
import type { Quantity } from "./quantity.ts";

/** Short names with the draws that they stand for; empty when the model has no such class. */
export function shortNames(
  quantities: readonly Quantity[],
  className: string,
  group?: string,
): Map<string, string> {
  return new Map(
    quantities
      .filter((own) => own.class === className && own.group === group)
      .flatMap((own) => shortOf(own).map((short, k): [string, string] => [short, own.names[k]!])),
  );
}

/** Classes that short names can belong to, each with its grouping factor if it has one. */
export function shortClasses(quantities: readonly Quantity[]): string[] {
  const classes = quantities.flatMap(({ class: own, group }) =>
    own === undefined ? [] : [group === undefined ? own : `${own} of ${group}`],
  );
  return [...new Set(classes)];
}

function shortOf({ role, names, labels = names, coefficients, levels }: Quantity): readonly string[] {
  if (coefficients === undefined) return labels;
  if (role === "effect") {
    return coefficients.flatMap(({ label }) => levels!.map((level) => `${level},${label}`));
  }
  if (role !== "correlation") return coefficients.map(({ label }) => label);
  return coefficients.flatMap(({ label: b }, i) =>
    coefficients.slice(0, i).map(({ label: a }) => `${a}__${b}`),
  );
}
