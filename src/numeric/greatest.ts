/** The greatest of `values`; −∞ of none. `Math.max(...values)` exhausts the stack from some 100,000 values on. */
export function greatest(values: ArrayLike<number>): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  return most;
}
