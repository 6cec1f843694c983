/** Linear and generalised mixed models as text, in the order in which lme4 and lmerTest print them. */

import { codingInWords } from "../design/describe-factors.ts";
import { quantileSorted } from "../numeric/quantile.ts";
import { checkOptions, type OptionTable, oneOf, whole } from "../options.ts";
import type { GlmmFit } from "../reml/glmm/glmm-fit.ts";
import type { CoefficientRow } from "../reml/inference/coefficient-table.ts";
import { coefficientTable, inference, normalInference } from "../reml/inference/coefficient-table.ts";
import type { DfMethod } from "../reml/inference/tests.ts";
import { varianceExplained } from "../reml/inference/variance-explained.ts";
import type { LmmFit, RandomTerm } from "../reml/lmm-fit.ts";
import { lmmResiduals } from "../reml/residuals.ts";
import { correlation, standardDeviations } from "../reml/singularity.ts";
import { fixed, textTable, wrap } from "./text-table.ts";

export interface MixedPrintOptions {
  /** Degrees of freedom of a linear model's tests; default satterthwaite. */
  readonly df?: DfMethod;
  readonly width?: number;
}

export const mixedPrintOptions = {
  df: oneOf("satterthwaite", "kenward-roger", "none"),
  width: whole(20),
} satisfies OptionTable<MixedPrintOptions>;

/** The fit as text; ends without a line break. */
export function printMixedModel(fit: LmmFit | GlmmFit, options: MixedPrintOptions = {}): string {
  options = checkOptions("printMixedModel()", mixedPrintOptions, options);
  const width = options.width ?? 80;
  const lines = fit.kind === "lmm" ? linear(fit, options.df, width) : generalised(fit, width);
  for (const warning of fit.warnings) lines.push("", ...wrap(`Warning: ${warning}`, width));
  return lines.join("\n");
}

function linear(fit: LmmFit, df: DfMethod | undefined, width: number): string[] {
  const own = inference(fit, df);
  const names = { satterthwaite: "Satterthwaite", "kenward-roger": "Kenward–Roger", none: "none (normal)" };
  const sorted = lmmResiduals(fit, "pearson").sort();
  const quantiles = [0, 0.25, 0.5, 0.75, 1].map((p) => fixed(quantileSorted(sorted, p), 3));
  const { icc, r2 } = varianceExplained(fit);
  return [
    `Linear mixed model fitted by ${fit.method}`,
    `Formula: ${fit.formula}`,
    ...rowsLine(fit),
    ...codingLines(fit, width),
    `${fit.method === "REML" ? "REML criterion" : "Deviance"}: ${fixed(fit.criterion, 2)}   logLik: ${fixed(fit.logLik, 2)} (df = ${fit.df})   AIC: ${fixed(fit.aic, 1)}   BIC: ${fixed(fit.bic, 1)}`,
    "",
    "Scaled residuals:",
    ...textTable(
      { header: ["Min", "1Q", "Median", "3Q", "Max"], rows: [{ label: "", cells: quantiles }] },
      width,
    ),
    "",
    ...randomTable(
      fit.random.filter(({ smooth }) => smooth === undefined),
      fit.sigma,
      width,
    ),
    "",
    ...smoothTable(fit, width),
    ...residualStructure(fit, width),
    `Population-level effects (degrees of freedom: ${names[own.method]}):`,
    ...coefficients(coefficientTable(own), own.method !== "none", "t", width),
    ...(fit.random.length === 0
      ? []
      : [
          "",
          `R² marginal ${fixed(r2.marginal, 3)}, conditional ${fixed(r2.conditional, 3)}; ICC ${Object.entries(
            icc.byGroup,
          )
            .map(([group, value]) => `${group} ${fixed(value, 3)}`)
            .join(", ")}`,
        ]),
  ];
}

function codingLines({ design }: LmmFit | GlmmFit, width: number): string[] {
  const lines = codingInWords(design).flatMap((line) => wrap(line, width - 8, "  "));
  return lines.map((line, i) => (i === 0 ? "Coding: " : "        ") + line);
}

function residualStructure({ residual }: LmmFit, width: number): string[] {
  if (residual === undefined) return [];
  const { correlation, variances } = residual.data;
  const rows = residual.parameters.map(({ name, value, lower, upper }) => ({
    label: name,
    cells: [value, lower, upper].map(significant),
  }));
  const title = [correlation?.call.text, variances.map(({ call }) => call.text).join(" * ")]
    .filter((text) => text !== undefined && text !== "")
    .join(", ");
  return [
    `Residual structure: ${title}`,
    ...textTable({ header: ["Estimate", "l-95% CI", "u-95% CI"], rows }, width),
    "",
  ];
}

function generalised(fit: GlmmFit, width: number): string[] {
  const { name, links } = fit.family;
  const how = fit.method === "AGQ" ? `adaptive quadrature, ${fit.nodes} nodes` : "Laplace approximation";
  const lines = [
    `Generalised linear mixed model fitted by maximum likelihood (${how})`,
    `Family: ${name}, link of mu: ${links.mu}`,
    `Formula: ${fit.formula}`,
    ...rowsLine(fit),
    ...codingLines(fit, width),
    `Deviance: ${fixed(fit.criterion, 2)}   logLik: ${fixed(fit.logLik, 2)} (df = ${fit.df})   AIC: ${fixed(fit.aic, 1)}   BIC: ${fixed(fit.bic, 1)}`,
  ];
  if (fit.random.length > 0) lines.push("", ...randomTable(fit.random, undefined, width));
  lines.push("", "Population-level effects:");
  lines.push(...coefficients(coefficientTable(normalInference(fit.fixed)), false, "z", width));
  for (const own of fit.distributional) {
    lines.push("", `Coefficients of ${own.dpar} (${links[own.dpar]} link):`);
    lines.push(...coefficients(coefficientTable(normalInference(own)), false, "z", width));
  }
  if (fit.constants.length > 0) {
    const rows = fit.constants.map(({ name: label, estimate, lower, upper }) => ({
      label,
      cells: [estimate, lower, upper].map((value) => significant(value)),
    }));
    lines.push(
      "",
      "Further parameters:",
      ...textTable({ header: ["Estimate", "l-95% CI", "u-95% CI"], rows }, width),
    );
  }
  return lines;
}

function rowsLine({ nobs, design, random }: LmmFit | GlmmFit): string[] {
  const grouped = random.filter(({ smooth }) => smooth === undefined);
  const groups = [...new Map(grouped.map(({ group, levels }) => [group, levels.length]))];
  const { count, columns } = design.dropped;
  const dropped =
    count > 0 ? [`${count} rows with missing values (${columns.join(", ")}) were left out`] : [];
  const text = groups.map(([group, levels]) => `${group}, ${levels}`).join("; ");
  return [`Number of observations: ${nobs}${text === "" ? "" : `   groups: ${text}`}`, ...dropped];
}

function smoothTable({ smooths }: LmmFit, width: number): string[] {
  if (smooths.length === 0) return [];
  const rows = smooths.flatMap(({ label, edf, sds, sp }) =>
    (sds.length === 0 ? [Number.NaN] : sds).map((sd, j) => ({
      label: j === 0 ? label : "",
      cells: [j === 0 ? fixed(edf, 3) : "", significant(sd), significant(sp[j] ?? Number.NaN)],
    })),
  );
  return ["Smooths:", ...textTable({ header: ["edf", "Std.Dev.", "sp"], rows }, width), ""];
}

function randomTable(terms: readonly RandomTerm[], sigma: number | undefined, width: number): string[] {
  const rows = terms.flatMap((term) => {
    const sds = standardDeviations(term);
    return term.names.map((name, i) => ({
      label: `${i === 0 ? term.group : "".padEnd(term.group.length)} ${name}`,
      cells: [
        significant(sds[i]! ** 2),
        significant(sds[i]!),
        ...term.names.slice(0, i).map((_, j) => {
          const independent = term.covariance[i * term.names.length + j] === 0;
          return independent ? "" : fixed(correlation(term, i, j), 2);
        }),
      ],
    }));
  });
  if (sigma !== undefined) {
    rows.push({ label: "Residual", cells: [significant(sigma ** 2), significant(sigma)] });
  }
  const correlations = Math.max(0, ...terms.map(({ names }) => names.length - 1));
  const header = [
    "Variance",
    "Std.Dev.",
    ...Array.from({ length: correlations }, (_, k) => (k === 0 ? "Corr" : "")),
  ];
  return ["Group-level effects:", ...textTable({ header, rows }, width)];
}

function coefficients(
  rows: readonly CoefficientRow[],
  withDf: boolean,
  statistic: string,
  width: number,
): string[] {
  const header = ["Estimate", "Std.Error", ...(withDf ? ["df"] : []), `${statistic} value`, "p"];
  return textTable(
    {
      header,
      rows: rows.map(({ name, estimate, se, df, t, p }) => ({
        label: name,
        cells: [
          significant(estimate),
          significant(se),
          ...(withDf ? [fixed(df, 1)] : []),
          fixed(t, 2),
          p < 1e-4 ? "<0.0001" : fixed(p, 4),
        ],
      })),
    },
    width,
  );
}

/** Five significant digits. */
function significant(value: number): string {
  if (!Number.isFinite(value)) return fixed(value, 2);
  const text = value.toPrecision(5);
  return text.includes("e") ? value.toExponential(3) : text;
}
