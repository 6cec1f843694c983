/** A file is there whole or not at all. */
import { describe, expect, it } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { readText, replaceFile, writeAll } from "../../src/storage/write-file.ts";
import { type Fault, Killed, SimulatedDisk, withFault } from "./simulated-disk.ts";

const OLD = "old content\n";
const NEW = ["new ", new TextEncoder().encode("content, "), "µ in three pieces\n"];
const NEW_TEXT = "new content, µ in three pieces\n";

function diskWithOld(): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.makeFolder("out");
  disk.syncFolder("");
  replaceFile(disk, "out/table.csv", [OLD]);
  return disk;
}

describe("replaceFile", () => {
  it("puts the new content in place, and leaves nothing else", () => {
    const disk = diskWithOld();
    replaceFile(disk, "out/table.csv", NEW);
    disk.powerLoss();
    expect(disk.snapshot()).toEqual([`/out/table.csv: ${NEW_TEXT}`]);
  });

  it.each(["ENOSPC", "EIO", "short", "kill"] as Fault[])("with %s at any moment: old or new", (fault) => {
    let failures = 0;
    for (let at = 0; ; at++) {
      const disk = diskWithOld();
      const { files, reached } = withFault(disk, fault, at);
      let error: unknown;
      try {
        replaceFile(files, "out/table.csv", NEW);
      } catch (thrown) {
        error = thrown;
        failures++;
      }
      if (!reached()) break;
      if (error !== undefined && !(error instanceof Killed)) {
        expect(error).toBeInstanceOf(StorageError);
        expect((error as Error).message).toMatch(/^cannot write out\/table.csv: the disk (is full|reports)/);
      }
      disk.powerLoss();
      const text = readText(disk, "out/table.csv")!;
      expect(error === undefined ? [NEW_TEXT] : [OLD, NEW_TEXT]).toContain(text);
    }
    // Open, three writes, sync, close, rename, sync of the folder; a short write is no failure.
    expect(failures).toBe(fault === "short" ? 0 : 8);
  });

  it("keeps the old file when the new content cannot be made", () => {
    const disk = diskWithOld();
    function* broken() {
      yield "half of ";
      throw new Error("no more");
    }
    expect(() => replaceFile(disk, "out/table.csv", broken())).toThrow("no more");
    expect(disk.snapshot()).toEqual([`/out/table.csv: ${OLD}`]);
  });

  it("gives up on a device that takes nothing", () => {
    expect(() => writeAll({ write: () => 0 }, 1, new Uint8Array(3))).toThrow(/nothing was written/);
  });
});
