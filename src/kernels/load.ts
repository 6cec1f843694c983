/** The WebAssembly module, compiled once per thread. */
import { MODULE } from "./module.ts";

export interface KernelExports {
  /** Runs the plan at an address of the memory: Σ w log f; derivatives go where the plan says. */
  evaluate(address: number): number;
  /** Replaces an even number of doubles: exp (0), log (1), log1p (2), log1p on [0, 1] (3), e^−|x| (4). */
  elementary(kind: number, address: number, count: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

/** Whether this engine runs the module: false without WebAssembly, without SIMD, or where a policy forbids it. */
export function kernelsAvailable(): boolean {
  return compile() !== null;
}

/** The functions of the module on `memory`; null where there are none. */
export function instantiateKernels(memory: WebAssembly.Memory): KernelExports | null {
  const module = compile();
  if (module === null) return null;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
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
