/**
 * The random-number interface that the whole package uses. Randomness is a value: whoever draws is handed an `Rng`.
 * Implementations live behind `stream()` in `streams.ts`; nothing calls `Math.random`.
 */
export interface Rng {
  /** Uniform on the open interval (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform on 0 … n − 1. */
  integer(n: number): number;
  /** Underlying generator state, serialisable; `restore` in streams.ts turns it back into an equal `Rng`. */
  state(): RngState;
  /** The uniform generator in the form that @stdlib/random factories take (`{ prng }`). */
  readonly prng: () => number;
}

/** Everything needed to continue a stream exactly. */
export interface RngState {
  readonly words: readonly number[];
}
