#!/usr/bin/env bash
# Makes the pictures of the README and of docs/serve.md from the shipped corpus. Needs Chromium on the PATH, node and npm.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run --release --quiet --locked -- report --index "$work/hld-2013" --output "$work"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
(cd tests/browser && npm ci --silent)
CHROMIUM=$chromium node tests/browser/pictures.mjs "file://$work/concord-report.html" docs
exec 3< <(cargo run --release --quiet --locked -- serve --index "$work/hld-2013" --port 0 --quiet)
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
read -r address <&3
CHROMIUM=$chromium node tests/browser/serve-pictures.mjs "$address" docs
