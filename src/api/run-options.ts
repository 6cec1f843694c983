/** How runs are spread over threads, watched and stopped: the options that many functions share. */
import { modelOptions } from "../model/build.ts";
import { callback, type OptionTable, positive, signal, such, whole } from "../options.ts";
import { runOptions, samplerOptions } from "../sampler/settings.ts";
import type { BrmOptions, RunControls } from "./fit-types.ts";

export const createWorker = such(
  'a function that starts a worker, or "none"',
  (value) => value === "none" || value === null || typeof value === "function",
);

export const keep = such(
  "an object with begin(run) and add(stretch), such as openFitFolder(path).keeper() of nutmix/node",
  (value) =>
    ["begin", "add"].every((name) => typeof (value as Record<string, unknown> | null)?.[name] === "function"),
);

export const runControls = {
  cores: whole(0),
  onProgress: callback,
  signal,
  createWorker,
  checkpointSeconds: positive,
  keep,
} satisfies OptionTable<RunControls>;

export const brmOptions = {
  ...modelOptions,
  ...samplerOptions,
  ...runOptions,
  ...runControls,
} satisfies OptionTable<BrmOptions>;
