#!/usr/bin/env bash
# Packs the package, installs it into an empty folder as a user would, and runs the command and an import.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$root"
tarball=$(npm pack --ignore-scripts --silent --pack-destination "$work" | tail -n 1)
packed=$(stat -c %s "$work/$tarball")
echo "packed: $((packed / 1024)) kB"
[ "$packed" -lt $((2 * 1024 * 1024)) ] || { echo "the tarball must stay under 2 MB"; exit 1; }

mkdir "$work/app" && cd "$work/app"
echo '{ "name": "app", "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --silent "$work/$tarball"
installed=$(du -sk node_modules | cut -f1)
echo "installed: $installed kB"
[ "$installed" -lt $((15 * 1024)) ] || { echo "the installation must stay under 15 MB"; exit 1; }

npx nutmix datasets > datasets.txt
grep -q sleepstudy datasets.txt
npx nutmix fit sleepstudy "Reaction ~ Days + (1 | Subject)" --warmup 200 --draws 200 --json --quiet > fit.json
node -e 'const f = JSON.parse(require("fs").readFileSync("fit.json")); if (f.schema !== "nutmix/fit@1") process.exit(1);'
cat > import.js <<'JS'
import { brm, summary } from "nutmix";
const data = { y: [1.2, 0.7, 2.1, 2.9, 3.1, 4.4], x: [0, 1, 2, 3, 4, 5] };
const fit = await brm("y ~ x", data, { chains: 2, warmup: 200, draws: 200 });
const row = summary(fit).rows.find(({ name }) => name === "b_x");
if (!(row.mean > 0.3 && row.mean < 1)) throw new Error(`b_x is ${row.mean}`);
console.log("imported and fitted");
JS
node import.js
