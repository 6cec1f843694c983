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

const INDEXED = /^([^[\]]+)\[(.*)\]$/s;

/** Column names for `names`, all different, in the same order. */
export function cmdstanColumns(names: readonly string[]): string[] {
  const variables = new Map<string, { members: number[]; labels: string[][] }>();
  names.forEach((name, i) => {
    const match = INDEXED.exec(name);
    const base = match === null ? name : match[1]!;
    const key = match === null ? `scalar ${base}` : `array ${base}`;
    const entry = variables.get(key) ?? { members: [], labels: [] };
    entry.members.push(i);
    entry.labels.push(match === null ? [] : splitLabels(base, match[2]!));
    variables.set(key, entry);
  });

  const columns = new Array<string>(names.length);
  const taken = new Set<string>();
  for (const [key, { members, labels }] of variables) {
    const base = unique(safeBase(key.slice(key.indexOf(" ") + 1)), taken);
    const positions = positionsOf(
      labels,
      members.map((i) => names[i]!),
    );
    members.forEach((i, k) => {
      columns[i] = [base, ...positions[k]!].join(".");
    });
  }
  return columns;
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

/** Levels of a group may contain commas, coefficient names do not: `r_g[a,b,Intercept]` has two indices. */
function splitLabels(base: string, inside: string): string[] {
  if (!base.startsWith("r_")) return inside.split(",");
  const comma = inside.lastIndexOf(",");
  return comma < 0 ? [inside] : [inside.slice(0, comma), inside.slice(comma + 1)];
}

function positionsOf(labels: readonly string[][], names: readonly string[]): number[][] {
  const dimensions = labels[0]!.length;
  if (dimensions === 0) return labels.map(() => []);
  // Ragged indices are no array: number the elements instead.
  const table = labels.every((label) => label.length === dimensions) ? labels : names.map((name) => [name]);
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
