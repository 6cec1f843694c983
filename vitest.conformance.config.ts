import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The long comparison with all reference posteriors. */
const merged = mergeConfig(base, defineConfig({ test: {} }));
merged.test.include = ["test/statistical/conformance.suite.ts", "test/statistical/sbc.suite.ts"];

export default merged;
