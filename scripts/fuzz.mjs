// npm run fuzz -- --minutes N [--target words]: see test/fuzz.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, target: { type: "string", default: "" } },
});
const { status } = spawnSync("npx", ["vitest", "run", "--config", "vitest.fuzz.config.ts"], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_MINUTES: values.minutes, FUZZ_TARGET: values.target },
});
process.exitCode = status ?? 1;
