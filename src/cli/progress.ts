/** One progress bar per chain on standard error; nothing when it is not a terminal. */
import { MultiBar, type SingleBar } from "cli-progress";
import type { ChainProgress } from "../index.ts";

export interface ProgressView {
  update(progress: ChainProgress): void;
  stop(): void;
}

export function progressView(quiet: boolean): ProgressView {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bars = new MultiBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: "chain {chain} {bar} {percentage}% | {phase} | {divergences} divergent | step {step}",
  });
  const byChain = new Map<number, SingleBar>();
  return {
    update({ chain, iteration, total, phase, divergences, stepSize }) {
      const payload = { chain: chain + 1, phase, divergences, step: stepSize.toPrecision(2) };
      const bar = byChain.get(chain);
      if (bar === undefined) byChain.set(chain, bars.create(total, iteration, payload));
      else {
        // A warm-up that ends early makes the whole shorter.
        bar.setTotal(total);
        bar.update(iteration, payload);
      }
    },
    stop: () => bars.stop(),
  };
}
