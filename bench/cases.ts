/** The reference models of test/fixtures/posteriors, as brms and Stan fitted them. */
import { readdirSync, readFileSync } from "node:fs";
import { type BrmOptions, prior, readCsv, type Table } from "nutmix";
import stan from "./stan.json" with { type: "json" };

const folder = new URL("../../test/fixtures/posteriors/", import.meta.url);

interface Fixture {
  readonly formula: string;
  readonly family: string;
  readonly link: string;
  readonly adaptDelta: number;
  readonly factors: Record<string, string[]>;
  readonly priors: { prior: string; class: string; coef: string; group: string; dpar: string }[];
}

/** Seconds and effective samples of a default run of Stan. */
export interface StanFigures {
  readonly samplingS: number;
  readonly minEssBulk: number;
  readonly leapfrogs: number;
}

export interface Model {
  readonly formula: string;
  readonly data: Table;
  readonly options: BrmOptions;
}

export const stanSource: string = stan.source;

export function caseNames(): string[] {
  return readdirSync(folder)
    .map((file) => /^brms-(.*)\.json$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

export function stanFigures(name: string): StanFigures | undefined {
  return (stan.cases as Record<string, StanFigures>)[name];
}

/** Settings are those of Stan's run: the target acceptance rate of the fixture, else defaults. */
export function loadCase(name: string): Model {
  const fixture = JSON.parse(readFileSync(new URL(`brms-${name}.json`, folder), "utf8")) as Fixture;
  const columnTypes = Object.fromEntries(
    Object.entries(fixture.factors).map(([k, factor]) => [k, { factor }]),
  );
  return {
    formula: fixture.formula,
    data: readCsv(readFileSync(new URL(`brms-${name}.csv`, folder), "utf8"), { columnTypes }),
    options: {
      family: fixture.family,
      link: fixture.link,
      adaptDelta: fixture.adaptDelta,
      priors: fixture.priors.map(({ prior: text, ...where }) => prior(text, where)),
    },
  };
}
