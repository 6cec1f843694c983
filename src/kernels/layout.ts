/** Places arrays one after the other in a WebAssembly memory that is made when all are known. */

const PAGE = 65_536;
const ALIGNMENT = 16;

export class Layout {
  #bytes = ALIGNMENT;
  readonly #writes: ((buffer: ArrayBuffer) => void)[] = [];

  /** Reserves `bytes` and returns their address, which is never 0. */
  reserve(bytes: number): number {
    const address = this.#bytes;
    this.#bytes += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return address;
  }

  doubles(values: ArrayLike<number>): number {
    const address = this.reserve(8 * values.length);
    this.#writes.push((buffer) => new Float64Array(buffer, address, values.length).set(values));
    return address;
  }

  integers(values: ArrayLike<number>): number {
    const address = this.reserve(4 * values.length);
    this.#writes.push((buffer) => new Uint32Array(buffer, address, values.length).set(values));
    return address;
  }

  /** The memory with everything in it. Throws RangeError when it does not fit into the address space. */
  memory(): WebAssembly.Memory {
    const pages = Math.ceil(this.#bytes / PAGE);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    for (const write of this.#writes) write(memory.buffer);
    return memory;
  }
}
