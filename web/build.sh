#!/bin/sh
# Builds the page into web/dist when its sources, or what it is built with, changed.
set -eu
web=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(dirname "$web")
log=$root/.osler/logs/setup.log
# Names too: a file that moved is a change.
sources() { cd "$web" && find src public index.html vite.config.ts ../src/evaluation/metrics/words.ts ../package-lock.json -type f -exec cksum {} + | LC_ALL=C sort; }
state=$(sources | cksum)
[ "$(cat "$web/dist/.state" 2>/dev/null || true)" = "$state" ] && exit 0
mkdir -p "$(dirname "$log")"
# Whole or not at all: a build that is ended, or another one beside it, leaves the page that was there.
new=$root/.osler/page.$$
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT TERM
printf 'osler: building the page (vite build web) ... ' >&2
if (cd "$root" && node node_modules/vite/bin/vite.js build web --outDir "$new") >>"$log" 2>&1; then
  printf '%s' "$state" >"$new/.state"
  rm -rf "$web/dist"
  mv "$new" "$web/dist"
  echo done >&2
else
  echo failed >&2
  tail -n 12 "$log" >&2
  echo "osler: the whole log is $log; \`node node_modules/vite/bin/vite.js build web\` runs the step by hand" >&2
  exit 1
fi
