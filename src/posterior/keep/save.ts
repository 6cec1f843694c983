/** A fit as files and back: `fit.json` and one CSV of draws per chain, in CmdStan's format. */
import { z } from "zod";
import type { Fit } from "../../api/fit-types.ts";
import { cmdstanCsv } from "../../draws/cmdstan-csv.ts";
import type { Draws } from "../../draws/draws.ts";
import { readCmdstanCsv } from "../../draws/read-cmdstan-csv.ts";
import { DataError } from "../../errors.ts";
import { compileModel } from "../../model/compile.ts";
import { crc32 } from "../../numeric/crc32.ts";
import type { FitDocument } from "../fit-document.ts";
import { fromPlain, toPlain } from "./plain.ts";

/** Of the part of `fit.json` that a fit is restored from; raised when it changes. */
const FORMAT = 1;

export type SavedFiles = ReadonlyMap<string, string>;

/**
 * Contents by file name. `fit.json` is the fit's document with everything else that a fit consists of under `fit`, and
 * checksums of itself and of the draws.
 */
export function saveFit(fit: Fit, document: FitDocument): SavedFiles {
  const csv = cmdstanCsv(fit.draws, { settings: fit.settings, adaptation: fit.adaptation });
  const draws = csv.map((text, chain) => ({ name: `draws-${chain + 1}.csv`, text }));
  const {
    draws: { quantities },
    ...rest
  } = fit;
  const body = {
    ...document,
    fit: { format: FORMAT, ...(toPlain({ ...rest, quantities }) as object) },
    files: Object.fromEntries(draws.map(({ name, text }) => [name, crc32(text)])),
  };
  const json = JSON.stringify({ ...body, checksum: crc32(JSON.stringify(body)) });
  return new Map([
    ["fit.json", `${json}\n`],
    ...draws.map(({ name, text }): [string, string] => [name, text]),
  ]);
}

const savedShape = z.looseObject({
  schema: z.literal("nutmix/fit@1"),
  checksum: z.string(),
  files: z.record(z.string(), z.string()),
  fit: z.looseObject({ format: z.number() }),
});

/**
 * The fit that `saveFit` wrote: the same draws to the last bit.
 *
 * @param read gives the text of a file by name, or undefined when there is none.
 * @throws DataError for a file that is absent, truncated, edited, of another kind or of a newer version, naming the file.
 */
export function loadFit(read: (name: string) => string | undefined): Fit {
  const text = need(read, "fit.json");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DataError("fit.json is not complete JSON: was it cut off?");
  }
  const parsed = savedShape.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DataError(
      `fit.json is not a saved fit: ${issue!.path.join(".") || "the document"}: ${issue!.message}`,
    );
  }
  // Not parsed.data, whose keys may stand in another order than in the file.
  const { checksum, ...body } = json as z.infer<typeof savedShape>;
  if (body.fit.format > FORMAT) {
    throw new DataError(
      `fit.json has format ${body.fit.format}; this version of nutmix reads up to ${FORMAT}`,
    );
  }
  if (crc32(JSON.stringify(body)) !== checksum) {
    throw new DataError("fit.json was changed after it was written: its checksum does not match");
  }
  const names = Object.keys(body.files);
  const texts = names.map((name) => {
    const file = need(read, name);
    if (crc32(file) !== body.files[name]) {
      throw new DataError(`${name} was cut off or changed after it was written: its checksum does not match`);
    }
    return file;
  });
  const { format: _, ...plain } = body.fit;
  const { quantities, ...fit } = fromPlain(plain) as Omit<Fit, "draws"> & Pick<Draws, "quantities">;
  return {
    ...fit,
    // A fit that was saved without them has those of its model.
    draws: { ...readCmdstanCsv(texts).draws, quantities: quantities ?? compileModel(fit.spec).quantities! },
  };
}

function need(read: (name: string) => string | undefined, name: string): string {
  const text = read(name);
  if (text === undefined) throw new DataError(`there is no ${name}: a saved fit has fit.json and its draws`);
  return text;
}
