/** Typed arrays that are kept beside a JSON document, which refers to them by place: a string holds half a gigabyte at most. */
import { DataError } from "../../errors.ts";
import { inFrames, joinBytes, unframe } from "../../storage/frames.ts";

export const ARRAYS = { Float64Array, Int32Array, Uint32Array, Int8Array, Uint8Array } as const;
export type ArrayName = keyof typeof ARRAYS;

/** Type, first byte and number of bytes. */
export type ArrayReference = readonly [type: ArrayName, offset: number, bytes: number];

/** Shorter arrays stay in the document. */
const SHORT = 1 << 16;

export class ArraysApart {
  readonly #arrays: Uint8Array[] = [];
  readonly #least: number;
  #bytes = 0;

  /** For the arrays in `value`: where all together have fewer bytes than `few`, all stay in the document. */
  constructor(value: unknown, few: number) {
    this.#least = bytesIn(value) < few ? Number.POSITIVE_INFINITY : Math.min(few, SHORT);
  }

  takes(array: ArrayBufferView): boolean {
    return array.byteLength >= this.#least;
  }

  add(type: ArrayName, { buffer, byteOffset, byteLength }: ArrayBufferView): ArrayReference {
    this.#arrays.push(new Uint8Array(buffer, byteOffset, byteLength));
    this.#bytes += byteLength;
    return [type, this.#bytes - byteLength, byteLength];
  }

  get bytes(): number {
    return this.#bytes;
  }

  get arrays(): readonly Uint8Array[] {
    return this.#arrays;
  }

  /** All of them, one after the other, in frames. */
  frames(): Iterable<Uint8Array> {
    return inFrames(this.#arrays);
  }
}

/** @throws DataError for a damaged file, or one that is not as long as the document says. */
export function readApart(
  pieces: Iterable<Uint8Array>,
  bytes: number,
  name: string,
): (reference: ArrayReference) => ArrayBuffer {
  const all = joinBytes([...unframe(pieces, name)]);
  if (all.length !== bytes) {
    throw new DataError(`${name} is not as long as fit.json says: do the files belong together?`);
  }
  return ([, offset, length]) => {
    if (offset + length > bytes) throw new DataError(`an array lies beyond the end of ${name}`);
    return all.buffer.slice(offset, offset + length);
  };
}

function bytesIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  const items = value instanceof Map ? [...value.values()] : Object.values(value);
  return items.reduce((sum: number, item) => sum + bytesIn(item), 0);
}
