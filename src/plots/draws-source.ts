/** What plots of draws are made from: a fit, or anything else that has draws. */
import { chainSeries, type Draws } from "../draws/draws.ts";
import { mainParameters, type ParameterSelection, selectParameters } from "../draws/select.ts";
import { anything, type OptionTable, text } from "../options.ts";
import { byColumn } from "../quantities/layout.ts";

export interface DrawsSource {
  readonly draws: Draws;
}

export interface DrawsPlotOptions {
  /** Default: all that are not group-level effects, at most twelve. */
  readonly parameters?: ParameterSelection;
  readonly title?: string;
}

export const drawsPlotOptions = {
  parameters: anything,
  title: text,
} satisfies OptionTable<DrawsPlotOptions>;

const MOST_PARAMETERS = 12;

export interface Chosen {
  readonly name: string;
  /** Of its support. */
  readonly bounds: { readonly lower: number; readonly upper: number };
  /** All draws, one chain after the other. */
  readonly values: Float64Array;
}

export interface ChosenParameters {
  readonly chosen: readonly Chosen[];
  /** Says what the default left out. */
  readonly note: string | undefined;
}

/** @throws NutmixError for names that no draw has. */
export function chooseParameters(
  { draws }: DrawsSource,
  { parameters }: DrawsPlotOptions,
  most = MOST_PARAMETERS,
): ChosenParameters {
  const all =
    parameters === undefined
      ? mainParameters(draws).filter((k) => !isConstant(draws, k))
      : selectParameters(draws.names, parameters);
  const kept = all.slice(0, most);
  const quantities = byColumn(draws);
  return {
    chosen: kept.map((k) => ({
      name: draws.names[k]!,
      bounds: { lower: quantities[k]!.lower, upper: quantities[k]!.upper },
      values: chainSeries(draws, k).values,
    })),
    note: all.length > kept.length ? `the first ${kept.length} of ${all.length} parameters` : undefined,
  };
}

/** Known constants (sigma under se(), disc) have nothing to show. */
function isConstant({ values, names }: Draws, k: number): boolean {
  for (let at = k; at < values.length; at += names.length) if (values[at] !== values[k]) return false;
  return true;
}
