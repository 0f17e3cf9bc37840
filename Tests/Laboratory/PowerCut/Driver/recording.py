"""Records a run of the writers on a file system, block by block."""
import gzip
import os
import pickle
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from disks import Disk, LIBC, die_with_parent, make_image
from history import History

#: How often the disk is mounted in one recording: the longer its log, the longer does XFS take to come back.
MOUNTINGS = 3


@dataclass
class Recording:
    kind: str
    seed: int
    #: The disk before the first entry of the log.
    base: str
    #: What was put and promised before.
    history: History
    log: list

    def save(self, path):
        """Keeps the recording, so that a state of it can be looked at again."""
        with open(self.base, "rb") as base, gzip.open(path, "wb", 1) as file:
            pickle.dump((self.kind, self.seed, self.history, base.read(), self.log), file)

    @staticmethod
    def load(path, scratch):
        with gzip.open(path, "rb") as file:
            kind, seed, history, content, log = pickle.load(file)
        base = os.path.join(scratch, "base.img")
        with open(base, "wb") as image:
            image.write(content)
        subprocess.run(["fallocate", "--dig-holes", base], check=True)
        return Recording(kind, seed, base, history, log)


def record(kind, seed, program, scratch, environment, settings=(), left=None):
    """Lets the writers run on a recorded disk until they end by themselves.

    The disk is new, or it is what an earlier power cut has `left`: an image, and the history up to it.
    """
    base, disk, log = (os.path.join(scratch, f"{kind}-{seed}.{name}") for name in ("base", "disk", "log"))
    if left:
        image, history = left
        subprocess.run(["cp", "--sparse=always", image, base], check=True)
    else:
        make_image(kind, base)
        history = History()
    subprocess.run(["cp", "--sparse=always", base, disk], check=True)
    directory = os.path.join(scratch, "recorder")
    os.makedirs(directory, exist_ok=True)
    recorder = subprocess.Popen(
        [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorder.py"), directory, disk, log],
        preexec_fn=die_with_parent, start_new_session=True)
    device = None
    try:
        wait_until(lambda: os.path.exists(os.path.join(directory, "marks")), "the recorder to be mounted")
        device = Disk(kind, os.path.join(directory, "disk"), os.path.join(scratch, "recorded"))
        for mounting in range(MOUNTINGS):
            device.mount()
            note(directory, "mounted")
            subprocess.run(
                [program, "powercut", "--directory", os.path.join(device.mountpoint, "cache.larder"),
                 "--marks", os.path.join(directory, "marks"), "--scratch", os.path.join(scratch, "drafts"),
                 "--seed", str(seed + mounting), *settings], check=True, timeout=120, env=environment)
            device.unmount()
    finally:
        if device:
            device.detach()
        deadline = time.monotonic() + 10
        # The loop device lets go of its file a moment after it is closed.
        while LIBC.umount2(directory.encode(), 0) < 0 and os.path.ismount(directory):
            if time.monotonic() > deadline:
                recorder.kill()
                LIBC.umount2(directory.encode(), 2)
                break
            time.sleep(0.005)
        recorder.wait()
        shutil.rmtree(os.path.join(scratch, "drafts"), ignore_errors=True)
    os.unlink(disk)
    with open(log, "rb") as file:
        entries = pickle.load(file)
    os.unlink(log)
    return Recording(kind, seed, base, history, entries)


def note(directory, line):
    with open(os.path.join(directory, "marks"), "wb", buffering=0) as marks:
        marks.write(line.encode() + b"\n")


def wait_until(condition, what):
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited too long for {what}")
        time.sleep(0.005)
