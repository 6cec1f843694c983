#!/usr/bin/env node
/** The command `nutmix`. */
import { Command, CommanderError, type Option } from "commander";
import { NutmixError } from "../index.ts";
import {
  type CheckFlags,
  checkCommand,
  type HypothesisFlags,
  hypothesisCommand,
  type LooFlags,
  looCommand,
  type ResumeFlags,
  reportCommand,
  resumeCommand,
} from "./commands/after-fit.ts";
import { compareCommand } from "./commands/compare.ts";
import { datasetsCommand } from "./commands/datasets.ts";
import { type FitFlags, fitCommand } from "./commands/fit.ts";
import { type GlmmFlags, glmmCommand, type LmmFlags, lmmCommand } from "./commands/mixed.ts";
import { PLOT_TYPES, type PlotFlags, plotCommand } from "./commands/plot.ts";
import { type PredictFlags, predictCommand } from "./commands/predict.ts";
import { priorsCommand } from "./commands/priors.ts";
import { EXIT } from "./exit-codes.ts";
import { collect, dataFlags, type ModelFlags, numberOption, settingOptions } from "./options.ts";
import { note } from "./standard-error.ts";
import { print } from "./standard-output.ts";
import { packageVersion } from "./version.ts";

const program = new Command("nutmix")
  .description("Bayesian mixed models from a formula and a CSV file")
  .version(packageVersion());
let exitCode: number = EXIT.fitted;

const DATA =
  "a .csv, .tsv or .json file, - for CSV on standard input, or a bundled data set (nutmix datasets)";
const OVERWRITE = "replace the fit that --out holds, once the new one is there";
const FORMULA = "e.g. 'y ~ x + (1 + x | g)'; distributional parts after semicolons: 'y ~ x; sigma ~ x'";

function checkpointOption(): Option {
  return numberOption(
    "--checkpoint <seconds>",
    "with --out, keep the run so often: nutmix resume goes on from there, whatever ends this process",
  ).default(30);
}

function modelOptions(command: Command): Command {
  return dataFlags(command)
    .option("--family <name>", "response distribution (default gaussian)")
    .option("--link <name>", "link of the mean")
    .option("--prior <rule>", "e.g. 'normal(0, 10), class=b, coef=x'; may be repeated", collect, [])
    .option("--priors <set>", "a named prior set, or a JSON file with one")
    .option("--json", "print one JSON document");
}

const fit = modelOptions(program.command("fit"))
  .description("fit a model by NUTS and print its summary")
  .argument("<data>", DATA)
  .argument("<formula>", FORMULA);
for (const option of settingOptions()) fit.addOption(option);
fit
  .option("--strategy <name>", "auto, collapsed (effects integrated out exactly) or explicit", "auto")
  .option(
    "--likelihood <name>",
    "auto, sums (sufficient statistics of a Gaussian model), merged (equal rows as one) or rows",
    "auto",
  )
  .option("--backend <name>", "auto, wasm or js: what computes the likelihood of the rows", "auto")
  .option(
    "--coordinates <name>",
    "auto, own (standardised or partly centred effects) or transported (relative to what data and hyperparameters tell of them)",
    "auto",
  )
  .addOption(
    numberOption(
      "--ess <n>",
      "draw until every parameter has this many effective draws (bulk and tail) and R-hat is at most 1.01",
    ),
  )
  .addOption(numberOption("--max-seconds <n>", "with --ess: stop after this time, with a warning"))
  .option("--sample-prior", "draw from the prior alone: the likelihood is left out")
  .option("--out <dir>", "write fit.json, draws-*.csv, summary.txt and report.html there")
  .option("--overwrite", OVERWRITE)
  .addOption(checkpointOption())
  .option("--loo", "leave-one-out cross-validation too")
  .option("--quiet", "no progress and no warnings")
  .addHelpText(
    "after",
    `
Examples:
  nutmix fit sleepstudy "Reaction ~ Days + (Days | Subject)"
  nutmix fit data.csv "count ~ x + (1 | site)" --family negbinomial --prior "normal(0, 1), class=b"
  nutmix fit data.csv "y ~ x; sigma ~ x" --json > fit.json

Exit codes: 0 fitted; 1 bad input; 2 fitted, but the diagnostics say it must not be trusted; 130 stopped by
Ctrl-C (129 and 143 by other signals): with --out, nutmix resume goes on.`,
  )
  .action(async (data: string, formula: string, flags: FitFlags) => {
    exitCode = await fitCommand(data, formula, flags);
  });

function mixedOptions(command: Command): Command {
  return dataFlags(command)
    .argument("<data>", DATA)
    .argument("<formula>", FORMULA)
    .option("--weights <column>", "precision weights (lmm) or likelihood weights (glmm)")
    .option("--offset <column>", "added to the linear predictor with coefficient 1")
    .option("--out <dir>", "write fit.json, summary.txt and report.html there")
    .option("--overwrite", OVERWRITE)
    .option("--json", "print one JSON document")
    .option("--quiet", "no warnings");
}

mixedOptions(program.command("lmm").description("fit a linear mixed model by REML or ML, as lme4 does"))
  .option("--ml", "maximum likelihood in place of REML")
  .option("--df <method>", "degrees of freedom: satterthwaite, kenward-roger or none", "satterthwaite")
  .option("--correlation <structure>", "of residuals: ar(time, group), car(time, group), cs(group), …")
  .option("--variance <structure>", "of residuals: ident(group), power(x), exp(x), power(fitted)")
  .action(async (data: string, formula: string, flags: LmmFlags) => {
    exitCode = await lmmCommand(data, formula, flags);
  });

mixedOptions(
  program
    .command("glmm")
    .description("fit a generalised linear mixed model by maximum likelihood (Laplace or quadrature)"),
)
  .option("--family <name>", "response distribution (default gaussian)")
  .option("--link <name>", "link of the mean")
  .option("--agq <nodes>", "quadrature points per level; 1 is Laplace's approximation", Number, 1)
  .action(async (data: string, formula: string, flags: GlmmFlags) => {
    exitCode = await glmmCommand(data, formula, flags);
  });

const compareModels = modelOptions(program.command("compare"))
  .description("the Bayesian fit and its REML or maximum-likelihood counterpart side by side")
  .argument("<data>", DATA)
  .argument("<formula>", FORMULA);
for (const option of settingOptions()) compareModels.addOption(option);
compareModels
  .option("--quiet", "no progress and no warnings")
  .action(async (data: string, formula: string, flags: FitFlags) => {
    exitCode = await compareCommand(data, formula, flags);
  });

modelOptions(program.command("priors"))
  .description("list every parameter of a model with its prior; without arguments, the named prior sets")
  .argument("[data]", DATA)
  .argument("[formula]", FORMULA)
  .action((data: string | undefined, formula: string | undefined, flags: ModelFlags) => {
    exitCode = priorsCommand(data, formula, flags);
  });

const FOLDER = "a folder that nutmix fit … --out DIR wrote";

program
  .command("check")
  .description("posterior-predictive checks of a saved fit: statistics with p-values, and pictures")
  .argument("<dir>", FOLDER)
  .option(
    "--type <name>",
    "a check to draw (dens_overlay, bars, rootogram, stat_grouped, …); may be repeated",
    collect,
    [],
  )
  .option("--stat <name>", "statistic: mean, sd, min, max, median, prop_zero")
  .option("--group <column>", "for …_grouped checks")
  .option("--x <column>", "covariate of intervals and errors")
  .option("--out <dir>", "write the checks there as SVG")
  .option("--json", "print one JSON document")
  .action(async (dir: string, flags: CheckFlags) => {
    exitCode = await checkCommand(dir, flags);
  });

program
  .command("report")
  .description("write report.html of a saved fit again")
  .argument("<dir>", FOLDER)
  .action(async (dir: string) => {
    exitCode = await reportCommand(dir);
  });

program
  .command("loo")
  .description("leave-one-out cross-validation of saved fits, compared when there are several")
  .argument("<dirs...>", FOLDER)
  .option("--moment-match", "mend observations with a high Pareto k by moving the draws")
  .option("--json", "print one JSON document")
  .action((dirs: string[], flags: LooFlags) => {
    exitCode = looCommand(dirs, flags);
  });

program
  .command("hypothesis")
  .description("test hypotheses about parameters of a saved fit: 'Days > 5', 'b_x = 0'")
  .argument("<dir>", FOLDER)
  .argument("<hypotheses...>", "expressions of parameters with one of =, < and >")
  .option("--class <name>", "class of short names (default b)")
  .option("--group <factor>", "grouping factor of the class or of the scope")
  .option("--scope <name>", "standard, ranef or coef: the last two test every level")
  .addOption(numberOption("--alpha <p>", "outside the interval (default 0.05)"))
  .option("--json", "print one JSON document")
  .action((dir: string, hypotheses: string[], flags: HypothesisFlags) => {
    exitCode = hypothesisCommand(dir, hypotheses, flags);
  });

dataFlags(program.command("predict"), false)
  .description("predictions of a saved fit for new rows (or those of the fit) as CSV")
  .argument("<dir>", FOLDER)
  .argument("[data]", DATA)
  .option("--kind <name>", "predict (random responses), epred (expected ones) or linpred", "predict")
  .option("--dpar <name>", "a distributional parameter, with epred or linpred")
  .option("--re-formula <text>", "group-level effects: all, none, or terms such as '(1 | Subject)'")
  .option("--new-levels <method>", "unknown levels: error, gaussian, uncertainty or old_levels", "error")
  .addOption(numberOption("--ndraws <n>", "use this many draws (default all)"))
  .addOption(numberOption("--seed <n>", "seed of random responses (default that of the fit)"))
  .option("--robust", "median and mad in place of mean and sd")
  .option(
    "--spreadsheet-safe",
    "an apostrophe before text cells that begin with =, +, - or @, which spreadsheets run",
  )
  .option("--out <file>", "write there, not to standard output")
  .action((dir: string, data: string | undefined, flags: PredictFlags) => {
    exitCode = predictCommand(dir, data, flags);
  });

program
  .command("plot")
  .description("draw one plot of a saved fit")
  .argument("<dir>", FOLDER)
  .argument("<type>", `one of ${PLOT_TYPES}`)
  .requiredOption("--out <file>", "a .svg or .png file, or .json for the Vega-Lite specification")
  .option("--parameters <names>", "separated by commas; 'sd_*' means all that begin so")
  .option("--group <name>", "grouping factor or column")
  .option("--coefficient <name>", "of group_effects")
  .option("--effect <name>", "of conditional_effects: Days, age:treatment")
  .option("--x <column>", "covariate of intervals and errors")
  .option("--stat <name>", "statistic of stat checks")
  .action(async (dir: string, type: string, flags: PlotFlags) => {
    exitCode = await plotCommand(dir, type, flags);
  });

program
  .command("resume")
  .description(
    "go on with a run that was stopped or killed, or draw more: the draws are those of a run that never stopped",
  )
  .argument("<dir>", FOLDER)
  .addOption(numberOption("--draws <n>", "draws per chain in the end (default what was asked for)"))
  .addOption(numberOption("--cores <n>", "chains at the same time, 0 = one per processor").default(0))
  .addOption(checkpointOption())
  .option("--json", "print one JSON document")
  .option("--quiet", "no progress and no warnings")
  .action(async (dir: string, flags: ResumeFlags) => {
    exitCode = await resumeCommand(dir, flags);
  });

program
  .command("datasets")
  .description("list the bundled data sets")
  .option("--json", "print one JSON document")
  .action((flags: { json?: boolean }) => {
    exitCode = datasetsCommand(flags);
  });

// What cannot be said on standard error cannot be said at all; the exit code tells.
process.stderr.on("error", () => {});

program.configureOutput({ writeOut: print });
for (const command of program.commands) command.configureOutput({ writeOut: print });
for (const command of [program, ...program.commands]) command.exitOverride();
try {
  await program.parseAsync();
  process.exitCode = exitCode;
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fitted : EXIT.badInput;
  if (process.env.NUTMIX_DEBUG === "1") console.error(error);
  else if (error instanceof NutmixError) note(`error: ${error.message}`);
  else {
    const message = error instanceof Error ? error.message : String(error);
    note(`error: ${message} (this is a defect of nutmix; NUTMIX_DEBUG=1 shows where)`);
  }
  return EXIT.badInput;
}
