/** What terms of registered kinds add to linear predictors: their rows times their vectors, draw by draw. */
import { DrawColumns } from "../../draws/draw-columns.ts";
import type { Draws } from "../../draws/draws.ts";
import { DataError } from "../../errors.ts";
import { TermReader } from "../../model/term-draws.ts";
import { type PlacedTerm, placedTerms } from "../../model/terms.ts";
import { stream } from "../../random/streams.ts";
import type { TermRows, Unseen } from "../../terms/term.ts";
import type { FramePredictor, NewLevels } from "./frame.ts";

/** The draws that take part: indices into the draws of all chains. */
export interface DrawChoice {
  readonly which: Int32Array;
  readonly seed: number;
}

/** Numbers that are kept so that blocks of rows do not compute the vectors of a draw again. */
const MOST_KEPT = 4e6;

/** The terms of one predictor of a frame, whose rows are those to be predicted. */
export function termEffects(
  predictor: FramePredictor,
  draws: Draws,
  choice: DrawChoice,
  newLevels: NewLevels,
): TermEffects[] {
  const columns = new DrawColumns(draws.names);
  return placedTerms({ predictors: [predictor] }).map(
    (term) => new TermEffects(term, new TermReader(term, columns), draws, choice, newLevels),
  );
}

export class TermEffects {
  readonly #term: PlacedTerm;
  readonly #reader: TermReader;
  readonly #draws: Draws;
  readonly #choice: DrawChoice;
  readonly #newLevels: NewLevels;
  /** For each vector its coefficients of what the fit did not see: draws × unseen × size. */
  readonly #unseen: readonly (Float64Array | undefined)[];
  readonly #kept: (readonly Float64Array[] | undefined)[] = [];
  #keptNumbers = 0;

  constructor(term: PlacedTerm, reader: TermReader, draws: Draws, choice: DrawChoice, newLevels: NewLevels) {
    this.#term = term;
    this.#reader = reader;
    this.#draws = draws;
    this.#choice = choice;
    this.#newLevels = newLevels;
    this.#unseen = term.design.rows.map((rows, k) => this.#extension(rows, k));
  }

  /** Adds the term to η of draw number `s` of the choice, rows `from` … `from + count − 1`. */
  add(s: number, from: number, count: number, out: Float64Array): void {
    const vectors = this.#vectors(s);
    this.#term.design.rows.forEach((rows, k) => {
      addRows(rows, vectors[k]!, from, count, out);
    });
  }

  /** Label of the term, by which group-level coefficients refer to it. */
  get label(): string {
    return this.#term.design.label;
  }

  /** For each row the level of its first rows: of a product of variables. */
  get index(): Int32Array {
    const [rows] = this.#term.design.rows;
    return rows?.kind === "lookup" ? rows.index : new Int32Array(0);
  }

  /** What the coefficient of a product of variables is multiplied by, for draw number `s` of the choice. */
  values(s: number): Float64Array {
    this.#goTo(s);
    return this.#reader.values();
  }

  #vectors(s: number): readonly Float64Array[] {
    const kept = this.#kept[s];
    if (kept !== undefined) return kept;
    this.#goTo(s);
    const vectors = this.#term.vectors.map((_, k) => this.#withUnseen(s, k));
    this.#keptNumbers += vectors.reduce((sum, { length }) => sum + length, 0);
    if (this.#keptNumbers <= MOST_KEPT) this.#kept[s] = vectors;
    return vectors;
  }

  #goTo(s: number): void {
    const { values, names } = this.#draws;
    const at = this.#choice.which[s]! * names.length;
    this.#reader.at(values.subarray(at, at + names.length));
  }

  #withUnseen(s: number, k: number): Float64Array {
    const own = this.#reader.vector(k);
    const unseen = this.#unseen[k];
    if (unseen === undefined) return own.slice();
    const count = unseen.length / this.#choice.which.length;
    const all = new Float64Array(own.length + count);
    all.set(own);
    all.set(unseen.subarray(s * count, (s + 1) * count), own.length);
    return all;
  }

  #extension(rows: TermRows, k: number): Float64Array | undefined {
    if (rows.kind !== "lookup" || rows.unseen === undefined || rows.unseen.length === 0) return undefined;
    const { behaviour, design } = this.#term;
    if (behaviour.extend === undefined) return this.#newGaussian(rows.unseen, k);
    const parts = Array.from(this.#choice.which, (_, s) => {
      this.#goTo(s);
      const rng = stream(this.#choice.seed, s, `new points of ${design.label} ${k}`);
      return behaviour.extend!(design.state, k, rows.unseen!, this.#reader.reader, rng);
    });
    const count = parts[0]!.length;
    const all = new Float64Array(parts.length * count);
    parts.forEach((part, s) => {
      all.set(part, s * count);
    });
    return all;
  }

  /** Levels that the fit does not know, one stream of random numbers each. */
  #newGaussian(unseen: readonly Unseen[], k: number): Float64Array {
    const { design, vectors } = this.#term;
    const vector = vectors[k]!;
    const [first] = unseen;
    if (vector.kind !== "gaussian" || this.#newLevels === "error") {
      throw new DataError(
        `${design.label} meets "${first!.label}" in the new data, which the data of the fit do not have` +
          (vector.kind === "gaussian" ? '; newLevels: "gaussian" draws its coefficients' : ""),
      );
    }
    const { size, levels } = vector;
    const all = new Float64Array(this.#choice.which.length * unseen.length * size);
    unseen.forEach(({ label }, u) => {
      const rng = stream(this.#choice.seed, 0, `new level ${design.label} ${k} ${label}`);
      let stand = rng.integer(levels);
      this.#choice.which.forEach((_, s) => {
        this.#goTo(s);
        const own = all.subarray((s * unseen.length + u) * size, (s * unseen.length + u + 1) * size);
        if (this.#newLevels === "gaussian") {
          this.#reader.fromStandardised(
            k,
            Float64Array.from(own, () => rng.normal()),
            own,
          );
          return;
        }
        if (this.#newLevels === "uncertainty") stand = rng.integer(levels);
        own.set(this.#reader.vector(k).subarray(stand * size, (stand + 1) * size));
      });
    });
    return all;
  }
}

function addRows(rows: TermRows, vector: Float64Array, from: number, count: number, out: Float64Array): void {
  if (rows.kind === "dense") {
    const n = vector.length === 0 ? 0 : rows.columns.length / vector.length;
    for (let k = 0; k < vector.length; k++) {
      const v = vector[k]!;
      for (let i = 0; i < count; i++) out[i]! += v * rows.columns[k * n + from + i]!;
    }
    return;
  }
  const { index, columns } = rows;
  if (columns === null) {
    for (let i = 0; i < count; i++) out[i]! += vector[index[from + i]!]!;
    return;
  }
  const n = index.length;
  const size = columns.length / n;
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < count; i++) {
      out[i]! += columns[k * n + from + i]! * vector[index[from + i]! * size + k]!;
    }
  }
}
