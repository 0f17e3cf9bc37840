"""Histories with planted violations, which the checker has to find, and sound ones, in which it may find none."""

import checker
import history

ALTERATIONS = 200

# Times are small numbers. A case: name, kind of violation or None, lines of each process; `died` after a process's name.
CASES = [
    ("a hit on what was put", None, {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 lookup 1|C 1 4 hit a.0 x"}),
    ("bytes that nobody put", "foreign", {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 lookup 1|C 1 4 hit a.0 y"}),
    ("bytes of another key", "foreign",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 put 2 y 0|C 1 4 stored|I 2 5 lookup 2|C 2 6 hit a.0 x"}),
    ("a version that a refused put would have stored", "foreign",
     {"a": "I 0 1 put 1 x 0|C 0 2 refused|I 1 3 lookup 1|C 1 4 hit a.0 x"}),
    ("a call's bytes of another key", "foreign",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 value 1 y 0|C 1 4 hit - z"}),
    ("a hit before the put", "early",
     {"a": "I 0 5 put 1 x 0|C 0 6 stored", "b": "I 0 1 lookup 1|C 0 2 hit a.0 x"}),
    ("a hit after its time", "expired",
     {"a": "I 0 1 put 1 x 10|C 0 2 stored|I 1 13 lookup 1|C 1 14 hit a.0 x"}),
    ("a hit within its time", None,
     {"a": "I 0 1 put 1 x 10|C 0 2 stored|I 1 12 lookup 1|C 1 14 hit a.0 x"}),
    ("a blob that was gone", "dangling",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 lookup 1|C 1 4 miss missing_blob -"}),
    ("a blob that was gone, of an unknown put", "dangling", {"a": "I 0 1 lookup 1|C 0 2 miss missing_blob -"}),
    ("damaged bytes", "damaged", {"a": "I 0 1 lookup 1|C 0 2 miss corrupt -"}),
    ("an entry that vanished", "lost",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 lookup 1|C 1 4 miss cold -"}),
    ("an entry that vanished after somebody else's hit", "lost",
     {"a": "I 0 1 put 1 x 0", "a died": 9, "b": "I 0 3 lookup 1|C 0 4 hit a.0 x|I 1 10 lookup 1|C 1 11 miss cold -"}),
    ("a miss beside the put", None,
     {"a": "I 0 1 put 1 x 0|C 0 5 stored", "b": "I 0 2 lookup 1|C 0 9 miss cold -"}),
    ("a miss after a removal", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 remove 1|C 1 4 removed|I 2 5 lookup 1|C 2 6 miss invalidated 3"}),
    ("a miss after a removal that was killed", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored", "b": "I 0 3 remove 1", "b died": 9,
      "c": "I 0 5 lookup 1|C 0 6 miss invalidated 3"}),
    ("a miss after a removal that died before the put", "lost",
     {"a": "I 0 10 put 1 x 0|C 0 12 stored", "b": "I 0 3 remove 1", "b died": 9,
      "c": "I 0 15 lookup 1|C 0 16 miss invalidated 3"}),
    ("a miss explained by the removal of another key", "lost",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 remove 2|C 1 4 removed|I 2 5 lookup 1|C 2 6 miss invalidated 3"}),
    ("a miss after an eviction", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored", "b": "I 0 3 put 2 y 0|C 0 6 stored",
      "c": "I 0 7 lookup 1|C 0 8 miss evicted 4"}),
    ("a miss explained by an eviction before the put", "lost",
     {"a": "I 0 10 put 1 x 0|C 0 12 stored", "b": "I 0 3 put 2 y 0|C 0 6 stored",
      "c": "I 0 17 lookup 1|C 0 18 miss evicted 4"}),
    ("a miss after an eviction that was stopped", None,
     {"a": "I 0 10 put 1 x 0|C 0 12 stored", "b": "I 0 3 put 2 y 0|C 0 16 stored",
      "c": "I 0 17 lookup 1|C 0 18 miss evicted 4"}),
    ("a miss after its time", None,
     {"a": "I 0 1 put 1 x 3|C 0 2 stored|I 1 6 lookup 1|C 1 7 miss expired -"}),
    ("a miss after its time, and after a hit", None,
     {"a": "I 0 1 put 1 x 6|C 0 2 stored|I 1 4 lookup 1|C 1 5 hit a.0 x|I 2 8 lookup 1|C 2 9 miss expired -"}),
    ("a miss for the time of what was replaced", "lost",
     {"a": "I 0 1 put 1 x 6|C 0 2 stored|I 1 3 put 1 y 0|C 1 4 stored|I 2 8 lookup 1|C 2 9 miss expired -"}),
    ("a miss before its time", "lost",
     {"a": "I 0 1 put 1 x 30|C 0 2 stored|I 1 6 lookup 1|C 1 7 miss expired -"}),
    ("a hit after a removal", "removed",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 remove 1|C 1 4 removed|I 2 5 lookup 1|C 2 6 hit a.0 x"}),
    ("a hit beside a removal", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 remove 1|C 1 6 removed", "b": "I 0 5 lookup 1|C 0 7 hit a.0 x"}),
    ("a hit after a removal that was killed", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored", "b": "I 0 3 remove 1", "b died": 4, "c": "I 0 5 lookup 1|C 0 7 hit a.0 x"}),
    ("a hit after the removal of several", "removed",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 remove 7,1|C 1 4 removed|I 2 5 lookup 1|C 2 6 hit a.0 x"}),
    ("a killed put that comes back after a removal", "removed",
     {"a": "I 0 1 put 1 x 0", "a died": 3, "b": "I 0 4 remove 1|C 0 5 removed|I 1 6 lookup 1|C 1 7 hit a.0 x"}),
    ("a hit on what was replaced", "stale",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 put 1 y 0|C 1 4 stored|I 2 5 lookup 1|C 2 6 hit a.0 x"}),
    ("a hit on what is being replaced", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 put 1 y 0|C 1 9 stored", "b": "I 0 5 lookup 1|C 0 6 hit a.0 x"}),
    ("two versions that take turns", "stale",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored", "b": "I 0 1 put 1 y 0|C 0 2 stored",
      "c": "I 0 3 lookup 1|C 0 4 hit a.0 x|I 1 5 lookup 1|C 1 6 hit b.0 y|I 2 7 lookup 1|C 2 8 hit a.0 x"}),
    ("versions of two puts beside each other", None,
     {"a": "I 0 1 put 1 x 0|C 0 9 stored", "b": "I 0 1 put 1 y 0|C 0 9 stored",
      "c": "I 0 3 lookup 1|C 0 4 hit a.0 x|I 1 5 lookup 1|C 1 6 hit b.0 y"}),
    ("a call that gives what was replaced", "stale",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 put 1 y 0|C 1 4 stored|I 2 5 value 1 z 0|C 2 6 hit - x"}),
    ("a call that gives what was removed", "stale",
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 remove 1|C 1 4 removed|I 2 5 value 1 z 0|C 2 6 computed - x"}),
    ("a call that gives what is there", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 5 value 1 z 0|C 1 6 hit - x"}),
    ("an operation that failed", "failed", {"a": "I 0 1 put 1 x 0|C 0 2 failed io no space"}),
    ("a put that gave up", None, {"a": "I 0 1 put 1 x 0|C 0 2 failed busy A put was overtaken by removals 3 times"}),
    ("a last line that was cut off", None,
     {"a": "I 0 1 put 1 x 0|C 0 2 stored|I 1 3 remove 1|C 1 4 rem", "a died": 6,
      "b": "I 0 7 lookup 1|C 0 8 hit a.0 x"}),
]


def operations(processes):
    found = []
    for process, text in processes.items():
        if not process.endswith(" died"):
            lines = text.replace("|", "\n")
            if not lines.endswith(" rem"):
                lines += "\n"
            found += history.parse(
                lines.splitlines(keepends=True), process, processes.get(process + " died", float("inf")))
    return found


def failures():
    """What the checker gets wrong."""
    for name, expected, processes in CASES:
        kinds = {violation.kind for violation in checker.check(operations(processes))}
        if kinds != ({expected} if expected else set()):
            yield "%s: found %s instead of %s" % (name, sorted(kinds) or "nothing", expected or "nothing")


def unseen_alterations(recorded, dice):
    """Plants violations in a real history, one at a time, and counts how many of how many the checker does not see."""
    keys = {}
    for operation in recorded:
        for key in operation.keys:
            keys.setdefault(key, []).append(operation)
    hits = [operation for operation in recorded if operation.kind == "lookup" and operation.outcome == "hit"]
    dice.shuffle(hits)
    tried = unseen = 0
    for hit in hits:
        of_key = keys[hit.keys[0]]
        read, found = hit.read, hit.found
        writes = [write for write in of_key if write.outcome in ("stored", "removed") and write.ended < hit.begun]
        last = max(writes, key=lambda write: write.begun, default=None)
        older = [put for put in writes if put.outcome == "stored" and put.ended < last.begun]
        lost = [put for put in of_key if put.outcome == "stored" and put.ended < hit.begun and not any(
            removal.kind == "remove" and removal.ended >= put.begun and removal.begun <= hit.ended for removal in of_key)]
        if not older or not lost:
            continue
        # Once as a version that was certainly replaced or removed before, once as a miss that nothing explains.
        put = dice.choice(older)
        hit.read, hit.found = put.version, put.content
        stale = list(checker.check(of_key))
        hit.read, hit.found, hit.outcome, hit.reason = None, None, "miss", "cold"
        missed = list(checker.check(of_key))
        hit.read, hit.found, hit.outcome, hit.reason = read, found, "hit", None
        tried += 2
        unseen += (not any(violation.kind in ("stale", "removed", "expired") for violation in stale)) + (
            not any(violation.kind == "lost" for violation in missed))
        if tried >= ALTERATIONS:
            break
    return tried, unseen


if __name__ == "__main__":
    wrong = list(failures())
    print("\n".join(wrong) or "checker: OK, %d cases" % len(CASES))
    raise SystemExit(bool(wrong))
