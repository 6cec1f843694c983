/** `nutmix lmm DATA FORMULA` and `nutmix glmm DATA FORMULA`. */
import {
  type DfMethod,
  type GlmmFit,
  glmm,
  glmmDocument,
  type LmmFit,
  lmm,
  lmmDocument,
  type MixedPrintOptions,
  mixedReport,
  printMixedModel,
  SettingsError,
} from "../../index.ts";
import { type FitFolder, openFitFolder, token } from "../../index-node.ts";
import { EXIT } from "../exit-codes.ts";
import { loadData } from "../load-data.ts";
import { codingOptions, type DataFlags, reading } from "../options.ts";
import { thisCommand } from "../shell-word.ts";
import { note } from "../standard-error.ts";
import { print } from "../standard-output.ts";

export interface MixedFlags extends DataFlags {
  readonly weights?: string;
  readonly offset?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly out?: string;
  readonly overwrite?: boolean;
}

export interface LmmFlags extends MixedFlags {
  readonly correlation?: string;
  readonly variance?: string;
  readonly ml?: boolean;
  readonly df: string;
}

export interface GlmmFlags extends MixedFlags {
  readonly family?: string;
  readonly link?: string;
  readonly agq: number;
}

const DF_METHODS: readonly string[] = ["satterthwaite", "kenward-roger", "none"] satisfies DfMethod[];

export async function lmmCommand(data: string, formula: string, flags: LmmFlags): Promise<number> {
  if (!DF_METHODS.includes(flags.df)) {
    throw new SettingsError(`--df is one of ${DF_METHODS.join(", ")}, not "${flags.df}"`);
  }
  const df = flags.df as DfMethod;
  return withFolder(flags, async (folder) => {
    const fit = lmm(formula, loadData(data, reading(flags)), {
      reml: flags.ml !== true,
      ...termFlags(flags),
      ...(flags.correlation !== undefined && { correlation: flags.correlation }),
      ...(flags.variance !== undefined && { variance: flags.variance }),
    });
    return report(fit, lmmDocument(fit, { df }), { df }, flags, folder);
  });
}

export async function glmmCommand(data: string, formula: string, flags: GlmmFlags): Promise<number> {
  return withFolder(flags, async (folder) => {
    const fit = glmm(formula, loadData(data, reading(flags)), {
      nodes: flags.agq,
      ...termFlags(flags),
      ...(flags.family !== undefined && { family: flags.family }),
      ...(flags.link !== undefined && { link: flags.link }),
    });
    return report(fit, glmmDocument(fit), {}, flags, folder);
  });
}

/** The folder is tried before the model is fitted. */
async function withFolder(
  { out, overwrite }: MixedFlags,
  run: (folder: FitFolder | undefined) => Promise<number>,
): Promise<number> {
  const folder = out === undefined ? undefined : openFitFolder(out, { overwrite: overwrite === true });
  try {
    return await run(folder);
  } finally {
    folder?.close();
  }
}

function termFlags({ weights, offset, ...flags }: MixedFlags): { weights?: string; offset?: string } {
  return {
    ...codingOptions(flags),
    ...(weights !== undefined && { weights }),
    ...(offset !== undefined && { offset }),
  };
}

async function report(
  fit: LmmFit | GlmmFit,
  document: unknown,
  options: MixedPrintOptions,
  flags: MixedFlags,
  folder: FitFolder | undefined,
): Promise<number> {
  const printed = printMixedModel(fit, options);
  if (folder !== undefined) {
    const html = await mixedReport(fit, { ...options, reproduce: thisCommand() });
    folder.replace({
      id: token(),
      content: [
        { name: "summary.txt", content: [`${printed}\n`] },
        { name: "report.html", content: [html] },
      ],
      manifest: { name: "fit.json", content: () => [`${JSON.stringify(document)}\n`] },
    });
  }
  if (flags.json === true) {
    print(`${JSON.stringify(document)}\n`);
    if (flags.quiet !== true) for (const warning of fit.warnings) note(`warning: ${warning}`);
  } else print(`${printed}\n`);
  return fit.convergence.converged ? EXIT.fitted : EXIT.untrustworthy;
}
