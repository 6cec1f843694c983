/** The table of term kinds; a new kind is a file and a line here. */
import type { TermKind } from "./term.ts";

// biome-ignore lint/suspicious/noExplicitAny: kinds of every state in one table
export type AnyTermKind = TermKind<any>;

export const termKinds = {} as const satisfies Record<string, AnyTermKind>;

export const specialNames: ReadonlySet<string> = new Set(Object.keys(termKinds));
