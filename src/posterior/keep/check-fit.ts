/**
 * What a fit.json holds, checked before anything is made of it: its shape, sizes that must agree, and that its model can be
 * built. A file that was changed by hand, or by an enemy, is refused in one message, whatever its checksum says.
 */
import { z } from "zod";
import type { Fit } from "../../api/fit-types.ts";
import { takeRows } from "../../data/table.ts";
import { designForNewData } from "../../design/new-data.ts";
import { DataError, NutmixError } from "../../errors.ts";
import { familyOf } from "../../families/index.ts";
import { compileModel } from "../../model/compile.ts";
import type { Quantity } from "../../quantities/quantity.ts";

const count = z.int().min(0);
const text = z.string();
const texts = z.array(text);
const numbers = z.instanceof(Float64Array);
const codes = z.instanceof(Int32Array);
const places = z.array(count);
const record = z.looseObject({});
/** Infinite ones and NaN too. */
const extended = z.custom<number>((value) => typeof value === "number", "a number is expected");

const response = z.looseObject({
  name: text,
  values: numbers,
  rowNumbers: codes,
  levels: texts.optional(),
  ordered: z.boolean().optional(),
  trials: numbers.optional(),
  weights: numbers.optional(),
  se: z.looseObject({ values: numbers, sigma: z.boolean() }).optional(),
  censoring: z.looseObject({ codes: z.instanceof(Int8Array), upper: numbers.optional() }).optional(),
});

const predictor = z.looseObject({
  dpar: text,
  population: z.looseObject({
    intercept: z.boolean(),
    names: texts,
    columns: numbers,
    assign: places,
    components: texts,
    termLabels: texts,
  }),
  groups: z.array(
    z.looseObject({
      group: text,
      id: text.optional(),
      correlated: z.boolean(),
      levels: texts.min(1),
      parts: z.array(texts).optional(),
      index: codes,
      names: texts.min(1),
      columns: numbers,
    }),
  ),
  offset: numbers.optional(),
  special: z.array(record),
});

const prior = z.looseObject({
  target: z.looseObject({
    class: text,
    coef: text,
    group: text,
    dpar: text,
    nlpar: text,
    lower: extended,
    upper: extended,
  }),
  call: z.looseObject({ name: text, arguments: z.array(extended) }),
  lower: extended,
  upper: extended,
  prior: text,
  source: text,
  note: text.optional(),
});

const column = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("numeric"), values: numbers }),
  z.looseObject({ kind: z.literal("logical"), values: z.instanceof(Int8Array) }),
  z.looseObject({ kind: z.literal("factor"), levels: texts, codes, ordered: z.boolean() }),
]);

const savedFit = z.looseObject({
  call: z.looseObject({
    formula: z.union([text, z.looseObject({ kind: z.literal("bf"), formulas: texts.min(1) })]),
    options: record,
  }),
  data: z.looseObject({ rows: count, columns: z.map(text, column) }),
  spec: z.looseObject({
    version: z.int(),
    design: z.looseObject({
      formula: text,
      nobs: count.min(1),
      dropped: z.looseObject({ count, rows: places, columns: texts }),
      response,
      predictors: z.array(predictor).min(1),
      warnings: texts,
      recipe: record,
    }),
    family: z.looseObject({ name: text, links: z.record(text, text) }),
    categories: count,
    priors: z.array(prior),
    strategy: text,
    likelihood: text,
    priorOnly: z.boolean(),
  }),
  priors: z.array(prior),
  settings: z.looseObject({
    warmup: count,
    draws: count,
    chains: count,
    seed: count,
    adaptDelta: z.number(),
    maxTreedepth: count,
    algorithm: z.enum(["nuts", "hmc"]),
  }),
  adaptation: z.array(
    z.looseObject({
      stepSize: extended,
      inverseMetric: numbers,
      warmupMs: z.number(),
      samplingMs: z.number(),
    }),
  ),
  checkpoints: z.array(record),
  timing: z.looseObject({
    compileMs: z.number(),
    warmupMs: z.array(z.number()),
    samplingMs: z.array(z.number()),
    wallMs: z.number(),
  }),
  warnings: texts,
  interrupted: z.boolean(),
});

/** @throws DataError for the first thing that does not hold, with its place. */
export function checkFit(value: unknown): asserts value is Omit<Fit, "draws"> {
  const parsed = savedFit.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DataError(
      `fit.json is not a saved fit: ${issue!.path.join(".") || "the document"}: ${issue!.message}`,
    );
  }
  checkSizes(value as Omit<Fit, "draws">);
}

function checkSizes({ data, spec }: Omit<Fit, "draws">): void {
  const { nobs, response, predictors } = spec.design;
  const same = (what: string, length: number | undefined, wanted: number): void => {
    if (length === undefined || length === wanted) return;
    throw new DataError(`fit.json is damaged: ${what} has ${length} entries for ${wanted}`);
  };
  same("the response", response.values.length, nobs);
  same("the numbers of the rows", response.rowNumbers.length, nobs);
  same("trials", response.trials?.length, nobs);
  same("weights", response.weights?.length, nobs);
  same("standard errors", response.se?.values.length, nobs);
  same("censoring", response.censoring?.codes.length, nobs);
  same("censoring bounds", response.censoring?.upper?.length, nobs);
  same("the data", data.rows, nobs);
  for (const [name, own] of data.columns) {
    same(
      `the column ${name} of the data`,
      own.kind === "factor" ? own.codes.length : own.values.length,
      nobs,
    );
    if (own.kind === "factor") within(`the column ${name} of the data`, own.codes, -1, own.levels.length);
  }
  for (const { dpar, population, groups, offset } of predictors) {
    same(`the columns of ${dpar}`, population.columns.length, nobs * population.names.length);
    same(`the terms of ${dpar}`, population.assign.length, population.names.length);
    same(`the components of ${dpar}`, population.components.length, population.names.length);
    same(`the offset of ${dpar}`, offset?.length, nobs);
    for (const { group, levels, parts, index, names, columns } of groups) {
      same(`the rows of ${group}`, index.length, nobs);
      same(`the columns of ${group}`, columns.length, nobs * names.length);
      same(`the levels of ${group}`, parts?.length, levels.length);
      within(`the rows of ${group}`, index, 0, levels.length);
    }
  }
}

function within(what: string, codes: Int32Array, least: number, end: number): void {
  const bad = codes.find((code) => code < least || code >= end);
  if (bad !== undefined) throw new DataError(`fit.json is damaged: ${what} have the level ${bad} of ${end}`);
}

/**
 * The quantities that the model of a saved fit reports; that they are those of its draws is checked, and that a row of its data
 * makes a row of its design.
 * @throws DataError where the model cannot be built.
 */
export function quantitiesOf(
  { spec, data }: Omit<Fit, "draws">,
  names: readonly string[],
): readonly Quantity[] {
  return building(() => {
    familyOf(spec.family);
    designForNewData(spec.design, takeRows(data, Int32Array.of(0)));
    const posterior = compileModel(spec);
    if (posterior.names.join("\n") !== names.join("\n")) {
      throw new DataError("fit.json is damaged: its draws are not those of its model");
    }
    return posterior.quantities!;
  });
}

/** What nobody wrote is wrong in ways that nobody foresaw: any error means that the file is damaged. */
export function building<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof NutmixError) throw error;
    throw new DataError(`fit.json is damaged: it cannot be made sense of (${(error as Error).message})`);
  }
}

/** More nesting than a fit has, well within the stack of what walks it. */
const DEEPEST = 200;

/** @throws DataError for a document that is nested so deeply that what walks it would exhaust the stack. */
export function refuseDeep(document: unknown): void {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST)
      throw new DataError(`fit.json is not a saved fit: it is nested more than ${DEEPEST} levels deep`);
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null
        ? Object.values(value).filter((own) => typeof own === "object")
        : [],
    );
  }
}
