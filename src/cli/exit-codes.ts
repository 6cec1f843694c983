/** What the process ends with: a contract that scripts rely on. */
export const EXIT = { fitted: 0, badInput: 1, untrustworthy: 2 } as const;
