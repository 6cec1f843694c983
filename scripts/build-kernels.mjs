// Compiles src/kernels/assembly to WebAssembly and writes it, in base64, into src/kernels/module.ts.
// With --check nothing is written: exits with 1 when the file is not what the sources give.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = new URL("../src/kernels/module.ts", import.meta.url);
const { default: asc } = await import("assemblyscript/asc");

const { error, stderr, binary } = await compile();
if (error !== null) {
  process.stderr.write(stderr);
  process.exit(1);
}
const text = [
  "// Made by `npm run build:kernels` from src/kernels/assembly; not edited by hand.",
  "/** The WebAssembly module in base64. */",
  "// biome-ignore format: one long line",
  `export const MODULE = "${Buffer.from(binary).toString("base64")}";`,
  "",
].join("\n");
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    process.stderr.write("src/kernels/module.ts is older than src/kernels/assembly: npm run build:kernels\n");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
  process.stdout.write(`${binary.length} bytes of WebAssembly\n`);
}

async function compile() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      "src/kernels/assembly/index.ts",
      "--baseDir",
      root,
      "--outFile",
      "kernels.wasm",
      ...["--runtime", "stub", "--enable", "simd", "--importMemory", "--noExportMemory"],
      ...["-O3", "--noAssert"],
    ],
    {
      writeFile: (name, contents) => {
        if (name === "kernels.wasm") binary = contents;
      },
    },
  );
  return { error, stderr: stderr.toString(), binary };
}
