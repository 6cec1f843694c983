/** `nutmix datasets`: the bundled data sets. */
import { EXIT } from "../exit-codes.ts";
import { bundledData } from "../load-data.ts";
import { print } from "../standard-output.ts";

export function datasetsCommand(flags: { readonly json?: boolean }): number {
  const sets = bundledData();
  const text = sets
    .map(({ name, title, source, formula }) => `${name}\n  ${title}\n  ${formula}\n  Source: ${source}`)
    .join("\n\n");
  print(flags.json === true ? `${JSON.stringify(sets)}\n` : `${text}\n`);
  return EXIT.fitted;
}
