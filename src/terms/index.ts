/** The table of term kinds; a new kind is a file and a line here. */
import type { TermKind } from "./term.ts";

export const termKinds = {} as const satisfies Record<string, TermKind>;

export const specialNames: ReadonlySet<string> = new Set(Object.keys(termKinds));
