#!/usr/bin/env bash
# Makes the pictures of the README from the shipped corpus. Needs Chromium on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run --release --quiet --locked -- report --index "$work/hld-2013" --output "$work"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
"$chromium" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$work/profile" \
  --window-size=1400,1150 --screenshot="$PWD/docs/report.png" "file://$work/concord-report.html"
