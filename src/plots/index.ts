/** One function per plot; each returns a Vega-Lite specification and the numbers behind it. */
export { type CaterpillarInput, caterpillar } from "./caterpillar.ts";
export { type ComparedEstimate, comparison } from "./comparison.ts";
export { type DumbbellRow, dumbbell } from "./dumbbell.ts";
export { cooksDistancePlot } from "./influence.ts";
export type { Datum, Plot, Spec } from "./plot.ts";
export { qqNormal } from "./qq.ts";
export { renderSvg } from "./render.ts";
export { residualsByGroup } from "./residuals-by-group.ts";
export { type ResidualsInput, residualsFitted, scaleLocation } from "./residuals-fitted.ts";
