/** Files of the machine that Node runs on. */
import * as fs from "node:fs";
import { hostname } from "node:os";
import type { FileSystem, Writer } from "./file-system.ts";

const FLAGS = { create: "wx", append: "a", replace: "w", read: "r" } as const;

export const nodeFiles: FileSystem = {
  open: (path, how) => fs.openSync(path, FLAGS[how]),
  write: (file, bytes) => fs.writeSync(file, bytes, 0, bytes.length),
  read: (file, into) => fs.readSync(file, into, 0, into.length, null),
  truncate: (file, size) => fs.ftruncateSync(file, size),
  sync: (file) => fs.fsyncSync(file),
  close: (file) => fs.closeSync(file),
  syncFolder,
  rename: (from, to) => fs.renameSync(from, to),
  link: (from, to) => fs.linkSync(from, to),
  remove: (path) => fs.unlinkSync(path),
  makeFolder: (path) => void fs.mkdirSync(path, { recursive: true }),
  removeFolder: (path) => fs.rmdirSync(path),
  list: (path) => fs.readdirSync(path).sort(),
  look(path) {
    const found = fs.statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return {
      kind: found.isFile() ? "file" : found.isDirectory() ? "folder" : "other",
      size: found.size,
    };
  },
  realPath: (path) => fs.realpathSync(path),
};

/** Folders cannot be opened on Windows, where a rename is on the disk when it returns. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = fs.openSync(path, "r");
  try {
    fs.fsyncSync(folder);
  } catch (error) {
    // Some network file systems have no such thing.
    if (!["EINVAL", "ENOTSUP", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    fs.closeSync(folder);
  }
}

export const thisProcess: Writer = {
  host: hostname(),
  pid: process.pid,
  began: startOf(process.pid),
  isRunning(pid, began) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      // Not permitted: it belongs to somebody else, and it is there.
      if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
    }
    const own = startOf(pid);
    return own === "" || began === "" || own === began;
  },
};

/** Clock ticks since the system started (proc(5), field 22 of stat); empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is a name in parentheses, which may hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
