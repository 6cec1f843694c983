/** `nutmix fit --ess`: drawing until a precision is reached. */
import { expect, it } from "vitest";
import { nutmix } from "./run.ts";

const model = ["fit", "sleepstudy", "Reaction ~ Days + (1 | Subject)", "--chains", "2", "--warmup", "100"];

it("tells the precision of every round, and stops when it is reached", { timeout: 60_000 }, () => {
  const { code, stderr } = nutmix([...model, "--draws", "50", "--ess", "150"]);
  expect(code).toBe(0);
  const rounds = [
    ...stderr.matchAll(/^(\d+) draws per chain: at least (\d+) effective draws of 150 wanted/gm),
  ];
  expect(rounds.length).toBeGreaterThan(1);
  expect(rounds[0]![1]).toBe("50");
  expect(Number(rounds.at(-1)![2])).toBeGreaterThanOrEqual(150);
});

it("a time without a precision is refused", () => {
  const { code, stderr } = nutmix([...model, "--max-seconds", "5"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/--max-seconds goes with --ess/);
});
