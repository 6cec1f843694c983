/**
 * Between our parameter names and the column names of CmdStan's CSV files.
 *
 * CmdStan writes element (1, 2) of `theta` as `theta.1.2`, and its readers rely on that: they split the header at
 * every comma without minding quotes (rstan, cmdstanr, ArviZ), read what follows a dot as 1-based positions (rstan,
 * ArviZ), turn characters that R does not allow in names into dots (rstan, through `read.csv`), and take names that
 * end in `__` for sampler statistics (cmdstanr, ArviZ). Our names have labels with commas, dots and spaces in
 * brackets, and colons: `r_Subject[308,Intercept]`, `b_a:b`. So a label becomes its position among the labels of its
 * dimension, in the order of first appearance (`r_Subject.1.1`); labels that are already 1 … K stay what they are
 * (`b_Intercept[2]` → `b_Intercept.2`); and outside brackets whatever is not an ASCII letter, digit or `_` becomes
 * `_` (`b_a_b`). This loses the labels, therefore the exact names stand beside it in a comment that the other readers
 * skip.
 */

import { quantitiesOf } from "../quantities/layout.ts";
import type { Quantity, Reported } from "../quantities/quantity.ts";

/** Column names of what was reported, all different, in the order of the draws. */
export function cmdstanColumns(reported: Reported): string[] {
  const arrays = new Map<string, { members: number[]; labels: (readonly string[])[] }>();
  const entries = quantitiesOf(reported).flatMap(entriesOf);
  entries.forEach(({ base, labels }, i) => {
    const key = `${labels.length === 0 ? "scalar" : "array"} ${base}`;
    const entry = arrays.get(key) ?? { members: [], labels: [] };
    entry.members.push(i);
    entry.labels.push(labels);
    arrays.set(key, entry);
  });

  const columns = new Array<string>(entries.length);
  const taken = new Set<string>();
  for (const { members, labels } of arrays.values()) {
    const base = unique(safeBase(entries[members[0]!]!.base), taken);
    const positions = positionsOf(labels);
    members.forEach((i, k) => {
      columns[i] = [base, ...positions[k]!].join(".");
    });
  }
  return columns;
}

/** An element as an entry of an array, or alone. */
interface Entry {
  readonly base: string;
  readonly labels: readonly string[];
}

function entriesOf({ role, names, arrays, index, levels, coefficients }: Quantity): Entry[] {
  if (arrays === undefined) return names.map((base) => ({ base, labels: [] }));
  if (role === "effect" && coefficients !== undefined) {
    return coefficients.flatMap(({ name }, m) =>
      levels!.map((level) => ({ base: arrays[m]!, labels: [level, name] })),
    );
  }
  const dimensions = index ?? [names.map((_, k) => String(k + 1))];
  const labels = dimensions.reduce<string[][]>(
    (prefixes, own) => prefixes.flatMap((prefix) => own.map((label) => [...prefix, label])),
    [[]],
  );
  return labels.map((own) => ({ base: arrays[0]!, labels: own }));
}

/** `theta.1.2` → `theta[1,2]`: for files without our comment. */
export function nameFromColumn(column: string): string {
  const pieces = column.split(".");
  let base = pieces.length;
  while (base > 1 && /^\d+$/.test(pieces[base - 1]!)) base--;
  return base === pieces.length
    ? column
    : `${pieces.slice(0, base).join(".")}[${pieces.slice(base).join(",")}]`;
}

function positionsOf(labels: readonly (readonly string[])[]): number[][] {
  const dimensions = labels[0]!.length;
  if (dimensions === 0) return labels.map(() => []);
  // Ragged indices are no array: number the elements instead.
  const ragged = labels.some((label) => label.length !== dimensions);
  const table = ragged ? labels.map((_, k) => [`element ${k}`]) : labels;
  const perDimension = table[0]!.map((_, d) => {
    const distinct = [...new Set(table.map((label) => label[d]!))];
    const counted = new Set(distinct.map((_, k) => String(k + 1)));
    const already = distinct.every((label) => counted.has(label));
    return new Map(distinct.map((label, k) => [label, already ? Number(label) : k + 1]));
  });
  return table.map((label) => label.map((text, d) => perDimension[d]!.get(text)!));
}

function safeBase(base: string): string {
  const all = base.replace(/[^A-Za-z0-9_]/g, "_");
  let end = all.length;
  while (all.endsWith("__", end)) end--;
  const safe = all.slice(0, end);
  return /^[A-Za-z]/.test(safe) ? safe : `p_${safe}`;
}

function unique(base: string, taken: Set<string>): string {
  let candidate = base;
  for (let k = 2; taken.has(candidate); k++) candidate = `${base}_v${k}`;
  taken.add(candidate);
  return candidate;
}
