#!/usr/bin/env bash
# Builds the console's page again and compares it with the one that is kept, and tries that in a
# browser.
#   page.sh BUILD
# Ends with 77, which is neither, where there is no Node.js 20 or no Chromium.
set -euo pipefail

page=$(cd "$(dirname "$0")/../../services/console/page" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
node=$(node -p 'process.versions.node.split(".")[0]' 2> /dev/null || echo 0)
((node >= 20)) || { echo "skipped: there is no Node.js 20"; exit 77; }
CHROMIUM=$(command -v chromium || command -v chromium-browser) ||
    { echo "skipped: there is no Chromium"; exit 77; }
export CHROMIUM

work=$(mktemp -d --suffix=.lars-page)
trap 'rm -rf "$work"' EXIT
cp "$page/../openapi.json" "$work"
mkdir "$work/page"
cp -r "$page"/{package.json,package-lock.json,.npmrc,tsconfig.json,vite.config.ts,index.html,src,test} "$work/page"
cd "$work/page"
npm ci --silent --no-audit --no-fund
npm run --silent check
npm run --silent build > build.log || { cat build.log; exit 1; }
diff -r dist "$page/dist" || { echo "dist isn't what its sources build: npm run build"; exit 1; }
node "$tests/page_test.mjs" "$work/page/node_modules" "$build"
