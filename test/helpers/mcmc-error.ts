/** Monte Carlo standard errors for tests, by batch means: nothing shared with the package's own diagnostics. */

/** Mean of several chains' values and its standard error from `batches` batches in each chain. */
export function batchMeans(
  chains: readonly (readonly number[])[],
  batches = 20,
): { mean: number; standardError: number } {
  const means = chains.flatMap((chain) => {
    const length = Math.floor(chain.length / batches);
    return Array.from({ length: batches }, (_, b) => average(chain.slice(b * length, (b + 1) * length)));
  });
  const mean = average(means);
  const variance = means.reduce((sum, m) => sum + (m - mean) ** 2, 0) / (means.length - 1);
  return { mean, standardError: Math.sqrt(variance / means.length) };
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
