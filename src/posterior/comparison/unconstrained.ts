/** The draws of a fit in the coordinates of a compiled model. */

import type { Fit } from "../../api/fit-types.ts";
import { DrawColumns } from "../../draws/draw-columns.ts";
import { NutmixError } from "../../errors.ts";
import type { Posterior } from "../../log-density.ts";
import type { UnconstrainedDraws } from "../../loo/bridge-sampling.ts";
import type { ModelSpec } from "../../model/spec.ts";

/** The same model with every parameter sampled. */
export function explicitSpec(spec: ModelSpec): ModelSpec {
  return { ...spec, strategy: "explicit" };
}

/** @throws NutmixError when the posterior cannot be read backwards. */
export function unconstrainedDraws({ draws }: Fit, posterior: Posterior): UnconstrainedDraws {
  if (posterior.unconstrain === undefined)
    throw new NutmixError("this model cannot be read back from its draws");
  const { dimension } = posterior.density;
  const total = draws.chains * draws.draws;
  const values = new Float64Array(total * dimension);
  const width = draws.names.length;
  const columns = new DrawColumns(draws.names).all(posterior.names);
  const row = new Float64Array(posterior.names.length);
  for (let s = 0; s < total; s++) {
    for (let k = 0; k < row.length; k++) row[k] = draws.values[s * width + columns[k]!]!;
    posterior.unconstrain(row, values.subarray(s * dimension, (s + 1) * dimension));
  }
  return { chains: draws.chains, draws: draws.draws, dimension, values };
}
