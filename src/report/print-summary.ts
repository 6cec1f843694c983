import { splitFormulas } from "../formula/split-formulas.ts";
import { checkOptions, flag, type OptionTable, whole } from "../options.ts";
import { pointEstimate, type SummaryRow } from "../posterior/summary.ts";
import type { Quantity } from "../quantities/quantity.ts";
import { type GroupSize, type SummaryBlock, summaryBlocks } from "./summary-blocks.ts";
import { fixed, markdownTable, type TextTable, textTable, wrap } from "./text-table.ts";

/** All that the printed summary of a fit needs, as plain data. */
export interface SummaryView {
  readonly family: string;
  /** `{ mu: "identity", sigma: "identity" }`, in the order to be printed. */
  readonly links: Readonly<Record<string, string>>;
  /** Parts joined by `; ` are printed one below the other. */
  readonly formula: string;
  readonly nobs: number;
  /** Rows left out because of missing values, and the columns where those stood. */
  readonly dropped: { readonly count: number; readonly columns: readonly string[] };
  readonly dataName?: string;
  /** How factors were coded, one line each; see `codingInWords`. */
  readonly coding?: readonly string[];
  /** The likelihood was left out. */
  readonly priorOnly?: boolean;
  readonly chains: number;
  readonly warmup: number;
  /** Per chain, after warm-up. */
  readonly draws: number;
  readonly algorithm?: "nuts" | "hmc";
  /** How the model was computed, one sentence; see `modelInWords`. */
  readonly path?: string;
  /** Grouping factors in the order to be printed. */
  readonly groups: readonly GroupSize[];
  /** Rows of `summarise`, one per element of `quantities`, which say where they are printed. */
  readonly rows: readonly SummaryRow[];
  readonly quantities: readonly Quantity[];
  /** Sentences, or messages of `diagnose`. */
  readonly warnings: readonly (string | { readonly text: string; readonly remedy?: string })[];
}

export interface PrintOptions {
  /** Decimals of everything but effective sample sizes; default 2, as brms. */
  readonly digits?: number;
  /** Median and MAD in place of mean and standard deviation. */
  readonly robust?: boolean;
  /** Columns of the terminal; default 80. */
  readonly width?: number;
  /** Tables in Markdown. */
  readonly markdown?: boolean;
}

const printOptions = {
  digits: whole(0),
  robust: flag,
  width: whole(20),
  markdown: flag,
} satisfies OptionTable<PrintOptions>;

/** The summary of a fit as text, laid out as brms prints `summary(fit)`; ends without a line break. */
export function printSummary(view: SummaryView, options: PrintOptions = {}): string {
  options = checkOptions("print()", printOptions, options);
  const { width = 80, markdown = false } = options;
  const lines = markdown ? ["```", ...heading(view, width), "```", ""] : [...heading(view, width), ""];

  let title = "";
  for (const block of summaryBlocks(view.quantities, view.groups)) {
    if (block.title !== title) {
      title = block.title;
      lines.push(...(markdown ? [`### ${title}`, ""] : [`${title}:`]));
    }
    if (block.group !== undefined) {
      const levels = block.group.levels === undefined ? "" : ` (Number of levels: ${block.group.levels})`;
      lines.push(`~${block.group.name}${levels}`, ...(markdown ? [""] : []));
    }
    const table = tableOf(block, view.rows, options);
    lines.push(...(markdown ? markdownTable(table) : textTable(table, width)), "");
  }

  lines.push(...wrap(explanation(view), width));
  if (view.warnings.length > 0) {
    lines.push("", markdown ? "### Warnings" : "Warnings:", ...(markdown ? [""] : []));
    for (const warning of view.warnings) {
      const { text, remedy } = typeof warning === "string" ? { text: warning, remedy: undefined } : warning;
      lines.push(...wrap(`- ${remedy === undefined ? text : `${text} ${remedy}`}`, width, "  "));
    }
  }
  return lines.join("\n");
}

function heading(view: SummaryView, width: number): string[] {
  const indent = " ".repeat(9);
  const links = Object.entries(view.links).map(([dpar, link]) => `${dpar} = ${link}`);
  const data = view.dataName === undefined ? "" : `${view.dataName} `;
  const total = view.chains * view.draws;
  return [
    ` Family: ${view.family}`,
    ...wrap(`${links.join("; ")}`, width - 9).map((line, i) => (i === 0 ? "  Links: " : indent) + line),
    ...splitFormulas(view.formula).map((part, i) => (i === 0 ? "Formula: " : indent) + part),
    `   Data: ${data}(Number of observations: ${view.nobs})`,
    ...droppedLines(view.dropped, width - 9).map((line) => indent + line),
    ...(view.coding ?? [])
      .flatMap((line) => wrap(line, width - 9, "  "))
      .map((line, i) => (i === 0 ? " Coding: " : indent) + line),
    `  Draws: ${view.chains} ${view.chains === 1 ? "chain" : "chains, each"} with iter = ${view.warmup + view.draws}; warmup = ${view.warmup}; thin = 1;`,
    `${indent}total post-warmup draws = ${total}`,
    ...(view.priorOnly === true
      ? [
          "  PRIOR: these are draws from the prior alone, not from a posterior:",
          `${indent}the likelihood was left out (samplePrior, --sample-prior).`,
        ]
      : []),
  ];
}

function droppedLines({ count, columns }: SummaryView["dropped"], width: number): string[] {
  if (count === 0) return [];
  const where = columns.length === 0 ? "" : ` in ${columns.join(", ")}`;
  return wrap(`${count} ${count === 1 ? "row" : "rows"} with missing values${where} left out`, width);
}

function tableOf(block: SummaryBlock, rows: readonly SummaryRow[], options: PrintOptions): TextTable {
  const digits = options.digits ?? 2;
  return {
    header: ["Estimate", "Est.Error", "l-95% CI", "u-95% CI", "Rhat", "Bulk_ESS", "Tail_ESS"],
    rows: block.entries.map(({ index, label }) => {
      const row = rows[index]!;
      const { estimate, error } = pointEstimate(row, options.robust);
      const cells = [estimate, error, row["q2.5"], row["q97.5"], row.rhat].map((x) => fixed(x, digits));
      return { label, cells: [...cells, fixed(row.essBulk, 0), fixed(row.essTail, 0)] };
    }),
  };
}

function explanation(view: SummaryView): string {
  const sampler =
    view.algorithm === "hmc" ? "static Hamiltonian Monte Carlo" : "the no-U-turn sampler (NUTS)";
  return (
    `The draws come from ${sampler}. ${view.path === undefined ? "" : `${view.path} `}Rhat compares the chains with each other and should be close to 1 ` +
    "(at most 1.01); Bulk_ESS and Tail_ESS say how many independent draws would give the centre and the tails " +
    "with the same precision."
  );
}
