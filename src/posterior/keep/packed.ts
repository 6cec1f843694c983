/** Any plain data with typed arrays as one file of frames: its JSON, then its arrays. */
import { DataError } from "../../errors.ts";
import { inFrames, joinBytes, unframe } from "../../storage/frames.ts";
import { ArraysApart } from "./arrays-apart.ts";
import { fromPlain, toPlain } from "./plain.ts";

const FORMAT = 1;
/** Format, length of the JSON, length of the arrays: three doubles. */
const HEAD = 24;

export function packed(value: unknown): Iterable<Uint8Array> {
  const apart = new ArraysApart(value, 0);
  const json = new TextEncoder().encode(JSON.stringify(toPlain(value, apart)));
  const head = new DataView(new ArrayBuffer(HEAD));
  [FORMAT, json.length, apart.bytes].forEach((number, k) => {
    head.setFloat64(8 * k, number, true);
  });
  return inFrames([new Uint8Array(head.buffer), json, ...apart.arrays]);
}

/** @throws DataError for a file that is damaged or of a newer version, naming it. */
export function unpacked(pieces: Iterable<Uint8Array>, file: string): unknown {
  const all = joinBytes([...unframe(pieces, file)]);
  if (all.length < HEAD) throw new DataError(`${file} is empty`);
  const [format, jsonLength, arrayLength] = [0, 8, 16].map((at) =>
    new DataView(all.buffer).getFloat64(at, true),
  ) as [number, number, number];
  if (format !== FORMAT) {
    throw new DataError(`${file} has format ${format}; this version of nutmix reads ${FORMAT}`);
  }
  const arraysAt = HEAD + jsonLength;
  if (arraysAt + arrayLength !== all.length) throw new DataError(`${file} is not as long as it says`);
  const json: unknown = JSON.parse(new TextDecoder().decode(all.subarray(HEAD, arraysAt)));
  return fromPlain(json, ([, offset, length]) => {
    if (offset + length > arrayLength) throw new DataError(`an array lies beyond the end of ${file}`);
    return all.buffer.slice(arraysAt + offset, arraysAt + offset + length);
  });
}
