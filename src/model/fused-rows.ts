/** Which models pass over their rows in WebAssembly, and the node that does it. */
import type { Node } from "../autodiff/graph.ts";
import { fusedRows } from "../autodiff/ops/fused-rows.ts";
import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import { type LinearPredictorAttributes, linearPredictor } from "../autodiff/ops/linear-predictor.ts";
import { SettingsError } from "../errors.ts";
import { type FusedData, fusedLikelihood, hasFusedKernel } from "../families/fused.ts";
import { kernelsAvailable } from "../kernels/load.ts";
import { createRowPlan } from "../kernels/row-plan.ts";
import type { CompileContext } from "./compile-context.ts";
import type { ModelSpec } from "./spec.ts";

/** What computes the rows' likelihood: WebAssembly, JavaScript, or (auto) WebAssembly where it can and pays. */
export type Backend = "auto" | "wasm" | "js";

/** Fewer rows cost a microsecond either way: not worth a memory of their own. */
const WORTHWHILE_ROWS = 8;

/** @throws SettingsError when `wanted` is wasm and the model cannot use it, or is no backend at all. */
export function chooseBackend(spec: ModelSpec, wanted: Backend = "auto"): Backend {
  if (wanted !== "auto" && wanted !== "wasm" && wanted !== "js") {
    throw new SettingsError(`backend is auto, wasm or js, not "${String(wanted)}"`);
  }
  if (wanted === "wasm") {
    const reason =
      spec.strategy === "collapsed" ? COLLAPSED : spec.likelihood === "sums" ? SUMS : notFused(spec);
    if (reason !== undefined) {
      throw new SettingsError(
        `this model cannot use the backend wasm: ${reason}; use backend "js" or "auto"`,
      );
    }
  }
  return wanted;
}

const SUMS = 'it has sufficient statistics instead of rows (likelihood "rows" passes over them)';
const COLLAPSED = 'its effects are integrated out without passing over rows (strategy "explicit" does pass)';

/** Why the rows cannot be passed over in WebAssembly, or undefined. */
function notFused({ design, family }: ModelSpec): string | undefined {
  const link = family.links.mu!;
  const [mu, other] = design.predictors;
  if (!hasFusedKernel(family.name, link)) return `the family ${family.name} with link ${link} has no kernel`;
  if (mu?.dpar !== "mu" || other !== undefined) {
    return `the parameter ${other?.dpar ?? mu?.dpar} has a formula of its own`;
  }
  if (design.response.censoring !== undefined) return "the response is censored";
  if (design.response.se !== undefined) return "the response has known standard errors";
  if (!kernelsAvailable()) return "this engine does not run WebAssembly with SIMD";
  return undefined;
}

/**
 * The likelihood without its data-only terms as one node; undefined where today's nodes do better or alone can.
 * `operands` = the distributional parameters, then thresholds.
 * @throws SettingsError when the backend must be wasm and there is no memory for it.
 */
export function tryFusedRows(
  { spec, family, builder }: CompileContext,
  operands: readonly Node[],
  packed: Float64Array,
): Node | undefined {
  const backend = spec.backend ?? "auto";
  const { nobs, response } = spec.design;
  if (backend === "js" || (backend === "auto" && nobs < WORTHWHILE_ROWS)) return undefined;
  const { source } = operands[0]!;
  if (notFused(spec) !== undefined || source.kind !== "op" || source.op !== linearPredictor) return undefined;

  const column = (k: number) =>
    Float64Array.from({ length: nobs }, (_, i) => packed[i * RESPONSE_WIDTH + k]!);
  const data: FusedData = { y: column(0), trials: column(1), weights: response.weights ?? null };
  const { kind, y, second, weights, common, fixed } = fusedLikelihood(
    family.name,
    spec.family.links.mu!,
    data,
  );
  // Parameters that the family fixes (disc = 1) are built into the kernels.
  const shared = operands.slice(1).filter((_, k) => family.dpars[k + 1]?.fixed === undefined);
  const predictor = source.attributes as LinearPredictorAttributes;
  const plan = createRowPlan({
    ...predictor,
    sizes: source.inputs.map((input) => input.size),
    shared: shared.reduce((sum, operand) => sum + operand.size, fixed.length),
    ...{ kind, y, second, weights },
  });
  if (plan === null) {
    if (backend === "wasm")
      throw new SettingsError("there is no memory for the backend wasm; use js or auto");
    return undefined;
  }
  const inputs = [...source.inputs, ...shared, ...fixed];
  return builder.graph.apply(fusedRows, inputs, { ...predictor, plan, common });
}
