/** Sorts what was reported into the tables in which brms prints a summary. */
import { type Quantity, SUMMARY_TITLES } from "../quantities/quantity.ts";

export interface GroupSize {
  readonly group: string;
  readonly levels: number;
}

/** One table of a summary: positions in the list of elements, with what they are called there. */
export interface SummaryBlock {
  readonly title: string;
  /** Only in "Multilevel Hyperparameters": the grouping factor; `levels` is missing when it is not known. */
  readonly group?: { readonly name: string; readonly levels?: number };
  readonly entries: readonly { readonly index: number; readonly label: string }[];
}

type Entry = SummaryBlock["entries"][number];

/**
 * Tables in brms' order, empty ones left out. Those of groups come in the order of `groups`; groups that it lacks follow.
 * Within a group: its degrees of freedom, standard deviations, correlations.
 */
export function summaryBlocks(quantities: readonly Quantity[], groups: readonly GroupSize[]): SummaryBlock[] {
  const tables = new Map(SUMMARY_TITLES.map((title) => [title, new Map<string | undefined, Ranked[]>()]));
  let from = 0;
  for (const { table, role, names, labels = names } of quantities) {
    if (table !== undefined) {
      const byGroup = tables.get(table.title)!;
      const entries = byGroup.get(table.group) ?? [];
      const rank = table.group === undefined ? 0 : GROUP_ORDER.indexOf(role);
      for (const [k, label] of labels.entries()) entries.push({ index: from + k, label, rank });
      byGroup.set(table.group, entries);
    }
    from += names.length;
  }
  return SUMMARY_TITLES.flatMap((title) => {
    const byGroup = tables.get(title)!;
    const listed = groups.map(({ group }) => group).filter((group) => byGroup.has(group));
    return [...new Set([...listed, ...byGroup.keys()])].map((group): SummaryBlock => {
      const entries = byGroup
        .get(group)!
        .sort((a, b) => a.rank - b.rank)
        .map(withoutRank);
      if (group === undefined) return { title, entries };
      const size = groups.find((own) => own.group === group);
      return { title, group: { name: group, ...(size && { levels: size.levels }) }, entries };
    });
  });
}

const GROUP_ORDER: readonly Quantity["role"][] = ["family", "scale", "correlation"];

interface Ranked extends Entry {
  readonly rank: number;
}

function withoutRank({ index, label }: Ranked): Entry {
  return { index, label };
}
