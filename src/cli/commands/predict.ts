/** `nutmix predict DIR [DATA]`: CSV in, CSV out, written as it is computed. */
import { existsSync, realpathSync } from "node:fs";
import {
  epred,
  linpred,
  type NewLevels,
  PRIOR_ONLY,
  type Predictions,
  predict,
  SettingsError,
} from "../../index.ts";
import { writeFile } from "../../index-node.ts";
import { EXIT } from "../exit-codes.ts";
import { loadData } from "../load-data.ts";
import { type DataFlags, reading } from "../options.ts";
import { readFit } from "../saved-fit.ts";
import { printData } from "../standard-output.ts";

export interface PredictFlags extends Pick<DataFlags, "factor" | "ordered" | "na" | "encoding"> {
  readonly spreadsheetSafe?: boolean;
  readonly kind: string;
  readonly dpar?: string;
  readonly reFormula?: string;
  readonly newLevels: string;
  readonly ndraws?: number;
  readonly seed?: number;
  readonly robust?: boolean;
  readonly out?: string;
}

const NEW_LEVELS: readonly string[] = [
  "error",
  "gaussian",
  "uncertainty",
  "old_levels",
] satisfies NewLevels[];

export function predictCommand(folder: string, data: string | undefined, flags: PredictFlags): number {
  if (!NEW_LEVELS.includes(flags.newLevels)) {
    throw new SettingsError(`--new-levels is one of ${NEW_LEVELS.join(", ")}, not "${flags.newLevels}"`);
  }
  refuseOwnInput(flags.out, data);
  const fit = readFit(folder);
  if (fit.spec.priorOnly) process.stderr.write(`warning: ${PRIOR_ONLY}\n`);
  const table = data === undefined ? undefined : loadData(data, reading(flags));
  const options = {
    newLevels: flags.newLevels as NewLevels,
    ...(flags.reFormula !== undefined && { reFormula: flags.reFormula }),
    ...(flags.ndraws !== undefined && { ndraws: flags.ndraws }),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(flags.dpar !== undefined && { dpar: flags.dpar }),
  };
  write(csvOf(predictionsOf(flags.kind)(fit, table, options), flags), flags.out);
  return EXIT.fitted;
}

function predictionsOf(kind: string): typeof epred {
  switch (kind) {
    case "predict":
      return predict;
    case "epred":
      return epred;
    case "linpred":
      return linpred;
    default:
      throw new SettingsError(`--kind is predict, epred or linpred, not "${kind}"`);
  }
}

function write(lines: Iterable<string>, out: string | undefined): void {
  if (out !== undefined) writeFile(out, lines);
  else for (const piece of lines) printData(piece);
}

/** In pieces, computed as they are written. */
function* csvOf(predictions: Predictions, { robust, spreadsheetSafe }: PredictFlags): Generator<string> {
  const cell = spreadsheetSafe === true ? (value: Cell) => csvCell(inert(value)) : csvCell;
  let header: string[] | undefined;
  for (const rows of predictions.summaryBlocks({ robust: robust === true })) {
    header ??= Object.keys(rows[0] ?? {});
    if (rows[0]?.row === 1) yield `${header.map(cell).join(",")}\n`;
    const lines = rows.map((row) => header!.map((name) => cell(row[name as keyof typeof row])).join(","));
    yield `${lines.join("\n")}\n`;
  }
}

/** Reading and writing the same file would lose the data. */
function refuseOwnInput(out: string | undefined, data: string | undefined): void {
  if (out === undefined || data === undefined || !existsSync(out) || !existsSync(data)) return;
  if (realpathSync(out) === realpathSync(data)) {
    throw new SettingsError(`--out ${out} is the file that the data come from: name another`);
  }
}

type Cell = string | number | undefined;

/** Quoted where CSV needs it (RFC 4180). */
function csvCell(value: Cell): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets run a text that begins like a formula; after an apostrophe they show it. */
function inert(value: Cell): Cell {
  return typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
