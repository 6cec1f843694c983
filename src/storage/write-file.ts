/**
 * Files that are there whole or not at all: written under another name, checked, brought to the disk, then renamed
 * (Pillai et al. 2014, "All file systems are not created equal", section 3: without the first sync an empty file may take the
 * old one's place, without the second the new name may be lost).
 */
import { Crc32 } from "../numeric/crc32.ts";
import { inWords } from "./failure.ts";
import { type FileSystem, parentOf } from "./file-system.ts";

export type Pieces = Iterable<string | Uint8Array>;

export interface Written {
  readonly bytes: number;
  readonly checksum: string;
}

/** Ends the names of files that are being written. */
export const TEMPORARY = ".nutmix-part";

/** Puts a file in place of what was there, if anything; a device or a pipe is written to as it is. */
export function replaceFile(files: FileSystem, path: string, content: Pieces): void {
  try {
    const there = files.look(path);
    if (there?.kind === "other") {
      writeThrough(files, path, content);
      return;
    }
    const target = there === undefined ? path : files.realPath(path);
    const temporary = `${target}${TEMPORARY}`;
    try {
      writeNew(files, temporary, content);
      files.rename(temporary, target);
    } catch (error) {
      removeQuietly(files, temporary);
      throw error;
    }
    files.syncFolder(parentOf(target));
  } catch (error) {
    throw inWords(`cannot write ${path}`, error);
  }
}

/** Writes a file that nobody knows of yet, to the disk. */
export function writeNew(files: FileSystem, path: string, content: Pieces): Written {
  const file = files.open(path, "replace");
  try {
    const written = writePieces(files, file, content);
    files.sync(file);
    return written;
  } finally {
    files.close(file);
  }
}

function writeThrough(files: FileSystem, path: string, content: Pieces): void {
  const file = files.open(path, "append");
  try {
    writePieces(files, file, content);
  } finally {
    files.close(file);
  }
}

function writePieces(files: FileSystem, file: number, content: Pieces): Written {
  const checksum = new Crc32();
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const piece of content) {
    const next = typeof piece === "string" ? encoder.encode(piece) : piece;
    writeAll(files, file, next);
    checksum.update(next);
    bytes += next.length;
  }
  return { bytes, checksum: checksum.digest() };
}

/** Writes on until everything is written: a write may take a part and say so. */
export function writeAll(files: Pick<FileSystem, "write">, file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const written = files.write(file, at === 0 ? bytes : bytes.subarray(at));
    // A device that takes nothing and reports nothing.
    if (!(written > 0)) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    at += written;
  }
}

/** The content of a file in pieces; undefined when there is none. */
export function readPieces(files: FileSystem, path: string): Iterable<Uint8Array> | undefined {
  if (files.look(path)?.kind !== "file") return undefined;
  return readOn(files, path);
}

const PIECE = 1 << 20;

function* readOn(files: FileSystem, path: string): Generator<Uint8Array> {
  try {
    const file = files.open(path, "read");
    try {
      for (;;) {
        const piece = new Uint8Array(PIECE);
        const read = files.read(file, piece);
        if (read === 0) return;
        yield piece.subarray(0, read);
      }
    } finally {
      files.close(file);
    }
  } catch (error) {
    throw inWords(`cannot read ${path}`, error);
  }
}

/** The whole file as text; undefined when there is none. */
export function readText(files: FileSystem, path: string): string | undefined {
  const pieces = readPieces(files, path);
  if (pieces === undefined) return undefined;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

export function removeQuietly(files: FileSystem, path: string): void {
  try {
    files.remove(path);
  } catch {
    // It was not there, or cannot be removed: what is reported is the error that led here.
  }
}
