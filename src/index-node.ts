/** What the package offers in Node alone, as `nutmix/node`: fits in folders. */
import { FitFolder, type FolderOptions, readFitFolder } from "./api/fit-folder.ts";
import type { Fit } from "./api/fit-types.ts";
import { inWords } from "./storage/failure.ts";
import { join } from "./storage/file-system.ts";
import { nodeFiles, thisProcess } from "./storage/file-system-node.ts";
import { type Pieces, readText, replaceFile } from "./storage/write-file.ts";

export { token } from "./storage/lock.ts";
export { type Pieces, writeAll } from "./storage/write-file.ts";
export type { FitFolder, FolderOptions };
export { inWords };

/** Takes a folder for a fit that is to come: see `FitFolder`. Close it when the fit is saved. */
export function openFitFolder(path: string, options?: FolderOptions): FitFolder {
  return FitFolder.open(nodeFiles, thisProcess, path, options);
}

/** The fit in a folder that `nutmix fit --out` or `FitFolder.save` wrote. @throws DataError when there is none. */
export function loadFitFolder(path: string): Fit {
  return readFitFolder(nodeFiles, path);
}

export function makeFolder(path: string): void {
  try {
    nodeFiles.makeFolder(path);
  } catch (error) {
    throw inWords(`cannot write to ${path}`, error);
  }
}

/** The text of a file beside a fit: `command.txt`, `summary.txt`. */
export function textBeside(path: string, name: string): string | undefined {
  return readText(nodeFiles, join(path, name));
}

/** Puts a file in place of what was there when it is whole. @throws StorageError in one line. */
export function writeFile(path: string, content: Pieces): void {
  replaceFile(nodeFiles, path, content);
}
