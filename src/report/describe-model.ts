/** A model in words and in mathematics. */

import { codingInWords } from "../design/describe-factors.ts";
import { groupBlocks } from "../model/groups.ts";
import { coefficientName } from "../model/names.ts";
import type { ModelSpec } from "../model/spec.ts";

const LIKELIHOODS = {
  sums: ", with a likelihood computed from sufficient statistics",
  merged: ", with equal rows counted as one with a weight",
  rows: "",
};

/** Sentences for someone who does not read formulas. */
export function modelInWords(spec: ModelSpec): string[] {
  const { design, family, priorOnly } = spec;
  const { response, nobs, dropped, predictors } = design;
  const [mu] = predictors;
  const terms = [...mu!.population.termLabels, ...mu!.special.map(({ label }) => label)];
  const sentences = [
    `The response ${response.name} (${nobs} rows) follows a ${family.name} distribution` +
      (terms.length === 0
        ? "."
        : ` whose location depends on ${terms.join(", ")} through the link ${family.links.mu}.`),
  ];
  for (const { group, levels, coefficients, correlated } of groupBlocks(design)) {
    const names = coefficients.map(({ label }) => label);
    sentences.push(
      `The ${levels.length} levels of ${group} differ in ${names.join(", ")}` +
        `${names.length > 1 ? (correlated ? ", with correlations between them" : ", independently of each other") : ""}.`,
    );
  }
  for (const { dpar, population, special } of predictors.slice(1)) {
    const from = [...population.termLabels, ...special.map(({ label }) => label)];
    sentences.push(
      `The parameter ${dpar} is predicted too${from.length === 0 ? "" : `, from ${from.join(", ")}`}.`,
    );
  }
  if (dropped.count > 0) {
    sentences.push(
      `${dropped.count} rows with missing values in ${dropped.columns.join(", ")} were left out (rows ${dropped.rows.slice(0, 12).join(", ")}${dropped.rows.length > 12 ? ", …" : ""}).`,
    );
  }
  for (const line of codingInWords(design)) sentences.push(`Coding of ${line}.`);
  if (priorOnly) sentences.push("The likelihood was left out: these are draws from the prior.");
  sentences.push(pathInWords(spec));
  return sentences;
}

/** Which way the cost model, or the user, took. */
export function pathInWords({ strategy, likelihood }: ModelSpec): string {
  return strategy === "collapsed"
    ? "Group-level effects and coefficients with flat or normal priors were integrated out exactly and drawn afterwards."
    : `All parameters were sampled${LIKELIHOODS[likelihood]}.`;
}

/** One line per distributional statement, in plain Unicode. */
export function modelInMathematics(spec: ModelSpec): string[] {
  const { design, family } = spec;
  const dpars = Object.keys(family.links);
  const predicted = new Set(design.predictors.map(({ dpar }) => dpar));
  const lines = [
    `${design.response.name}ᵢ ~ ${family.name}(${dpars.map((dpar) => (predicted.has(dpar) ? `${dpar}ᵢ` : dpar)).join(", ")})`,
  ];
  const blocks = groupBlocks(design);
  for (const { dpar, population, groups, special, offset } of design.predictors) {
    const link = family.links[dpar]!;
    const left = link === "identity" ? `${dpar}ᵢ` : `${link}(${dpar}ᵢ)`;
    const parts = [
      ...(population.intercept ? [spec.categories > 0 && dpar === "mu" ? "" : "b_Intercept"] : []),
      ...population.names.map((name) => `b_${coefficientName(name)}·${name}ᵢ`),
      ...groups.flatMap(({ group, names }) =>
        names.map((name) =>
          name === "(Intercept)" ? `r_${group}[${group}ᵢ]` : `r_${group}[${group}ᵢ, ${name}]·${name}ᵢ`,
        ),
      ),
      ...special.map(({ label }) => `${label}ᵢ`),
      ...(offset === undefined ? [] : ["offsetᵢ"]),
    ].filter((part) => part !== "");
    lines.push(`${left} = ${parts.length === 0 ? "0" : parts.join(" + ")}`);
  }
  for (const { group, coefficients, correlated } of blocks) {
    const names = coefficients.map(({ label }) => label);
    lines.push(
      names.length === 1
        ? `r_${group}[j] ~ normal(0, sd_${group}__${names[0]})`
        : correlated
          ? `(${names.map((name) => `r_${group}[j, ${name}]`).join(", ")}) ~ multinormal(0, D R D),  D = diag(sd_${group}), R = cor_${group}`
          : names.map((name) => `r_${group}[j, ${name}] ~ normal(0, sd_${group}__${name})`).join("\n"),
    );
  }
  return lines;
}
