#!/bin/sh
# Builds the page into web/dist when its sources, or what it is built with, changed.
set -eu
web=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(dirname "$web")
log=$root/.osler/logs/setup.log
sources() {
  cd "$web"
  # Names too: a file that moved is a change.
  { find src public -type f; echo index.html; echo vite.config.ts; echo ../package-lock.json; } | LC_ALL=C sort | while IFS= read -r file; do
    echo "$file"
    cat "$file"
  done
}
state=$(sources | cksum)
[ "$(cat "$web/dist/.state" 2>/dev/null || true)" = "$state" ] && exit 0
mkdir -p "$(dirname "$log")"
printf 'osler: building the page (vite build web) ... ' >&2
if (cd "$root" && node node_modules/vite/bin/vite.js build web) >>"$log" 2>&1; then
  printf '%s' "$state" >"$web/dist/.state"
  echo done >&2
else
  echo failed >&2
  tail -n 12 "$log" >&2
  echo "osler: the whole log is $log; \`node node_modules/vite/bin/vite.js build web\` runs the step by hand" >&2
  exit 1
fi
