import { chainSeries } from "../draws/draws.ts";
import { NutmixError } from "../errors.ts";
import { quantile } from "../numeric/quantile.ts";
import { Layout } from "../quantities/layout.ts";
import { caterpillar } from "./caterpillar.ts";
import type { DrawsSource } from "./draws-source.ts";
import type { Plot } from "./plot.ts";

/** Posterior medians and 95 % intervals of one coefficient's group-level effects, sorted. */
export function groupEffects(
  { draws }: DrawsSource,
  { group, coefficient = "Intercept" }: { readonly group: string; readonly coefficient?: string },
): Plot {
  const layout = new Layout(draws);
  const effects = layout.where({ role: "effect", group });
  const own = effects
    .flatMap(({ quantity }) => quantity.coefficients ?? [])
    .find(({ label }) => label === coefficient);
  if (own === undefined) {
    throw new NutmixError(
      `the draws have no effects of ${coefficient} by ${group}: name a grouping factor and one of its coefficients`,
    );
  }
  const series = Array.from(layout.effects(group, own), (column) => chainSeries(draws, column).values);
  const at = (p: number): Float64Array => Float64Array.from(series, (values) => quantile(values, p));
  return caterpillar({
    group,
    name: coefficient,
    levels: effects[0]!.quantity.levels!,
    estimates: at(0.5),
    lower: at(0.025),
    upper: at(0.975),
  });
}
