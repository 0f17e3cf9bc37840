"""Checks a history: is it one that a cache can have which loses nothing and invents nothing?

Every key is a register. A put writes a version that nobody else writes, a removal writes "nothing", and a lookup reads a
version or "nothing"; besides the cache may write "nothing" when it evicts and when a time to live is over. With versions
that are unique a history without misses is linearisable exactly if no two versions must be there at the same time, and
nothing must be written while a version must be there (Gibbons and Korach, Testing Shared Memories, 1997): a version must
be there from the first end to the last begin of the operations that wrote and read it. Misses are judged by what
explains them. An operation whose process was killed may have happened, once, until its process died.
"""

import bisect
import math

# What a lookup may answer when the cache has been at work by itself. All else says that something was lost or damaged.
SOUND_MISSES = {"cold", "args", "version", "evicted", "expired", "invalidated"}
DANGLING = {"missing_blob"}
# The store gives up a put that was overtaken several times, and says so: nothing was promised then.
OVERTAKEN = "overtaken by removals"


class Violation:
    """A statement about one key, with the operations that prove it."""

    def __init__(self, kind, key, statement, *operations):
        self.kind, self.key, self.statement, self.operations = kind, key, statement, operations

    def __str__(self):
        return "\n  ".join(["%s: key %s: %s" % (self.kind, self.key, self.statement)] + [
            str(operation) for operation in sorted(self.operations, key=lambda operation: operation.begun)])


def check(operations):
    """All violations of a history, in no order."""
    violations = [
        Violation("failed", operation.keys, operation.reason, operation) for operation in operations
        if operation.outcome == "failed" and OVERTAKEN not in operation.reason]
    evicting = Spans(operation for operation in operations if operation.kind in ("put", "value"))
    keys = {}
    for operation in operations:
        for key in operation.keys:
            keys.setdefault(key, []).append(operation)
    for key, of_key in keys.items():
        violations += Register(key, of_key, evicting).violations()
    return violations


class Spans:
    """Operations by when they began, for the question which of them lasted until some time."""

    def __init__(self, operations):
        self.operations = sorted(operations, key=lambda operation: operation.begun)
        self.begins = [operation.begun for operation in self.operations]
        self.latest, latest = [], -math.inf
        for operation in self.operations:
            latest = max(latest, operation.ended)
            self.latest.append(latest)

    def any(self, begun_by, lasting_until):
        """Whether one that had begun by a time lasted until another."""
        index = bisect.bisect_right(self.begins, begun_by)
        return index > 0 and self.latest[index - 1] >= lasting_until


class Zone:
    """The operations on one version. From `start` to `end` the version must be there, if that is a time at all."""

    def __init__(self, put, reads):
        self.put = put
        # What was read was put, even if the process was killed before it could say so.
        self.first = min(reads + [put], key=lambda operation: operation.ended)
        self.last = max(reads + [put], key=lambda operation: operation.begun)
        self.start, self.end = self.first.ended, self.last.begun


class Register:
    """The history of one key."""

    def __init__(self, key, operations, evicting):
        self.key, self.evicting = key, evicting
        self.puts = {
            operation.version: operation for operation in operations
            if operation.kind == "put" and operation.outcome != "refused"
            or operation.kind == "value" and operation.outcome != "hit"}
        self.stored = [put for put in self.puts.values() if put.outcome == "stored"]
        self.hits = [o for o in operations if o.kind == "lookup" and o.outcome == "hit"]
        self.misses = [o for o in operations if o.kind == "lookup" and o.outcome == "miss"]
        self.values = [
            o for o in operations if o.kind == "value" and o.found is not None
            and (o.outcome == "hit" or o.found != o.content)]
        self.removals = [operation for operation in operations if operation.kind == "remove"]
        self.removed = [removal for removal in self.removals if removal.outcome == "removed"]

    def violations(self):
        yield from self.wrong_content()
        yield from self.wrong_order()
        yield from self.stale_values()
        yield from self.unexplained_misses()

    def wrong_content(self):
        """What was read is what was put under the key, not before it was put and not after its time."""
        for hit in self.hits:
            put = self.puts.get(hit.read)
            if put is None:
                yield Violation("foreign", self.key, "a lookup found a version that was never put there", hit)
            elif put.content != hit.found:
                yield Violation("foreign", self.key, "a lookup found other bytes than were put", put, hit)
            elif hit.ended < put.begun:
                yield Violation("early", self.key, "a lookup found a version before it was put", put, hit)
            elif put.life and hit.begun > put.ended + put.life:
                yield Violation("expired", self.key, "a lookup found a version whose time was over", put, hit)
        contents = {put.content for put in self.puts.values()}
        for value in self.values:
            if value.found not in contents:
                yield Violation("foreign", self.key, "a call gave bytes that were never put there", value)

    def wrong_order(self):
        """No version is there before another one and after it, and none outlives a removal."""
        reads = {}
        for hit in self.hits:
            if hit.read in self.puts:
                reads.setdefault(hit.read, []).append(hit)
        zones = [
            Zone(put, reads.get(version, [])) for version, put in self.puts.items()
            if put.outcome == "stored" or version in reads]
        forward = sorted((zone for zone in zones if zone.start < zone.end), key=lambda zone: zone.start)
        starts, widest, latest = [zone.start for zone in forward], [], None
        for zone in forward:
            if latest is not None and zone.start < latest.end:
                yield Violation(
                    "stale", self.key, "two versions must have been there at the same time",
                    latest.put, latest.first, latest.last, zone.put, zone.first, zone.last)
            if latest is None or zone.end > latest.end:
                latest = zone
            widest.append(latest)
        points = [(zone.end, zone.start, zone.put, "stale", "an older version was found after a newer one was put")
                  for zone in zones if zone.start >= zone.end]
        points += [(removal.begun, removal.ended, removal, "removed", "a version was found after it was removed")
                   for removal in self.removed]
        for begin, end, operation, kind, statement in points:
            index = bisect.bisect_left(starts, begin)
            if index > 0 and widest[index - 1].end > end:
                zone = widest[index - 1]
                yield Violation(kind, self.key, statement, zone.put, zone.first, operation, zone.last)

    def stale_values(self):
        """What a call gave, of which only the bytes are known, is of some version that can have been there."""
        writes = sorted(self.stored + self.removed, key=lambda operation: operation.begun)
        begins = [write.begun for write in writes]
        first_end, earliest = [math.inf] * (len(writes) + 1), math.inf
        for index in range(len(writes) - 1, -1, -1):
            earliest = min(earliest, writes[index].ended)
            first_end[index] = earliest
        versions = {}
        for put in self.puts.values():
            # From then on something else was written after it for certain.
            over = first_end[bisect.bisect_right(begins, put.ended)]
            versions.setdefault(put.content, []).append((put.begun, over, put))
        for value in self.values:
            known = versions.get(value.found)
            if known and not any(begun <= value.ended and over >= value.begun for begun, over, _ in known):
                yield Violation(
                    "stale", self.key, "a call gave a value that had been replaced or removed", value,
                    max(known, key=lambda version: version[1])[2])

    def unexplained_misses(self):
        """After something was seen there, a miss has a removal, an eviction or the end of a time to explain it."""
        seen = sorted(self.stored + self.hits, key=lambda operation: operation.ended)
        ends = [operation.ended for operation in seen]
        latest, last = [], None
        for operation in seen:
            last = operation if last is None or operation.begun > last.begun else last
            latest.append(last)
        removals = Spans(self.removals)
        mortal = [put for put in self.puts.values() if put.life]
        for miss in self.misses:
            if miss.reason in DANGLING:
                yield Violation("dangling", self.key, "an entry's blob was gone", miss)
            elif miss.reason not in SOUND_MISSES:
                yield Violation("damaged", self.key, "a lookup failed for a reason that must not occur", miss)
            index = bisect.bisect_left(ends, miss.begun)
            if index == 0 or miss.reason not in SOUND_MISSES:
                continue
            witness = latest[index - 1]
            if removals.any(miss.ended, witness.begun) or self.is_evicted(miss, witness):
                continue
            if miss.reason == "expired" and any(
                    put.begun + put.life <= miss.ended
                    and (put.version == (witness.read or witness.version) or put.ended >= witness.begun)
                    for put in mortal):
                continue
            yield Violation("lost", self.key, "a lookup missed what nobody had removed", witness, miss)

    def is_evicted(self, miss, witness):
        """Whether what was there can have been evicted: an eviction notes when it begins, and may take effect until the
        put that evicts ends."""
        if miss.reason != "evicted" or miss.buried is None:
            return False
        return miss.buried >= witness.begun or self.evicting.any(miss.buried, witness.begun)
