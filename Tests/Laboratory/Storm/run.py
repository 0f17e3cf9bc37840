#!/usr/bin/env python3
"""A storm: processes store, replace, remove and read few contents under many keys of one cache while others sweep it,
and one of them is killed or stopped every 30 ms. Then the history is checked, and what is left of the cache.

    Tests/Laboratory/Storm/run.py --program PATH [--soak] [--seed N] [--operations N] [--keep]

    --program PATH    the program `laboratory`
    --operations N    how many operations the storm lasts; 200000
    --soak            10000000 operations, in storms of 200000
    --seed N          decides what is done and who is struck, as far as the scheduler lets it
    --keep            leave the directory of a storm with violations where it is

Ends with status 0 only if everything held.
"""

import argparse
import glob
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import checker
import history
import planted
import settled
from fleet import Fleet, Process

WORKERS = 8
SWEEPERS = 2
BEAT = 0.03
# Violations that are shown; all are counted.
SHOWN = 12


class Storm:
    """One storm on a new cache."""

    def __init__(self, program, seed, sweep, sweepers=SWEEPERS):
        self.seed, self.sweep, self.sweepers = seed, sweep, sweepers
        self.dice = random.Random(seed)
        self.place = tempfile.mkdtemp(
            prefix="larder-storm-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        settings = {name: os.path.join(self.place, name) for name in ("cache", "trees", "stop")}
        # Whoever survives this driver by accident ends by itself.
        settings.update(epoch=time.time_ns() - time.monotonic_ns(), driver=os.getpid())
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LARDER_")}
        environment["SWIFT_BACKTRACE"] = "enable=no"
        self.fleet = Fleet(program, self.place, self.dice, environment, settings)
        self.violations, self.operations, self.sweeps = [], [], []

    def run(self, operations, minutes, enough=lambda storm: False):
        """Storms until so many operations are done, or `enough` is said, and checks what happened."""
        fleet, begun, used = self.fleet, time.monotonic(), processor_time()
        try:
            self.alone("prepare")
            fleet.add("work", WORKERS // 4, threads=2)
            fleet.add("work", WORKERS - WORKERS // 4, threads=1)
            for sweeper in range(self.sweepers):
                fleet.add("sweep", 1, kind=self.sweep, jobs=sweeper % 2 + 1, rounds=1 << 30)
            beat = begun
            while fleet.operations < operations and not enough(self):
                if time.monotonic() - begun > minutes * 60:
                    self.violations.append(
                        "only %d operations were done in %d minutes" % (fleet.operations, minutes))
                    break
                fleet.strike()
                fleet.count()
                beat = max(beat + BEAT, time.monotonic())
                while time.monotonic() < beat:
                    fleet.attend()
                    time.sleep(0.004)
            fleet.end()
            self.duration, self.processor_time = time.monotonic() - begun, processor_time() - used
        finally:
            fleet.kill_all()

    def alone(self, role, **settings):
        """Runs one process of a role to its end."""
        process = Process(self.fleet, 99, role, settings)
        process.start()
        status = process.reap(0)
        if status != 0:
            raise RuntimeError("'%s' ended with status %d: %s" % (role, status, self.output()))

    def output(self):
        with open(os.path.join(self.place, "output"), errors="replace") as file:
            return file.read()[-3000:]

    def settle(self):
        """One sweep brings everything to rest, and the next one finds nothing."""
        for name in ("first", "second"):
            os.remove(self.fleet.settings["stop"])
            self.alone(name, kind="larder", jobs=2, rounds=1)
            open(self.fleet.settings["stop"], "w").close()
        self.first, self.second = (
            history.sweeps(glob.glob(os.path.join(self.fleet.histories[name], "*.log"))[0])[0]
            for name in ("first", "second"))
        if self.first.text:
            self.violations.append("the first sweep at rest: %s" % self.first.text)
        for kind in ("dangling", "corrupt", "size", "place", "signature", "unsigned", "index", "remaining", "inFlight"):
            if self.first.counts.get(kind):
                self.violations.append("the first sweep at rest found %s: %s" % (kind, self.first))
        if self.second.problems:
            self.violations.append("the second sweep at rest is not clean: %s" % self.second)
        self.violations += settled.problems(self.fleet.settings["cache"])
        self.violations += settled.unsound_misses(self.fleet.settings["cache"], checker.SOUND_MISSES)
        self.alone("read", threads=1)

    def check(self):
        """Checks the histories of all who took part."""
        fleet = self.fleet
        for role in ("work", "read"):
            self.operations += history.read(fleet.histories[role], fleet.deaths)
        self.violations += checker.check(self.operations)
        self.violations += fleet.crashes + fleet.fenced
        for path in glob.glob(os.path.join(fleet.histories["sweep"], "*.log")):
            self.sweeps += history.sweeps(path)
        for sweep in self.sweeps:
            if sweep.text:
                self.violations.append("a sweep: %s" % sweep.text)
            for kind in ("dangling", "corrupt", "size", "place", "signature", "unsigned", "index", "remaining"):
                if sweep.counts.get(kind):
                    self.violations.append("a sweep beside writers found %s: %s" % (kind, sweep))

    def figures(self):
        count = lambda test: sum(1 for operation in self.operations if test(operation))
        total = lambda kind: sum(sweep.counts.get(kind, 0) for sweep in self.sweeps)
        fleet = self.fleet
        return (
            "seed %d: %d operations (%d hits, %d misses, %d evicted, %d killed under way, %d given up), %d kills, %d stops "
            "(%d long), %d sweeps, %d orphans and %d leftovers removed, %d in flight seen, %d dangling reads, "
            "%d violations, %.0f s, %.0f s of processor time" % (
                self.seed, len(self.operations), count(lambda o: o.outcome == "hit"),
                count(lambda o: o.outcome == "miss"), count(lambda o: o.reason == "evicted"),
                count(lambda o: o.outcome is None), count(lambda o: o.outcome == "failed"), fleet.kills, fleet.stops,
                fleet.long_stops, sum(1 for sweep in self.sweeps if sweep.is_whole), total("orphan"), total("leftover"),
                total("inFlight"), count(lambda o: o.reason in checker.DANGLING), len(self.violations), self.duration, self.processor_time))

    def remove(self):
        shutil.rmtree(self.place, ignore_errors=True)


def processor_time():
    """Of this process and those that it has waited for, in seconds."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def is_seen_dangling(storm):
    """Whether a worker has already met an entry without its blob; looked for now and then."""
    storm.looks = getattr(storm, "looks", 0) + 1
    if storm.looks % 20:
        return False
    for path in glob.glob(os.path.join(storm.fleet.histories["work"], "*.log")):
        with open(path, errors="replace") as file:
            if any(" miss missing_blob " in line for line in file):
                return True
    return False


def prove_teeth(program, seed):
    """A storm with a sweep that is wrong must be found out."""
    storm = Storm(program, seed, "naive", 2 * SWEEPERS)
    try:
        storm.run(200_000, 10, is_seen_dangling)
        storm.check()
        dangling = [violation for violation in storm.violations
                    if isinstance(violation, checker.Violation) and violation.kind == "dangling"]
        print("a naive sweep instead: %d of %d operations meet an entry without its blob" % (
            len(dangling), len(storm.operations)), flush=True)
        return bool(dangling)
    finally:
        storm.remove()


def main():
    parser = argparse.ArgumentParser(description="Storms on a cache, and checks what became of it.")
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--operations", type=int)
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    wanted = options.operations or (10_000_000 if options.soak else 200_000)
    program = os.path.abspath(options.program)
    # Ended from outside, it still ends those that it started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    print("storm: seed %d" % options.seed, flush=True)

    wrong = list(planted.failures())
    if wrong:
        print("\n".join(wrong))
        print("storm: FAILED: the checker is wrong about planted histories")
        return 1
    print("the checker is right about %d planted histories" % len(planted.CASES), flush=True)
    if not prove_teeth(program, options.seed):
        print("storm: FAILED: a sweep that removes files in flight was not found out")
        return 1

    done, seed = 0, options.seed
    while done < wanted:
        storm = Storm(program, seed, "larder")
        keep = False
        try:
            storm.run(min(200_000, wanted - done), 30)
            storm.settle()
            storm.check()
            print(storm.figures(), flush=True)
            done += storm.fleet.operations
            tried, unseen = planted.unseen_alterations(storm.operations, storm.dice)
            if unseen or not tried:
                storm.violations.append("%d of %d violations planted in this history were not seen" % (unseen, tried))
            storm.violations += [
                "planted in a copy of the cache at rest, %s was not seen" % name
                for name in settled.unseen_damage(storm.fleet.settings["cache"])]
            if storm.violations:
                for violation in storm.violations[:SHOWN]:
                    print(violation)
                print(storm.output())
                keep = options.keep
                print("storm: FAILED: %d violations; seed %d%s" % (
                    len(storm.violations), seed, "; see " + storm.place if keep else ""))
                return 1
        finally:
            if not keep:
                storm.remove()
        seed += 1
    print("storm: OK, %d operations, no violation; %d of %d violations planted in the last history were seen" % (
        done, tried - unseen, tried))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
