/** Where the parameters of a model stand among the names of its draws. */
import { NutmixError } from "../errors.ts";

/** Hands out the index of each name; a name that occurs twice (levels that differ in white space alone) in order. */
export class DrawColumns {
  readonly #positions = new Map<string, number[]>();

  constructor(names: readonly string[]) {
    names.forEach((name, i) => {
      const known = this.#positions.get(name);
      if (known === undefined) this.#positions.set(name, [i]);
      else known.push(i);
    });
  }

  has(name: string): boolean {
    return this.#positions.has(name);
  }

  /** @throws NutmixError when the draws lack it. */
  of(name: string, occurrence = 0): number {
    const found = this.#positions.get(name)?.[occurrence];
    if (found === undefined) {
      throw new NutmixError(`the draws have no "${name}": they do not belong to this model`);
    }
    return found;
  }

  /** Of several names, the second occurrence of an equal name being the second column of that name. */
  all(names: readonly string[]): Int32Array {
    const seen = new Map<string, number>();
    return Int32Array.from(names, (name) => {
      const occurrence = seen.get(name) ?? 0;
      seen.set(name, occurrence + 1);
      return this.of(name, occurrence);
    });
  }
}
