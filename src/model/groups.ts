/**
 * Group-level blocks: the sets of coefficients that share one covariance matrix. Usually one block per `( | g)` term;
 * terms with the same ID and group are joined into one, across distributional parameters.
 */
import type { Design, GroupDesign } from "../design/design.ts";
import { drawPrefix, type PredictorKey, predictorKey } from "../quantities/predictor-key.ts";
import { coefficientName } from "./names.ts";
import type { PriorKey } from "./priors-of.ts";

export interface GroupBlock {
  readonly group: string;
  readonly levels: readonly string[];
  readonly correlated: boolean;
  readonly coefficients: readonly GroupCoefficient[];
  readonly members: readonly GroupMember[];
}

export interface GroupCoefficient {
  readonly key: PredictorKey;
  /** brms' name without dpar prefix: `Intercept`. */
  readonly name: string;
  /** With the prefix: `sigma_Intercept`. */
  readonly label: string;
}

/** One term of a block: its coefficients are columns `first` … of the block's effects. */
export interface GroupMember {
  readonly key: PredictorKey;
  readonly term: GroupDesign;
  readonly first: number;
}

/** Under which the priors of a block's standard deviations are found. */
export function sdKeysOf({ group, coefficients }: GroupBlock): PriorKey[] {
  return coefficients.map(({ key, name }) => ({ class: "sd", group, ...key, coef: name }));
}

/** Blocks in brms' order: by group name, then by appearance. */
export function groupBlocks(design: Design): GroupBlock[] {
  const gathered: { id: string; members: Omit<GroupMember, "first">[] }[] = [];
  for (const predictor of design.predictors) {
    const key = predictorKey(predictor.dpar, predictor);
    for (const term of predictor.groups) {
      const id = term.id === undefined ? "" : JSON.stringify([term.id, term.group]);
      const joint = id === "" ? undefined : gathered.find((block) => block.id === id);
      if (joint === undefined) gathered.push({ id, members: [{ key, term }] });
      else joint.members.push({ key, term });
    }
  }
  return gathered.map(({ members }) => assemble(members)).sort(byGroup);
}

function assemble(members: readonly Omit<GroupMember, "first">[]): GroupBlock {
  const coefficients: GroupCoefficient[] = [];
  const placed: GroupMember[] = [];
  for (const { key, term } of members) {
    placed.push({ key, term, first: coefficients.length });
    for (const raw of term.names) {
      const name = coefficientName(raw);
      coefficients.push({ key, name, label: drawPrefix(key) + name });
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
