/** Non-finite draws make every diagnostic undefined. */
export function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}

/**
 * Whether all values agree to within the machine epsilon: of their size, where the R package posterior takes it absolutely, so
 * that quantities measured in 10⁻¹⁸ are none.
 */
export function isConstant(values: Float64Array): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return high === low || high - low < Number.EPSILON * Math.min(Math.abs(high), Math.abs(low));
}

/** Diagnostics are NaN for constant quantities and for draws that are not finite. */
export function isUsable(values: Float64Array): boolean {
  return allFinite(values) && !isConstant(values);
}
