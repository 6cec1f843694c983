/**
 * Group-level blocks: the sets of coefficients that share one covariance matrix. Usually one block per `( | g)` term;
 * terms with the same ID and group are joined into one, across distributional parameters.
 */
import type { Design, GroupDesign } from "../design/design.ts";
import { coefficientName, dparPrefix } from "./names.ts";
import type { PriorKey } from "./priors-of.ts";

export interface GroupBlock {
  readonly group: string;
  readonly levels: readonly string[];
  readonly correlated: boolean;
  readonly coefficients: readonly GroupCoefficient[];
  readonly members: readonly GroupMember[];
}

export interface GroupCoefficient {
  readonly dpar: string;
  /** brms' name without dpar prefix: `Intercept`. */
  readonly name: string;
  /** With the prefix: `sigma_Intercept`. */
  readonly label: string;
}

/** One term of a block: its coefficients are columns `first` … of the block's effects. */
export interface GroupMember {
  readonly dpar: string;
  readonly term: GroupDesign;
  readonly first: number;
}

/** Under which the priors of a block's standard deviations are found. */
export function sdKeysOf({ group, coefficients }: GroupBlock): PriorKey[] {
  return coefficients.map(({ dpar, name }) => ({ class: "sd", group, dpar, coef: name }));
}

/** Blocks in brms' order: by group name, then by appearance. */
export function groupBlocks(design: Design): GroupBlock[] {
  const gathered: { key: string; members: { dpar: string; term: GroupDesign }[] }[] = [];
  for (const { dpar, groups } of design.predictors) {
    for (const term of groups) {
      const key = term.id === undefined ? "" : JSON.stringify([term.id, term.group]);
      const joint = key === "" ? undefined : gathered.find((block) => block.key === key);
      if (joint === undefined) gathered.push({ key, members: [{ dpar, term }] });
      else joint.members.push({ dpar, term });
    }
  }
  return gathered.map(({ members }) => assemble(members)).sort(byGroup);
}

function assemble(members: readonly { dpar: string; term: GroupDesign }[]): GroupBlock {
  const coefficients: GroupCoefficient[] = [];
  const placed: GroupMember[] = [];
  for (const { dpar, term } of members) {
    placed.push({ dpar, term, first: coefficients.length });
    for (const raw of term.names) {
      const name = coefficientName(raw);
      coefficients.push({ dpar, name, label: `${dparPrefix(dpar)}${name}` });
    }
  }
  const { group, levels } = members[0]!.term;
  return {
    group,
    levels,
    correlated: coefficients.length > 1 && members.every(({ term }) => term.correlated),
    coefficients,
    members: placed,
  };
}

function byGroup(a: GroupBlock, b: GroupBlock): number {
  return a.group < b.group ? -1 : a.group > b.group ? 1 : 0;
}
