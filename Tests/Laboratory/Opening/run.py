#!/usr/bin/env python3
"""Times how long a cache of a million entries takes to open after its writer was killed.

    run.py --program LABORATORY [--soak] [--entries N]

Fills an index with rows, lets a writer fill its log up to the length at which it would be copied back, kills the writer,
and opens the cache again and again, each time in a new process that ends as if killed: with everything in the page
cache, and with the index and its log dropped from it. Fails when the median with a warm cache is above 50 ms.
"""
import argparse, os, shutil, sqlite3, statistics, subprocess, sys, tempfile, time

LIMIT_MS = 50
# 4,000 pages of 4 KiB with their headers make the log be copied back; this is just below.
LOG_BYTES = 16_200_000

arguments = argparse.ArgumentParser()
arguments.add_argument("--program", required=True)
arguments.add_argument("--soak", action="store_true")
arguments.add_argument("--entries", type=int, default=1_000_000)
arguments = arguments.parse_args()
rounds = 50 if arguments.soak else 9


def laboratory(*words):
    return subprocess.run([arguments.program, "opening", *words], capture_output=True, text=True)


def fill(path, count):
    """Rows as they are in a cache of small values, but for the seals: opening checks none."""
    index = sqlite3.connect(path)
    index.executescript(
        f"""
        PRAGMA synchronous = OFF;
        BEGIN;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO blobs (id, state, domain, content_digest, size, encoding, stored_digest, stored_size, place,
          durable, seal, seal_key, data)
          SELECT i + 1000, 'live', '', randomblob(32), 200, 'raw', randomblob(32), 200, 'inline', 1, randomblob(32), '',
            randomblob(200) FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO entries (key, namespace, tier, epoch, function, version, blob, content_digest, size, representation,
          created, cost, tags, session, uses, last_use, score, seal, seal_key, document, detail)
          SELECT randomblob(32), '', '', 0, 'filled', '1', i + 1000, randomblob(32), 200, 'json', i, 1, '[]', 1, 1, i,
            random() / 1e18, randomblob(32), '', randomblob(120), randomblob(60) FROM n;
        UPDATE meta SET entries = entries + {count}, blobs = blobs + {count}, content_bytes = content_bytes + {200 * count},
          stored_bytes = stored_bytes + {200 * count}, last_blob = {count + 1000};
        COMMIT;
        PRAGMA wal_checkpoint(TRUNCATE);
        """
    )
    index.close()


def drop(*paths):
    for path in paths:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def timings(cache, cold):
    opening, lookup = [], []
    for _ in range(rounds):
        if cold:
            drop(cache + "/index.sqlite", cache + "/index.sqlite-wal")
        answer = laboratory("open", cache)
        words = answer.stdout.split()
        if len(words) != 3 or words[2] != "found":
            sys.exit(f"opening: the cache did not open, or lost its first entry: {answer.stdout}{answer.stderr}")
        opening.append(int(words[0]) / 1e6)
        lookup.append(int(words[1]) / 1e6)
    for name, values in (("open", opening), ("first lookup", lookup)):
        print(
            f"  {'cold' if cold else 'warm'} {name}: median {statistics.median(values):.2f} ms, "
            f"min {min(values):.2f}, max {max(values):.2f} ({rounds} processes)"
        )
    return statistics.median(opening)


scratch = tempfile.mkdtemp(prefix="larder-opening-")
writer = None
try:
    cache = scratch + "/cache"
    made = laboratory("make", cache)
    if made.returncode != 0:
        sys.exit(f"opening: cannot make a cache: {made.stdout}{made.stderr}")
    start = time.monotonic()
    fill(cache + "/index.sqlite", arguments.entries)
    size = os.path.getsize(cache + "/index.sqlite") >> 20
    print(f"  {arguments.entries} entries, {size} MiB of index, filled in {time.monotonic() - start:.0f} s")

    writer = subprocess.Popen(
        [arguments.program, "opening", "write", cache, str(LOG_BYTES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )
    line = writer.stdout.readline().split()
    if not line or line[0] != "ready":
        sys.exit("opening: the writer ended too early")
    writer.kill()
    writer.wait()
    log = os.path.getsize(cache + "/index.sqlite-wal")
    print(f"  killed a writer after {line[1]} puts with a log of {log / (1 << 20):.1f} MiB")
    if log < LOG_BYTES:
        sys.exit("opening: the log is shorter than meant")

    # Other work on the machine makes it slower; a median that is too high must be so again and again.
    warm = timings(cache, cold=False)
    for _ in range(2):
        if warm > LIMIT_MS:
            warm = min(warm, timings(cache, cold=False))
    timings(cache, cold=True)
    if warm > LIMIT_MS:
        sys.exit(f"opening: FAILED, {warm:.1f} ms are more than {LIMIT_MS} ms")
    print(f"opening: OK, {warm:.1f} ms with a log of {log >> 20} MiB to read at {arguments.entries} entries")
finally:
    if writer and writer.poll() is None:
        writer.kill()
        writer.wait()
    shutil.rmtree(scratch, ignore_errors=True)
