#!/usr/bin/env bash
# Tests everything: installs what the tests need and is missing, builds, runs all tests, and stops what it started.
#
#   Tests/run.sh [--quick] [--soak] [--no-install]
#
#   --quick        debug build and tests alone: no lint, documentation, fault laboratory and example
#   --soak         the fault laboratory with its large figures, which take hours, and all tests optimised
#   --no-install   never install anything: say what is missing, and stop
#
# Ends with status 0 only if everything passed.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
say() { printf '%s\n' "$*"; }
fail() { printf 'run.sh: %s\n' "$*" >&2; exit 1; }
step() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

install=yes quick=no soak=()
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=yes ;;
    --soak) soak=(--soak) ;;
    --no-install) install=no ;;
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "there is no option '$1'. See --help." ;;
  esac
  shift
done
cd "$here" || exit 1

# shellcheck source=Examples/prerequisites.sh
. Examples/prerequisites.sh
# An independent writer of CBOR, which the keys are compared with; its tests are skipped where it is not packaged.
extra=()
if command -v apt-get >/dev/null; then
  extra=("/usr/bin/python3 -c 'import cbor2'" python3-cbor2)
  # Shells whose completion is tested; bash is there.
  extra+=('command -v zsh' zsh 'command -v fish' fish)
  # For the fault laboratory: other file systems, one in user space that records what reaches a disk, and a tracer.
  extra+=('command -v mkfs.xfs' xfsprogs 'command -v mkfs.ext4' e2fsprogs 'command -v fusermount3' fuse3
    "/usr/bin/python3 -c 'import fusepy'" python3-fusepy 'command -v strace' strace)
fi
require_all ${extra[@]+"${extra[@]}"}

# What a crashing child of a crash test would print for a long time, and what would change what tests see.
export SWIFT_BACKTRACE=enable=no
unset "${!LARDER_@}"

# run NAME COMMAND...: the command's output is shown when it fails.
run() {
  step "$1"
  shift
  "$@" || fail "failed: $*"
}

if [ "$quick" = no ]; then
  run "Style" swift format lint --strict --recursive Sources Tests Examples Benchmarks Package.swift
  for script in Tests/*.sh Tests/Laboratory/*/*.sh Examples/*.sh .ci/run; do bash -n "$script" || fail "'$script' is not valid shell."; done
fi
run "Build, every import declared" swift build --build-tests --explicit-target-dependency-import-check error
# A thousand caches with 256 directories each, in turn: in memory, where there is enough, that takes half as long.
memory=
if [ -d /dev/shm ] && [ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt $((4 << 20)) ]; then
  memory=$(mktemp -d /dev/shm/larder-tests.XXXXXX) || fail "Cannot make a directory in /dev/shm."
  trap 'rm -rf -- "$memory"' EXIT
  # Some tests become another user.
  chmod 755 "$memory"
fi
run "Tests" env ${memory:+TMPDIR="$memory"} swift test --skip-build
[ "$quick" = no ] || exit 0
run "Documentation, warnings as errors" Tests/build-docs.sh
# The laboratory strikes an optimised build in any case. The seam for faults is in debug builds alone; here it is put back, so
# that the same tests run optimised, and on the disk.
[ ${#soak[@]} -eq 0 ] || run "Tests of the release build" swift test -c release -Xswiftc -enable-testing -Xswiftc -DDEBUG \
  --scratch-path .build/release-tests
run "The fault laboratory" Tests/laboratory.sh ${soak[@]+"${soak[@]}"}
run "The example" Examples/quickstart.sh --no-install
step "Everything passed"
