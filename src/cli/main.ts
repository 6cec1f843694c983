#!/usr/bin/env node
/** The command `nutmix`. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { NutmixError } from "../index.ts";
import { compareCommand } from "./commands/compare.ts";
import { datasetsCommand } from "./commands/datasets.ts";
import { type FitFlags, fitCommand } from "./commands/fit.ts";
import { type GlmmFlags, glmmCommand, type LmmFlags, lmmCommand } from "./commands/mixed.ts";
import { priorsCommand } from "./commands/priors.ts";
import { EXIT } from "./exit-codes.ts";
import { collect, type ModelFlags, settingOptions } from "./options.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const program = new Command("nutmix")
  .description("Bayesian mixed models from a formula and a CSV file")
  .version(version);
let exitCode: number = EXIT.fitted;

const DATA =
  "a .csv, .tsv or .json file, - for CSV on standard input, or a bundled data set (nutmix datasets)";
const FORMULA = "e.g. 'y ~ x + (1 + x | g)'; distributional parts after semicolons: 'y ~ x; sigma ~ x'";

function modelOptions(command: Command): Command {
  return command
    .option("--family <name>", "response distribution (default gaussian)")
    .option("--link <name>", "link of the mean")
    .option("--prior <rule>", "e.g. 'normal(0, 10), class=b, coef=x'; may be repeated", collect, [])
    .option("--priors <set>", "a named prior set, or a JSON file with one")
    .option(
      "--factor <column[=levels]>",
      "treat a column as a factor, levels separated by commas",
      collect,
      [],
    )
    .option("--ordered <column=levels>", "an ordered factor: dose=low<mid<high", collect, [])
    .option("--json", "print one JSON document");
}

const fit = modelOptions(program.command("fit"))
  .description("fit a model by NUTS and print its summary")
  .argument("<data>", DATA)
  .argument("<formula>", FORMULA);
for (const option of settingOptions()) fit.addOption(option);
fit
  .option("--strategy <name>", "auto, collapsed (effects integrated out exactly) or explicit", "auto")
  .option("--sample-prior", "draw from the prior alone: the likelihood is left out")
  .option("--out <dir>", "write fit.json, draws-*.csv and summary.txt there")
  .option("--quiet", "no progress and no warnings")
  .addHelpText(
    "after",
    `
Examples:
  nutmix fit sleepstudy "Reaction ~ Days + (Days | Subject)"
  nutmix fit data.csv "count ~ x + (1 | site)" --family negbinomial --prior "normal(0, 1), class=b"
  nutmix fit data.csv "y ~ x; sigma ~ x" --json > fit.json

Exit codes: 0 fitted; 1 bad input; 2 fitted, but the diagnostics say it must not be trusted.`,
  )
  .action(async (data: string, formula: string, flags: FitFlags) => {
    exitCode = await fitCommand(data, formula, flags);
  });

function mixedOptions(command: Command): Command {
  return command
    .argument("<data>", DATA)
    .argument("<formula>", FORMULA)
    .option("--weights <column>", "precision weights (lmm) or likelihood weights (glmm)")
    .option("--offset <column>", "added to the linear predictor with coefficient 1")
    .option(
      "--factor <column[=levels]>",
      "treat a column as a factor, levels separated by commas",
      collect,
      [],
    )
    .option("--ordered <column=levels>", "an ordered factor: dose=low<mid<high", collect, [])
    .option("--out <dir>", "write fit.json, summary.txt and report.html there")
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

program
  .command("datasets")
  .description("list the bundled data sets")
  .option("--json", "print one JSON document")
  .action((flags: { json?: boolean }) => {
    exitCode = datasetsCommand(flags);
  });

// A reader that stops early (`nutmix … | head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.fitted);
  throw error;
});

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
  else if (error instanceof NutmixError) process.stderr.write(`error: ${error.message}\n`);
  else {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: ${message} (this is a defect of nutmix; NUTMIX_DEBUG=1 shows where)\n`);
  }
  return EXIT.badInput;
}
