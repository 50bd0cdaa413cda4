#!/bin/sh
# Installs the locked dependencies, the runtime among them, and builds; each only if it is needed, and one process at a time,
# however many start at once.
set -eu
cd "$(dirname -- "$0")/.."

lock=node_modules.lock
tries=0
until mkdir "$lock" 2>/dev/null; do
  owner=$(cat "$lock/pid" 2>/dev/null || echo 0)
  if [ "$owner" -gt 0 ] && ! kill -0 "$owner" 2>/dev/null; then
    # Whoever held it was killed.
    rm -rf "$lock"
    continue
  fi
  tries=$((tries + 1))
  if [ "$tries" -gt 300 ]; then
    echo "bulla: another set-up has held $PWD/$lock for five minutes; remove it if there is none" >&2
    exit 2
  fi
  sleep 1
done
trap 'rm -rf "$lock"' EXIT
echo $$ > "$lock/pid"

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "bulla: installing the locked dependencies (once)" >&2
  npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >&2
fi
for node in node_modules/node-*/bin/node; do
  [ -x "$node" ] || continue
  if [ ! -e dist/.built ] || [ -n "$(find src tools package-lock.json -newer dist/.built -print -quit)" ]; then
    "$node" tools/build.ts >&2
  fi
  exit 0
done
echo "bulla: there is no Node.js runtime for this machine among the dependencies" >&2
exit 2
