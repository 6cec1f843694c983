/** Specifications → pictures, without a browser. The only file that loads Vega, and it does so when first asked. */
import type { Spec } from "./plot.ts";

/** @returns the chart as an SVG document. */
export async function renderSvg(spec: Spec): Promise<string> {
  const [{ compile }, { parse, View, Error: Errors }] = await Promise.all([
    import("vega-lite"),
    import("vega"),
  ]);
  const view = new View(parse(compile(spec as never).spec), { renderer: "none", logLevel: Errors });
  try {
    await view.runAsync();
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
