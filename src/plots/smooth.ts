/** Running means in windows of equal numbers of points: a smooth line without a model. */
export function runningMean(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  windows = 20,
): { readonly x: number; readonly y: number }[] {
  const order = Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const half = Math.max(2, Math.floor(order.length / windows));
  const centres = Math.min(60, order.length);
  return Array.from({ length: centres }, (_, k) => {
    const centre = Math.round((k * (order.length - 1)) / Math.max(1, centres - 1));
    const from = Math.max(0, centre - half);
    const members = order.slice(from, centre + half + 1);
    const mean = (values: ArrayLike<number>): number =>
      members.reduce((sum, i) => sum + values[i]!, 0) / members.length;
    return { x: mean(x), y: mean(y) };
  });
}
