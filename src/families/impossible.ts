/** Parameters outside their domain reach a kernel as NaN (log of a negative mean); there the density is zero. */
export function orImpossible(logValue: number): number {
  return Number.isNaN(logValue) ? -Infinity : logValue;
}
