/** A folder with a fit holds the old one or the new one, whatever fails and when. */
import { brm, type Fit, fitDocument, loadFit, readCsv, summarise } from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { FitFolder, readFitFolder } from "../../src/api/fit-folder.ts";
import { StorageError } from "../../src/errors.ts";
import { fitFiles, together } from "../../src/posterior/keep/save.ts";
import type { FileSystem, Writer } from "../../src/storage/file-system.ts";
import { token } from "../../src/storage/lock.ts";
import { readText, replaceFile } from "../../src/storage/write-file.ts";
import { type Fault, Killed, SimulatedDisk, withFault } from "../storage/simulated-disk.ts";

const data = readCsv(`y,x\n${Array.from({ length: 12 }, (_, i) => `${(i * 7) % 5},${i}`).join("\n")}\n`);
/** Every process of these tests is dead as soon as another looks. */
const someone: Writer = { host: "here", pid: 1, began: "", isRunning: () => false };
const documentOf = (fit: Fit) => fitDocument(fit, summarise(fit.draws), []);

let older: Fit;
let newer: Fit;
beforeAll(async () => {
  const settings = { chains: 2, warmup: 30, createWorker: "none" } as const;
  older = await brm("y ~ x", data, { ...settings, draws: 6 });
  newer = await brm("y ~ 1", data, { ...settings, draws: 9 });
});

const faultOf = (kind: string, at: number): Fault =>
  kind === "error" ? (["ENOSPC", "EIO"] as const)[at % 2]! : (kind as Fault);

function save(files: FileSystem, fit: Fit, few: number): void {
  const folder = FitFolder.open(files, someone, "fit", { overwrite: true });
  try {
    const { content, ...rest } = fitFiles(fit, documentOf(fit), token(), few);
    folder.replace({ ...rest, content: [...content, { name: "summary.txt", content: ["a summary\n"] }] });
  } finally {
    folder.close();
  }
}

describe.each([
  ["text", 1e9],
  ["data apart", 0],
])("%s", (_, few) => {
  it.each(["error", "short", "kill"])(
    "with %s at any moment of a save the old or the new fit loads whole",
    (kind) => {
      const start = new SimulatedDisk();
      save(start, older, few);
      let outcomes = "";
      for (let at = 0; ; at++) {
        const disk = start.clone();
        const { files, reached } = withFault(disk, faultOf(kind, at), at);
        let error: unknown;
        try {
          save(files, newer, few);
        } catch (thrown) {
          error = thrown;
        }
        if (!reached()) break;
        if (error !== undefined && !(error instanceof Killed)) {
          expect(error).toBeInstanceOf(StorageError);
          expect((error as Error).message).toMatch(/the disk (is full|reports an error)/);
          expect((error as Error).message).not.toContain("\n");
        }
        // As it is, and as it would be after the power had failed at that moment.
        for (const power of ["on", "off"]) {
          if (power === "off") disk.powerLoss();
          const found = readFitFolder(disk, "fit");
          const isNew = found.draws.draws === 9;
          expect(found, `${kind} at ${at}`).toEqual(isNew ? newer : older);
          if (error === undefined) expect(isNew).toBe(true);
          outcomes += isNew ? "n" : "o";
        }
        // The next process clears up, and the CSV files are those of the fit.
        FitFolder.open(disk, someone, "fit", { goesOn: true }).close();
        const { draws } = readFitFolder(disk, "fit").draws;
        expect(readText(disk, "fit/draws-1.csv")).toContain(`num_samples = ${draws}\n`);
        const names = disk.list("fit").map((name) => name.replace(/-[0-9a-f]{8}\.bin$/, ".bin"));
        const data = few === 0 ? ["arrays.bin", "draws.bin"] : [];
        expect(names.sort()).toEqual(
          [...data, "draws-1.csv", "draws-2.csv", "fit.json", "summary.txt"].sort(),
        );
        if (at % 8 === 0) {
          save(disk, newer, few);
          expect(readFitFolder(disk, "fit")).toEqual(newer);
        }
      }
      // Before the manifest is renamed the old fit, until its name is on the disk the one or the other, then the new one.
      expect(outcomes).toMatch(
        { short: /^n+$/, kill: /^(oo){15,}(no){1,2}(nn)+$/ }[kind] ?? /^(oo|nn){15,}(no){1,2}(nn)+$/,
      );
    },
  );

  it("clears up after a process that was killed between the manifest and the rest", () => {
    const disk = new SimulatedDisk();
    save(disk, older, few);
    for (let at = 0; ; at++) {
      const { files } = withFault(disk, "kill", at);
      expect(() => save(files, newer, few)).toThrow(Killed);
      if (readFitFolder(disk, "fit").draws.draws === 9) break;
    }
    expect(disk.list("fit").some((name) => name.startsWith(".nutmix-save-"))).toBe(true);
    FitFolder.open(disk, someone, "fit", { goesOn: true }).close();
    expect(disk.list("fit").filter((name) => name.startsWith("."))).toEqual([]);
    expect(readText(disk, "fit/draws-1.csv")).toContain("num_samples = 9");
  });
});

describe("the data apart", () => {
  it("is used where bytes can be read, and the CSV files where text is", () => {
    const saved = together(fitFiles(newer, documentOf(newer), "0", 0));
    const names = [...saved.keys()];
    expect(names.filter((name) => name.endsWith(".bin"))).toHaveLength(2);
    expect(loadFit((name) => saved.get(name))).toEqual(newer);
    const draws = names.find((name) => name.startsWith("draws-") && name.endsWith(".bin"))!;
    const asText = (name: string) => (name === draws ? "read as text" : saved.get(name));
    expect(loadFit(asText)).toEqual(newer);
    const arrays = names.find((name) => name.startsWith("arrays-"))!;
    const damaged = (broken: string) => (name: string) => {
      const content = saved.get(name);
      return name === broken ? (content as Uint8Array).slice(0, -3) : content;
    };
    expect(() => loadFit(damaged(draws))).toThrow(/draws-.* was cut off/);
    expect(() => loadFit(damaged(arrays))).toThrow(/arrays-.* was cut off/);
    expect(() => loadFit((name) => (name === arrays ? undefined : saved.get(name)))).toThrow(/arrays-….bin/);
  });

  it("comes in pieces, none of which is long", () => {
    const { content } = fitFiles(newer, documentOf(newer), "0", 0);
    for (const { content: pieces } of content) {
      for (const piece of pieces) expect(piece.length).toBeLessThan(1 << 17);
    }
  });
});

describe("opening a folder", () => {
  const opening = (disk: SimulatedDisk, options = {}) => FitFolder.open(disk, someone, "fit", options);

  it("refuses what it would overwrite", () => {
    const disk = new SimulatedDisk();
    save(disk, older, 1e9);
    expect(() => opening(disk)).toThrow(/fit holds a fit already: .* say --overwrite/);
    const other = new SimulatedDisk();
    other.makeFolder("fit");
    replaceFile(other, "fit/thesis.docx", ["years of work"]);
    expect(() => opening(other)).toThrow(/fit holds other files \(thesis.docx\)/);
    opening(other, { overwrite: true }).close();
    expect(other.snapshot()).toEqual(["/fit/thesis.docx: years of work"]);
    const file = new SimulatedDisk();
    replaceFile(file, "fit", ["a file"]);
    expect(() => opening(file)).toThrow(/fit is a file/);
  });

  it("leaves nothing when nothing was written", () => {
    const disk = new SimulatedDisk();
    opening(disk).close();
    expect(disk.list("")).toEqual([]);
    let refused = 0;
    for (let at = 0; ; at++) {
      const { files, reached } = withFault(new SimulatedDisk(), "ENOSPC", at);
      try {
        FitFolder.open(files, someone, "fit").close();
      } catch (error) {
        expect(error).toBeInstanceOf(StorageError);
        expect((error as Error).message).toMatch(/^cannot (write to|read) fit.*: the disk is full$/);
        refused++;
      }
      if (!reached()) break;
    }
    expect(refused).toBeGreaterThan(8);
  });

  it("keeps the draws beside a damaged fit.json", () => {
    const disk = new SimulatedDisk();
    save(disk, older, 1e9);
    replaceFile(disk, "fit/fit.json", ["{ half of"]);
    opening(disk, { goesOn: true }).close();
    expect(disk.list("fit")).toContain("draws-1.csv");
  });
});
