/** The distributional parameters of every row on their natural scale. */
import type { Family } from "../../families/family.ts";
import { naturalFromScale } from "../../families/links.ts";
import { type Component, type Components, linearPredictor } from "./components.ts";

/** `visit(i, p)` for each row; p is the same array every time. `eta`: linear predictor of mu. */
export function eachRowParameters(
  family: Family,
  components: Components,
  n: number,
  eta: Float64Array,
  beta: Float64Array,
  visit: (row: number, p: Float64Array) => void,
): void {
  const p = new Float64Array(components.known.length);
  const predictors = components.all.map((component: Component) =>
    component.at === 0 ? eta : linearPredictor(component, n, beta),
  );
  family.dpars.forEach(({ scale }, at) => {
    if (!Number.isNaN(components.known[at]!)) p[at] = naturalFromScale(scale, components.known[at]!);
  });
  for (let i = 0; i < n; i++) {
    components.all.forEach(({ at, link }, j) => {
      const scale = family.dpars[at]?.scale ?? "identity";
      p[at] = naturalFromScale(scale, link.value(predictors[j]![i]!));
    });
    visit(i, p);
  }
}
