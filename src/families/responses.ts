/** What values a response may take, shared by families. */
import type { ResponseSpec } from "./family.ts";

const numeric = (description: string, holds: (y: number, trials: number) => boolean): ResponseSpec => ({
  description,
  kind: "numeric",
  check: (y, trials) => (holds(y, trials) ? undefined : `${y} is not ${description}`),
});

export const realResponse = numeric("a finite number", (y) => Number.isFinite(y));
export const positiveResponse = numeric("a positive number", (y) => y > 0 && y < Infinity);
export const nonnegativeResponse = numeric("zero or a positive number", (y) => y >= 0 && y < Infinity);
export const unitResponse = numeric("a number strictly between 0 and 1", (y) => y > 0 && y < 1);
export const unitOrZeroResponse = numeric("a number from 0 to below 1", (y) => y >= 0 && y < 1);
export const closedUnitResponse = numeric("a number from 0 to 1", (y) => y >= 0 && y <= 1);
export const angleResponse = numeric("an angle between −π and π", (y) => y >= -Math.PI && y <= Math.PI);
export const positiveCountResponse = numeric(
  "a count above zero (1, 2, …)",
  (y) => Number.isInteger(y) && y >= 1,
);
export const countResponse = numeric("a count (0, 1, 2, …)", (y) => Number.isInteger(y) && y >= 0);

export const binaryResponse: ResponseSpec = {
  description: "0 or 1",
  kind: "binary",
  check: (y) => (y === 0 || y === 1 ? undefined : `${y} is not 0 or 1`),
};

export const trialsResponse: ResponseSpec = {
  description: "a whole number between 0 and trials",
  kind: "numeric",
  check: (y, trials) => {
    if (!(Number.isInteger(trials) && trials >= 0))
      return `trials = ${trials} is not a whole number of at least 0`;
    return Number.isInteger(y) && y >= 0 && y <= trials
      ? undefined
      : `${y} is not a whole number between 0 and trials = ${trials}`;
  },
};

export const categoryResponse: ResponseSpec = {
  description: "a category (an ordered factor, or 1, 2, 3, …)",
  kind: "category",
  check: (y) => (Number.isInteger(y) && y >= 1 ? undefined : `${y} is not a category (1, 2, 3, …)`),
};
