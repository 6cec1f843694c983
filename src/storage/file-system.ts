/**
 * The few operations on files that saving needs, so that everything above them can be tested with each of them failing.
 * `file-system-node.ts` has the real ones.
 *
 * All are synchronous: a chain that runs in the calling thread saves its checkpoints in between two transitions.
 * They throw what the system throws: an Error with a `code` such as ENOSPC.
 */
export interface FileSystem {
  /** `create` fails where there is a file already (EEXIST); `append` and `replace` make one where there is none. */
  open(path: string, how: "create" | "append" | "replace" | "read"): number;
  /** Bytes written, which may be fewer than were given. */
  write(file: number, bytes: Uint8Array): number;
  /** Reads on from where the last read ended; bytes read, 0 at the end. */
  read(file: number, into: Uint8Array): number;
  truncate(file: number, size: number): void;
  /** Returns when what was written is on the disk. */
  sync(file: number): void;
  close(file: number): void;
  /** As `sync`, for the names in a folder. */
  syncFolder(path: string): void;
  /** Takes the place of a file that is called `to`, in one step. */
  rename(from: string, to: string): void;
  /** A second name for a file; fails where the name is taken (EEXIST). */
  link(from: string, to: string): void;
  remove(path: string): void;
  /** With the folders above it; nothing happens when it is there. */
  makeFolder(path: string): void;
  /** An empty one. */
  removeFolder(path: string): void;
  /** Names in a folder, sorted. */
  list(path: string): string[];
  /** Undefined when there is nothing of that name. Links are followed. */
  look(path: string): Found | undefined;
  /** The path with links followed, of something that exists. */
  realPath(path: string): string;
}

export interface Found {
  readonly kind: "file" | "folder" | "other";
  readonly size: number;
}

/** Who is writing: what a lock says of its owner. */
export interface Writer {
  readonly host: string;
  readonly pid: number;
  /** When that process began, where the system tells: two processes may have had one number. */
  readonly began: string;
  /** Whether a process of this host is still there. */
  isRunning(pid: number, began: string): boolean;
}

export function join(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

/** The folder that a path lies in. */
export function parentOf(path: string): string {
  const at = path.replace(/\/+$/, "").search(/[/\\][^/\\]*$/);
  return at < 0 ? "." : path.slice(0, Math.max(1, at));
}
