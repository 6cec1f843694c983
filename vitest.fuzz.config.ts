import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Fuzzing for as long as it is told to (scripts/fuzz.mjs). */
const merged = mergeConfig(base, defineConfig({ test: { testTimeout: 24 * 3_600_000 } }));
merged.test.include = ["test/fuzz/fuzz.suite.ts"];

export default merged;
