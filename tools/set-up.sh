#!/bin/sh
# Installs the locked dependencies, the runtime among them, and builds; one at a time, however many start at once.
set -eu
cd "$(dirname -- "$0")/.."
lock=node_modules.lock
trap 'rmdir "$lock" 2>/dev/null || true' EXIT
tries=0
until mkdir "$lock" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 300 ]; then
    echo "bulla: $PWD/$lock is left from a set-up that broke off; remove it" >&2
    trap - EXIT
    exit 2
  fi
  sleep 1
done
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "bulla: installing the locked dependencies (once)"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
for node in node_modules/node-*/bin/node; do
  if [ -x "$node" ]; then
    [ -e dist/.built ] || echo "bulla: building (once)"
    "$node" tools/build.ts
    exit 0
  fi
done
echo "bulla: there is no Node.js runtime for this machine among the dependencies" >&2
exit 2
