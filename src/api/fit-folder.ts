/** A folder that a fit is kept in: opened before the chains run, so that nothing is drawn in vain, and closed when all is written. */
import { DataError, StorageError } from "../errors.ts";
import { checkOptions, flag, type OptionTable } from "../options.ts";
import type { FitDocument } from "../posterior/fit-document.ts";
import { type FileContent, loadFit, savedWith } from "../posterior/keep/load.ts";
import { fitFiles } from "../posterior/keep/save.ts";
import { inWords } from "../storage/failure.ts";
import { type FileSystem, join, parentOf, type Writer } from "../storage/file-system.ts";
import { type Lock, lockFolder, removeOldLocks, token } from "../storage/lock.ts";
import { commit, finish, type Transaction } from "../storage/transaction.ts";
import {
  readPieces,
  readText,
  removeQuietly,
  replaceFile,
  TEMPORARY,
  writeNew,
} from "../storage/write-file.ts";
import type { Fit, RunKeeper, UnfinishedRun } from "./fit-types.ts";
import { hasProgress, type KeeperOptions, KeptRun, readKept, removeKept } from "./kept-run.ts";

/** Names that a fit's folder may hold; those that belong to one fit alone are the first group. */
const OURS =
  /^(?:(draws-\d+\.csv|(?:draws|arrays)-[0-9a-f]{8}\.bin)|fit\.json|summary\.txt|command\.txt|report\.html|unfinished)$/;
/** Bytes that are written on trial. */
const PROBE = 1 << 18;
const PROBE_NAME = ".nutmix-probe";

export interface FolderOptions {
  /** A fit that is there is replaced once the new one is whole; other files stay. */
  readonly overwrite?: boolean;
  /** The fit that is there is the one to be continued. */
  readonly goesOn?: boolean;
}

const folderOptions = { overwrite: flag, goesOn: flag } satisfies OptionTable<FolderOptions>;

export class FitFolder {
  readonly path: string;
  readonly #files: FileSystem;
  readonly #lock: Lock;
  readonly #made: boolean;
  #goesOn = false;

  private constructor(files: FileSystem, path: string, lock: Lock, made: boolean) {
    this.#files = files;
    this.path = path;
    this.#lock = lock;
    this.#made = made;
  }

  /**
   * Makes the folder if there is none, takes it for this process, mends what a killed one left undone and writes a little on
   * trial.
   * @throws StorageError when it cannot be written to, is in use, is too full, or holds a fit or other files and `overwrite`
   *   was not said.
   */
  static open(files: FileSystem, writer: Writer, path: string, options: FolderOptions = {}): FitFolder {
    options = checkOptions("openFitFolder()", folderOptions, options);
    try {
      const there = files.look(path);
      if (there !== undefined && there.kind !== "folder") {
        throw new StorageError(`${path} is a file: name a folder that is empty or not there yet`);
      }
      if (there !== undefined && options.goesOn !== true && options.overwrite !== true) {
        refuseOccupied(path, files.list(path));
      }
      if (there === undefined) {
        files.makeFolder(path);
        files.syncFolder(parentOf(path));
      }
      const folder = new FitFolder(files, path, lockFolder(files, path, writer), there === undefined);
      try {
        removeOldLocks(files, path, writer);
        folder.#prepare();
      } catch (error) {
        folder.close();
        throw error;
      }
      return folder;
    } catch (error) {
      throw inWords(`cannot write to ${path}`, error);
    }
  }

  #prepare(): void {
    this.#tidy();
    const probe = join(this.path, PROBE_NAME);
    try {
      writeNew(this.#files, probe, [new Uint8Array(PROBE)]);
    } finally {
      removeQuietly(this.#files, probe);
    }
  }

  /** Ends what a killed process began, and removes files of fits that are no longer there. */
  #tidy(): void {
    const text = readText(this.#files, join(this.path, "fit.json"));
    const saved = text === undefined ? undefined : savedWith(text);
    finish(this.#files, this.path, saved?.id);
    for (const file of this.#files.list(this.path)) {
      const left =
        file === PROBE_NAME || (file.endsWith(TEMPORARY) && OURS.test(file.slice(0, -TEMPORARY.length)));
      if (left) removeQuietly(this.#files, join(this.path, file));
    }
    if (saved !== undefined) this.#removeOthers(saved.names);
  }

  #removeOthers(names: readonly string[]): void {
    for (const file of this.#files.list(this.path)) {
      if (OURS.exec(file)?.[1] !== undefined && !names.includes(file)) {
        removeQuietly(this.#files, join(this.path, file));
      }
    }
  }

  /**
   * Writes the fit and the texts that go with it in place of what was there. When it throws, the folder holds what it held.
   * Returns the names written.
   */
  save(fit: Fit, document: FitDocument, texts: readonly (readonly [string, string])[] = []): string[] {
    const { content, ...transaction } = fitFiles(fit, document, token());
    return this.replace({
      ...transaction,
      content: [...content, ...texts.map(([name, text]) => ({ name, content: [text] }))],
    });
  }

  /** As `save`, for files of another kind. A report that is not among them is removed: it was of what was there before. */
  replace(transaction: Transaction): string[] {
    this.#lock.verify();
    const names = commit(this.#files, this.path, transaction);
    this.#removeOthers(names);
    removeKept(this.#files, this.#unfinished);
    if (!names.includes("report.html")) removeQuietly(this.#files, join(this.path, "report.html"));
    return names;
  }

  /** Keeps the run that is to come: for the option `keep`. */
  keeper(options: KeeperOptions = {}): RunKeeper {
    this.#lock.verify();
    return new KeptRun(this.#files, this.#unfinished, this.#goesOn, options);
  }

  /** The run that was left unfinished here, if there is one: `keeper` then goes on with it. @throws DataError for a damaged one. */
  unfinished(): UnfinishedRun | undefined {
    const run = readKept(this.#files, this.#unfinished);
    this.#goesOn = run !== undefined;
    return run;
  }

  /** Whether there is a fit that has come to its end. */
  get holdsFinishedFit(): boolean {
    const text = readText(this.#files, join(this.path, "fit.json"));
    return text !== undefined && savedWith(text)?.interrupted === false;
  }

  /** After a run that failed: whether there is something to go on with. What no chain has begun is removed. */
  keepsProgress(): boolean {
    if (hasProgress(this.#files, this.#unfinished)) return true;
    removeKept(this.#files, this.#unfinished);
    return false;
  }

  get #unfinished(): string {
    return join(this.path, "unfinished");
  }

  /** Writes one file beside the fit. */
  add(name: string, content: string): void {
    this.#lock.verify();
    replaceFile(this.#files, join(this.path, name), [content]);
  }

  /** Gives the folder up; one that was made for nothing is removed. */
  close(): void {
    this.#lock.release();
    if (!this.#made) return;
    try {
      this.#files.removeFolder(this.path);
    } catch {
      // There is something in it.
    }
  }
}

function refuseOccupied(path: string, names: readonly string[]): void {
  if (names.includes("unfinished")) {
    throw new StorageError(
      `${path} holds an unfinished run: nutmix resume ${path} goes on with it, --overwrite begins anew`,
    );
  }
  if (names.includes("fit.json")) {
    throw new StorageError(
      `${path} holds a fit already: choose another folder, or say --overwrite to replace it once the new one is there`,
    );
  }
  const others = names.filter((file) => !file.startsWith("."));
  if (others.length > 0) {
    const shown = others.slice(0, 3).join(", ") + (others.length > 3 ? ", …" : "");
    throw new StorageError(
      `${path} holds other files (${shown}): choose an empty folder, or say --overwrite to write among them`,
    );
  }
}

/**
 * The fit in a folder.
 * @throws DataError when there is none, or a damaged one, naming the folder.
 */
export function readFitFolder(files: FileSystem, path: string): Fit {
  if (files.look(path)?.kind !== "folder") {
    throw new DataError(`there is no folder "${path}": a saved fit is what nutmix fit … --out DIR writes`);
  }
  const manifest = readText(files, join(path, "fit.json"));
  if (manifest === undefined && files.look(join(path, "unfinished")) !== undefined) {
    throw new DataError(
      `${path} holds an unfinished run and no fit yet: nutmix resume ${path} goes on with it`,
    );
  }
  const id = manifest === undefined ? undefined : savedWith(manifest)?.id;
  try {
    return loadFit((name) => (name === "fit.json" ? manifest : contentOf(files, path, id, name)));
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`${path}: ${error.message}`);
    throw error;
  }
}

/** A process that was killed after the manifest was renamed left the other files where `finish` would find them. */
function contentOf(
  files: FileSystem,
  folder: string,
  id: string | undefined,
  name: string,
): FileContent | undefined {
  const places = id === undefined ? [folder] : [join(folder, `.nutmix-save-${id}`), folder];
  const path = places.map((place) => join(place, name)).find((one) => files.look(one)?.kind === "file");
  if (path === undefined) return undefined;
  return {
    size: files.look(path)!.size,
    [Symbol.iterator]: () => readPieces(files, path)![Symbol.iterator](),
  };
}
