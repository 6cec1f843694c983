/** The fit that saved files hold. What is read is not trusted: names, sizes and checksums must agree before anything is made of it. */
import { z } from "zod";
import type { Fit } from "../../api/fit-types.ts";
import { allocateRows, readRows, rowBytes } from "../../draws/draw-rows.ts";
import type { Draws } from "../../draws/draws.ts";
import { readCmdstanCsv } from "../../draws/read-cmdstan-csv.ts";
import { DataError } from "../../errors.ts";
import { crc32 } from "../../numeric/crc32.ts";
import { HEAD, unframe } from "../../storage/frames.ts";
import { readApart } from "./arrays-apart.ts";
import { building, checkFit, quantitiesOf, refuseDeep } from "./check-fit.ts";
import { fromPlain } from "./plain.ts";
import { checksumOf, FORMATS } from "./save.ts";

/** Text, bytes, or bytes in pieces that can be gone through more than once, with their number where it is known. */
export type FileContent = string | Uint8Array | (Iterable<Uint8Array> & { readonly size?: number });

/** Gives the content of a file by name, or undefined when there is none. */
export type FileReader = (name: string) => FileContent | undefined;

const count = z.int().min(0);
const savedShape = z.looseObject({
  schema: z.literal("nutmix/fit@1"),
  checksum: z.string(),
  files: z.record(z.string().regex(/^draws-[1-9]\d{0,5}\.csv$/, "not a name of ours"), z.string()),
  data: z
    .record(
      z.string().regex(/^(draws|arrays)-[0-9a-f]{8}\.bin$/, "not a name of ours"),
      z.object({ bytes: count, checksum: z.string() }),
    )
    .optional(),
  fit: z.looseObject({
    format: z.number(),
    arrayBytes: count.optional(),
    draws: z.object({ names: z.array(z.string()), chains: count, draws: count }).optional(),
  }),
});
interface Manifest {
  readonly files: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, { readonly bytes: number; readonly checksum: string }>>;
  readonly fit: {
    readonly format: number;
    readonly arrayBytes?: number;
    readonly draws?: { readonly names: string[]; readonly chains: number; readonly draws: number };
  };
}

/**
 * The fit that `saveFit` wrote, or `nutmix fit --out`: the same draws to the last bit. Where files are read as text, the draws
 * come from the CSV files.
 *
 * @throws DataError for a file that is absent, truncated, edited, of another kind or of a newer version, naming the file.
 */
export function loadFit(read: FileReader): Fit {
  const body = readManifest(textOf(need(read, "fit.json")));
  const csv = Object.keys(body.files).map((name) => {
    const content = need(read, name);
    checkSum(name, content, body.files[name]!);
    return content;
  });
  const { format: _, arrayBytes, draws: shape, ...plain } = body.fit;
  const arrays = dataFile(read, body, "arrays");
  if (arrayBytes !== undefined && arrays === undefined) {
    throw new DataError("the file arrays-….bin that belongs to fit.json is not there, or was read as text");
  }
  const apart = arrays && readApart(arrays.content, arrayBytes ?? 0, arrays.name);
  const rest = building(() => {
    const { quantities: _, ...own } = fromPlain(plain, apart) as Omit<Fit, "draws"> &
      Pick<Draws, "quantities">;
    return own;
  });
  checkFit(rest);
  const rows = dataFile(read, body, "draws");
  const draws =
    rows === undefined || shape === undefined
      ? readCmdstanCsv(csv.map(textOf)).draws
      : readDraws(shape, rows.name, rows.content, rows.bytes);
  return { ...rest, draws: { ...draws, quantities: quantitiesOf(rest, draws.names) } };
}

export interface SavedWith {
  readonly id: string | undefined;
  readonly names: readonly string[];
  readonly interrupted: boolean;
}

/** What a fit.json says of the files beside it: the save that wrote it, and the names that belong to it. Undefined when damaged. */
export function savedWith(text: string): SavedWith | undefined {
  try {
    const { save, files, data, interrupted } = JSON.parse(text) as Record<string, unknown>;
    const names = [...Object.keys(files ?? {}), ...Object.keys(data ?? {})];
    return { id: typeof save === "string" ? save : undefined, names, interrupted: interrupted === true };
  } catch {
    return undefined;
  }
}

function readManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DataError("fit.json is not complete JSON: was it cut off?");
  }
  refuseDeep(json);
  const parsed = savedShape.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DataError(
      `fit.json is not a saved fit: ${issue!.path.join(".") || "the document"}: ${issue!.message}`,
    );
  }
  // Not parsed.data, whose keys may stand in another order than in the file.
  const { checksum, ...body } = json as Manifest & { readonly checksum: string };
  if (body.fit.format > FORMATS.apart) {
    throw new DataError(
      `fit.json has format ${body.fit.format}; this version of nutmix reads up to ${FORMATS.apart}`,
    );
  }
  if (crc32(JSON.stringify(body)) !== checksum) {
    throw new DataError("fit.json was changed after it was written: its checksum does not match");
  }
  return body;
}

interface DataFile {
  readonly name: string;
  readonly bytes: number;
  readonly content: Iterable<Uint8Array>;
}

/** Undefined when there is none, or when it was read as text, in which its bytes are lost. */
function dataFile(read: FileReader, { data }: Manifest, kind: string): DataFile | undefined {
  const [name, written] = Object.entries(data ?? {}).find(([own]) => own.startsWith(`${kind}-`)) ?? [];
  if (name === undefined || written === undefined) return undefined;
  const content = read(name);
  if (content === undefined || typeof content === "string") return undefined;
  const size = content instanceof Uint8Array ? content.length : content.size;
  if (size !== undefined && size !== written.bytes) throw changed(name);
  const pieces = piecesOf(content);
  checkSum(name, content, written.checksum);
  return { name, bytes: written.bytes, content: pieces };
}

function readDraws(
  { names, chains, draws }: { names: string[]; chains: number; draws: number },
  name: string,
  pieces: Iterable<Uint8Array>,
  bytes: number,
): Draws {
  const width = names.length;
  const rows = chains * draws;
  // Before room is made for them.
  if (!(rowBytes(rows, width) + HEAD * Math.min(rows, 1) <= bytes)) {
    throw new DataError(
      `${name} is shorter than the ${rows} draws of ${width} parameters that fit.json names`,
    );
  }
  const all = allocateRows(rows, width);
  readRows(unframe(pieces, name), all, width, 0, rows, name);
  return { names, chains, draws, ...all };
}

function need(read: FileReader, name: string): FileContent {
  const content = read(name);
  if (content === undefined) {
    throw new DataError(`there is no ${name}: a saved fit has fit.json and its draws`);
  }
  return content;
}

function checkSum(name: string, content: FileContent, expected: string): void {
  if (checksumOf(piecesOf(content)) !== expected) throw changed(name);
}

function changed(name: string): DataError {
  return new DataError(`${name} was cut off or changed after it was written: its checksum does not match`);
}

function piecesOf(content: FileContent): Iterable<Uint8Array> {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

function textOf(content: FileContent): string {
  if (typeof content === "string") return content;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (const piece of piecesOf(content)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}
