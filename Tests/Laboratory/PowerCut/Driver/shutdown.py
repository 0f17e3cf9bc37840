"""Cuts the power of mounted file systems under writers of several processes, and audits what is left."""
import os
import random
import shutil
import signal
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
        marks = [os.path.join(work, f"marks{number}") for number in range(PROCESSES)]
        for number, path in enumerate(marks):
            open(path, "wb").close()
            writers.append(subprocess.Popen(
                [program, "powercut", "--directory", cache, "--marks", path, "--scratch", work, "--seed", str(seed),
                 "--rounds", "1000", "--first-writer", str(number * 10), "--ends-with-cut", "1"],
                preexec_fn=die_with_parent, start_new_session=True, env=environment))
        # This moment is drawn, and nothing is waited for.
        time.sleep(delay)
        # Without power nobody would promise anything, while a shutdown lets an fsync under way return in peace: ext4
        # does not look at the journal again when the transaction that it waits for has been thrown away.
        told = [os.path.getsize(path) for path in marks]
        disk.cut(mode)
        for writer in writers:
            # SQLite's shared memory is a mapped file, and no page of it can be written any more.
            if writer.wait(60) not in (0, -signal.SIGBUS):
                raise RuntimeError(f"a writer ended with status {writer.returncode} when the power was cut")
        disk.unmount()
        history = read_history(marks, told)
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


def read_history(marks, told):
    """What the writers marked, where only the first `told` bytes of each file were written before the cut."""
    history = History()
    for path, size in zip(marks, told):
        position = 0
        with open(path, "rb") as file:
            for line in file:
                position += len(line)
                history.mark(line.decode(), is_late=position > size)
    return history
