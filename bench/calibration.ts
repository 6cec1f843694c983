/** A fixed amount of floating-point work, so that runs of different machines can be related. */

const REPETITIONS = 5;

/** Median milliseconds of a fixed loop of exponentials and products. */
export function calibrate(): number {
  const times = Array.from({ length: REPETITIONS }, kernelMs);
  return times.sort((a, b) => a - b)[(REPETITIONS - 1) / 2]!;
}

function kernelMs(): number {
  const started = performance.now();
  const x = new Float64Array(10_000);
  for (let pass = 0; pass < 2000; pass++) {
    for (let i = 0; i < x.length; i++) x[i] = Math.exp(-x[i]!) * 0.5 + i * 1e-9;
  }
  // The result is used, so that the loop cannot be left out.
  if (!(x[0]! > 0)) throw new RangeError("the calibration loop went wrong");
  return performance.now() - started;
}
