/**
 * Bytes in frames that tell damage by themselves, so that a file can grow while it is used: what a killed process left half
 * written at the end is recognised, and everything before it is good.
 *
 *     "NMX1" | length of the payload (u32) | CRC-32 of the payload (u32) | 0 (u32) | payload      (little endian)
 */
import { DataError } from "../errors.ts";
import { Crc32 } from "../numeric/crc32.ts";

export const HEAD = 16;
const MARK = 0x31584d4e;
/** A frame that claims more was not written by us. */
const LONGEST = 64 * 1024 * 1024;

/** Head and payload, to be written one after the other. */
export function frame(payload: Uint8Array): Uint8Array[] {
  const head = new DataView(new ArrayBuffer(HEAD));
  head.setUint32(0, MARK, true);
  head.setUint32(4, payload.length, true);
  head.setUint32(8, checksum(payload), true);
  return [new Uint8Array(head.buffer), payload];
}

/**
 * The payloads of frames that come in pieces of any size.
 * @throws DataError for frames that are cut off or damaged, naming the file.
 */
export function* unframe(pieces: Iterable<Uint8Array>, name: string): Generator<Uint8Array> {
  const reader = new PieceReader(pieces);
  for (;;) {
    const head = reader.take(HEAD);
    if (head.length === 0) return;
    if (head.length < HEAD) throw damaged(name);
    const view = new DataView(head.buffer, head.byteOffset, HEAD);
    const length = view.getUint32(4, true);
    if (view.getUint32(0, true) !== MARK || length > LONGEST) throw damaged(name);
    const payload = reader.take(length);
    if (payload.length < length || checksum(payload) !== view.getUint32(8, true)) throw damaged(name);
    yield payload;
  }
}

/** Any number of bytes, in frames of `size` bytes at most. */
export function* inFrames(pieces: Iterable<Uint8Array>, size = 4 * 1024 * 1024): Generator<Uint8Array> {
  const reader = new PieceReader(pieces);
  for (;;) {
    const payload = reader.take(size);
    if (payload.length === 0) return;
    yield* frame(payload);
  }
}

function damaged(name: string): DataError {
  return new DataError(`${name} was cut off or changed after it was written: its checksum does not match`);
}

function checksum(payload: Uint8Array): number {
  return Number.parseInt(new Crc32().update(payload).digest(), 16);
}

/** Takes any number of bytes at a time from pieces of any size; the bytes taken are a copy. */
class PieceReader {
  readonly #pieces: Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.iterator]();
  }

  /** Fewer than `count` bytes only at the end. */
  take(count: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < count) {
      if (this.#rest.length === 0) {
        const next = this.#pieces.next();
        if (next.done === true) break;
        this.#rest = next.value;
        continue;
      }
      const part = this.#rest.subarray(0, count - length);
      parts.push(part);
      length += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return joinBytes(parts);
  }
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
