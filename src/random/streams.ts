/** Independent, serialisable random streams from @stdlib/random's Mersenne twister. */

import mt19937 from "@stdlib/random/base/mt19937";
import * as Elementary from "../numeric/elementary.ts";
import type { Rng, RngState } from "./rng.ts";

/** The stream of one purpose of one chain: equal arguments give equal streams, different ones independent streams. */
export function stream(seed: number, chain: number, purpose: string): Rng {
  const words = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, chain >>> 0, hash(purpose)];
  // init_by_array needs words below 2^32 and at least one that is not 0.
  return wrap(
    mt19937.factory({ seed: Uint32Array.from([...words, 0x9e3779b9]) as never }) as unknown as Generator32,
  );
}

/** Continues a stream exactly where `state()` was taken. */
export function restore(state: RngState): Rng {
  return wrap(mt19937.factory({ state: Uint32Array.from(state.words) as never }) as unknown as Generator32);
}

/** The part of @stdlib's generators that is used; `normalized` has 53 random bits. */
interface Generator32 {
  (): number;
  readonly normalized: () => number;
  readonly state: unknown;
}

function wrap(generator: Generator32): Rng {
  const uniform = (): number => {
    for (;;) {
      const u = generator.normalized();
      if (u > 0) return u;
    }
  };
  return {
    uniform,
    prng: uniform,
    /** Marsaglia's polar method; the second variate is thrown away, so that the state is the generator's alone. */
    normal() {
      for (;;) {
        const a = 2 * uniform() - 1;
        const b = 2 * uniform() - 1;
        const s = a * a + b * b;
        if (s > 0 && s < 1) return a * Math.sqrt((-2 * Elementary.log(s)) / s);
      }
    },
    integer: (n) => Math.floor(uniform() * n),
    state: () => ({ words: Array.from(generator.state as Uint32Array) }),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
