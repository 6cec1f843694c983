/** What a named prior set is, and the check that a file is one. */
import { z } from "zod";
import { PriorError } from "../errors.ts";

const rule = z.strictObject({
  /** A class, or `*` for every family parameter. */
  class: z.string().min(1),
  /** Absent or "mu" = the mean; `*` = every other distributional parameter. */
  dpar: z.string().optional(),
  coef: z.string().optional(),
  group: z.string().optional(),
  /** Distribution with placeholders in braces. */
  prior: z.string(),
  reason: z.string().min(1),
});

const priorSet = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  title: z.string().min(1),
  description: z.string().min(1),
  source: z.string().min(1),
  rules: z.array(rule).min(1),
});

export type PriorSet = z.infer<typeof priorSet>;
export type PriorSetRule = z.infer<typeof rule>;

/** @throws PriorError with the first thing that is wrong, and where. */
export function parsePriorSet(json: unknown): PriorSet {
  const result = priorSet.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const where = issue.path.length === 0 ? "the prior set" : `the prior set, at ${issue.path.join(".")}`;
  throw new PriorError(`${where}: ${issue.message}`);
}
