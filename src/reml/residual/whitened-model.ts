/** A linear model on rows whitened by a residual structure. */

import { DesignError } from "../../errors.ts";
import { gaussianSystem } from "../../marginal/gaussian.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { ResidualData } from "../../residuals/structured-rows.ts";
import { type Whitening, whiteningOf } from "../../residuals/whitening.ts";
import type { LinearModel } from "../linear-model.ts";

/**
 * undefined where the structure is not positive definite. `base` is the model without it; `like`: a whitened model of the same
 * base whose memory is taken over (it is not to be used again).
 */
export function whitenedModel(
  base: LinearModel,
  data: ResidualData,
  free: Float64Array,
  whitening: Whitening = whiteningOf(data),
  like?: LinearModel,
): LinearModel | undefined {
  const { fixed, layout, response, rootWeights, design } = base;
  const n = design.nobs;
  const p = fixed.names.length;
  const widths = layout.blocks.map(({ size }) => size);
  const all = new Float64Array(n * (p + 1 + widths.reduce((sum, size) => sum + size, 0)));
  all.set(fixed.columns);
  all.set(response, n * p);
  let at = n * (p + 1);
  for (const { columns } of layout.blocks) {
    all.set(columns, at);
    at += columns.length;
  }
  if (rootWeights !== undefined) for (let i = 0; i < all.length; i++) all[i]! *= rootWeights[i % n]!;
  const logDeterminant = whitening.whiten(free, all, all.length / n);
  if (Number.isNaN(logDeterminant)) return undefined;
  at = n * (p + 1);
  const blocks = layout.blocks.map((block) => ({
    ...block,
    columns: all.subarray(at, (at += n * block.size)),
  }));
  const system = gaussianSystem(
    n,
    blocks,
    all.subarray(0, n * p),
    p,
    all.subarray(n * p, n * (p + 1)),
    like?.system,
  );
  const rowScales = whitening
    .logScales(free)
    .map((value, i) => Elementary.exp(-value) * (rootWeights?.[i] ?? 1));
  return {
    ...base,
    system,
    logScale: base.logScale + logDeterminant,
    // What residuals are divided by: the square roots of the precisions of the rows.
    ...(data.variances.length > 0 && { rootWeights: rowScales }),
  };
}

/** @throws DesignError when a group of correlated rows spreads over several levels of a grouping factor. */
export function checkNested({ correlation }: ResidualData, { layout }: LinearModel): void {
  if (correlation === undefined) return;
  const { order, start, call } = correlation;
  layout.terms.forEach(({ group, block }) => {
    const { index } = layout.blocks[block]!;
    for (let g = 0; g + 1 < start.length; g++) {
      for (let k = start[g]! + 1; k < start[g + 1]!; k++) {
        if (index[order[k]!] === index[order[k - 1]!]) continue;
        throw new DesignError(
          `${call.text}: its groups must lie within the levels of ${group}; a group of correlated rows spreads over several`,
        );
      }
    }
  });
}
