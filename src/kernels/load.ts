/** The WebAssembly module, compiled once per thread. */
import { MODULE } from "./module.ts";

export interface KernelExports {
  /** Passes over `segments` segments described at an address, `block` rows at a time. */
  evaluate(address: number, segments: number, block: number): void;
  /** Replaces an even number of doubles: exp (0), log (1), log1p (2), log1p on [0, 1] (3), e^−|x| (4). */
  elementary(kind: number, address: number, count: number): void;
}

/** An operation that the module has no loop for: addresses in bytes, steps in bytes for two rows. */
export type HostOperation = (
  code: number,
  to: number,
  a: number,
  stepA: number,
  b: number,
  stepB: number,
  c: number,
  stepC: number,
  count: number,
) => void;

let compiled: WebAssembly.Module | null | undefined;

/** Whether this engine runs the module: false without WebAssembly, without SIMD, or where a policy forbids it. */
export function kernelsAvailable(): boolean {
  return compile() !== null;
}

/** The functions of the module on `memory`; null where there are none. */
export function instantiateKernels(
  memory: WebAssembly.Memory,
  host: HostOperation = () => {},
): KernelExports | null {
  const module = compile();
  if (module === null) return null;
  return new WebAssembly.Instance(module, { env: { memory, host } }).exports as unknown as KernelExports;
}

function compile(): WebAssembly.Module | null {
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(Uint8Array.from(atob(MODULE), (letter) => letter.charCodeAt(0)));
    } catch {
      compiled = null;
    }
  }
  return compiled;
}
