/** A linear model on rows whitened by a residual structure. */

import { DesignError } from "../../errors.ts";
import { gaussianSystem } from "../../marginal/gaussian.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { LinearModel } from "../linear-model.ts";
import type { ResidualData } from "./residual-data.ts";
import { varianceOf } from "./variance.ts";
import { type Whitening, whiteningOf } from "./whitening.ts";

/** undefined where the structure is not positive definite. `base` is the model without it. */
export function whitenedModel(
  base: LinearModel,
  data: ResidualData,
  free: Float64Array,
  whitening: Whitening = whiteningOf(data),
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
  const logDeterminant = whitening.apply(free, all, all.length / n);
  if (Number.isNaN(logDeterminant)) return undefined;
  at = n * (p + 1);
  const blocks = layout.blocks.map((block) => ({
    ...block,
    columns: all.subarray(at, (at += n * block.size)),
  }));
  const system = gaussianSystem(n, blocks, all.subarray(0, n * p), p, all.subarray(n * p, n * (p + 1)));
  return { ...base, system, logScale: base.logScale + logDeterminant, ...rowScales(base, data, free) };
}

/** Square roots of the precisions of the rows: what residuals are divided by. */
function rowScales(
  base: LinearModel,
  { variance, rows }: ResidualData,
  free: Float64Array,
): Pick<LinearModel, "rootWeights"> {
  if (variance === undefined) return {};
  const own = varianceOf(variance);
  const log = own.logScales(free.subarray(free.length - own.size), rows);
  return { rootWeights: log.map((value, i) => Elementary.exp(-value) * (base.rootWeights?.[i] ?? 1)) };
}

/** @throws DesignError when a group of correlated rows spreads over several levels of a grouping factor. */
export function checkNested({ correlation }: ResidualData, { layout }: LinearModel): void {
  if (correlation === undefined) return;
  const { order, start, text } = correlation;
  layout.terms.forEach(({ group, block }) => {
    const { index } = layout.blocks[block]!;
    for (let g = 0; g + 1 < start.length; g++) {
      for (let k = start[g]! + 1; k < start[g + 1]!; k++) {
        if (index[order[k]!] === index[order[k - 1]!]) continue;
        throw new DesignError(
          `${text}: its groups must lie within the levels of ${group}; a group of correlated rows spreads over several`,
        );
      }
    }
  });
}
