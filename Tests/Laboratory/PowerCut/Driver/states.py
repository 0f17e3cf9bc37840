"""The disks that a power cut can leave of a recording, and their audit."""
import os
import random
from dataclasses import dataclass

from auditor import Auditor, Tally
from disks import Disk, Unmountable, copy_sparse

SECTOR = 512


@dataclass(frozen=True, order=True)
class Cut:
    """The power fails when this many entries of the log have arrived."""
    position: int
    seed: int

    def __str__(self):
        """As `--at` takes it."""
        return f"{self.position}:{self.seed}"


def draw_cuts(log, count, random_source):
    """Half of the cuts are right after a promise, where a lost write hurts most; the rest is anywhere."""
    start = next(index for index, entry in enumerate(log) if entry == ("m", "mounted")) + 1
    promises = [index + 1 for index, entry in enumerate(log) if entry[0] == "m" and entry[1].startswith("done")]
    cuts = []
    for number in range(count):
        position = random_source.choice(promises) if number % 2 else random_source.randint(start, len(log))
        cuts.append(Cut(position, random_source.getrandbits(32)))
    return sorted(cuts)


def survivors(writes, source):
    """What remains of the writes since the last flush: any of them may be lost, and some are lost in part."""
    share = source.choice((0, 0, 0.1, 0.5, 0.5, 0.9, 1))
    tears = source.random() < 0.4
    for offset, data in writes:
        if source.random() < share:
            yield offset, data
        elif tears and source.random() < 0.5:
            sectors = range(0, len(data), SECTOR)
            first = source.choice(sectors)
            if source.random() < 0.5:
                # The head or the tail of the write.
                kept = sectors[:first // SECTOR] if source.random() < 0.5 else sectors[first // SECTOR:]
            else:
                kept = [sector for sector in sectors if source.random() < 0.5]
            for sector in kept:
                yield offset + sector, data[sector:sector + SECTOR]


class Replay:
    """Goes through a log once and builds the disk of one cut after another."""

    def __init__(self, recording, scratch):
        self.log = recording.log
        self.history = recording.history.copy()
        self.position = 0
        self.window = []
        self.size = os.path.getsize(recording.base)
        os.makedirs(scratch, exist_ok=True)
        self.image = os.path.join(scratch, "state.img")
        # What was flushed and cannot be lost, apart from the image that is mounted and written.
        self.safe = os.open(os.path.join(scratch, "safe.img"), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self.state = os.open(self.image, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        base = os.open(recording.base, os.O_RDONLY)
        copy_sparse(base, self.safe, self.size)
        copy_sparse(base, self.state, self.size)
        os.close(base)

    def build(self, cut):
        while self.position < cut.position:
            entry = self.log[self.position]
            self.position += 1
            if entry[0] == "w":
                self.window.append(entry[1:])
            elif entry[0] == "m":
                self.history.mark(entry[1])
            else:
                for offset, data in self.window:
                    os.pwrite(self.safe, data, offset)
                self.window = []
        copy_sparse(self.safe, self.state, self.size)
        for offset, data in survivors(self.window, random.Random(cut.seed)):
            os.pwrite(self.state, data, offset)

    def close(self):
        os.close(self.safe)
        os.close(self.state)


def leave(recording, cut, scratch):
    """What a cut leaves for another run of the writers, as ``record`` takes it."""
    replay = Replay(recording, scratch)
    replay.build(cut)
    replay.close()
    return replay.image, replay.history.copy()


def audit_cuts(recording, cuts, program, scratch, environment, sweep_every, is_over=lambda tally: False):
    """Audits the states of these cuts, in their order; stops early when `is_over`."""
    tally = Tally()
    replay = Replay(recording, scratch)
    auditor = Auditor(program, environment)
    disk = Disk(recording.kind, replay.image, os.path.join(scratch, "mounted"))
    try:
        for number, cut in enumerate(cuts):
            replay.build(cut)
            disk.forget_cache()
            try:
                disk.mount()
            except Unmountable:
                tally.unmountable += 1
                continue
            sweeps = sweep_every > 0 and number % sweep_every == 0
            try:
                findings = auditor.audit(
                    os.path.join(disk.mountpoint, "cache.larder"), scratch, replay.history, sweeps)
            except RuntimeError as error:
                raise RuntimeError(f"{cut}: {error}") from error
            disk.unmount()
            tally.take(findings, cut)
            tally.sweeps += sweeps
            tally.promises += replay.history.promises
            if is_over(tally):
                break
    finally:
        auditor.close()
        disk.detach()
        replay.close()
    return tally
