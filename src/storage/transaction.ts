/**
 * Several files that change together. All are written into a folder of their own inside the one they are for; when every one is
 * on the disk, the *data* files, whose names occur once only, move to their place, then the *manifest* is renamed: from that
 * moment on the folder holds the new state, before it the old one. The other files follow. A process that is killed in
 * between leaves a folder behind from which `finish` moves on, or which it removes.
 */
import { inWords } from "./failure.ts";
import { type FileSystem, join } from "./file-system.ts";
import { type Pieces, removeQuietly, type Written, writeNew } from "./write-file.ts";

const FOLDER = /^\.nutmix-save-([0-9a-f]+)$/;
/** Ends the names, in the folder aside, of what moves before the others: data and manifest. */
const FIRST = ".first";

export interface NewFile {
  readonly name: string;
  readonly content: Pieces;
  /** Data that the manifest refers to, under the name that `place` gives when it is written. */
  readonly place?: (written: Written) => string;
  /** Told when the file is written. */
  readonly onWritten?: (written: Written) => void;
}

export interface Transaction {
  readonly id: string;
  /** In this order; data files anywhere, contents are produced as they are written. */
  readonly content: Iterable<NewFile>;
  /** Written after all others, so that it may have their checksums. */
  readonly manifest: { readonly name: string; content(): Pieces };
}

/** Leaves the old files as they were when it throws before the manifest is renamed. Returns the names in the folder. */
export function commit(files: FileSystem, folder: string, transaction: Transaction): string[] {
  const { id, content, manifest } = transaction;
  const aside = join(folder, `.nutmix-save-${id}`);
  const placed: string[] = [];
  const moving: string[] = [];
  let committed = false;
  try {
    files.makeFolder(aside);
    const data: [string, string][] = [];
    for (const { name, content: pieces, place, onWritten } of content) {
      const own = place === undefined ? name : `${name}${FIRST}`;
      const written = writeNew(files, join(aside, own), pieces);
      onWritten?.(written);
      if (place === undefined) moving.push(name);
      else data.push([own, place(written)]);
    }
    writeNew(files, join(aside, `${manifest.name}${FIRST}`), manifest.content());
    files.syncFolder(aside);
    files.syncFolder(folder);
    for (const [name, final] of data) {
      const to = join(folder, final);
      // The same name means the same bytes, which the old manifest may refer to.
      if (files.look(to) === undefined) placed.push(to);
      files.rename(join(aside, name), to);
    }
    files.syncFolder(folder);
    files.rename(join(aside, `${manifest.name}${FIRST}`), join(folder, manifest.name));
    committed = true;
    files.syncFolder(folder);
    moveAll(files, aside, folder, moving);
    files.syncFolder(folder);
    files.removeFolder(aside);
    return [manifest.name, ...data.map(([, final]) => final), ...moving];
  } catch (error) {
    // After the manifest is there, what is left in the folder aside is for `finish`.
    if (!committed) {
      for (const path of placed) removeQuietly(files, path);
      removeAside(files, aside);
    }
    throw inWords(`cannot write to ${folder}`, error);
  }
}

/** What an earlier process left undone: moves on with the transaction that the manifest belongs to, and removes others. */
export function finish(files: FileSystem, folder: string, manifestId: string | undefined): void {
  for (const name of files.list(folder)) {
    const id = FOLDER.exec(name)?.[1];
    if (id === undefined) continue;
    const aside = join(folder, name);
    if (id === manifestId) {
      // After a loss of power, what moved first may be in both places.
      const left = files.list(aside).filter((own) => !own.endsWith(FIRST));
      moveAll(files, aside, folder, left);
      files.syncFolder(folder);
    }
    removeAside(files, aside);
  }
}

function moveAll(files: FileSystem, from: string, to: string, names: readonly string[]): void {
  for (const name of names) files.rename(join(from, name), join(to, name));
}

function removeAside(files: FileSystem, aside: string): void {
  try {
    for (const name of files.list(aside)) removeQuietly(files, join(aside, name));
    files.removeFolder(aside);
  } catch {
    // Still there for the next process to remove.
  }
}
