/** The design of some of its rows; levels of grouping factors that no longer occur are dropped. */
import type { TermRows } from "../terms/term.ts";
import type { Design, GroupDesign, PredictorDesign, ResponseDesign } from "./design.ts";

/** `keep`: 0-based rows, in the order wanted. Column names stay, even of columns that become constant. */
export function takeDesignRows(design: Design, keep: Int32Array): Design {
  return {
    ...design,
    nobs: keep.length,
    response: takeResponse(design.response, keep),
    predictors: design.predictors.map((predictor) => takePredictor(predictor, design.nobs, keep)),
  };
}

function takeResponse(response: ResponseDesign, keep: Int32Array): ResponseDesign {
  const { values, rowNumbers, trials, weights, se, censoring } = response;
  const floats = (from: Float64Array): Float64Array => Float64Array.from(keep, (i) => from[i]!);
  return {
    ...response,
    values: floats(values),
    rowNumbers: Int32Array.from(keep, (i) => rowNumbers[i]!),
    ...(trials && { trials: floats(trials) }),
    ...(weights && { weights: floats(weights) }),
    ...(se && { se: { ...se, values: floats(se.values) } }),
    ...(censoring && {
      censoring: {
        codes: Int8Array.from(keep, (i) => censoring.codes[i]!),
        ...(censoring.upper && { upper: floats(censoring.upper) }),
      },
    }),
  };
}

function takePredictor(predictor: PredictorDesign, rows: number, keep: Int32Array): PredictorDesign {
  const { population, groups, special, offset } = predictor;
  return {
    ...predictor,
    population: { ...population, columns: takeColumns(population.columns, rows, keep) },
    groups: groups.map((group) => takeGroup(group, rows, keep)),
    special: special.map((term) => ({
      ...term,
      rows: term.rows.map((own) => takeTermRows(own, rows, keep)),
    })),
    ...(offset && { offset: Float64Array.from(keep, (i) => offset[i]!) }),
  };
}

function takeGroup(group: GroupDesign, rows: number, keep: Int32Array): GroupDesign {
  const code = new Int32Array(group.levels.length).fill(-1);
  for (const i of keep) code[group.index[i]!] = 0;
  let next = 0;
  for (let level = 0; level < code.length; level++) if (code[level] === 0) code[level] = next++;
  return {
    ...group,
    levels: group.levels.filter((_, level) => code[level]! >= 0),
    ...(group.parts && { parts: group.parts.filter((_, level) => code[level]! >= 0) }),
    index: Int32Array.from(keep, (i) => code[group.index[i]!]!),
    columns: takeColumns(group.columns, rows, keep),
  };
}

/** Levels stay even where none of their rows does: the coefficients belong to the state of the term. */
export function takeTermRows(own: TermRows, rows: number, keep: Int32Array): TermRows {
  const columns = own.columns && takeColumns(own.columns, rows, keep);
  if (own.kind === "dense") return { ...own, columns: columns! };
  return { ...own, index: Int32Array.from(keep, (i) => own.index[i]!), columns };
}

function takeColumns(columns: Float64Array, rows: number, keep: Int32Array): Float64Array {
  const count = columns.length / rows;
  const taken = new Float64Array(count * keep.length);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < keep.length; i++) taken[k * keep.length + i] = columns[k * rows + keep[i]!]!;
  }
  return taken;
}
