/** What the system says when a file cannot be written, in words. */
import { NutmixError, StorageError } from "../errors.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than the system allows",
  EIO: "the disk reports an error (EIO)",
  EROFS: "the file system is read-only",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EPIPE: "whoever reads it has closed it",
};

/** `doing`: e.g. `cannot write results/fit.json`. Errors that are in words already stay as they are. */
export function inWords(doing: string, error: unknown): Error {
  if (error instanceof NutmixError) return error;
  const code = codeOf(error);
  // Not an error of the system: a defect, which is not to be dressed up as one.
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  return new StorageError(`${doing}: ${MEANINGS[code] ?? code}`, { cause: error });
}

export function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
