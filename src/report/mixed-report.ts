/** The report of a linear or generalised mixed model: summary, diagnostics in numbers and pictures. */
import { NORMAL_975 } from "../numeric/quantile.ts";

import { checkOptions, type OptionTable, text } from "../options.ts";
import {
  caterpillar,
  cooksDistancePlot,
  type Plot,
  qqNormal,
  renderSvg,
  residualsByGroup,
  residualsFitted,
  scaleLocation,
} from "../plots/index.ts";
import { qqEnvelope } from "../reml/diagnostics/envelope.ts";
import { randomEffectsPca } from "../reml/diagnostics/random-effects-pca.ts";
import { type ScaledResiduals, scaledResiduals } from "../reml/diagnostics/scaled-residuals.ts";
import { shapiroWilk } from "../reml/diagnostics/shapiro-wilk.ts";
import type { GlmmFit } from "../reml/glmm/glmm-fit.ts";
import type { LmmFit, RandomTerm } from "../reml/lmm-fit.ts";
import { cooksDistances, lmmResiduals } from "../reml/residuals.ts";
import { type Block, htmlReport, type Section } from "./html.ts";
import { type MixedPrintOptions, mixedPrintOptions, printMixedModel } from "./print-mixed-model.ts";
import { fixed } from "./text-table.ts";

export interface MixedReportOptions extends MixedPrintOptions {
  /** The command or call that made the fit, to be repeated. */
  readonly reproduce?: string;
}

const mixedReportOptions = {
  ...mixedPrintOptions,
  reproduce: text,
} satisfies OptionTable<MixedReportOptions>;

/** @returns one HTML page. */
export async function mixedReport(fit: LmmFit | GlmmFit, options: MixedReportOptions = {}): Promise<string> {
  options = checkOptions("mixedReport()", mixedReportOptions, options);
  const { reproduce, ...printing } = options;
  const scaled = fit.kind === "glmm" && fit.categories === 0 ? scaledResiduals(fit) : undefined;
  const sections: Section[] = [
    { heading: "Verdict", blocks: verdict(fit, scaled).map((text) => ({ kind: "paragraph", text })) },
    { heading: "Summary", blocks: [{ kind: "preformatted", text: printMixedModel(fit, printing) }] },
    {
      heading: "Residuals",
      blocks: fit.kind === "lmm" ? await linearResiduals(fit) : await scaledBlocks(fit, scaled),
    },
    { heading: "Group-level effects", blocks: await effectBlocks(fit) },
  ];
  if (reproduce !== undefined) {
    sections.push({ heading: "To repeat this", blocks: [{ kind: "preformatted", text: reproduce }] });
  }
  return htmlReport({ title: fit.formula, sections: sections.filter(({ blocks }) => blocks.length > 0) });
}

function verdict(fit: LmmFit | GlmmFit, scaled: ScaledResiduals | undefined): string[] {
  const converged = fit.convergence.converged
    ? "The fit converged."
    : `The fit did not converge: ${fit.convergence.message ?? "the search stopped early"}.`;
  return [converged, ...(scaled === undefined ? aboutCounts(fit) : aboutFit(scaled)), ...fit.warnings];
}

/** P-values below this speak against the model. */
const UNLIKELY = 0.01;

/** What simulations from the fit say of it. */
function aboutFit({ tests: { dispersion, zeroInflation } }: ScaledResiduals): string[] {
  const found: string[] = [];
  if (dispersion.p < UNLIKELY) {
    found.push(
      `The response is ${dispersion.ratio > 1 ? "over" : "under"}dispersed: its spread is ${fixed(dispersion.ratio, 2)} times that of simulations ` +
        `from the fit (p = ${fixed(dispersion.p, 3)}), so that standard errors are too ${dispersion.ratio > 1 ? "small" : "large"}.`,
    );
  }
  if (zeroInflation.p < UNLIKELY) {
    found.push(
      `There are ${fixed(zeroInflation.ratio, 2)} times as many zeros as in simulations from the fit (p = ${fixed(zeroInflation.p, 3)}).`,
    );
  }
  return found;
}

/** A few whole numbers from zero are no measurements. */
function aboutCounts(fit: LmmFit | GlmmFit): string[] {
  if (fit.kind !== "lmm") return [];
  const { values, name } = fit.design.response;
  const distinct = new Set(values).size;
  if (distinct > 10 || !values.every((value) => Number.isInteger(value) && value >= 0)) return [];
  return [
    `${name} holds ${distinct} different whole numbers from 0: for counts and ratings there are the families of glmm() (poisson, ` +
      "negbinomial, binomial, cumulative), whose intervals respect them.",
  ];
}

async function picture(plot: Plot, caption: string): Promise<Block> {
  return { kind: "chart", svg: await renderSvg(plot.spec), caption };
}

async function linearResiduals(fit: LmmFit): Promise<Block[]> {
  const response = fit.design.response.name;
  const pearson = lmmResiduals(fit, "pearson");
  const standardised = lmmResiduals(fit, "standardised");
  const blocks: Block[] = [];
  if (pearson.length <= 5000) {
    const { w, p } = shapiroWilk(pearson);
    blocks.push({
      kind: "paragraph",
      text: `Shapiro–Wilk test of the residuals: W = ${fixed(w, 4)}, p ${p < 1e-4 ? "< 0.0001" : `= ${fixed(p, 4)}`}.`,
    });
  }
  blocks.push(
    await picture(
      residualsFitted({ fitted: fit.fitted, residuals: pearson, response }),
      "A flat line means no curvature is left.",
    ),
    await picture(
      scaleLocation({ fitted: fit.fitted, residuals: standardised, response }),
      "A flat line means an even spread.",
    ),
    await picture(
      qqNormal({ title: "Residuals, normal Q–Q", values: pearson, ...smallEnvelope(pearson) }),
      "Points inside the grey envelope are what normal residuals look like.",
    ),
  );
  for (const { group, levels, index } of fit.design.predictors[0]!.groups.slice(0, 2)) {
    blocks.push(
      await picture(
        residualsByGroup({ group, levels, index, residuals: pearson }),
        `Residuals of each ${group}.`,
      ),
    );
  }
  blocks.push(
    await picture(
      cooksDistancePlot({
        by: "row",
        labels: Array.from(fit.design.response.rowNumbers, String),
        distances: cooksDistances(fit),
      }),
      "Rows that pull the coefficients most.",
    ),
  );
  return blocks;
}

/** Envelopes of long vectors are thinner than the points. */
function smallEnvelope(values: Float64Array): { envelope?: ReturnType<typeof qqEnvelope> } {
  return values.length > 3000 ? {} : { envelope: qqEnvelope(values) };
}

async function scaledBlocks(fit: GlmmFit, scaled: ScaledResiduals | undefined): Promise<Block[]> {
  if (scaled === undefined) return [];
  const { values, tests } = scaled;
  const { uniformity, dispersion, zeroInflation, outliers } = tests;
  const rows = [
    {
      label: "uniformity (Kolmogorov–Smirnov)",
      cells: [fixed(uniformity.statistic, 3), fixed(uniformity.p, 4)],
    },
    { label: "dispersion (ratio)", cells: [fixed(dispersion.ratio, 3), fixed(dispersion.p, 4)] },
    { label: "zeros (ratio)", cells: [fixed(zeroInflation.ratio, 3), fixed(zeroInflation.p, 4)] },
    {
      label: `outliers (${fixed(outliers.expected, 1)} expected)`,
      cells: [String(outliers.count), fixed(outliers.p, 4)],
    },
  ];
  return [
    {
      kind: "paragraph",
      text: "Scaled residuals say where each observation lies among responses simulated from the fit; they are uniform when the model is right.",
    },
    { kind: "table", table: { header: ["statistic", "p"], rows } },
    await picture(
      residualsFitted({
        fitted: fit.fitted,
        residuals: values.map((value) => value - 0.5),
        response: fit.design.response.name,
      }),
      "Scaled residuals less one half.",
    ),
  ];
}

/** Terms and coefficients beyond which pictures repeat each other. */
const MOST_PICTURES = 4;

async function effectBlocks(fit: LmmFit | GlmmFit): Promise<Block[]> {
  const blocks: Block[] = [];
  if (fit.kind === "lmm" && fit.random.length > 0) {
    const rows = randomEffectsPca(fit).map(({ group, share }) => ({
      label: group,
      cells: [share.map((value) => fixed(value, 3)).join(", ")],
    }));
    blocks.push({ kind: "table", table: { header: ["share of variance by principal component"], rows } });
  }
  const coefficients = fit.random.flatMap((term) => term.names.map((_, j) => ({ term, j })));
  for (const { term, j } of coefficients.slice(0, MOST_PICTURES)) {
    const input = caterpillarInput(term, j);
    blocks.push(await picture(caterpillar(input), "Conditional modes with 95 % intervals."));
    if (input.estimates.length >= 3 && input.estimates.some((value) => value !== input.estimates[0])) {
      blocks.push(
        await picture(
          qqNormal({
            title: `${input.name} by ${input.group}, normal Q–Q`,
            values: input.estimates,
            ...smallEnvelope(input.estimates),
          }),
          "Group-level effects are taken as normal.",
        ),
      );
    }
  }
  return blocks;
}

function caterpillarInput({ group, names, levels, effects, conditionalCovariance }: RandomTerm, j: number) {
  const k = names.length;
  const estimates = effects.slice(j * levels.length, (j + 1) * levels.length);
  const half = estimates.map((_, l) => NORMAL_975 * Math.sqrt(conditionalCovariance[l * k * k + j * k + j]!));
  return {
    group,
    name: names[j]!,
    levels,
    estimates,
    lower: estimates.map((value, l) => value - half[l]!),
    upper: estimates.map((value, l) => value + half[l]!),
  };
}
