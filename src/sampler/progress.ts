/** What a chain tells while it runs, and whether it should go on. Nothing here can affect a draw. */
import type { ChainProgress, ChainResult } from "./chain-types.ts";

export interface ChainHooks {
  /** Called at each change of phase, at the end, and about ten times a second in between. */
  onProgress?(progress: ChainProgress): void;
  /** Asked after every transition; `true` ends the chain with the draws it has (none during warm-up). */
  shouldStop?(): boolean;
  /**
   * Given what the chain has drawn since the last time, with where it stands, about every `checkpointMs`: the result at the end
   * has the draws after that alone. Absent: the result has all.
   */
  onCheckpoint?(stretch: ChainResult): void;
  readonly checkpointMs?: number;
}

const intervalMs = 100;

export class ProgressReporter {
  stopped = false;
  readonly #hooks: ChainHooks;
  readonly #chain: number;
  #total: number;
  #phase: ChainProgress["phase"] = "initialise";
  #iteration = 0;
  #divergences = 0;
  #reportedAt = 0;
  #checkpointAt = performance.now();

  /** `done`: transitions of which a chain that goes on has the results. */
  constructor(hooks: ChainHooks, chain: number, total: number, done = 0) {
    this.#hooks = hooks;
    this.#chain = chain;
    this.#total = total;
    this.#iteration = done;
  }

  /** Divergent transitions in the current phase. */
  get divergences(): number {
    return this.#divergences;
  }

  enter(phase: ChainProgress["phase"], stepSize: number): void {
    this.#phase = phase;
    this.#divergences = 0;
    this.report(stepSize);
  }

  /** So many transitions fewer will be made. */
  shorten(by: number): void {
    this.#total -= by;
  }

  /** Counts one transition; returns whether to go on. */
  advance(divergent: boolean, stepSize: number): boolean {
    this.#iteration++;
    if (divergent) this.#divergences++;
    if (this.#hooks.onProgress && performance.now() - this.#reportedAt >= intervalMs) this.report(stepSize);
    if (this.#hooks.shouldStop?.()) this.stopped = true;
    return !this.stopped;
  }

  /** Hands over a stretch when it is time to. Returns whether it did. */
  checkpoint(stretch: () => ChainResult): boolean {
    const { onCheckpoint, checkpointMs = Number.POSITIVE_INFINITY } = this.#hooks;
    if (onCheckpoint === undefined || performance.now() - this.#checkpointAt < checkpointMs) return false;
    onCheckpoint(stretch());
    this.#checkpointAt = performance.now();
    return true;
  }

  report(stepSize: number): void {
    this.#hooks.onProgress?.({
      chain: this.#chain,
      phase: this.#phase,
      iteration: this.#iteration,
      total: this.#total,
      divergences: this.#divergences,
      stepSize,
    });
    this.#reportedAt = performance.now();
  }
}
