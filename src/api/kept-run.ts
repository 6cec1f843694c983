/**
 * A run in a folder while it goes on: what it is about in one file, and per chain its draws, to which every stretch is added, and
 * where it stands, which is replaced after that. Whatever ends the process, the folder holds a state that every chain has
 * been in; a chain without one begins anew. Either way the draws come out the same.
 */
import { allocateRows, type Rows, readRows, writeRows } from "../draws/draw-rows.ts";
import { DataError } from "../errors.ts";
import { packed, unpacked } from "../posterior/keep/packed.ts";
import { type ChainHead, headOf, joinHeads } from "../sampler/chain-record.ts";
import type { ChainResult } from "../sampler/chain-types.ts";
import { inWords } from "../storage/failure.ts";
import { type FileSystem, join } from "../storage/file-system.ts";
import { frame, unframe } from "../storage/frames.ts";
import { readPieces, removeQuietly, replaceFile, writeAll } from "../storage/write-file.ts";
import type { RunKeeper, UnfinishedRun } from "./fit-types.ts";

const RUN = "run.bin";
const stateFile = (chain: number): string => `chain-${chain + 1}.bin`;
const drawsFile = (chain: number): string => `chain-${chain + 1}-draws.bin`;

/** What a state file holds. */
interface ChainState extends ChainHead {
  /** Numbers per draw, and bytes of the file of draws that count. */
  readonly width: number;
  readonly drawBytes: number;
}

/** A chain as it is on the disk, and what could not be written yet. */
interface KeptChain {
  state?: ChainState;
  waiting: ChainResult[];
}

export interface KeeperOptions {
  /** Told when a checkpoint cannot be written; the chains go on. */
  readonly onTrouble?: (message: string) => void;
  /** What else is to be known of a run that is continued, by file name. */
  readonly texts?: Readonly<Record<string, string>>;
}

export class KeptRun implements RunKeeper {
  readonly #files: FileSystem;
  readonly #folder: string;
  readonly #options: KeeperOptions;
  readonly #chains = new Map<number, KeptChain>();
  #goesOn: boolean;
  #trouble = "";

  /** `goesOn`: the run in the folder is the one that is continued. */
  constructor(files: FileSystem, folder: string, goesOn: boolean, options: KeeperOptions) {
    this.#files = files;
    this.#folder = folder;
    this.#goesOn = goesOn;
    this.#options = options;
  }

  /** @throws StorageError when it cannot be written: the chains have not begun. */
  begin({ results, ...run }: UnfinishedRun): void {
    try {
      if (this.#goesOn) {
        for (const result of results) this.#takeUp(result);
      } else {
        removeKept(this.#files, this.#folder);
        this.#files.makeFolder(this.#folder);
        for (const [file, text] of Object.entries(this.#options.texts ?? {})) {
          replaceFile(this.#files, join(this.#folder, file), [text]);
        }
        for (const result of results) this.#write(result.chain, { waiting: [result] });
      }
      // Last: without it the folder holds no run.
      replaceFile(this.#files, join(this.#folder, RUN), packed(run));
      this.#goesOn = true;
    } catch (error) {
      throw inWords(`cannot write to ${this.#folder}`, error);
    }
  }

  /** The draws that are on the disk need not be written again, unless they are other ones than the run has. */
  #takeUp(result: ChainResult): void {
    const state = readState(this.#files, this.#folder, result.chain);
    if (state?.draws === result.draws) this.#chains.set(result.chain, { state, waiting: [] });
    else this.#write(result.chain, { waiting: [result] });
  }

  /** A disk that is full now may have room for the next checkpoint: the chains go on. */
  add(stretch: ChainResult): void {
    const kept = this.#chains.get(stretch.chain) ?? { waiting: [] };
    kept.waiting.push(stretch);
    this.#chains.set(stretch.chain, kept);
    try {
      this.#write(stretch.chain, kept);
      this.#trouble = "";
    } catch (error) {
      const message = inWords("no checkpoint was written", error).message;
      if (message !== this.#trouble) this.#options.onTrouble?.(message);
      this.#trouble = message;
    }
  }

  #write(chain: number, { state, waiting }: KeptChain): void {
    const drawn = waiting.find(({ draws }) => draws > 0);
    const width = state?.width || (drawn === undefined ? 0 : drawn.values.length / drawn.draws);
    const drawBytes = this.#append(chain, waiting, width, state?.drawBytes ?? 0);
    const heads: ChainHead[] = [...(state === undefined ? [] : [state]), ...waiting.map(headOf)];
    const { draws, adaptation, checkpoint } = heads.reduce(joinHeads);
    const next = { draws, adaptation, ...(checkpoint && { checkpoint }), width, drawBytes };
    replaceFile(this.#files, join(this.#folder, stateFile(chain)), packed(next));
    this.#chains.set(chain, { state: next, waiting: [] });
  }

  /** Adds draws after the first `from` bytes, which are those that the state knows of. Returns the bytes in the end. */
  #append(chain: number, stretches: readonly ChainResult[], width: number, from: number): number {
    if (stretches.every(({ draws }) => draws === 0)) return from;
    const path = join(this.#folder, drawsFile(chain));
    const size = this.#files.look(path)?.size ?? 0;
    const file = this.#files.open(path, "append");
    let bytes = from;
    try {
      if (size > from) this.#files.truncate(file, from);
      for (const stretch of stretches) {
        for (const block of writeRows(rowsOf(stretch), width, 0, stretch.draws)) {
          for (const piece of frame(block)) {
            writeAll(this.#files, file, piece);
            bytes += piece.length;
          }
        }
      }
      this.#files.sync(file);
    } finally {
      this.#files.close(file);
    }
    return bytes;
  }
}

/** The run that a folder holds; undefined when there is none. @throws DataError for a damaged one, naming the file. */
export function readKept(files: FileSystem, folder: string): UnfinishedRun | undefined {
  const pieces = readPieces(files, join(folder, RUN));
  if (pieces === undefined) return undefined;
  const run = unpacked(pieces, `unfinished/${RUN}`) as Omit<UnfinishedRun, "results">;
  const chains = Array.from({ length: run.settings.chains }, (_, chain) => chain);
  return { ...run, results: chains.flatMap((chain) => readChain(files, folder, chain) ?? []) };
}

/** Whether any chain has got as far as a checkpoint. */
export function hasProgress(files: FileSystem, folder: string): boolean {
  return files.look(folder) !== undefined && files.list(folder).some((file) => /^chain-\d+\.bin$/.test(file));
}

/** The file that makes it a run goes first. */
export function removeKept(files: FileSystem, folder: string): void {
  if (files.look(folder)?.kind !== "folder") return;
  removeQuietly(files, join(folder, RUN));
  for (const file of files.list(folder)) removeQuietly(files, join(folder, file));
  try {
    files.removeFolder(folder);
  } catch {
    // What is left in it is no run.
  }
}

function readState(files: FileSystem, folder: string, chain: number): ChainState | undefined {
  const pieces = readPieces(files, join(folder, stateFile(chain)));
  return pieces && (unpacked(pieces, `unfinished/${stateFile(chain)}`) as ChainState);
}

function readChain(files: FileSystem, folder: string, chain: number): ChainResult | undefined {
  const state = readState(files, folder, chain);
  if (state === undefined) return undefined;
  const { draws, width, adaptation, checkpoint } = state;
  const rows = allocateRows(draws, width);
  if (draws > 0) {
    const file = `unfinished/${drawsFile(chain)}`;
    const pieces = readPieces(files, join(folder, drawsFile(chain)));
    if (pieces === undefined) throw new DataError(`there is no ${file}, which has ${draws} draws of a chain`);
    readRows(unframe(pieces, file), rows, width, 0, draws, file);
  }
  const { stepSize, ...statistics } = rows.statistics;
  return {
    chain,
    draws,
    values: rows.values,
    ...statistics,
    stepSizes: stepSize,
    adaptation,
    ...(checkpoint && { checkpoint }),
  };
}

function rowsOf({ values, stepSizes, ...own }: ChainResult): Rows {
  return { values, statistics: { ...own, stepSize: stepSizes } };
}
