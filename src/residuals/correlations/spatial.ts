/**
 * Correlations that fall with the distance u·range of two rows (Pinheiro & Bates 2000, table 5.2): each a function of u and its
 * derivative with respect to log range. A nugget takes a share of every correlation.
 */
import * as Elementary from "../../numeric/elementary.ts";
import { median } from "../../numeric/quantile.ts";
import type { CorrelationData } from "../structured-rows.ts";
import type { Correlation, CorrelationKind } from "./correlation.ts";
import { denseCorrelation } from "./dense.ts";

interface Shape {
  readonly name: string;
  at(u: number): number;
  /** −u·∂/∂u */
  slope(u: number): number;
}

const shapes: readonly Shape[] = [
  { name: "exponential", at: (u) => Elementary.exp(-u), slope: (u) => u * Elementary.exp(-u) },
  { name: "gaussian", at: (u) => Elementary.exp(-u * u), slope: (u) => 2 * u * u * Elementary.exp(-u * u) },
  { name: "linear", at: (u) => Math.max(0, 1 - u), slope: (u) => (u < 1 ? u : 0) },
  {
    name: "spherical",
    at: (u) => (u < 1 ? 1 - 1.5 * u + 0.5 * u ** 3 : 0),
    slope: (u) => (u < 1 ? 1.5 * u - 1.5 * u ** 3 : 0),
  },
  {
    name: "rational_quadratic",
    at: (u) => 1 / (1 + u * u),
    slope: (u) => (2 * u * u) / (1 + u * u) ** 2,
  },
];

export const spatial: readonly CorrelationKind[] = shapes.map((shape) => ({
  name: shape.name,
  usage: `${shape.name}(x, y, group = g, nugget = TRUE)`,
  columns: [1, 5],
  named: ["group"],
  switches: ["nugget"],
  over: "space",
  correlation: (data) => spatialCorrelation(data, shape),
}));

function spatialCorrelation(data: CorrelationData, shape: Shape): Correlation {
  const { coordinates } = data;
  const nugget = data.call.switches.nugget === true;
  const typical = typicalDistance(data);
  const share = (free: Float64Array): number => (nugget ? 1 / (1 + Elementary.exp(free[1]!)) : 1);
  return denseCorrelation(data, {
    size: nugget ? 2 : 1,
    starts: [1 / 4, 1, 1 / 20].map((part) =>
      Float64Array.from([Elementary.log(typical * part), ...(nugget ? [Elementary.log(0.1 / 0.9)] : [])]),
    ),
    natural: (free) => [
      { name: "range", value: Elementary.exp(free[0]!) },
      ...(nugget ? [{ name: "nugget", value: 1 - share(free) }] : []),
    ],
    unconstrain: ([range, own]) =>
      Float64Array.from([Elementary.log(range!), ...(nugget ? [Elementary.log(own! / (1 - own!))] : [])]),
    at(free) {
      const range = Elementary.exp(free[0]!);
      const factor = share(free);
      return (a, b) => factor * shape.at(distance(coordinates, a, b) / range);
    },
    reverse(free) {
      const range = Elementary.exp(free[0]!);
      const factor = share(free);
      let byRange = 0;
      let byShare = 0;
      return {
        add(a, b, derivative) {
          const u = distance(coordinates, a, b) / range;
          byRange += derivative * factor * shape.slope(u);
          byShare += derivative * shape.at(u);
        },
        finish(gradient) {
          gradient[0]! += byRange;
          if (nugget) gradient[1]! -= byShare * factor * (1 - factor);
        },
      };
    },
  });
}

function distance(coordinates: readonly Float64Array[], a: number, b: number): number {
  let sum = 0;
  for (const values of coordinates) sum += (values[a]! - values[b]!) ** 2;
  return Math.sqrt(sum);
}

/** The median distance of rows of one group from its first. */
function typicalDistance({ coordinates, order, start }: CorrelationData): number {
  const found: number[] = [];
  for (let g = 0; g + 1 < start.length; g++) {
    for (let k = start[g]! + 1; k < start[g + 1]!; k++) {
      found.push(distance(coordinates, order[start[g]!]!, order[k]!));
    }
  }
  return median(found) || 1;
}
