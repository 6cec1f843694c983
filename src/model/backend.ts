/** Where the rows of a model are passed over: WebAssembly or JavaScript. */
import type { Node } from "../autodiff/graph.ts";
import { type LinearPredictorAttributes, linearPredictor } from "../autodiff/ops/linear-predictor.ts";
import { SettingsError } from "../errors.ts";
import { jsMachine, type RowsMachine } from "../expressions/js-machine.ts";
import type { CompiledRows } from "../expressions/rows.ts";
import { kernelsAvailable } from "../kernels/load.ts";
import { type RowPredictor, wasmMachine } from "../kernels/wasm-machine.ts";
import type { Backend, ModelSpec } from "./spec.ts";

/** Fewer rows cost a microsecond either way: not worth a memory of their own. */
const WORTHWHILE_ROWS = 8;

/** @throws SettingsError when `wanted` is wasm and the model cannot use it, or is no backend at all. */
export function chooseBackend(spec: ModelSpec, wanted: Backend = "auto"): Backend {
  if (wanted !== "auto" && wanted !== "wasm" && wanted !== "js") {
    throw new SettingsError(`backend is auto, wasm or js, not "${String(wanted)}"`);
  }
  const reason = wanted === "wasm" ? withoutPass(spec) : undefined;
  if (reason !== undefined) {
    throw new SettingsError(`this model cannot use the backend wasm: ${reason}; use backend "js" or "auto"`);
  }
  return wanted;
}

/** Why no rows are passed over in WebAssembly, or undefined. */
function withoutPass({ strategy, likelihood }: ModelSpec): string | undefined {
  if (strategy === "collapsed") {
    return 'its effects are integrated out without passing over rows (strategy "explicit" does pass)';
  }
  if (likelihood === "sums") {
    return 'it has sufficient statistics instead of rows (likelihood "rows" passes over them)';
  }
  return kernelsAvailable() ? undefined : "this engine does not run WebAssembly with SIMD";
}

/** A machine for compiled rows, and the nodes that it takes before the parameters that rows share. */
export interface PlacedMachine {
  readonly machine: RowsMachine;
  readonly operands: readonly Node[];
}

/**
 * `perRow`: what differs by row, in the order of the compiled inputs. In WebAssembly linear predictors are computed in the same pass.
 *
 * @throws SettingsError when the backend must be wasm and there is no memory for it.
 */
export function placeRows(
  compiled: CompiledRows,
  perRow: readonly Node[],
  { backend = "auto", design }: Pick<ModelSpec, "backend" | "design">,
): PlacedMachine {
  const { nobs } = design;
  if (backend !== "js" && (backend === "wasm" || nobs >= WORTHWHILE_ROWS)) {
    const predictors = perRow.map(asPredictor);
    const machine = wasmMachine(
      compiled,
      predictors.map(({ predictor }) => predictor),
      nobs,
    );
    if (machine !== null) return { machine, operands: predictors.flatMap(({ operands }) => operands) };
    if (backend === "wasm") {
      throw new SettingsError("there is no memory for the backend wasm; use js or auto");
    }
  }
  return { machine: jsMachine(compiled, nobs, perRow.length), operands: perRow };
}

function asPredictor(node: Node): { predictor: RowPredictor; operands: readonly Node[] } {
  const { source } = node;
  if (source.kind !== "op" || source.op !== linearPredictor) {
    return { predictor: { parts: [{ kind: "rows" }], sizes: [node.size], offset: null }, operands: [node] };
  }
  const { parts, offset } = source.attributes as LinearPredictorAttributes;
  return {
    predictor: { parts, offset, sizes: source.inputs.map(({ size }) => size) },
    operands: source.inputs,
  };
}
