/** What a named prior set is, and the check that a file is one. */
import { z } from "zod";
import { PriorError } from "../errors.ts";
import { parsePrior } from "./parse.ts";
import { fillTemplate } from "./template.ts";

const rule = z.strictObject({
  /** A class, or `*` for every family parameter. */
  class: z.string().min(1),
  /** Absent = every distributional parameter, "mu" = the mean. */
  dpar: z.string().optional(),
  coef: z.string().optional(),
  group: z.string().optional(),
  /** Distribution with placeholders in braces, or `{family}`. */
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

/** The template that stands for what the family's own table says. */
export const FAMILY_PRIOR = "{family}";

/** @throws PriorError with the first thing that is wrong, and where. */
export function parsePriorSet(json: unknown): PriorSet {
  const result = priorSet.safeParse(json);
  if (result.success) {
    result.data.rules.forEach((one, k) => checkTemplate(one.prior, `rules.${k}.prior`));
    return result.data;
  }
  const [issue, ...others] = result.error.issues;
  const where = issue!.path.length === 0 ? "the prior set" : `the prior set, at ${issue!.path.join(".")}`;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new PriorError(`${where}: ${issue!.message}${more}`);
}

/** Names and counts are checked here, with any plausible numbers in the places of the data's. */
function checkTemplate(template: string, where: string): void {
  if (template === FAMILY_PRIOR) return;
  try {
    parsePrior(
      fillTemplate(template, {
        mean_y: 7.1,
        sd_y: 2.3,
        sd_x: 1.7,
        shift_x: 0.6,
        min_y: 1.3,
        intercept_location: 6.9,
        intercept_scale: 2.5,
      }),
    );
  } catch (error) {
    if (!(error instanceof PriorError)) throw error;
    throw new PriorError(`the prior set, at ${where}: ${error.message}`);
  }
}
