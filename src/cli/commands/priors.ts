/** `nutmix priors [DATA FORMULA]`: every parameter with its prior, or the named sets. */
import { buildModel, codingInWords, priorSets, priorTable, textTable } from "../../index.ts";
import { EXIT } from "../exit-codes.ts";
import { loadData } from "../load-data.ts";
import { codingOptions, type ModelFlags, priorChoice, reading } from "../options.ts";
import { print } from "../standard-output.ts";

export function priorsCommand(
  data: string | undefined,
  formula: string | undefined,
  flags: ModelFlags & { readonly json?: boolean },
): number {
  const show = (value: unknown, text: () => string): void => {
    print(flags.json === true ? `${JSON.stringify(value)}\n` : `${text()}\n`);
  };
  if (data === undefined || formula === undefined) {
    const sets = Object.values(priorSets);
    show(sets, () =>
      sets
        .map(
          ({ name, title, description, source }) =>
            `${name}: ${title}\n  ${description}\n  Source: ${source}`,
        )
        .join("\n\n"),
    );
    return EXIT.fitted;
  }
  const spec = buildModel(formula, loadData(data, reading(flags)), {
    priors: priorChoice(flags),
    ...codingOptions(flags),
    ...(flags.family !== undefined && { family: flags.family }),
    ...(flags.link !== undefined && { link: flags.link }),
  });
  const rows = priorTable(spec.priors);
  const coding = codingInWords(spec.design);
  const bound = (value: number | null): string => (value === null ? "" : String(value));
  show(rows, () =>
    textTable(
      {
        header: ["class", "coef", "group", "dpar", "lb", "ub", "source"],
        rows: rows.map((row) => ({
          label: row.prior,
          cells: [row.class, row.coef, row.group, row.dpar, bound(row.lb), bound(row.ub), row.source],
        })),
      },
      110,
    )
      .concat(coding.length === 0 ? [] : ["", "Coding of factors:", ...coding.map((line) => `  ${line}`)])
      .join("\n"),
  );
  return EXIT.fitted;
}
