#!/usr/bin/python3
"""Cuts the power of ext4 and XFS under real writers, and audits what the caches on them have kept.

    run.py --program PATH [--soak] [--seed N] [--states N] [--workers N]
    run.py --program PATH --replay RECORDING --at POSITION:SEED

Two ways: the file system is told to forget what is not on disk (FS_IOC_SHUTDOWN); and every write and flush of the
device is recorded while the writers run, and disks are built from the record on which any of the writes since the last
flush are missing or torn. The audit knows what was put and what was promised: no wrong bytes (L0), nothing promised
lost and nothing removed come back (L2), the cache opens and works. Writers that break their promises on purpose must be
found, or the audit is worth nothing.

Needs root, FUSE, loop devices, and mkfs for both; is skipped without.
"""
import argparse
import multiprocessing
import os
import queue as queues
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "Driver"))
sys.dont_write_bytecode = True

KINDS = ("ext4", "xfs")
MUTANTS = {"fast": "L2", "early": "L2", "swapped": "L0"}
MUTANT_STATES = 60
#: States of one recording: new recordings find more than more states of an old one.
STATES_PER_RECORDING = 250
SWEEP_EVERY = 10
#: After so many states a long run says how far it is.
SAID_EVERY = 2_500


def main():
    arguments = read_arguments()
    why = missing()
    if why:
        print(f"skipped: {why}")
        return 0
    import disks
    try:
        disks.own_namespace()
    except OSError as error:
        print(f"skipped: no mounts can be made here ({error})")
        return 0
    # An orderly end for whoever is asked to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    scratch = tempfile.mkdtemp(prefix="larder-powercut-", dir=place)
    try:
        if arguments.replay:
            return replay(arguments, scratch)
        return Driver(arguments, scratch).run()
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the program laboratory")
    parser.add_argument("--soak", action="store_true", help="50,000 states instead of 2,000")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--states", type=int, default=None, help="replayed states of both file systems together")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--replay", help="a recording that an earlier run has kept")
    parser.add_argument("--at", help="the state of it, as POSITION:SEED")
    arguments = parser.parse_args()
    if arguments.replay and not (arguments.at and ":" in arguments.at):
        parser.error("--replay needs --at POSITION:SEED")
    if arguments.states is None:
        arguments.states = 50_000 if arguments.soak else 2_000
    if arguments.seed is None:
        arguments.seed = secrets.randbelow(1 << 31)
    arguments.program = os.path.abspath(arguments.program)
    return arguments


def missing():
    """What cannot be done without; None if all is there."""
    if sys.platform != "linux":
        return "this is not Linux"
    if os.geteuid() != 0:
        return "needs root"
    for path in ("/dev/fuse", "/dev/loop-control"):
        if not os.path.exists(path):
            return f"there is no {path}"
    for kind in KINDS:
        if not shutil.which(f"mkfs.{kind}"):
            return f"there is no mkfs.{kind}"
    try:
        import fusepy  # noqa: F401
    except ImportError:
        return "there is no fusepy (package python3-fusepy)"
    return None


def environment():
    # The backtrace of a killed process would take a minute.
    return {**os.environ, "SWIFT_BACKTRACE": "enable=no"}


def replay(arguments, scratch):
    """Builds and audits one state of a kept recording."""
    from recording import Recording
    from states import Cut, audit_cuts
    position, seed = arguments.at.split(":")
    recording = Recording.load(arguments.replay, scratch)
    tally = audit_cuts(
        recording, [Cut(int(position), int(seed))], arguments.program, scratch, environment(), sweep_every=1)
    for violation, _ in tally.violations:
        print(violation)
    print(f"powercut: {tally.states} states, {len(tally.violations)} violations, "
          f"{tally.unmountable} that do not mount")
    return 1 if tally.violations else 0


class Driver:
    def __init__(self, arguments, scratch):
        self.program, self.scratch = arguments.program, scratch
        self.seed, self.states, self.workers = arguments.seed, arguments.states, arguments.workers
        self.shutdowns = 200 if arguments.soak else 12
        self.random = random.Random(self.seed)
        self.kept = []
        self.failures = []

    def run(self):
        print(f"powercut: seed {self.seed}, {self.states} states, {self.workers} workers", flush=True)
        for kind in KINDS:
            self.check_oracle(kind)
        for kind in KINDS:
            self.cut_running_writers(kind)
        for kind in KINDS:
            self.replay_states(kind, self.states // len(KINDS))
        for failure in self.failures:
            print(f"powercut: {failure}")
        print("powercut: " + ("failed" if self.failures else "OK"
              f", {self.states} states with 0 violations, seed {self.seed}"))
        return 1 if self.failures else 0

    def check_oracle(self, kind):
        """Writers that break their promises must be found out, by a violation of the level that they break."""
        from recording import record
        from states import audit_cuts, draw_cuts
        for mutant, level in MUTANTS.items():
            settings = ["--mutant", mutant, "--rounds", "1"]
            recording = record(
                kind, self.random.getrandbits(30), self.program, self.scratch, environment(), settings)
            cuts = draw_cuts(recording.log, MUTANT_STATES, self.random)
            self.random.shuffle(cuts)
            found = 0
            for start in range(0, len(cuts), 10):
                tally = audit_cuts(
                    recording, sorted(cuts[start:start + 10]), self.program, self.scratch, environment(), 0,
                    lambda tally: tally.levels()[level] > 0)
                found += tally.levels()[level]
                if found:
                    break
            os.unlink(recording.base)
            print(f"powercut: {kind}, mutant {mutant}: {'found' if found else 'NOT FOUND'}", flush=True)
            if not found:
                self.failures.append(f"the audit does not find the writer '{mutant}' on {kind}")

    def cut_running_writers(self, kind):
        from shutdown import cut_writers
        begin = time.monotonic()
        jobs = [(cut_writers, (kind, self.shutdowns // self.workers, self.random.getrandbits(30), self.program))
                for _ in range(self.workers)]
        tally = self.in_parallel(jobs)
        self.report(f"{kind}, shut down under writers", tally, time.monotonic() - begin)

    def replay_states(self, kind, count):
        from recording import record
        from states import audit_cuts, draw_cuts, leave
        from auditor import Tally
        begin, total, left = time.monotonic(), Tally(), None
        while total.states < count and not self.failures:
            recording = record(kind, self.random.getrandbits(30), self.program, self.scratch, environment(), left=left)
            cuts = draw_cuts(recording.log, min(STATES_PER_RECORDING, count - total.states), self.random)
            # Each worker goes through a stretch of the log.
            size = -(-len(cuts) // self.workers)
            jobs = [(audit_cuts, (recording, cuts[start:start + size], self.program))
                    for start in range(0, len(cuts), size)]
            tally = self.in_parallel(jobs)
            if tally.violations or self.failures:
                self.keep(recording)
            # Every other recording begins with the recovery from a power cut.
            left = None if left else leave(recording, self.random.choice(cuts), os.path.join(self.scratch, "left"))
            os.unlink(recording.base)
            total.add(tally)
            if total.states // SAID_EVERY > (total.states - tally.states) // SAID_EVERY:
                print(f"powercut: {kind}: {total.states} of {count} states, {len(total.violations)} violations, "
                      f"{time.monotonic() - begin:.0f} s", flush=True)
            if tally.states == 0:
                self.failures.append(f"no state of a recording of {kind} can be mounted")
        self.report(f"{kind}, replayed", total, time.monotonic() - begin)
        # A torn superblock is the file system's own loss; more than a few would hide Larder's.
        if total.unmountable * 20 > total.states:
            self.failures.append(f"{total.unmountable} states of {kind} cannot be mounted")

    def in_parallel(self, jobs):
        """Runs each job in a process with a directory of its own, and adds what they find."""
        from auditor import Tally
        context = multiprocessing.get_context("fork")
        queue, total, workers = context.Queue(), Tally(), []
        for number, (function, arguments) in enumerate(jobs):
            directory = os.path.join(self.scratch, f"worker{number}")
            os.makedirs(directory, exist_ok=True)
            workers.append(context.Process(target=work, args=(queue, function, arguments, directory), daemon=True))
        try:
            for worker in workers:
                worker.start()
            for _ in workers:
                result = next_result(queue, workers)
                if isinstance(result, str):
                    self.failures.append(result)
                    return total
                total.add(result)
        finally:
            for worker in workers:
                # Those that are done do not notice.
                if worker.pid:
                    worker.terminate()
                    worker.join()
        return total

    def report(self, what, tally, seconds):
        levels = ", ".join(f"{level} {count}" for level, count in tally.levels().items())
        print(f"powercut: {what}: {tally.states} states in {seconds:.0f} s ({tally.states / seconds:.1f} a second), "
              f"{tally.unmountable} that do not mount, {tally.promises} promises and {tally.hits} hits looked at, "
              f"{tally.sweeps} sweeps, slowest opening {tally.slowest_opening:.1f} ms; violations: {levels}; "
              f"misses: {dict(sorted(tally.misses.items()))}", flush=True)
        for violation, where in tally.violations[:10]:
            print(f"  {where}: {violation}")
        if tally.violations:
            self.failures.append(f"{what}: {len(tally.violations)} violations")

    def keep(self, recording):
        directory = tempfile.mkdtemp(prefix="larder-powercut-failed-")
        path = os.path.join(directory, f"{recording.kind}-{recording.seed}.recording")
        recording.save(path)
        print(f"powercut: the recording is kept; look at a state again with --replay {path} --at POSITION:SEED")


def next_result(queue, workers):
    """What the next worker puts, or a word about one that ended without."""
    while True:
        gone = [worker for worker in workers if worker.exitcode not in (None, 0)]
        try:
            return queue.get(timeout=1)
        except queues.Empty:
            if gone:
                return f"a worker ended with status {gone[0].exitcode}"


def work(queue, function, arguments, directory):
    from disks import die_with_parent
    die_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        queue.put(function(*arguments, directory, environment(), SWEEP_EVERY))
    except Exception as error:
        queue.put(f"{function.__name__}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    sys.exit(main())
