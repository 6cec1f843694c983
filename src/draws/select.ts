import { didYouMean, NutmixError } from "../errors.ts";
import { byColumn } from "../quantities/layout.ts";
import type { Reported } from "../quantities/quantity.ts";
import type { Draws } from "./draws.ts";

/**
 * Which parameters: an exact name, a prefix written with a trailing `*` (`r_Subject*`), a name without its index
 * (`r_Subject` for all `r_Subject[…]`), or a regular expression; several mean the union.
 */
export type ParameterSelection = string | RegExp | readonly (string | RegExp)[];

/**
 * Indices into `names` of the selected parameters, in the order in which they are asked for, each once.
 *
 * @throws {NutmixError} for a name or pattern that matches nothing, with the nearest name.
 */
export function selectParameters(names: readonly string[], selection: ParameterSelection): number[] {
  const parts = typeof selection === "string" || selection instanceof RegExp ? [selection] : selection;
  const chosen = new Set<number>();
  for (const part of parts) {
    const found = matches(names, part);
    if (found.length === 0) throw new NutmixError(notFound(names, part));
    for (const index of found) chosen.add(index);
  }
  return [...chosen];
}

/** Columns that are looked at one by one: all but group-level effects and other values that stand behind terms. */
export function mainParameters(reported: Reported): number[] {
  return byColumn(reported).flatMap(({ role }, k) => (role === "effect" || role === "latent" ? [] : [k]));
}

/** Index of the one parameter with this exact name. */
export function parameterIndex(draws: Pick<Draws, "names">, name: string): number {
  const index = draws.names.indexOf(name);
  if (index < 0) throw new NutmixError(notFound(draws.names, name));
  return index;
}

/** Indices of the names that begin with `prefix`; none is not an error. */
export function withPrefix(names: readonly string[], prefix: string): number[] {
  return names.flatMap((name, i) => (name.startsWith(prefix) ? [i] : []));
}

function matches(names: readonly string[], part: string | RegExp): number[] {
  if (part instanceof RegExp) {
    // A global or sticky expression remembers where it stopped: search() does not look at that.
    return names.flatMap((name, i) => (name.search(part) >= 0 ? [i] : []));
  }
  const exact = names.indexOf(part);
  if (exact >= 0) return [exact];
  if (part.endsWith("*")) return withPrefix(names, part.slice(0, -1));
  return withPrefix(names, `${part}[`);
}

function notFound(names: readonly string[], part: string | RegExp): string {
  if (part instanceof RegExp) return `no parameter matches ${String(part)}; there are ${listed(names)}`;
  const hint = didYouMean(part, names);
  return `there is no parameter "${part}"${hint === "" ? `; there are ${listed(names)}` : hint}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown}, … (${names.length} in all)` : shown;
}
