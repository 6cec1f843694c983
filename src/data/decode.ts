/** Bytes of a data file → text, without a byte that is guessed at. */
import { DataError, didYouMean } from "../errors.ts";

/** Encodings that files of data come in, by the labels of the Encoding Standard (WHATWG); others that it has work too. */
const ENCODINGS = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "iso-8859-1",
  "iso-8859-15",
  "shift_jis",
  "gb18030",
];

const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * UTF-8, or what a byte order mark says, unless `encoding` names another. The mark is no part of the text.
 * @throws DataError for bytes that the encoding does not have, with their line; for an unknown encoding; for files that are
 * no text.
 */
function decodeText(bytes: Uint8Array, encoding?: string): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  const name = (encoding ?? marked?.[0] ?? "utf-8").trim().toLowerCase();
  const body =
    marked !== undefined && marked[0] === canonical(name) ? bytes.subarray(marked[1].length) : bytes;
  const offset = bytes.length - body.length;
  if (encoding === undefined && marked === undefined) refuseUnmarkedUtf16(bytes);
  let text: string;
  try {
    text = decoderOf(name).decode(body);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(explain(body, offset, name));
  }
  const nul = text.indexOf("\0");
  if (nul >= 0)
    throw new DataError(
      `line ${lineOf(text, nul)} holds a NUL character: the file is no text, or in another encoding`,
    );
  return text;
}

/** A text as it is, or bytes decoded. @throws DataError for what is neither, and as the functions below. */
export function textOf(input: unknown, encoding?: string): string {
  if (typeof input === "string") {
    refuseReplaced(input);
    return input;
  }
  if (input instanceof Uint8Array) return decodeText(input, encoding);
  throw new DataError(
    `a text or the bytes of a file (Uint8Array) are expected, not ${input === null ? "null" : typeof input}`,
  );
}

/**
 * Text that somebody else decoded: a replacement character stands where bytes were lost, and different names may have become
 * one.
 * @throws DataError with its line.
 */
function refuseReplaced(text: string): void {
  const at = text.indexOf("\uFFFD");
  if (at < 0) return;
  throw new DataError(
    `line ${lineOf(text, at)} holds the character U+FFFD, which stands where bytes could not be decoded: read the file with its ` +
      "encoding (pass its bytes with { encoding }, --encoding on the command line)",
  );
}

function canonical(name: string): string {
  return name === "utf8" ? "utf-8" : name === "utf-16" ? "utf-16le" : name;
}

function decoderOf(name: string): TextDecoder {
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true });
  } catch {
    throw new DataError(
      `there is no encoding "${name}"${didYouMean(name, ENCODINGS)}; files of data are in ${ENCODINGS.join(", ")}, …`,
    );
  }
}

/** Every second byte of western text in UTF-16 is 0. */
function refuseUnmarkedUtf16(bytes: Uint8Array): void {
  const head = bytes.subarray(0, 64);
  if (head.length < 4 || !head.includes(0)) return;
  const zeros = [0, 1].map((parity) => head.filter((byte, i) => i % 2 === parity && byte === 0).length);
  const endian =
    zeros[1]! > head.length / 4 ? "utf-16le" : zeros[0]! > head.length / 4 ? "utf-16be" : undefined;
  if (endian === undefined) return;
  throw new DataError(`the file looks like UTF-16 without a byte order mark: give its encoding (${endian})`);
}

function explain(body: Uint8Array, offset: number, name: string): string {
  const at = firstInvalid(body, name);
  let line = 1;
  for (let i = 0; i < at; i++) if (body[i] === 0x0a) line++;
  const byte = body[at];
  const shown = byte === undefined ? "" : ` (0x${byte.toString(16).padStart(2, "0").toUpperCase()})`;
  const latin = name === "utf-8" && byte !== undefined ? western(body, at) : "";
  return (
    `line ${line}, byte ${offset + at + 1} of the file${shown} is not valid ${name === "utf-8" ? "UTF-8" : name}${latin}; ` +
    "save the file as UTF-8, or give its encoding (--encoding windows-1252)"
  );
}

/** ` (in Windows-1252 it would read "Müller")`: the word around the byte. */
function western(body: Uint8Array, at: number): string {
  const letter = (byte: number | undefined): boolean =>
    byte !== undefined && (byte >= 0x80 || /\w/.test(String.fromCharCode(byte)));
  let from = at;
  let to = at + 1;
  while (at - from < 20 && letter(body[from - 1])) from--;
  while (to - at < 20 && letter(body[to])) to++;
  return ` (in Windows-1252 it reads "${new TextDecoder("windows-1252").decode(body.subarray(from, to))}")`;
}

const STRETCH = 65_536;

/** Position of the first byte that no text of the encoding has there: the stretch that fails, then byte by byte in it. */
function firstInvalid(bytes: Uint8Array, name: string): number {
  const coarse = decoderOf(name);
  let from = 0;
  while (from < bytes.length && accepts(coarse, bytes.subarray(from, from + STRETCH))) from += STRETCH;
  // A character may have begun in the stretch before.
  let begin = Math.min(from, bytes.length);
  while (begin > 0 && from - begin < 4 && (bytes[begin]! & 0xc0) === 0x80) begin--;
  const fine = decoderOf(name);
  for (let at = begin; at < bytes.length; at++) if (!accepts(fine, bytes.subarray(at, at + 1))) return at;
  return bytes.length - 1;
}

/** As a stream: a character that only begins is none that is wrong. */
function accepts(decoder: TextDecoder, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) line++;
  return line;
}
