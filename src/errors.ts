/**
 * Every error that a user can meet. One class per stage, so that a caller can tell them apart;
 * each message names what was found, what was expected, where, and what to do.
 */
import { distance } from "fastest-levenshtein";

/** Base class: anything that is the user's to mend. The command line prints `message` alone and exits with 1. */
export class NutmixError extends Error {
  override readonly name: string = "NutmixError";
}

/** Characters of a formula that a message shows. */
const WIDEST = 400;

/** The formula cannot be read; `message` shows the text with a caret under `position` (0-based offset). */
export class FormulaError extends NutmixError {
  override readonly name = "FormulaError";
  readonly text: string;
  readonly position: number;
  constructor(message: string, text: string, position: number) {
    // Long formulas are shown around the place, and line breaks as blanks: the caret has to stand where it points.
    const from = text.length > WIDEST ? Math.max(0, position - WIDEST / 2) : 0;
    const shown = text.slice(from, from + WIDEST).replace(/[\r\n]/g, " ");
    const before = from > 0 ? "…" : "";
    const after = from + WIDEST < text.length ? "…" : "";
    super(
      `${message} (formula column ${position + 1})\n  ${before}${shown}${after}\n  ${" ".repeat(before.length + position - from)}^`,
    );
    this.text = text;
    this.position = position;
  }
}

/** The data cannot be read or do not fit the model: names the column and the row (1-based, header excluded). */
export class DataError extends NutmixError {
  override readonly name = "DataError";
}

/** The design matrices cannot be built or are rank deficient: names the term and the aliased columns. */
export class DesignError extends NutmixError {
  override readonly name = "DesignError";
}

/** A prior cannot be read, does not exist or is impossible. */
export class PriorError extends NutmixError {
  override readonly name = "PriorError";
}

/** An unknown family or link, or a formula part that the family does not have. */
export class FamilyError extends NutmixError {
  override readonly name = "FamilyError";
}

/** A sampler setting outside its domain. */
export class SettingsError extends NutmixError {
  override readonly name = "SettingsError";
}

/** Shapes that do not fit while a graph is built. */
export class ShapeError extends NutmixError {
  override readonly name = "ShapeError";
}

/** No usable starting point, a chain that cannot move, or all chains lost. */
export class SamplingError extends NutmixError {
  override readonly name = "SamplingError";
}

/** A file or folder cannot be written, read or locked: names it and says why, or what to do. */
export class StorageError extends NutmixError {
  override readonly name = "StorageError";
}

/** The nearest of `candidates` to `name`, when it is near enough to be what was meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const d =
      candidate.toLowerCase() === name.toLowerCase()
        ? 0
        : distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      bestDistance = d;
      best = candidate;
    }
  }
  return best;
}

/** `; did you mean "x"?` or the empty string. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const best = nearest(name, candidates);
  return best === undefined ? "" : `; did you mean "${best}"?`;
}
