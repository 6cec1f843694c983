/**
 * `(1 | a) + (1 | b)` where b is numbered anew in every level of a (class 1, 2, 3 of each school) treats different units
 * as one: `(1 | a/b)` was meant. From the labels alone this cannot be told from a crossed design (every plate with every
 * sample), so the response decides. After the population-level columns are taken out, two tests of the additive two-way
 * layout by least squares (Searle 1971, Linear Models, section 7.2), asked only when at least two levels of b occur in
 * more than one level of a and cells hold repeated rows:
 *
 * 1. cells of a × b differ far beyond what a and b add up to (F of a:b against rows within cells, p < 0.001), and
 * 2. b as such explains no more than its cells do (F of b after a against a:b, p > 0.1).
 *
 * In a crossed design b has effects of its own (2 fails), or the effects add up (1 fails). Where both hold and the design
 * is crossed all the same, the model lacks `(1 | a:b)`, which the warning proposes too.
 */
import { aliasedColumns } from "../linalg/aliased.ts";
import { dot, orthonormalise } from "../linalg/orthonormalise.ts";
import { fUpper } from "../numeric/test-distributions.ts";
import type { GroupDesign, PredictorDesign, ResponseDesign } from "./design.ts";
import { namedColumns } from "./named-columns.ts";
import { additiveLayout, type Layout } from "./two-way-layout.ts";

const INTERACTION = 0.001;
const NO_EFFECT = 0.1;

/** One warning for each grouping factor of `mu` that looks implicitly nested in another. */
export function nestingWarnings({ population, groups }: PredictorDesign, response: ResponseDesign): string[] {
  const factors = [...new Map(groups.map((group) => [group.group, group])).values()];
  const pairs = factors.flatMap((a, i) => factors.slice(i + 1).map((b) => [a, b] as const));
  const suspects = pairs.filter(([a, b]) => mayBeNested(a, b, groups));
  if (suspects.length === 0 || isNominal(response)) return [];
  const residual = residualOf(response, population);
  return suspects.flatMap(([a, b]) => {
    const layout = additiveLayout(residual, a, b);
    return layout === undefined ? [] : warningOf(a, b, layout);
  });
}

/** Both single factors, no a:b in the model, and levels of each occur with several levels of the other. */
function mayBeNested(a: GroupDesign, b: GroupDesign, groups: readonly GroupDesign[]): boolean {
  if (a.parts !== undefined || b.parts !== undefined) return false;
  const both = groups.some(({ group }) => {
    const factors = group.split(":");
    return factors.includes(a.group) && factors.includes(b.group);
  });
  return !both && repeats(a, b) && repeats(b, a);
}

/** Whether at least two levels of `inner` occur in several levels of `outer`. */
function repeats(outer: GroupDesign, inner: GroupDesign): boolean {
  const first = new Int32Array(inner.levels.length).fill(-1);
  const several = new Set<number>();
  inner.index.forEach((level, i) => {
    if (first[level] === -1) first[level] = outer.index[i]!;
    else if (first[level] !== outer.index[i]) several.add(level);
  });
  return several.size >= 2;
}

/** Categories have no order: there is nothing to take means of. */
function isNominal({ levels, ordered }: ResponseDesign): boolean {
  return levels !== undefined && levels.length > 2 && ordered !== true;
}

function residualOf(response: ResponseDesign, population: PredictorDesign["population"]): Float64Array {
  const { values, trials } = response;
  const rows = values.length;
  const isCount = values.every((y) => Number.isInteger(y) && y >= 0);
  // Effects on counts multiply: the square root brings them nearer to adding up (Bartlett 1936).
  const residual = values.map((y, i) =>
    trials !== undefined ? y / Math.max(trials[i]!, 1) : isCount ? Math.sqrt(y) : y,
  );
  const aliased = new Set(
    aliasedColumns(population.columns, rows, population.intercept).map(({ column }) => column),
  );
  const names = population.names.filter((_, k) => !aliased.has(k));
  const columns = namedColumns(population, rows, population.intercept ? ["(Intercept)", ...names] : names);
  const count = columns.length / rows;
  orthonormalise(columns, rows, count);
  for (let k = 0; k < count; k++) {
    const direction = columns.subarray(k * rows, (k + 1) * rows);
    const projection = dot(direction, residual);
    for (let i = 0; i < rows; i++) residual[i]! -= projection * direction[i]!;
  }
  return residual;
}

function warningOf(a: GroupDesign, b: GroupDesign, layout: Layout): string[] {
  const { within, interaction } = layout;
  const f = interaction.square / within.square;
  if (!(fUpper(f, interaction.df, within.df) < INTERACTION)) return [];
  const own = (effect: Layout["a"]): number =>
    fUpper(effect.square / interaction.square, effect.df, interaction.df);
  const [pA, pB] = [own(layout.a), own(layout.b)];
  if (!(Math.max(pA, pB) > NO_EFFECT)) return [];
  const [outer, inner] = pB >= pA ? [a.group, b.group] : [b.group, a.group];
  return [
    `${inner} looks numbered anew in each level of ${outer}: as such it explains nothing, but its levels within ${outer} ` +
      `differ. If level "${(inner === b.group ? b : a).levels[0]}" of ${inner} is another unit in each ${outer}, write ` +
      `(1 | ${outer}/${inner}); if it is the same unit, consider adding (1 | ${outer}:${inner})`,
  ];
}
