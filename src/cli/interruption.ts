/** Ctrl-C, and the signals that ask a process to end: the first stops the chains where they stand, the second the process. */
import { note } from "./standard-error.ts";

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** What the process is to end with; undefined when no signal came. */
  readonly exitCode: number | undefined;
  /** Signals end the process at once again. */
  end(): void;
}

export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listeners = Object.entries(CODES).map(([name, code]) => {
    const listener = (): void => {
      if (exitCode !== undefined) process.exit(code);
      exitCode = code;
      note("stopping the chains (once more ends at once)");
      controller.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    end() {
      for (const { name, listener } of listeners) process.removeListener(name, listener);
    },
  };
}
