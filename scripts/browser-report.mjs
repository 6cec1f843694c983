// Opens a report made with hostile names in a headless Chromium, where there is one: no console error, every chart drawn.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brm, fitReport } from "../dist/index.js";
import { findChromium } from "./chromium.mjs";

const chromium = findChromium();
if (chromium === undefined) {
  console.log("report in a browser: skipped, there is no Chromium on this machine");
  process.exit(0);
}

const evil = "<img src=x onerror=console.error('run')>";
const rows = Array.from({ length: 60 }, (_, i) => ({
  y: (i * 7) % 11,
  [evil]: (i * 3) % 7,
  g: `</svg>${evil}${i % 5}`,
}));
const fit = await brm(`y ~ \`${evil}\` + (1 | g)`, rows, { warmup: 200, draws: 100, priors: ["normal(0, 5), class=b"] });
const page = await fitReport(fit, { title: evil });
const file = join(mkdtempSync(join(tmpdir(), "nutmix-report-")), "report.html");
writeFileSync(file, page);

const { status, stdout, stderr } = spawnSync(
  chromium,
  [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-logging=stderr",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=3000",
    "--dump-dom",
    `file://${file}`,
  ],
  { encoding: "utf8", maxBuffer: 1e8, timeout: 120_000 },
);
if (status !== 0) throw new Error(`Chromium ended with ${status}: ${stderr.slice(-2000)}`);
const messages = stderr.split("\n").filter((line) => line.includes("CONSOLE"));
if (messages.length > 0) throw new Error(`the page wrote to the console:\n${messages.join("\n")}`);
const charts = page.match(/<svg/g).length;
const drawn = stdout.match(/<svg/g)?.length ?? 0;
if (drawn !== charts) throw new Error(`${drawn} of ${charts} charts were drawn`);
if (/<img|<script/.test(stdout)) throw new Error("user text became markup");
console.log(`report in a browser: ${charts} charts drawn, nothing on the console`);
process.exit(0);
