/** Linear predictors and distributional parameters of any rows, for any draw: the model read off its draws. */

import type { Draws } from "../../draws/draws.ts";
import type { Dpar, Family } from "../../families/family.ts";
import { findLink, scaledLink, scaleFromNatural } from "../../families/links.ts";
import { groupBlocks } from "../../model/groups.ts";
import { coefficientName } from "../../model/names.ts";
import type { ModelSpec } from "../../model/spec.ts";
import { hasThresholds } from "../../model/targets.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { predictorKey, sameKey } from "../../quantities/predictor-key.ts";
import { layoutOf } from "../layout-of.ts";
import type { FrameGroup, FramePredictor, NewLevels, PredictionFrame } from "./frame.ts";
import { NewLevelEffects } from "./new-level-effects.ts";
import { type DrawChoice, type TermEffects, termEffects } from "./term-effects.ts";

export type { DrawChoice } from "./term-effects.ts";

/** Linear predictors of a block of rows; call `rows(from, to)` first. */
export class LinearPredictors {
  /** Thresholds of ordinal families; empty for others. */
  readonly thresholds: Float64Array;
  readonly #parts: readonly PredictorReader[];
  readonly #draws: Draws;
  readonly #choice: DrawChoice;
  readonly #thresholdColumns: Int32Array;

  constructor(
    spec: ModelSpec,
    family: Family,
    draws: Draws,
    frame: PredictionFrame,
    choice: DrawChoice,
    newLevels: NewLevels = "error",
  ) {
    this.#draws = draws;
    this.#choice = choice;
    const layout = layoutOf(spec, draws);
    const blocks = groupBlocks(spec.design).map((block) => ({
      block,
      effects: new NewLevelEffects(block, draws, choice.which, layout, newLevels, choice.seed),
    }));
    this.#parts = frame.predictors.map((predictor) => {
      const thresholds = hasThresholds(family, predictor.dpar);
      const key = predictorKey(predictor.dpar, predictor);
      const groups = predictor.groups.map((group): GroupReader => {
        const original = spec.design.predictors
          .find((own) => sameKey(predictorKey(own.dpar, own), key))!
          .groups.find((own) => own.group === group.group && sameNames(own.names, group.names))!;
        for (const { block, effects } of blocks) {
          const member = block.members.find((own) => sameKey(own.key, key) && own.term === original);
          if (member !== undefined) {
            return {
              group,
              effects,
              first: member.first,
              stride: block.coefficients.length,
              fresh: new Map(),
            };
          }
        }
        throw new Error("every group-level term belongs to a block");
      });
      const { intercept, names } = predictor.population;
      return {
        predictor,
        intercept: intercept && !thresholds ? layout.coefficient({ key, name: "Intercept" }) : -1,
        coefficients: Int32Array.from(names, (name) =>
          layout.coefficient({ key, name: coefficientName(name) }),
        ),
        groups,
        terms: termEffects(predictor, draws, choice, newLevels),
      };
    });
    this.#thresholdColumns =
      family.thresholds === undefined ? new Int32Array(0) : layout.thresholds(predictorKey("mu"));
    this.thresholds = new Float64Array(this.#thresholdColumns.length);
  }

  /** Prepares the effects of new levels that occur in rows `from` … `to` − 1. */
  rows(from: number, to: number): void {
    for (const { groups } of this.#parts) {
      for (const { group, effects, fresh } of groups) {
        fresh.clear();
        const known = group.levels.length;
        for (let i = from; i < to; i++) {
          const level = group.index[i]! - known;
          if (level >= 0 && !fresh.has(level)) fresh.set(level, effects.of(group.newLevels![level]!));
        }
      }
    }
  }

  /** Reads the thresholds of draw number `s` of the choice. */
  readThresholds(s: number): void {
    const { values, names } = this.#draws;
    const at = this.#choice.which[s]! * names.length;
    this.#thresholdColumns.forEach((column, k) => {
      this.thresholds[k] = values[at + column]!;
    });
  }

  /** Writes η of predictor `k`, draw number `s` of the choice, rows `from` … `to` − 1, into `out`. */
  eta(k: number, s: number, from: number, to: number, out: Float64Array): void {
    const { predictor, intercept, coefficients, groups, terms } = this.#parts[k]!;
    const { values, names } = this.#draws;
    const at = this.#choice.which[s]! * names.length;
    const { population, offset } = predictor;
    const total = frameRows(predictor, population.columns);
    const count = to - from;
    out.fill(intercept < 0 ? 0 : values[at + intercept]!, 0, count);
    if (offset !== undefined) for (let i = 0; i < count; i++) out[i]! += offset[from + i]!;
    for (let c = 0; c < coefficients.length; c++) {
      const b = values[at + coefficients[c]!]!;
      const start = c * total + from;
      for (let i = 0; i < count; i++) out[i]! += b * population.columns[start + i]!;
    }
    for (const reader of groups) addEffects(reader, terms, values, at, s, from, count, out);
    for (const term of terms) term.add(s, from, count, out);
  }
}

interface PredictorReader {
  readonly predictor: FramePredictor;
  readonly intercept: number;
  readonly coefficients: Int32Array;
  readonly groups: readonly GroupReader[];
  readonly terms: readonly TermEffects[];
}

interface GroupReader {
  readonly group: FrameGroup;
  readonly effects: NewLevelEffects;
  /** First coefficient of the term within its block. */
  readonly first: number;
  readonly stride: number;
  /** Effects of new levels by their number: draws × coefficients of the block. */
  readonly fresh: Map<number, Float64Array>;
}

function addEffects(
  { group, effects, first, stride, fresh }: GroupReader,
  terms: readonly TermEffects[],
  values: Float64Array,
  at: number,
  s: number,
  from: number,
  count: number,
  out: Float64Array,
): void {
  const rows = group.index.length;
  const known = group.levels.length;
  for (let m = 0; m < group.names.length; m++) {
    if (group.used?.[m] === false) continue;
    const positions = effects.effects[first + m]!;
    const start = m * rows + from;
    const label = group.special?.[m] ?? null;
    const varying = label === null ? undefined : terms.find((term) => term.label === label)!;
    const factors = varying?.values(s);
    const index = varying?.index;
    for (let i = 0; i < count; i++) {
      const factor = factors === undefined ? 1 : factors[index![from + i]!]!;
      const level = group.index[from + i]!;
      const effect =
        level < known ? values[at + positions[level]!]! : fresh.get(level - known)![s * stride + first + m]!;
      out[i]! += group.columns[start + i]! * factor * effect;
    }
  }
}

function frameRows({ population }: FramePredictor, columns: Float64Array): number {
  return population.names.length === 0 ? 0 : columns.length / population.names.length;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** One distributional parameter of a block of rows, from η or from a column of the draws. */
export class DparReader {
  /** Whether it is the same for all rows of a draw. */
  readonly constant: boolean;
  readonly #spec: ModelSpec;
  readonly #dpar: Dpar;
  readonly #predictor: number;
  readonly #column: number;
  readonly #threshold: boolean;
  readonly #draws: Draws;
  readonly #choice: DrawChoice;
  readonly #frame: PredictionFrame;

  constructor(
    spec: ModelSpec,
    family: Family,
    dpar: Dpar,
    draws: Draws,
    frame: PredictionFrame,
    choice: DrawChoice,
  ) {
    this.#spec = spec;
    this.#dpar = dpar;
    this.#draws = draws;
    this.#choice = choice;
    this.#frame = frame;
    this.#predictor = frame.predictors.findIndex((own) => own.dpar === dpar.name);
    this.#threshold = hasThresholds(family, dpar.name);
    this.#column = this.#predictor >= 0 ? -1 : (layoutOf(spec, draws).family(predictorKey(dpar.name)) ?? -1);
    this.constant = this.#predictor < 0 && !this.#hasErrors();
  }

  /** On the natural scale (η itself for the mu of threshold families). */
  natural(eta: LinearPredictors, s: number, from: number, to: number, out: Float64Array): void {
    const count = to - from;
    if (this.#predictor < 0) out.fill(this.#value(s), 0, count);
    else {
      eta.eta(this.#predictor, s, from, to, out);
      if (!this.#threshold) {
        const link = findLink(this.#spec.family.links[this.#dpar.name]!);
        if (link.name !== "identity") for (let i = 0; i < count; i++) out[i] = link.inverse(out[i]!);
      }
    }
    this.#addErrors(from, count, out);
  }

  /** On the scale that the family's kernel takes. */
  kernel(eta: LinearPredictors, s: number, from: number, to: number, out: Float64Array): void {
    const count = to - from;
    const { scale } = this.#dpar;
    if (this.#predictor >= 0 && !this.#hasErrors()) {
      eta.eta(this.#predictor, s, from, to, out);
      if (this.#threshold) return;
      const link = scaledLink(this.#spec.family.links[this.#dpar.name]!, scale);
      if (!link.identity) for (let i = 0; i < count; i++) out[i] = link.value(out[i]!);
      return;
    }
    this.natural(eta, s, from, to, out);
    for (let i = 0; i < count; i++) out[i] = scaleFromNatural(scale, out[i]!);
  }

  #value(s: number): number {
    const { values, names } = this.#draws;
    return this.#column < 0
      ? (this.#dpar.fixed ?? 0)
      : values[this.#choice.which[s]! * names.length + this.#column]!;
  }

  /** sigma of `y | se(s)`: s itself, or √(σ² + s²). */
  #hasErrors(): boolean {
    return this.#dpar.name === "sigma" && this.#frame.response.se !== undefined;
  }

  #addErrors(from: number, count: number, out: Float64Array): void {
    const { se } = this.#frame.response;
    if (this.#dpar.name !== "sigma" || se === undefined) return;
    for (let i = 0; i < count; i++) {
      out[i] = se.sigma ? Elementary.hypot(out[i]!, se.values[from + i]!) : se.values[from + i]!;
    }
  }
}
