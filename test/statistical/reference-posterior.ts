/** Runs a reference case of test/fixtures/posteriors and says how far its posterior is from the reference. */
import { readdirSync, readFileSync } from "node:fs";
import { type BrmOptions, brm, diagnose, type Fit, prior, readCsv, summarise } from "nutmix";

const folder = new URL("../fixtures/posteriors/", import.meta.url);

export interface ReferenceCase {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly formula: string;
  readonly family: string;
  readonly link: string;
  readonly factors: Readonly<Record<string, readonly string[]>>;
  readonly priors: readonly ReferencePrior[];
  readonly adaptDelta?: number;
  readonly stan?: {
    readonly leapfrogs: number;
    readonly samplingLeapfrogs: number;
    readonly minEssBulk: number;
  };
  readonly parameters: readonly ReferenceParameter[];
}

interface ReferencePrior {
  readonly prior: string;
  readonly class: string;
  readonly coef: string;
  readonly group: string;
  readonly dpar: string;
  readonly lb?: number;
  readonly ub?: number;
}

interface ReferenceParameter {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  readonly mcseMean: number;
  readonly mcseSd: number;
}

export interface Comparison {
  readonly name: string;
  /** (mean − reference) in combined Monte Carlo standard errors. */
  readonly z: number;
  /** sd / reference sd − 1, and how much of it Monte Carlo error explains (4 standard errors). */
  readonly sdError: number;
  readonly sdTolerance: number;
}

export function referenceIds(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -5));
}

export function referenceCase(id: string): ReferenceCase {
  return { id, ...JSON.parse(readFileSync(new URL(`${id}.json`, folder), "utf8")) };
}

/** A way of computing a posterior that is not the default. */
export type Path = Pick<BrmOptions, "strategy" | "likelihood" | "backend" | "metric" | "centring">;

export function fitReference(
  reference: ReferenceCase,
  draws: number,
  seed = 1,
  path: Path = {},
): Promise<Fit> {
  const columnTypes: Record<string, { factor: string[] }> = {};
  for (const [column, levels] of Object.entries(reference.factors))
    columnTypes[column] = { factor: [...levels] };
  const data = readCsv(readFileSync(new URL(`${reference.id}.csv`, folder), "utf8"), { columnTypes });
  return brm(reference.formula, data, {
    family: reference.family,
    link: reference.link,
    priors: reference.priors.map(({ prior: text, ...where }) => prior(text, where)),
    adaptDelta: reference.adaptDelta ?? 0.8,
    draws,
    seed,
    ...path,
  });
}

/** Reference parameters that are known constants (sigma under se(), disc) are left out: they have no spread. */
export function comparePosterior(reference: ReferenceCase, fit: Fit): Comparison[] {
  const rows = new Map(summarise(fit.draws).map((row) => [row.name, row]));
  return reference.parameters
    .filter((parameter) => parameter.sd > 0)
    .map((expected) => {
      const row = rows.get(expected.name);
      if (row === undefined) throw new Error(`${reference.id}: the fit has no parameter ${expected.name}`);
      return {
        name: expected.name,
        z: (row.mean - expected.mean) / Math.hypot(row.mcseMean, expected.mcseMean),
        sdError: row.sd / expected.sd - 1,
        sdTolerance: (4 * Math.hypot(row.mcseSd, expected.mcseSd)) / expected.sd,
      };
    });
}

/**
 * In words, what disagrees. With p parameters about p·6e-5 exceed |z| = 4 by chance alone when errors are normal and
 * their scale is known exactly; MCSE estimates are not, and the reference's own error is shared by its parameters, so one of
 * every 200 (and one of 50 to 200) may lie beyond 4, none beyond 6.
 */
export function disagreements(comparisons: readonly Comparison[]): string[] {
  const far = comparisons.filter(({ z }) => !(Math.abs(z) <= 4));
  const allowed = comparisons.length < 50 ? 0 : Math.ceil(comparisons.length / 200);
  const reported = far.length > allowed ? far : far.filter(({ z }) => !(Math.abs(z) <= 6));
  const spread = comparisons.filter(
    ({ sdError, sdTolerance }) => !(Math.abs(sdError) <= Math.max(0.1, sdTolerance)),
  );
  return [
    ...reported.map(({ name, z }) => `${name}: mean is ${z.toFixed(1)} standard errors away`),
    ...spread.map(({ name, sdError }) => `${name}: sd differs by ${(100 * sdError).toFixed(0)} %`),
  ];
}

export function trouble(fit: Fit): string[] {
  return diagnose(fit).messages.map((message) => message.text);
}
