#!/usr/bin/env python3
"""Corrupts blobs and index rows of a cache at random, and looks whether each corruption is found and none is served.

    run.py --program LABORATORY [--soak] [--seed N] [--count N] [--index-bytes]

Each round alters one thing, asks for what is stored under the keys concerned, and puts it back as it was. Where a lookup
can tell, it must be a miss; whatever it is, it must never give other bytes. Every hundredth round a sweep must find
the corruption too, and a sound artifact must still be served. With --index-bytes the files of the index itself are
altered instead, byte by byte and page by page: see IndexCorruption.swift.
"""
import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

# Columns that a seal covers, or that lead to the bytes. Uses, times of use, scores, pins and details for people are
# local policy: nobody is served wrong bytes by them.
BLOB_COLUMNS = ["domain", "content_digest", "size", "encoding", "stored_digest", "stored_size", "seal", "seal_key", "state"]
FILE_COLUMNS = ["session", "n"]
# The name of a call is in the sealed document; its copies in the columns "function" and "version" select entries and are
# compared with the document by a sweep.
ENTRY_COLUMNS = ["key", "namespace", "tier", "epoch", "blob", "content_digest", "size",
                 "representation", "created", "not_after", "cost", "tags", "seal", "seal_key", "document"]


class Reader:
    """The process that looks things up."""

    def __init__(self, program, directory):
        self.process = subprocess.Popen([program, "corruption", "read", directory], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"corruption: FAILED: the reader ended at '{question}', status {self.process.wait()}")
        return answer.strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def altered(rng, data):
    """Bytes with one corruption, different from what they were, and its name."""
    while True:
        kind = rng.choice(["flip", "truncate", "extend", "zero"])
        changed = bytearray(data)
        if kind == "flip" and data:
            place = rng.randrange(len(data))
            changed[place] ^= 1 << rng.randrange(8)
        elif kind == "truncate" and data:
            del changed[rng.randrange(len(data)):]
        elif kind == "extend":
            changed += rng.randbytes(rng.choice([1, 2, 100, 5000]))
        elif kind == "zero" and data:
            start = rng.randrange(len(data))
            end = rng.choice([start + 1, len(data), min(len(data), start + 512)])
            changed[start:end] = bytes(end - start)
        if bytes(changed) != data:
            return bytes(changed), kind


def altered_value(rng, value):
    if isinstance(value, bytes):
        return altered(rng, value)[0]
    if isinstance(value, int):
        return rng.choice([value + 1, value - 1, -value - 1, value ^ (1 << rng.randrange(40)), 2**62 - value % 1000])
    if isinstance(value, str):
        return rng.choice([value + "x", value[:-1] + "\u00e9", "raw" if value != "raw" else "zstd", value.upper() + " ", ""])
    return rng.randrange(1, 1000)


class Cache:
    def __init__(self, directory, artifacts):
        self.directory, self.artifacts = directory, artifacts
        self.database = sqlite3.connect(directory + "/index.sqlite", isolation_level=None, timeout=30)
        self.database.row_factory = sqlite3.Row
        self.blobs = self.database.execute("SELECT * FROM blobs ORDER BY id").fetchall()
        self.entries = self.database.execute("SELECT * FROM entries ORDER BY id").fetchall()
        edges = self.database.execute("SELECT parent, child FROM edges").fetchall()
        self.keys = {}
        for entry in self.entries:
            for blob in [entry["blob"]] + [edge["child"] for edge in edges if edge["parent"] == entry["blob"]]:
                self.keys.setdefault(blob, []).append(entry["key"].hex())
        self.files = [blob for blob in self.blobs if blob["place"] == "file"]
        self.inline = [blob for blob in self.blobs if blob["place"] == "inline"]

    def path(self, blob):
        digest = blob["content_digest"].hex()
        extension = {"zstd": "zst"}.get(blob["encoding"], blob["encoding"])
        session = blob["session"] % 2**64
        return f"{self.directory}/blobs/{digest[:2]}/{digest}.{session:016x}.{blob['n']:x}.{extension}"

    def update(self, table, row, **values):
        names = ", ".join(f"{name} = ?" for name in values)
        self.database.execute(f"UPDATE {table} SET {names} WHERE id = ?", [*values.values(), row["id"]])

    def restore(self, table, row):
        self.update(table, row, **{name: row[name] for name in row.keys() if name != "id"})


def write(path, data):
    os.unlink(path)
    with open(path, "wb") as file:
        file.write(data)


def corrupt_file(rng, cache):
    blob = rng.choice(cache.files)
    path = cache.path(blob)
    with open(path, "rb") as file:
        data = file.read()
    if rng.random() < 0.2:
        other = rng.choice([one for one in cache.files if one["id"] != blob["id"]])
        with open(cache.path(other), "rb") as file:
            changed, kind = file.read(), "swap"
    else:
        changed, kind = altered(rng, data)
    write(path, changed)
    return f"file {kind}", cache.keys[blob["id"]], lambda: write(path, data)


def corrupt_inline(rng, cache):
    blob = rng.choice(cache.inline)
    if rng.random() < 0.2:
        changed, kind = rng.choice([one for one in cache.inline if one["data"] != blob["data"]])["data"], "swap"
    else:
        changed, kind = altered(rng, blob["data"])
    cache.update("blobs", blob, data=changed)
    return f"inline {kind}", cache.keys[blob["id"]], lambda: cache.restore("blobs", blob)


def corrupt_row(rng, cache, table, rows, columns):
    row, column = rng.choice(rows), rng.choice(columns)
    if rng.random() < 0.2:
        value, kind = rng.choice(rows)[column], "swap"
    else:
        value, kind = altered_value(rng, row[column]), "alter"
    if value == row[column] or type(value) != type(row[column]):
        return None
    try:
        cache.update(table, row, **{column: value})
    except (sqlite3.IntegrityError, OverflowError):
        return None
    keys = cache.keys[row["id"]] if table == "blobs" else [row["key"].hex()]
    return f"{table}.{column} {kind}", keys, lambda: cache.restore(table, row)


def corrupt(rng, cache):
    while True:
        choice = rng.randrange(10)
        if choice < 4:
            done = corrupt_file(rng, cache)
        elif choice < 6:
            done = corrupt_inline(rng, cache)
        elif choice < 8:
            columns = BLOB_COLUMNS
            rows = cache.blobs
            if rng.random() < 0.3:
                columns, rows = FILE_COLUMNS, cache.files
            done = corrupt_row(rng, cache, "blobs", rows, columns)
        else:
            done = corrupt_row(rng, cache, "entries", cache.entries, ENTRY_COLUMNS)
        if done:
            return done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--count", type=int)
    parser.add_argument("--index-bytes", action="store_true")
    options = parser.parse_args()
    if options.index_bytes:
        count = options.count or (100_000 if options.soak else 2_000)
        sys.exit(subprocess.run([options.program, "corruption", "index", str(count), str(options.seed)]).returncode)
    count = options.count or (2_000_000 if options.soak else 100_000)
    rng = random.Random(options.seed)
    print(f"seed {options.seed}, {count} corruptions")
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    scratch = tempfile.mkdtemp(prefix="larder-corruption-", dir=place)
    began = time.monotonic()
    try:
        directory = scratch + "/cache.larder"
        made = subprocess.run([options.program, "corruption", "make", directory], check=True, capture_output=True, text=True)
        artifacts = dict(line.split() for line in made.stdout.splitlines())
        cache = Cache(directory, artifacts)
        reader = Reader(options.program, directory)
        assert reader.ask("sweep").split()[0] == "0", "a sound cache is not clean"
        for key, digest in artifacts.items():
            assert reader.ask("get " + key) == "hit " + digest, "a sound artifact is not served"
        kinds, wrong, missed, unswept, lost = {}, [], [], [], []
        for number in range(count):
            name, keys, restore = corrupt(rng, cache)
            for key in keys:
                answer = reader.ask("get " + key).split()
                if answer[0] == "hit" and answer[1] != artifacts[key]:
                    wrong.append((number, name, key))
                elif answer[0] == "hit":
                    missed.append((number, name, key))
                elif answer[0] == "error":
                    lost.append((number, name, key, " ".join(answer)))
            if number % 100 == 0:
                if reader.ask("sweep").split()[0] == "0":
                    unswept.append((number, name))
            restore()
            kinds[name] = kinds.get(name, 0) + 1
            if number % 100 == 0:
                key = rng.choice(list(artifacts))
                if reader.ask("get " + key) != "hit " + artifacts[key]:
                    lost.append((number, "a sound artifact", key))
        assert reader.ask("sweep").split()[0] == "0", "the cache is not as it was"
        reader.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    seconds = time.monotonic() - began
    for name in sorted(kinds):
        print(f"  {name:32} {kinds[name]:7}")
    for title, found in [("wrong bytes served", wrong), ("served as if nothing were wrong", missed),
                         ("not found by a sweep", unswept), ("lost or failed", lost)]:
        for item in found[:10]:
            print(f"  {title}: {item}")
    bad = len(wrong) + len(missed) + len(unswept) + len(lost)
    word = "OK" if bad == 0 else "FAILED"
    print(f"corruption: {word} {count} corruptions of {len(kinds)} kinds, {len(wrong)} wrong bytes, {len(missed)} not noticed, "
          f"{len(unswept)} of {(count + 99) // 100} not found by a sweep, {len(lost)} lost, {seconds:.0f} s")
    sys.exit(bad > 0)


main()
