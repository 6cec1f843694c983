/** One writer at a time; the locks of dead processes count for nothing. */
import { describe, expect, it } from "vitest";
import type { Writer } from "../../src/storage/file-system.ts";
import { thisProcess } from "../../src/storage/file-system-node.ts";
import { LOCK, lockFolder } from "../../src/storage/lock.ts";
import { readText, replaceFile } from "../../src/storage/write-file.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

function disk(): SimulatedDisk {
  const made = new SimulatedDisk();
  made.makeFolder("fit");
  return made;
}

function writer(pid: number, running: readonly number[], host = "here"): Writer {
  return {
    host,
    pid,
    began: `${pid}`,
    isRunning: (other, began) => running.includes(other) && began === `${other}`,
  };
}

describe("lockFolder", () => {
  it("refuses a second writer while the first is running, and names it", () => {
    const files = disk();
    const lock = lockFolder(files, "fit", writer(10, [10, 11]));
    expect(() => lockFolder(files, "fit", writer(11, [10, 11]))).toThrow(
      "process 10 on here is writing to fit: wait for it, choose another folder, or remove fit/.nutmix-lock if it is gone",
    );
    expect(files.list("fit")).toEqual([LOCK]);
    lock.release();
    lockFolder(files, "fit", writer(11, [10, 11])).verify();
  });

  it("takes over from a dead process, and from one whose number another has now", () => {
    const files = disk();
    const dead = lockFolder(files, "fit", writer(10, []));
    const lock = lockFolder(files, "fit", writer(11, [11]));
    expect(() => dead.verify()).toThrow(/another process has taken over fit/);
    dead.release();
    lock.verify();
    const renumbered = { ...writer(12, []), isRunning: (_: number, began: string) => began === "later" };
    lockFolder(files, "fit", renumbered).verify();
    expect(files.list("fit")).toEqual([LOCK]);
  });

  it("cannot know of other hosts, and believes no lock that says nothing", () => {
    const files = disk();
    lockFolder(files, "fit", writer(10, [], "there"));
    expect(() => lockFolder(files, "fit", writer(11, [], "here"))).toThrow(/process 10 on there/);
    replaceFile(files, `fit/${LOCK}`, ["half a lo"]);
    lockFolder(files, "fit", writer(11, [11])).verify();
    expect(readText(files, `fit/${LOCK}`)).toContain('"pid":11');
  });

  it("knows this process and none that never was", () => {
    expect(thisProcess.isRunning(process.pid, thisProcess.began)).toBe(true);
    expect(thisProcess.isRunning(process.pid, "1")).toBe(process.platform !== "linux");
    expect(thisProcess.isRunning(2 ** 22 + 1, "")).toBe(false);
  });
});
