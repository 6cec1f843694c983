/**
 * Structured data ↔ JSON without loss: typed arrays (as base64, little endian, or apart from the JSON), Maps, and the numbers
 * that JSON lacks. Marks are objects with one key that begins with `$`; a key of the user's own that looks so is escaped with
 * another `$`.
 */
import { DataError } from "../../errors.ts";
import { ARRAYS, type ArrayName, type ArrayReference, type ArraysApart } from "./arrays-apart.ts";

/** `apart` takes the typed arrays that are too long for a JSON document. */
export function toPlain(value: unknown, apart?: ArraysApart): unknown {
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const name = value.constructor.name as ArrayName;
    if (apart?.takes(value)) return { $apart: apart.add(name, value) };
    return { [`$${name}`]: toBase64(value) };
  }
  if (Array.isArray(value)) return value.map((item) => toPlain(item, apart));
  if (value instanceof Map) {
    return { $map: [...value].map(([key, item]) => [toPlain(key, apart), toPlain(item, apart)]) };
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key.startsWith("$") ? `$${key}` : key, toPlain(item, apart)]),
  );
}

/** Gives the bytes that `ArraysApart` took. */
export type ApartReader = (reference: ArrayReference) => ArrayBuffer;

/** @throws DataError for marks that `toPlain` does not write. */
export function fromPlain(value: unknown, apart?: ApartReader): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fromPlain(item, apart));
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && /^\$[^$]/.test(first[0]))
    return unmark(first[0], first[1], apart);
  return Object.fromEntries(
    entries.map(([key, item]) => [key.startsWith("$$") ? key.slice(1) : key, fromPlain(item, apart)]),
  );
}

function unmark(mark: string, value: unknown, apart: ApartReader | undefined): unknown {
  if (mark === "$number") return Number(value);
  if (mark === "$map" && Array.isArray(value)) {
    return new Map(value.map(([key, item]) => [fromPlain(key, apart), fromPlain(item, apart)]));
  }
  const name = mark.slice(1);
  if (Object.hasOwn(ARRAYS, name) && typeof value === "string") return fromBase64(name as ArrayName, value);
  if (mark === "$apart" && apart !== undefined && isReference(value)) {
    return new ARRAYS[value[0]](apart(value));
  }
  throw new DataError(
    `the file has a mark "${mark}" that this version does not know: was it written by a newer one?`,
  );
}

function isReference(value: unknown): value is ArrayReference {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    Object.hasOwn(ARRAYS, value[0]) &&
    Number.isSafeInteger(value[1]) &&
    Number.isSafeInteger(value[2]) &&
    value[1] >= 0 &&
    value[2] >= 0 &&
    value[2] % ARRAYS[value[0] as ArrayName].BYTES_PER_ELEMENT === 0
  );
}

function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let binary = "";
  // In pieces, because arguments of a call go on the stack.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

function fromBase64(name: ArrayName, text: string): ArrayBufferView {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new ARRAYS[name](bytes.buffer);
}
