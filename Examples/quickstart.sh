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

# The compiler keeps its module cache below HOME, and fails without a word about it where that cannot be written.
if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
  HOME=$(mktemp -d) || exit 1
  export HOME
fi

# ---- What is there ---------------------------------------------------------------------------------------------------

system=$(uname -s)
has_header() {
  local paths=()
  if [ "$system" = Darwin ] && command -v brew >/dev/null; then
    # OpenSSL and SQLite are "keg-only": Homebrew does not link them into its own include directory.
    paths=("-I$(brew --prefix)/include" "-I$(brew --prefix openssl@3 2>/dev/null)/include"
      "-I$(brew --prefix sqlite 2>/dev/null)/include")
  fi
  clang -fsyntax-only ${paths[@]+"${paths[@]}"} -include "$1" -x c /dev/null 2>/dev/null
}

missing_packages() {
  local debian=() homebrew=()
  need() { debian+=("$1"); homebrew+=("$2"); }
  has_header sqlite3.h || need libsqlite3-dev sqlite
  has_header zstd.h || need libzstd-dev zstd
  { has_header lz4.h && has_header lz4frame.h; } || need liblz4-dev lz4
  has_header openssl/evp.h || need libssl-dev openssl@3
  command -v zstd >/dev/null || need zstd zstd
  command -v lz4 >/dev/null || need lz4 lz4
  command -v sqlite3 >/dev/null || need sqlite3 sqlite
  { command -v pkg-config || command -v pkgconf; } >/dev/null 2>&1 || need pkg-config pkgconf
  if [ "$system" = Darwin ]; then
    printf '%s\n' ${homebrew[@]+"${homebrew[@]}"} | sort -u
  else
    printf '%s\n' ${debian[@]+"${debian[@]}"}
  fi
}

install_packages() {
  if [ "$system" = Darwin ]; then
    command -v brew >/dev/null || fail "these are missing: $*. Install Homebrew from https://brew.sh, then: brew install $*"
    [ "$install" = yes ] || fail "these are missing: $*. Install them with: brew install $*"
    say "Installing with Homebrew: $*"
    brew install --quiet "$@" || fail "brew could not install: $*"
    return
  fi
  command -v apt-get >/dev/null || fail "these are missing: $* (names of Debian). Install what your system calls them."
  local typed="apt-get update && apt-get install -y --no-install-recommends $*"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then as_root=(sudo -n); else
      fail "these are missing: $*. Install them with:
  sudo sh -c '$typed'"
    fi
  fi
  [ "$install" = yes ] || fail "these are missing: $*. Install them with:
  $typed"
  say "Installing: $*"
  local log
  log=$(mktemp)
  # RUNLEVEL=1 keeps packages from starting services. The lists are fetched only when what is known is not enough.
  apt() { ${as_root[@]+"${as_root[@]}"} env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1; }
  if ! apt install -y --no-install-recommends "$@"; then
    { apt update && apt install -y --no-install-recommends "$@"; } || {
      tail -n 15 "$log" >&2
      fail "apt-get could not install: $*. Its whole output is in $log"
    }
  fi
  rm -f "$log"
}

step "Larder, from nothing to a cached pipeline"
command -v swift >/dev/null || fail "there is no swift on the PATH. Install Swift 6.2 or newer from https://swift.org/install"
if ! command -v clang >/dev/null; then
  toolchain=$(dirname "$(readlink -f "$(command -v swiftc)" 2>/dev/null)")
  [ -x "$toolchain/clang" ] || fail "there is no clang on the PATH. It comes with the Swift toolchain: put its bin directory there."
  PATH=$PATH:$toolchain
fi
say "$(swift --version 2>/dev/null | grep -m1 -o 'Swift version [^ ]*') on $system $(uname -m)"
missing=$(missing_packages)
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086 -- one word for each package
  install_packages $missing
  missing=$(missing_packages)
  [ -z "$missing" ] || fail "still missing after the installation: $(echo $missing)"
else
  say "All libraries and tools are there; nothing to install"
fi

# ---- Build -----------------------------------------------------------------------------------------------------------

step "Building in release mode (a few minutes the first time)"
cd "$here" || exit 1
log=$(mktemp)
build() { swift build -c release --product near-duplicates "$@" && swift build -c release --product larder "$@"; }
linking=()
started=$SECONDS
# A program with the Swift runtime inside starts faster. Where the static runtime is not installed, the shared one does.
if [ "$system" = Linux ] && build --static-swift-stdlib >"$log" 2>&1; then
  linking=(--static-swift-stdlib)
elif ! build >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  fail "the build failed. Its whole output is in $log"
fi
rm -f "$log"
programs=$(swift build -c release --show-bin-path ${linking[@]+"${linking[@]}"}) || fail "swift build does not tell where the programs are."
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
  "it was $(calculate "%.0f" "$first / ($second > 0 ? $second : 0.001)") times faster (20 are asked for), and saved $(calculate "%.1f" "$first - $second") s"
cmp -s "$report" "$directory/first.html"
check "$? == 0" "both passes gave the same report"

step "larder status"
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
