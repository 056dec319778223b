#!/usr/bin/env bash
# Makes echarts.min.js from the published packages: same versions, same bytes. Needs node and npm.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent
npx esbuild entry.js --bundle --minify --format=iife --target=es2020 --legal-comments=none \
  --banner:js='/* Apache ECharts 6.1.0, Apache-2.0, and ZRender, BSD-3-Clause: see LICENSE and NOTICE in src/report/charts. */' \
  --outfile=echarts.min.js
cp node_modules/echarts/LICENSE node_modules/echarts/NOTICE .
cp node_modules/echarts/licenses/LICENSE-d3 LICENSE-d3
cp node_modules/zrender/LICENSE LICENSE-zrender
