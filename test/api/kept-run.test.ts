/** A run that is kept in a folder can be continued whatever fails, and whenever its process is killed. */
import { brm, type ChainResult, type Fit, readCsv, resume, type UnfinishedRun } from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { KeptRun, readKept } from "../../src/api/kept-run.ts";
import { DataError } from "../../src/errors.ts";
import { writeAll } from "../../src/storage/write-file.ts";
import { type Fault, Killed, SimulatedDisk, withFault } from "../storage/simulated-disk.ts";

const data = readCsv(`y,x\n${Array.from({ length: 12 }, (_, i) => `${(i * 7) % 5},${i}`).join("\n")}\n`);
const PATH = "fit/unfinished";

let run: UnfinishedRun;
let whole: Fit;
/** Several of the warm-up, several of the draws, of two chains. */
const stretches: ChainResult[] = [];
beforeAll(async () => {
  const all: ChainResult[] = [];
  whole = await brm("y ~ x", data, {
    chains: 2,
    warmup: 25,
    draws: 12,
    createWorker: "none",
    checkpointSeconds: 1e-9,
    keep: {
      begin: (own) => {
        run = own;
      },
      add: (stretch) => all.push(stretch),
    },
  });
  // Few enough for every operation to fail once: of each chain two of the warm-up, one after the other of the draws.
  for (const chain of [0, 1]) {
    const own = all.filter((stretch) => stretch.chain === chain);
    stretches.push(own[7]!, own[24]!, ...own.slice(25, 28));
  }
});

function newDisk(): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.makeFolder("fit");
  disk.syncFolder("");
  return disk;
}

async function finish(disk: SimulatedDisk): Promise<Fit> {
  return resume(readKept(disk, PATH)!, { createWorker: "none" });
}

describe("KeptRun", () => {
  it("keeps every stretch, and a new process goes on", async () => {
    const disk = newDisk();
    const kept = new KeptRun(disk, PATH, false, {});
    kept.begin(run);
    expect(readKept(disk, PATH)!.results).toEqual([]);
    for (const stretch of stretches.slice(0, 3)) kept.add(stretch);
    const second = readKept(disk, PATH)!;
    expect(second.results).toMatchObject([{ chain: 0, draws: 1 }]);
    const goesOn = new KeptRun(disk, PATH, true, {});
    goesOn.begin(second);
    for (const stretch of stretches.slice(3)) goesOn.add(stretch);
    expect(readKept(disk, PATH)!.results.map(({ draws }) => draws)).toEqual([3, 3]);
    expect((await finish(disk)).draws).toEqual(whole.draws);
  });

  it.each(["error", "short", "kill"])(
    "with %s at any moment it can be continued to the same draws",
    async (kind) => {
      let troubles = 0;
      for (let at = 0; ; at++) {
        const disk = newDisk();
        const fault = kind === "error" ? (["ENOSPC", "EIO"] as const)[at % 2]! : (kind as Fault);
        const { files, reached } = withFault(disk, fault, at);
        const kept = new KeptRun(files, PATH, false, {
          onTrouble: (message) => {
            if (kind === "error")
              expect(message).toMatch(/^(no checkpoint was written|cannot write).*: the disk/);
            troubles++;
          },
        });
        let begun = true;
        try {
          kept.begin(run);
          for (const stretch of stretches) kept.add(stretch);
        } catch (error) {
          begun = readKept(disk, PATH) !== undefined;
          if (kind === "error") expect((error as Error).message).toMatch(/the disk (is full|reports)/);
          else expect(error).toBeInstanceOf(Killed);
        }
        if (!reached()) break;
        const results = readKept(disk, PATH)?.results;
        // What could not be written at one checkpoint is written with the next; after a kill there is no next.
        if (begun && kind !== "kill") {
          expect(results!.map(({ draws }) => draws).filter((draws) => draws < 2)).toEqual([]);
        }
        disk.powerLoss();
        // To the end is dear: where the chains stand is compared with where they have been.
        for (const own of readKept(disk, PATH)?.results ?? []) {
          const known = whole.draws.values.subarray(
            own.chain * 12 * whole.draws.names.length,
            (own.chain * 12 + own.draws) * whole.draws.names.length,
          );
          expect([...own.values]).toEqual([...known]);
          const stood = stretches.filter((stretch) => stretch.chain === own.chain);
          expect(stood.map(({ checkpoint }) => checkpoint)).toContainEqual(own.checkpoint);
        }
        if (at % 30 === 29 && readKept(disk, PATH) !== undefined) {
          expect((await finish(disk)).draws).toEqual(whole.draws);
        }
      }
      if (kind === "error") expect(troubles).toBeGreaterThan(30);
    },
  );

  it("ignores what a killed process added without saying so, and refuses damage", async () => {
    const disk = newDisk();
    const kept = new KeptRun(disk, PATH, false, {});
    kept.begin(run);
    for (const stretch of stretches) kept.add(stretch);
    const file = disk.open(`${PATH}/chain-1-draws.bin`, "append");
    writeAll(disk, file, new Uint8Array(100));
    expect((await finish(disk)).draws).toEqual(whole.draws);
    disk.truncate(file, 40);
    expect(() => readKept(disk, PATH)).toThrow(/unfinished\/chain-1-draws.bin was cut off/);
    disk.remove(`${PATH}/chain-1-draws.bin`);
    expect(() => readKept(disk, PATH)).toThrow(DataError);
    const state = disk.open(`${PATH}/chain-1.bin`, "append");
    disk.truncate(state, 30);
    expect(() => readKept(disk, PATH)).toThrow(/unfinished\/chain-1.bin was cut off/);
  });
});
