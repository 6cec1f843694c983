/** Colours that colour-blind readers tell apart (Okabe & Ito 2008), and how numbers enter a specification. */
export const CHAIN_COLOURS = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#CC79A7",
  "#56B4E9",
  "#D55E00",
  "#7F7F7F",
  "#B8A900",
] as const;

export const LIGHT_BLUE = "#9ecae1";

/** Five significant digits are more than a pixel shows, and keep specifications small. */
export function short(value: number): number {
  return Number(value.toPrecision(5));
}

/** The colour of a chain, or of any series numbered from 1. */
export function seriesColour(field: string, title: string | null): object {
  return { field, type: "nominal", title, scale: { range: [...CHAIN_COLOURS] } };
}
