"""What the processes of a storm wrote down, as operations."""

import glob
import math
import os


class Operation:
    """One operation: between `begun` and `ended`, in nanoseconds of the monotonic clock, it happened, if it did.

    `outcome` is None where the process was killed before it could say: the operation may have happened until then.
    `read` is the version and `found` the content that came back; `version` and `content` are what a put stores.
    """

    __slots__ = (
        "process", "number", "kind", "keys", "content", "life", "version",
        "begun", "ended", "outcome", "read", "found", "reason", "buried")

    def __init__(self, process, number, kind, begun, keys=(), content=None, life=0):
        self.process, self.number, self.kind, self.begun = process, number, kind, begun
        self.keys, self.content, self.life = keys, content, life
        self.version = "%s.%d" % (process, number)
        self.ended, self.outcome = math.inf, None
        self.read = self.found = self.reason = self.buried = None

    def __str__(self):
        words = [self.kind, ",".join(map(str, self.keys))]
        if self.content:
            words += ["of", self.content, "as", self.version]
        if self.life:
            words.append("for %.0f ms" % (self.life / 1e6))
        words.append("->")
        words += [str(word) for word in (self.outcome or "killed", self.read, self.found, self.reason, self.buried)
                  if word is not None]
        return "[%d, %s] process %s, operation %d: %s" % (
            self.begun, self.ended, self.process, self.number, " ".join(words))


def parse(lines, process, died=math.inf):
    """The operations of one process that ended at `died`; a line without an end was never written."""
    operations, current = [], None
    for line in lines:
        if not line.endswith("\n"):
            break
        words = line.split()
        if words[0] == "I":
            current = _begun(process, words)
            operations.append(current)
        elif current is not None and current.number == int(words[1]):
            _end(current, words)
            current = None
    if current is not None:
        current.ended = died
    return operations


def _begun(process, words):
    operation = Operation(process, int(words[1]), words[3], int(words[2]))
    if len(words) > 4:
        operation.keys = tuple(map(int, words[4].split(",")))
    if len(words) > 6:
        operation.content, operation.life = words[5], int(words[6])
    return operation


def _end(operation, words):
    operation.ended, operation.outcome = int(words[2]), words[3]
    if operation.outcome in ("hit", "computed"):
        operation.read, operation.found = (None if words[4] == "-" else words[4]), words[5]
    elif operation.outcome == "miss":
        operation.reason = words[4]
        operation.buried = None if words[5] == "-" else int(words[5])
    elif operation.outcome == "failed":
        operation.reason = " ".join(words[4:])


def read(directory, deaths):
    """The operations of all histories `<process>.log` below `directory`; `deaths` says when processes ended."""
    operations = []
    for path in sorted(glob.glob(os.path.join(directory, "*.log"))):
        process = os.path.basename(path)[:-len(".log")]
        with open(path, encoding="utf-8", errors="replace") as file:
            # Behind a hyphen stands the number of a thread.
            operations += parse(file, process, deaths.get(process.split("-")[0], math.inf))
    return operations


class Sweep:
    """What one sweep found, as it wrote it down; `text` says why there is nothing, if it failed."""

    def __init__(self, outcome):
        words, _, self.details = outcome.partition(" :: ")
        kind, _, rest = words.partition(" ")
        self.text = outcome if kind == "failed" else None
        self.is_whole = kind == "swept" and "complete=true" in rest
        self.counts = {}
        for word in rest.split():
            name, _, value = word.partition("=")
            if value.isdigit():
                self.counts[name] = int(value)

    @property
    def problems(self):
        return sum(count for kind, count in self.counts.items() if kind != "foreign")

    def __str__(self):
        return "%s; %s" % (
            ", ".join("%s %d" % item for item in self.counts.items() if item[1]) or "nothing", self.details)


def sweeps(path):
    """The sweeps of one history that were not killed."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return [Sweep(line.split(" ", 3)[3].rstrip("\n")) for line in file
                if line.startswith("C ") and line.endswith("\n")]
