#!/usr/bin/env bash
# Builds Larder, runs the pipeline near-duplicates twice, and shows what the cache did: what was saved, and that
# everything it stored can be checked without Larder. Installs what is missing, and only that.
#
#   Examples/quickstart.sh [--dir DIRECTORY] [--keep] [--no-install] [-- what near-duplicates takes]
#
#   --dir DIRECTORY   put cache and report there, and keep them (default: a scratch directory)
#   --keep            keep the scratch directory
#   --no-install      never install anything: say what is missing, and stop
#
# Ends with status 0 only if every check held.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
usage() { sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
say() { printf '%s\n' "$*"; }
step() { printf '\n%s\n' "$*"; }
fail() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }

directory='' keep=no install=yes arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --dir) [ $# -gt 1 ] || fail "--dir needs a directory."; directory=$2 keep=yes; shift ;;
    --keep) keep=yes ;;
    --no-install) install=no ;;
    -h | --help) usage; exit 0 ;;
    --) shift; arguments=("$@"); break ;;
    *) usage >&2; fail "there is no option '$1'." ;;
  esac
  shift
done

# shellcheck source=Examples/prerequisites.sh
. "$here/Examples/prerequisites.sh"
# Settings of the caller's own would change what is shown.
unset "${!LARDER_@}"
# A program without shared libraries cannot load what the configuration of OpenSSL may name.
export OPENSSL_CONF=/dev/null

step "Larder, from nothing to a cached pipeline"
require_all

# ---- Build -----------------------------------------------------------------------------------------------------------

step "Building in release mode (a few minutes the first time)"
log=$(mktemp)
in_release() { swift build --package-path "$here" -c release "$@"; }
build() { in_release --product near-duplicates "$@" && in_release --product larder "$@"; }
started=$SECONDS
# What a program brings along need not be looked for when it starts: with all libraries inside it starts in a third of the
# time that it takes with the Swift runtime alone. Not every system has each of them in both forms, so the next best follows.
# The linker's warnings about getpwuid, dlopen and the like are about functions that these programs do without.
if [ "$system" = Linux ]; then
  ways=("--static-swift-stdlib -Xswiftc -static-executable" "--static-swift-stdlib" "")
else
  ways=("")
fi
for way in "${ways[@]}"; do
  read -ra linking <<<"$way"
  if build ${linking[@]+"${linking[@]}"} >"$log" 2>&1; then way=built; break; fi
done
if [ "$way" != built ]; then
  tail -n 30 "$log" >&2
  fail "the build failed. Its whole output is in $log"
fi
rm -f "$log"
programs=$(in_release --show-bin-path ${linking[@]+"${linking[@]}"}) || fail "swift build does not tell where the programs are."
say "Built in $((SECONDS - started)) s: $programs/{larder,near-duplicates}"

# ---- Run twice -------------------------------------------------------------------------------------------------------

if [ -n "$directory" ]; then
  mkdir -p "$directory" || exit 1
  directory=$(cd "$directory" && pwd) || exit 1
  [ ! -e "$directory/cache.larder" ] || fail "there is a cache at '$directory/cache.larder'. The first pass needs a fresh one: choose another directory."
else
  directory=$(mktemp -d) || exit 1
  if [ "$keep" = no ]; then trap 'rm -rf "$directory"' EXIT; fi
fi
cache=$directory/cache.larder
report=$directory/report.html

pass() {
  "$programs/near-duplicates" ${arguments[@]+"${arguments[@]}"} --cache "$cache" --report "$report" \
    --summary "$directory/$1.summary" || fail "the $1 pass ended with status $?."
}
number() { awk -v name="$2" '$1 == name { print $2 }' "$directory/$1.summary"; }

calculate() { awk "BEGIN { printf \"$1\", $2 }"; }
problems=0
check() { # check CONDITION TEXT: the condition is an expression for awk
  if awk "BEGIN { exit !($1) }"; then say "  ok    $2"; else
    say "  FAIL  $2"
    problems=$((problems + 1))
  fi
}

step "First pass: everything is computed"
pass first
cp "$report" "$directory/first.html" || exit 1
step "Second pass: everything comes from the cache"
pass second

first=$(number first seconds) second=$(number second seconds)
step "What the cache did"
check "$(number first computed) > 0" "the first pass computed $(number first computed) results in $first s"
check "$(number second computed) == 0 && $(number second from-cache) == $(number first computed) + $(number first from-cache)" \
  "the second pass took all $(number second from-cache) results from the cache, in $second s"
check "$second <= 1" "the second pass took at most one second"
check "$first >= 20 * $second" \
  "it was $(calculate "%.0f" "$first / ($second > 0 ? $second : 0.001)") times faster (20 are asked for): $(calculate "%.1f" "$first - $second") s less to wait for"
cmp -s "$report" "$directory/first.html"
check "$? == 0" "both passes gave the same report"

step "larder status (computing time of all processors together)"
"$programs/larder" status -d "$cache"
check "$? == 0" "larder status ended with status 0"

# ---- Audit without Larder --------------------------------------------------------------------------------------------

step "The store, checked without Larder"
# Every blob's name begins with the SHA-256 of its content, and each is a standard frame.
sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }
audit() {
  local total=0 wrong=0 file name digest
  for file in "$cache"/blobs/??/*."$1"; do
    [ -e "$file" ] || continue
    total=$((total + 1))
    name=${file##*/}
    case $1 in
      zst) digest=$(zstd -dcq -- "$file" | sha256) ;;
      lz4) digest=$(lz4 -dcq -- "$file" | sha256) ;;
      raw) digest=$(sha256 <"$file") ;;
    esac
    if [ "${digest%% *}" != "${name:0:64}" ]; then
      wrong=$((wrong + 1))
      say "        $file"
    fi
  done
  audited=$((audited + total))
  if [ "$total" -gt 0 ]; then check "$wrong == 0" "$((total - wrong)) of $total .$1 files hold what their names say"; fi
}
audited=0
for extension in zst lz4 raw; do audit $extension; done
check "$audited > 0" "$audited blobs were read with zstd, lz4 and sha256sum alone"

# Small blobs are rows of the index: a sample of them, checked in the same way.
sampled=0 wrong=0
mkdir -p "$directory/rows" || exit 1
sqlite3 "$cache/index.sqlite" "SELECT writefile('$directory/rows/' || lower(hex(content_digest)) || '.' || encoding, data)
  FROM (SELECT * FROM blobs WHERE place = 'inline' ORDER BY random() LIMIT 200)" >/dev/null
for file in "$directory"/rows/*; do
  [ -e "$file" ] || continue
  sampled=$((sampled + 1)) name=${file##*/}
  case $name in
    *.zstd) digest=$(zstd -dcq <"$file" | sha256) ;;
    *.lz4) digest=$(lz4 -dcq <"$file" | sha256) ;;
    *) digest=$(sha256 <"$file") ;;
  esac
  [ "${digest%% *}" = "${name:0:64}" ] || wrong=$((wrong + 1))
done
rm -rf "$directory/rows"
check "$sampled > 0 && $wrong == 0" "$((sampled - wrong)) of $sampled small blobs, taken out of the index with sqlite3, hold what their rows say"

entries=$(sqlite3 -readonly "$cache/index.sqlite" 'SELECT count(*) FROM entries') || entries=-1
check "$entries == $(number first computed)" "sqlite3 counts $entries entries in the index, one for each result"
state=$(sqlite3 -readonly "$cache/index.sqlite" 'PRAGMA integrity_check')
check "\"$state\" == \"ok\"" "sqlite3 finds the index whole"

step "$([ "$problems" = 0 ] && echo "Everything held" || echo "$problems checks failed")"
if [ "$problems" != 0 ]; then
  # What failed can be looked into.
  trap - EXIT
  keep=yes
fi
if [ "$keep" = yes ]; then say "Report: $report"; say "Cache:  $cache"; else
  say "Report and cache are removed now; keep them with --keep or --dir DIRECTORY."
fi
[ "$problems" = 0 ]
