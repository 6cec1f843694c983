/**
 * Smooths in the frequentist mode: their columns that are not penalised are population-level ones, their penalised ones are blocks
 * of random effects of one standard deviation (Wood 2004, J. Am. Stat. Assoc. 99: 673–686; as mgcv's gamm() and gamm4 have it).
 */
import type { PopulationDesign, SpecialDesign } from "../design/design.ts";
import { DesignError } from "../errors.ts";
import type { GroupBlock } from "../marginal/structure.ts";
import { predictorKey } from "../quantities/predictor-key.ts";
import { behaviourOf } from "../terms/index.ts";
import type { TermRows, TermVector } from "../terms/term.ts";

/** Penalised columns with one standard deviation. */
export interface SmoothBlock {
  /** `s(x)`, `s(x):fa`. */
  readonly smooth: string;
  /** Number of the standard deviation among those of its smooth, from 1. */
  readonly number: number;
  readonly block: GroupBlock;
}

export interface SmoothColumns {
  readonly fixed: readonly {
    readonly smooth: string;
    readonly name: string;
    readonly column: Float64Array;
  }[];
  readonly penalised: readonly SmoothBlock[];
}

/** @throws DesignError for a term that is no sum of columns with Gaussian coefficients */
export function smoothColumns(special: readonly SpecialDesign[], rows: number): SmoothColumns {
  const fixed: SmoothColumns["fixed"][number][] = [];
  const penalised: SmoothBlock[] = [];
  const key = predictorKey("mu");
  for (const design of special) {
    const behaviour = behaviourOf(design.kind);
    const parameters = behaviour.parameters(design.state, key);
    behaviour.vectors(design.state, key).forEach((vector, k) => {
      const smooth = vector.kind === "function" ? undefined : (vector.smooth ?? design.label);
      const own = design.rows[k]!;
      if (vector.kind === "coefficients" && own.kind === "dense") {
        const names = parameters.find(({ id }) => id === vector.block)!.quantity!.labels!;
        names.forEach((name, j) => {
          const unit = vector.unit?.[j] ?? 1;
          const column = own.columns.slice(j * rows, (j + 1) * rows).map((value) => value * unit);
          fixed.push({ smooth: smooth!, name, column });
        });
        return;
      }
      if (vector.kind !== "gaussian" || vector.scale.kind !== "sds") {
        throw new DesignError(`${design.label} is not part of lmm() and glmm(); brm() takes it`);
      }
      const number = 1 + penalised.filter((other) => other.smooth === smooth).length;
      penalised.push({ smooth: smooth!, number, block: groupBlock(vector, own, rows) });
    });
  }
  return { fixed, penalised };
}

function groupBlock({ size }: TermVector & { kind: "gaussian" }, own: TermRows, rows: number): GroupBlock {
  if (own.kind === "dense") return { levels: 1, size, index: new Int32Array(rows), columns: own.columns };
  return {
    levels: own.levels,
    size,
    index: own.index,
    columns: own.columns ?? new Float64Array(rows).fill(1),
  };
}

/** The population-level matrix with the columns of smooths behind its own. */
export function withSmoothColumns(
  population: PopulationDesign,
  { fixed }: SmoothColumns,
  rows: number,
): PopulationDesign {
  if (fixed.length === 0) return population;
  const columns = new Float64Array(population.columns.length + fixed.length * rows);
  columns.set(population.columns);
  fixed.forEach(({ column }, j) => {
    columns.set(column, population.columns.length + j * rows);
  });
  const last = population.assign.reduce((most, term) => Math.max(most, term), 0);
  const smooths = [...new Set(fixed.map(({ smooth }) => smooth))];
  return {
    ...population,
    columns,
    names: [...population.names, ...fixed.map(({ name }) => name)],
    assign: [...population.assign, ...fixed.map(({ smooth }) => last + 1 + smooths.indexOf(smooth))],
  };
}
