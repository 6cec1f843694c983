/** What a process of the benchmark is asked to fit: plain data, sent as JSON. */

export interface RunSettings {
  readonly seed: number;
  readonly cores: number;
}

/** A reference model with its data, by the name of its fixture. */
export interface FixtureTask extends RunSettings {
  readonly kind: "fixture";
  readonly name: string;
}

/** A random-intercept model with three predictors on simulated data. */
export interface SimulatedTask extends RunSettings {
  readonly kind: "simulated";
  readonly family: "gaussian" | "bernoulli";
  readonly rows: number;
  readonly groups: number;
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  readonly maxTreedepth: number;
}

export type Task = FixtureTask | SimulatedTask;
