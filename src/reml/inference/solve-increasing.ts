/**
 * The x in (0, most) where the increasing function f, nearly linear and 0 at 0, reaches `target`: false position with
 * Illinois' correction (Dowell & Jarratt 1971) from a bracket grown by secants. Relative accuracy 1e-7.
 */
export function solveIncreasing(
  f: (x: number) => number,
  target: number,
  guess: number,
  most = Infinity,
): number {
  let low = { x: 0, y: -target };
  let high: typeof low | undefined;
  let x = guess;
  for (let trial = 0; trial < 60; trial++) {
    const y = f(x) - target;
    if (Math.abs(y) < 1e-8 * target) return x;
    if (y > 0) {
      high = { x, y };
      break;
    }
    const slope = (y - low.y) / (x - low.x);
    low = { x, y };
    const next = slope > 0 ? x - y / slope : 2 * x;
    x = Math.min(Math.max(next * 1.02, x * 1.05), x * 4, (x + 9 * most) / 10);
  }
  if (high === undefined) return Number.NaN;
  let side = 0;
  for (let trial = 0; trial < 100; trial++) {
    const next: number = high.x - (high.y * (high.x - low.x)) / (high.y - low.y);
    const y = f(next) - target;
    if (Math.abs(y) < 1e-8 * target || high.x - low.x < 1e-9 * high.x) return next;
    if (y > 0) {
      high = { x: next, y };
      if (side === 1) low = { x: low.x, y: low.y / 2 };
      side = 1;
    } else {
      low = { x: next, y };
      if (side === -1) high = { x: high.x, y: high.y / 2 };
      side = -1;
    }
  }
  return (low.x + high.x) / 2;
}
