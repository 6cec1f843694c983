/** Pointwise simulation envelopes of normal Q–Q plots (Atkinson 1985, section 4.2). */
import { mean, sd } from "../../numeric/moments.ts";
import { quantileSorted } from "../../numeric/quantile.ts";
import { checkOptions, share, whole } from "../../options.ts";
import { stream } from "../../random/streams.ts";

const envelopeOptions = { simulations: whole(1), level: share, seed: whole(0) };

/** Limits of the sorted values of normal samples with the mean and standard deviation of `values`. */
export function qqEnvelope(
  values: Float64Array,
  options: { readonly simulations?: number; readonly level?: number; readonly seed?: number } = {},
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const {
    simulations = 200,
    level = 0.95,
    seed = 1,
  } = checkOptions("qqEnvelope()", envelopeOptions, options);
  const rng = stream(seed, 0, "envelope");
  const [centre, spread] = [mean(values), sd(values)];
  const samples = Array.from({ length: simulations }, () =>
    Float64Array.from(values, () => centre + spread * rng.normal()).sort(),
  );
  const lower = new Float64Array(values.length);
  const upper = new Float64Array(values.length);
  const at = new Float64Array(simulations);
  for (let i = 0; i < values.length; i++) {
    samples.forEach((sample, s) => (at[s] = sample[i]!));
    at.sort();
    lower[i] = quantileSorted(at, (1 - level) / 2);
    upper[i] = quantileSorted(at, (1 + level) / 2);
  }
  return { lower, upper };
}
