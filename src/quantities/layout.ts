/** Where reported quantities stand among the columns of draws. */
import { NutmixError } from "../errors.ts";
import { type PredictorKey, sameKey } from "./predictor-key.ts";
import { type CoefficientKey, plainQuantity, type Quantity, type Reported } from "./quantity.ts";

/** A quantity and its columns. */
export interface Placed {
  readonly quantity: Quantity;
  /** Column of its first element; the others follow. */
  readonly from: number;
}

/** What to look for: everything given has to agree. */
export interface Wanted {
  readonly role?: Quantity["role"];
  readonly class?: string;
  readonly key?: PredictorKey;
  readonly group?: string;
}

type Coefficient = Pick<CoefficientKey, "key" | "name">;

/** What is reported; names of which nothing more is known are quantities of their own. */
export function quantitiesOf({ names, quantities }: Reported): readonly Quantity[] {
  return quantities ?? names.map((name) => plainQuantity([name]));
}

/** Finds columns by what they are. */
export class Layout {
  readonly placed: readonly Placed[];

  constructor(reported: Reported) {
    let from = 0;
    this.placed = quantitiesOf(reported).map((quantity) => {
      const placed = { quantity, from };
      from += quantity.names.length;
      return placed;
    });
  }

  /** What column `k` belongs to. */
  at(k: number): Placed {
    return this.placed.find(({ quantity, from }) => k >= from && k < from + quantity.names.length)!;
  }

  where({ role, class: own, key, group }: Wanted): Placed[] {
    return this.placed.filter(
      ({ quantity }) =>
        (role === undefined || quantity.role === role) &&
        (own === undefined || quantity.class === own) &&
        (key === undefined || (quantity.key !== undefined && sameKey(quantity.key, key))) &&
        (group === undefined || quantity.group === group),
    );
  }

  /** Column of a population-level coefficient, or of the intercept as `Intercept`. */
  coefficient(wanted: Coefficient): number {
    const column = this.findCoefficient(wanted);
    if (column === undefined) throw absent(`coefficient ${wanted.name} of ${wanted.key.dpar}`);
    return column;
  }

  /** The same, or undefined when there is none. */
  findCoefficient({ key, name }: Coefficient): number | undefined {
    for (const { quantity, from } of this.where({ role: "coefficient", key })) {
      const k = quantity.coefficients!.findIndex((own) => own.name === name);
      if (k >= 0) return from + k;
    }
    return undefined;
  }

  /** Columns of an ordinal response's cut points. */
  thresholds(key: PredictorKey): Int32Array {
    return Int32Array.from(this.where({ role: "threshold", key }).flatMap(columnsOf));
  }

  /** Column of a distributional parameter that is one number; undefined when there is none. */
  family(key: PredictorKey): number | undefined {
    return this.where({ role: "family", key })[0]?.from;
  }

  /** Column of the standard deviation of a coefficient's effects. */
  sd(group: string, coefficient: Coefficient): number {
    const { from, at } = this.#inGroup("scale", group, coefficient);
    return from + at;
  }

  /** Column of the correlation of two coefficients' effects, in either order. */
  correlation(group: string, a: Coefficient, b: Coefficient): number {
    const column = this.findCorrelation(group, a, b);
    if (column === undefined) throw absent(`correlation of ${a.name} and ${b.name} by ${group}`);
    return column;
  }

  /** The same, or undefined when they are not correlated. */
  findCorrelation(group: string, a: Coefficient, b: Coefficient): number | undefined {
    for (const { quantity, from } of this.where({ role: "correlation", group })) {
      const [i, j] = [indexOf(quantity, a), indexOf(quantity, b)];
      if (i >= 0 && j >= 0 && i !== j) {
        const [low, high] = i < j ? [i, j] : [j, i];
        return from + (high * (high - 1)) / 2 + low;
      }
    }
    return undefined;
  }

  /** Columns of a coefficient's effects, level by level. */
  effects(group: string, coefficient: Coefficient): Int32Array {
    const { quantity, from, at } = this.#inGroup("effect", group, coefficient);
    const count = quantity.levels!.length;
    return Int32Array.from({ length: count }, (_, level) => from + at * count + level);
  }

  #inGroup(role: Quantity["role"], group: string, coefficient: Coefficient): Placed & { at: number } {
    for (const placed of this.where({ role, group })) {
      const at = indexOf(placed.quantity, coefficient);
      if (at >= 0) return { ...placed, at };
    }
    throw absent(`${role} of ${coefficient.name} by ${group}`);
  }
}

/** What every column belongs to. */
export function byColumn(reported: Reported): Quantity[] {
  return quantitiesOf(reported).flatMap((quantity) => quantity.names.map(() => quantity));
}

/** All columns of a quantity. */
export function columnsOf({ quantity, from }: Placed): number[] {
  return quantity.names.map((_, k) => from + k);
}

function indexOf({ coefficients }: Quantity, { key, name }: Coefficient): number {
  return coefficients!.findIndex((own) => own.name === name && sameKey(own.key, key));
}

function absent(what: string): NutmixError {
  return new NutmixError(`the draws have no ${what}: they do not belong to this model`);
}
