import { quantileOf } from "../diagnostics/quantiles.ts";
import { chainSeries } from "../draws/draws.ts";
import { NutmixError } from "../errors.ts";
import { caterpillar } from "./caterpillar.ts";
import type { DrawsSource } from "./draws-source.ts";
import type { Plot } from "./plot.ts";

/** Posterior medians and 95 % intervals of one coefficient's group-level effects, sorted. */
export function groupEffects(
  { draws }: DrawsSource,
  { group, coefficient = "Intercept" }: { readonly group: string; readonly coefficient?: string },
): Plot {
  const prefix = `r_${group}[`;
  const suffix = `,${coefficient}]`;
  const found = draws.names.flatMap((name, k) =>
    name.startsWith(prefix) && name.endsWith(suffix)
      ? [{ level: name.slice(prefix.length, -suffix.length), values: chainSeries(draws, k).values }]
      : [],
  );
  if (found.length === 0) {
    throw new NutmixError(
      `the draws have no effects ${prefix}…${suffix}: name a grouping factor and one of its coefficients`,
    );
  }
  const at = (p: number): Float64Array => Float64Array.from(found, ({ values }) => quantileOf(values, p));
  return caterpillar({
    group,
    name: coefficient,
    levels: found.map(({ level }) => level),
    estimates: at(0.5),
    lower: at(0.025),
    upper: at(0.975),
  });
}
