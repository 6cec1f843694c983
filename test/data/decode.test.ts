/** Bytes of data files: decoded as they are, or refused with their place. */
import { readCsv, readJson } from "nutmix";
import { describe, expect, it } from "vitest";

const utf8 = (text: string) => new TextEncoder().encode(text);
const levels = (bytes: Uint8Array, encoding?: string) => {
  const column = readCsv(bytes, encoding === undefined ? {} : { encoding }).columns.get("name")!;
  return column.kind === "factor" ? column.levels : [];
};
/** Müller and Möller: one level of U+FFFD each way when bytes are replaced. */
const windows = Uint8Array.from("name,y\nM\xfcller,1\nM\xf6ller,2\n", (c) => c.charCodeAt(0));
const utf16 = (text: string, little: boolean, mark: boolean) => {
  const units = Array.from(mark ? `\uFEFF${text}` : text, (c) => c.charCodeAt(0));
  return Uint8Array.from(units.flatMap((u) => (little ? [u & 255, u >> 8] : [u >> 8, u & 255])));
};

describe("bytes", () => {
  it("are UTF-8, with a mark or without", () => {
    expect(levels(utf8("name,y\nMüller,1\nMöller,2\n"))).toEqual(["Möller", "Müller"]);
    expect(levels(utf8("\uFEFFname,y\nMüller,1\n"))).toEqual(["Müller"]);
  });

  it("that are not UTF-8 are refused with line and byte, and read by their encoding", () => {
    expect(() => levels(windows)).toThrow(
      /^line 2, byte 9 of the file \(0xFC\) is not valid UTF-8 \(in Windows-1252 it reads "Müller"\); save the file as UTF-8, or give its encoding/,
    );
    for (const encoding of ["windows-1252", "ISO-8859-1", " latin1 "]) {
      expect(levels(windows, encoding)).toEqual(["Möller", "Müller"]);
    }
  });

  it.each<[string, number[], number]>([
    ["a continuation alone", [0x61, 0x80], 2],
    ["an overlong form", [0x61, 0xc0, 0xaf], 2],
    ["a surrogate", [0x61, 0xed, 0xa0, 0x80], 3],
    ["a character cut off", [0x61, 0xe2, 0x82], 3],
  ])("%s is found", (_, tail, at) => {
    const bytes = Uint8Array.from([...utf8("name\n"), ...tail]);
    expect(() => readCsv(bytes)).toThrow(new RegExp(`^line 2, byte ${5 + at} of the file`));
  });

  it("in UTF-16 are read when they have a mark, and named when they have none", () => {
    const text = "name,y\nMüller,1\nŁódź,2\n";
    for (const little of [true, false]) {
      expect(levels(utf16(text, little, true))).toEqual(["Müller", "Łódź"]);
      const name = little ? "utf-16le" : "utf-16be";
      expect(() => readCsv(utf16(text, little, false))).toThrow(
        `looks like UTF-16 without a byte order mark: give its encoding (${name})`,
      );
      expect(levels(utf16(text, little, false), name)).toEqual(["Müller", "Łódź"]);
    }
  });

  it("of JSON files too", () => {
    expect(readJson(utf16('[{"name":"Müller"}]', true, true)).rows).toBe(1);
    expect(
      readJson(
        Uint8Array.of(0x5b, 0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d, 0x5d),
        {},
        { encoding: "latin1" },
      ).columns.has("é"),
    ).toBe(true);
    expect(() => readJson(Uint8Array.of(0x5b, 0xe9))).toThrow(/byte 2 of the file/);
  });

  it("of no text, in no encoding, are refused", () => {
    expect(() => readCsv(utf8("a,b\n1,\0\n"))).toThrow(/line 2 holds a NUL character/);
    expect(() => readCsv(windows, { encoding: "windows-1225" })).toThrow(
      /no encoding "windows-1225"; did you mean "windows-1252"/,
    );
    for (const input of [undefined, null, 3, {}, [1]]) {
      expect(() => readCsv(input as unknown as string)).toThrow(/a text or the bytes of a file/);
      expect(() => readJson(input as unknown as string)).toThrow(/a text or the bytes of a file/);
    }
  });

  it("that take no time to be found, however many there are", () => {
    const bytes = new Uint8Array(20_000_000).fill(0x61);
    bytes[bytes.length - 2] = 0xfc;
    const started = performance.now();
    expect(() => readCsv(bytes)).toThrow(/byte 19999999 of the file/);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("text that was decoded with loss", () => {
  it("is refused with its line", () => {
    expect(() => readCsv(Buffer.from(windows).toString("utf8"))).toThrow(
      /line 2 holds the character U\+FFFD/,
    );
  });

  it("but not a file in which that character stands", () => {
    expect(levels(utf8("name\n\uFFFD\n"))).toEqual(["\uFFFD"]);
  });
});
