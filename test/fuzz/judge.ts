/** What an input may do: give a result, or be refused with an error of ours, within two seconds and 500 MB. */
import { NutmixError } from "nutmix";

export interface Verdict {
  readonly outcome: "accepted" | "refused";
  readonly ms: number;
}

const MOST_MS = 2000;
const MOST_BYTES = 500e6;

/**
 * @param slack how many times the limit of time is allowed, on a machine that others use too.
 * @throws Error saying what went wrong: a foreign error, too much time or too much memory.
 */
export async function judge(run: () => unknown, slack = 1): Promise<Verdict> {
  const peak = process.resourceUsage().maxRSS;
  // The processor's time: other programs on the machine are not the input's fault.
  const before = process.cpuUsage();
  let outcome: Verdict["outcome"] = "accepted";
  try {
    await run();
  } catch (error) {
    if (!(error instanceof NutmixError)) {
      const stack = error instanceof Error ? error.stack : String(error);
      throw new Error(`a foreign error: ${stack?.split("\n").slice(0, 6).join("\n")}`);
    }
    outcome = "refused";
  }
  const used = process.cpuUsage(before);
  const ms = (used.user + used.system) / 1000;
  const grown = (process.resourceUsage().maxRSS - peak) * 1024;
  if (ms > MOST_MS * slack) throw new Error(`took ${Math.round(ms)} ms of processor time`);
  if (grown > MOST_BYTES) throw new Error(`took ${Math.round(grown / 1e6)} MB more than anything before it`);
  return { outcome, ms };
}
