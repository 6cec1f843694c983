/** One writer to a folder at a time: a file that names the process, and stands for it only as long as that is running. */
import { StorageError } from "../errors.ts";
import { codeOf, inWords } from "./failure.ts";
import { type FileSystem, join, type Writer } from "./file-system.ts";
import { readText, removeQuietly, writeNew } from "./write-file.ts";

export const LOCK = ".nutmix-lock";

export interface Lock {
  /** Throws when another process has taken the folder over in the meantime. */
  verify(): void;
  release(): void;
}

/** @throws StorageError when another process writes to the folder, naming it. */
export function lockFolder(files: FileSystem, folder: string, writer: Writer): Lock {
  const path = join(folder, LOCK);
  const mine = `${path}-${writer.pid}-${token()}`;
  const text = `${JSON.stringify({ host: writer.host, pid: writer.pid, began: writer.began, id: token() })}\n`;
  try {
    // Written first and then given its name, so that no one ever reads half a lock.
    writeNew(files, mine, [text]);
    for (let attempt = 0; !take(files, mine, path, text); attempt++) {
      const owner = readText(files, path);
      if (owner !== undefined && (attempt > 10 || isAlive(owner, writer)))
        throw occupied(folder, path, owner);
      if (owner !== undefined) setAside(files, path, `${mine}-old`, owner);
    }
  } catch (error) {
    throw inWords(`cannot write to ${folder}`, error);
  } finally {
    removeQuietly(files, mine);
  }
  return {
    verify() {
      if (readText(files, path) !== text) {
        throw new StorageError(`another process has taken over ${folder}: nothing more is written there`);
      }
    },
    release() {
      if (readText(files, path) === text) removeQuietly(files, path);
    },
  };
}

/** Removes what processes left behind that were killed while they took or gave up a lock. */
export function removeOldLocks(files: FileSystem, folder: string, writer: Writer): void {
  for (const name of files.list(folder)) {
    if (!name.startsWith(`${LOCK}-`)) continue;
    const path = join(folder, name);
    if (!isAlive(readText(files, path) ?? "", writer)) removeQuietly(files, path);
  }
}

function take(files: FileSystem, mine: string, path: string, text: string): boolean {
  try {
    files.link(mine, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (code === "ENOENT") {
      // Whoever had the lock a moment ago took this for a dead process's.
      writeNew(files, mine, [text]);
      return false;
    }
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
  }
  // A file system without second names.
  if (files.look(path) !== undefined) return false;
  files.rename(mine, path);
  return true;
}

/** Of two processes that find a dead one's lock, the slower may move away the lock that the faster has just taken: it puts it back. */
function setAside(files: FileSystem, path: string, aside: string, expected: string): void {
  try {
    files.rename(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (readText(files, aside) === expected) removeQuietly(files, aside);
  else files.rename(aside, path);
}

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly began: string;
}

function isAlive(text: string, writer: Writer): boolean {
  const owner = parse(text);
  // Not written by us, or damaged: nobody can be asked.
  if (owner === undefined) return false;
  return owner.host !== writer.host || writer.isRunning(owner.pid, owner.began);
}

function occupied(folder: string, path: string, text: string): StorageError {
  const owner = parse(text);
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
  return new StorageError(
    `${who} is writing to ${folder}: wait for it, choose another folder, or remove ${path} if it is gone`,
  );
}

function parse(text: string): Owner | undefined {
  try {
    const { host, pid, began } = JSON.parse(text) as Partial<Record<keyof Owner, unknown>>;
    if (typeof host === "string" && Number.isSafeInteger(pid) && typeof began === "string") {
      return { host, pid: pid as number, began };
    }
  } catch {
    // Reported as nobody's.
  }
  return undefined;
}

/** Enough to tell one attempt from another. */
export function token(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
