/**
 * A fit as files: `fit.json` and one CSV of draws per chain in CmdStan's format. Where these are long, the draws are kept once
 * more as doubles, from which they are read back in a fraction of the time. Contents come in pieces: the draws of a large model
 * are longer than a string can be.
 */
import type { Fit } from "../../api/fit-types.ts";
import { cmdstanCsvPieces } from "../../draws/cmdstan-csv.ts";
import { chainRows } from "../../draws/draw-rows.ts";
import { Crc32, crc32 } from "../../numeric/crc32.ts";
import { frame, joinBytes } from "../../storage/frames.ts";
import type { NewFile, Transaction } from "../../storage/transaction.ts";
import type { Pieces, Written } from "../../storage/write-file.ts";
import type { FitDocument } from "../fit-document.ts";
import { ArraysApart } from "./arrays-apart.ts";
import { toPlain } from "./plain.ts";

/** Of the part of `fit.json` that a fit is restored from: 2 where arrays are kept apart, which 1 did not know. */
export const FORMATS = { plain: 1, apart: 2 } as const;

/** Fewer bytes than this are kept as text alone: a small fit can be looked at, and copied, without thinking. */
const FEW = 1 << 24;

export type SavedFiles = ReadonlyMap<string, string | Uint8Array>;

/**
 * The files to be written together. `fit.json` is the fit's document with everything else that a fit consists of under
 * `fit`, and checksums of itself, of the CSV files and of the data files, whose names hold their own.
 */
export function fitFiles(fit: Fit, document: FitDocument, id: string, few = FEW): Transaction {
  const files: Record<string, string> = {};
  const data: Record<string, Written> = {};
  const { draws, ...rest } = fit;
  const { quantities, names, chains } = draws;
  const apart = new ArraysApart(rest, few);
  const plain = toPlain({ ...rest, quantities }, apart) as object;
  const dataFile = (kind: string, content: Pieces): NewFile => ({
    name: `${kind}.bin`,
    content,
    place(written) {
      const name = `${kind}-${written.checksum}.bin`;
      data[name] = written;
      return name;
    },
  });
  return {
    id,
    content: [
      ...(draws.values.byteLength < few ? [] : [dataFile("draws", drawFrames(fit))]),
      ...(apart.bytes > 0 ? [dataFile("arrays", apart.frames())] : []),
      ...Array.from({ length: chains }, (_, chain): NewFile => {
        const name = `draws-${chain + 1}.csv`;
        return {
          name,
          content: cmdstanCsvPieces(draws, { settings: fit.settings, adaptation: fit.adaptation }, chain),
          onWritten: ({ checksum }) => {
            files[name] = checksum;
          },
        };
      }),
    ],
    manifest: {
      name: "fit.json",
      content() {
        const body = {
          ...document,
          fit: {
            format: apart.bytes > 0 ? FORMATS.apart : FORMATS.plain,
            ...plain,
            draws: { names, chains, draws: draws.draws },
            ...(apart.bytes > 0 && { arrayBytes: apart.bytes }),
          },
          files,
          ...(Object.keys(data).length > 0 && { data }),
          save: id,
        };
        return [`${JSON.stringify({ ...body, checksum: crc32(JSON.stringify(body)) })}\n`];
      },
    },
  };
}

function* drawFrames({ draws }: Fit): Generator<Uint8Array> {
  for (let chain = 0; chain < draws.chains; chain++) {
    for (const block of chainRows(draws, chain)) yield* frame(block);
  }
}

/** Contents by file name, for any place that keeps files: text, or bytes for the names that end in `.bin`. */
export function saveFit(fit: Fit, document: FitDocument): SavedFiles {
  return together(fitFiles(fit, document, "0"));
}

/** The files of a transaction, in memory. */
export function together({ content, manifest }: Transaction): SavedFiles {
  const kept = new Map<string, string | Uint8Array>();
  for (const { name, content: pieces, place, onWritten } of content) {
    const whole = joined(pieces);
    const written = { bytes: lengthOf(whole), checksum: crc32(whole) };
    onWritten?.(written);
    kept.set(place?.(written) ?? name, whole);
  }
  return new Map([[manifest.name, joined(manifest.content())], ...kept]);
}

function joined(pieces: Pieces): string | Uint8Array {
  const all = [...pieces];
  if (all.every((piece) => typeof piece === "string")) return all.join("");
  return joinBytes(all as Uint8Array[]);
}

function lengthOf(content: string | Uint8Array): number {
  return typeof content === "string" ? new TextEncoder().encode(content).length : content.length;
}

/** Of content in pieces, to be compared with what was written. */
export function checksumOf(pieces: Iterable<Uint8Array>): string {
  const crc = new Crc32();
  for (const piece of pieces) crc.update(piece);
  return crc.digest();
}
