/** `nutmix plot DIR TYPE --out FILE`. */
import { extname } from "node:path";
import { type PlotFitOptions, plotFit, plotNames, plots, SettingsError } from "../../index.ts";
import { writeFile } from "../../index-node.ts";
import { EXIT } from "../exit-codes.ts";
import { readFit } from "../saved-fit.ts";
import { note } from "../standard-error.ts";

export interface PlotFlags {
  readonly out: string;
  readonly parameters?: string;
  readonly group?: string;
  readonly x?: string;
  readonly stat?: string;
  readonly coefficient?: string;
  readonly effect?: string;
}

export async function plotCommand(folder: string, type: string, flags: PlotFlags): Promise<number> {
  const { parameters, group, x, stat, coefficient, effect, out } = flags;
  const extension = extname(out).toLowerCase();
  if (![".svg", ".png", ".json"].includes(extension)) {
    throw new SettingsError(`--out ends in .svg, .png or .json (the Vega-Lite specification), not "${out}"`);
  }
  const options: PlotFitOptions = {
    ...(parameters !== undefined && { parameters: parameters.split(",").map((name) => name.trim()) }),
    ...(group !== undefined && { group }),
    ...(x !== undefined && { x }),
    ...(stat !== undefined && { stat }),
    ...(coefficient !== undefined && { coefficient }),
    ...(effect !== undefined && { effect }),
  };
  const { spec } = plotFit(readFit(folder), type, options);
  if (extension === ".json") writeFile(out, [`${JSON.stringify(spec)}\n`]);
  else {
    const svg = await plots.renderSvg(spec);
    writeFile(out, [extension === ".svg" ? svg : await toPng(svg)]);
  }
  note(`wrote ${out}`);
  return EXIT.fitted;
}

export const PLOT_TYPES = plotNames().join(", ");

/** Pixels need a renderer of their own, which is not installed with the package: it is native code of several megabytes. */
async function toPng(svg: string): Promise<Uint8Array> {
  const name = "@resvg/resvg-js";
  let resvg: { Resvg: new (svg: string, options: object) => { render(): { asPng(): Uint8Array } } };
  try {
    resvg = (await import(name)) as typeof resvg;
  } catch {
    throw new SettingsError(
      `PNG needs the package ${name}: npm install ${name}, or write .svg, which every browser shows`,
    );
  }
  return new resvg.Resvg(svg, { fitTo: { mode: "zoom", value: 2 }, background: "white" }).render().asPng();
}
