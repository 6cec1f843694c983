/** Frames tell damage by themselves. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateRows, readRows, writeRows } from "../../src/draws/draw-rows.ts";
import { DataError } from "../../src/errors.ts";
import { crc32 } from "../../src/numeric/crc32.ts";
import { frame, inFrames, unframe } from "../../src/storage/frames.ts";

const joined = (pieces: Iterable<Uint8Array>): Uint8Array =>
  Uint8Array.from([...pieces].flatMap((piece) => [...piece]));

describe("frames", () => {
  it("give back what was put in, whatever the pieces", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 50 }),
        (pieces, size, cut) => {
          const file = joined(inFrames(pieces, size));
          const torn = Array.from({ length: Math.ceil(file.length / cut) }, (_, k) =>
            file.subarray(k * cut, (k + 1) * cut),
          );
          expect(joined(unframe(torn, "x.bin"))).toEqual(joined(pieces));
        },
      ),
    );
  });

  it("are refused when a byte is changed or missing", () => {
    const file = joined([...frame(Uint8Array.from([1, 2, 3])), ...frame(Uint8Array.from([4, 5]))]);
    // The last four bytes of a head mean nothing.
    const meaning = [...file.keys()].filter((at) => !((at >= 12 && at < 16) || (at >= 31 && at < 35)));
    for (const at of meaning) {
      const changed = file.map((byte, k) => (k === at ? byte ^ 0x11 : byte));
      expect(() => [...unframe([changed], "x.bin")], `byte ${at}`).toThrow(DataError);
    }
    for (let length = 1; length < file.length; length++) {
      if (length === 19) continue;
      expect(() => [...unframe([file.subarray(0, length)], "x.bin")]).toThrow(/x.bin was cut off/);
    }
  });

  it("know the checksum of ZIP", () => {
    expect(crc32("123456789")).toBe("cbf43926");
  });
});

describe("rows of draws", () => {
  it("come back to the last bit, also where the numbers are none", () => {
    const rows = allocateRows(3, 2);
    rows.values.set([1, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1 / 3]);
    rows.statistics.treedepth.set([10, 0, 3]);
    rows.statistics.divergent.set([0, 1, 0]);
    rows.statistics.energy.set([1e300, -1, 0]);
    const back = allocateRows(3, 2);
    readRows(writeRows(rows, 2, 0, 3), back, 2, 0, 3, "x.bin");
    expect(back).toEqual(rows);
    expect(() => readRows(writeRows(rows, 2, 0, 2), back, 2, 0, 3, "x.bin")).toThrow(/has 2 draws/);
    expect(() => readRows(writeRows(rows, 2, 0, 1), back, 3, 0, 1, "x.bin")).toThrow(/does not have 3/);
  });
});
