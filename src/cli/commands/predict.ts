/** `nutmix predict DIR [DATA]`: CSV in, CSV out, written as it is computed. */
import { closeSync, openSync, writeSync } from "node:fs";
import {
  DataError,
  epred,
  linpred,
  type NewLevels,
  type Predictions,
  predict,
  SettingsError,
} from "../../index.ts";
import { EXIT } from "../exit-codes.ts";
import { loadData } from "../load-data.ts";
import { columnTypes } from "../options.ts";
import { readFit } from "../saved-fit.ts";

export interface PredictFlags {
  readonly kind: string;
  readonly dpar?: string;
  readonly reFormula?: string;
  readonly newLevels: string;
  readonly ndraws?: number;
  readonly seed?: number;
  readonly robust?: boolean;
  readonly factor: readonly string[];
  readonly ordered: readonly string[];
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
  const fit = readFit(folder);
  const table = data === undefined ? undefined : loadData(data, columnTypes(flags));
  const options = {
    newLevels: flags.newLevels as NewLevels,
    ...(flags.reFormula !== undefined && { reFormula: flags.reFormula }),
    ...(flags.ndraws !== undefined && { ndraws: flags.ndraws }),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(flags.dpar !== undefined && { dpar: flags.dpar }),
  };
  write(predictionsOf(flags.kind)(fit, table, options), flags);
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

function write(predictions: Predictions, { out, robust }: PredictFlags): void {
  const emit = opened(out);
  try {
    let header: string[] | undefined;
    for (const rows of predictions.summaryBlocks({ robust: robust === true })) {
      header ??= Object.keys(rows[0] ?? {});
      if (rows[0]?.row === 1) emit.write(`${header.map(cell).join(",")}\n`);
      const lines = rows.map((row) => header!.map((name) => cell(row[name as keyof typeof row])).join(","));
      emit.write(`${lines.join("\n")}\n`);
    }
  } finally {
    emit.close();
  }
}

function opened(out: string | undefined): { write(text: string): void; close(): void } {
  if (out === undefined) return { write: (text) => void process.stdout.write(text), close: () => {} };
  let file: number;
  try {
    file = openSync(out, "w");
  } catch (error) {
    throw new DataError(`cannot write ${out}: ${(error as Error).message}`);
  }
  return { write: (text) => void writeSync(file, text), close: () => closeSync(file) };
}

/** Quoted where CSV needs it (RFC 4180). */
function cell(value: string | number | undefined): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
