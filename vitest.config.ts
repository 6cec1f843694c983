import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "nutmix/node": local("./src/index-node.ts"),
      nutmix: local("./src/index.ts"),
      "#spawn": local("./src/parallel/spawn-node.ts"),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/build.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
