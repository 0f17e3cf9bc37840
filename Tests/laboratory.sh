#!/usr/bin/env bash
# The fault laboratory: kills, starves, cuts off and corrupts caches, and looks whether they keep their promises.
#
#   Tests/laboratory.sh [--soak] [EXPERIMENT...]
#
#   --soak        the large figures: hours instead of minutes
#   EXPERIMENT    only these, of: powercut storm corruption index-bytes filesystems opening strikes injection sanitizers
#
# Prints seeds and figures, and ends with status 0 only if no promise was broken. What needs root, FUSE or loop devices is
# skipped with a word where it cannot run.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
cd "$here" || exit 1
fail() { printf 'laboratory.sh: %s\n' "$*" >&2; exit 1; }

soak=()
chosen=()
while [ $# -gt 0 ]; do
  case $1 in
    --soak) soak=(--soak) ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) fail "there is no option '$1'. See --help." ;;
    *) chosen+=("$1") ;;
  esac
  shift
done
[ ${#chosen[@]} -gt 0 ] || chosen=(powercut storm corruption index-bytes filesystems opening strikes injection sanitizers)
# The backtraces of killed processes would take longer than the processes.
export SWIFT_BACKTRACE=enable=no
unset "${!LARDER_@}"

programs=$(swift build --show-bin-path) || exit 1
# Experiments that strike ten thousands of times run optimised, with the seam for faults put back.
optimised=(-c release -Xswiftc -enable-testing -Xswiftc -DDEBUG --scratch-path .build/release-tests)
fast=$(swift build "${optimised[@]}" --show-bin-path) || exit 1
for product in larder laboratory; do
  case " ${chosen[*]} " in
    *" strikes "* | *" injection "* | *" corruption "* | *" index-bytes "*)
      swift build "${optimised[@]}" --product "$product" >/dev/null || fail "'$product' does not build optimised."
      ;;
  esac
done
for experiment in "${chosen[@]}"; do
  printf '\n-- %s (%s s)\n' "$experiment" "$SECONDS"
  case $experiment in
    # Every call of put, get, remove, sweep and recovery in process, those of SQLite included.
    strikes) set -- "$fast/laboratory" strike ;;
    # Every system call of the real command.
    injection) set -- Tests/Laboratory/Injection/run.py --program "$fast/larder" ;;
    powercut) set -- Tests/Laboratory/PowerCut/run.py --program "$programs/laboratory" ;;
    storm) set -- Tests/Laboratory/Storm/run.py --program "$programs/laboratory" ;;
    corruption) set -- Tests/Laboratory/Corruption/run.py --program "$fast/laboratory" ;;
    index-bytes) set -- Tests/Laboratory/Corruption/run.py --program "$fast/laboratory" --index-bytes ;;
    filesystems) set -- Tests/Laboratory/FileSystems/run.py --program "$programs/larder" ;;
    opening) set -- Tests/Laboratory/Opening/run.py --program "$programs/laboratory" ;;
    sanitizers) set -- Tests/Laboratory/Sanitizers/run.sh ;;
    *) fail "there is no experiment '$experiment'. See --help." ;;
  esac
  "$@" ${soak[@]+"${soak[@]}"} || fail "failed: $experiment"
done
