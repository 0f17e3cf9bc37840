"""Cuts the power of mounted file systems under writers of several processes, and audits what is left."""
import os
import random
import shutil
import subprocess
import time

from auditor import Auditor, Tally
from disks import Disk, die_with_parent, make_image
from history import History

PROCESSES = 2
#: FS_IOC_SHUTDOWN: the log is flushed first, or nothing is.
MODES = (1, 2)


def cut_writers(kind, count, seed, program, scratch, environment, sweep_every):
    """Cuts the power `count` times, each time on a new file system and at another moment, in both modes in turn."""
    tally = Tally()
    source = random.Random(seed)
    auditor = Auditor(program, environment)
    try:
        for number in range(count):
            mode = MODES[number % len(MODES)]
            where = f"shutdown {number} of {kind} with seed {seed}, mode {mode}"
            sweeps = sweep_every > 0 and number % sweep_every == 0
            findings, promises = cut_once(
                kind, mode, source.randrange(1 << 30), source.uniform(0.03, 0.5), auditor, program,
                scratch, environment, sweeps)
            tally.take(findings, where)
            tally.sweeps += sweeps
            tally.promises += promises
    finally:
        auditor.close()
    return tally


def cut_once(kind, mode, seed, delay, auditor, program, scratch, environment, sweeps):
    image, work = os.path.join(scratch, "shutdown.img"), os.path.join(scratch, "work")
    make_image(kind, image)
    os.makedirs(work)
    disk = Disk(kind, image, os.path.join(scratch, "mounted"))
    writers = []
    try:
        disk.mount()
        cache = os.path.join(disk.mountpoint, "cache.larder")
        for number in range(PROCESSES):
            marks = os.path.join(work, f"marks{number}")
            open(marks, "wb").close()
            writers.append(subprocess.Popen(
                [program, "powercut", "--directory", cache, "--marks", marks, "--scratch", work, "--seed", str(seed),
                 "--rounds", "1000", "--first-writer", str(number * 10), "--ends-with-cut", "1"],
                preexec_fn=die_with_parent, env=environment))
        # This moment is drawn, and nothing is waited for.
        time.sleep(delay)
        disk.cut(mode)
        for writer in writers:
            if writer.wait(60) != 0:
                raise RuntimeError(f"a writer ended with status {writer.returncode} when the power was cut")
        disk.unmount()
        history = History()
        for number in range(PROCESSES):
            with open(os.path.join(work, f"marks{number}")) as marks:
                for line in marks:
                    history.mark(line)
        disk.mount()
        findings = auditor.audit(cache, work, history, sweeps)
        disk.unmount()
        return findings, history.promises
    finally:
        for writer in writers:
            if writer.poll() is None:
                writer.kill()
                writer.wait()
        disk.detach()
        shutil.rmtree(work)
        os.unlink(image)
