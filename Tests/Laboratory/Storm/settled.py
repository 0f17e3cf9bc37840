"""What must hold of a cache at rest after a sweep, found out with nothing of Larder's own: level L3 of its guarantees."""

import hashlib
import os
import shutil
import sqlite3
import tempfile


def problems(cache):
    """Everything about the cache that is not as it must be, in words."""
    index = sqlite3.connect("file:%s/index.sqlite?mode=ro" % cache, uri=True)
    try:
        return list(_index(index)) + list(_files(index, cache))
    finally:
        index.close()


def unsound_misses(cache, sound):
    """Counted misses for reasons that must not occur. A call computes what it misses and does not say why it missed it;
    here it shows."""
    index = sqlite3.connect("file:%s/index.sqlite?mode=ro" % cache, uri=True)
    try:
        for name, value in index.execute("SELECT name, sum(value) FROM statistics WHERE name LIKE 'misses.%' GROUP BY name"):
            if name.split(".", 1)[1] not in sound:
                yield "%d misses were counted as '%s'" % (value, name)
    finally:
        index.close()


def _index(index):
    def number(query):
        return index.execute(query).fetchone()[0] or 0

    for line, in index.execute("PRAGMA integrity_check").fetchall():
        if line != "ok":
            yield "the index is damaged: %s" % line
    none = {
        "sessions that nobody ended": "SELECT count(*) FROM sessions",
        "condemned rows": "SELECT count(*) FROM blobs WHERE state <> 'live'",
        "entries without a blob": "SELECT count(*) FROM entries WHERE blob NOT IN (SELECT id FROM blobs)",
        "entries with the blob of other content":
            "SELECT count(*) FROM entries e JOIN blobs b ON b.id = e.blob WHERE b.content_digest <> e.content_digest",
        "edges from nowhere": "SELECT count(*) FROM edges WHERE parent NOT IN (SELECT id FROM blobs)",
        "edges to nowhere": "SELECT count(*) FROM edges WHERE child NOT IN (SELECT id FROM blobs)",
        "blobs that nothing refers to":
            "SELECT count(*) FROM blobs WHERE id NOT IN (SELECT blob FROM entries) AND id NOT IN (SELECT child FROM edges)",
    }
    for what, query in none.items():
        if number(query):
            yield "%d %s" % (number(query), what)
    totals = {
        "entries": "SELECT count(*) FROM entries",
        "blobs": "SELECT count(*) FROM blobs WHERE state = 'live'",
        "content_bytes": "SELECT sum(size) FROM blobs WHERE state = 'live'",
        "stored_bytes": "SELECT sum(stored_size) FROM blobs WHERE state = 'live'",
    }
    for column, query in totals.items():
        recorded, counted = number("SELECT %s FROM meta" % column), number(query)
        if recorded != counted:
            yield "the total '%s' is %d and should be %d" % (column, recorded, counted)


def _files(index, cache):
    rows = {}
    for digest, encoding, session, n, size, stored, place, data in index.execute(
            "SELECT content_digest, encoding, session, n, stored_size, stored_digest, place, data FROM blobs"):
        if place == "inline":
            if len(data) != size or hashlib.sha256(data).digest() != stored:
                yield "the bytes of an inline blob are not those of its row"
        else:
            suffix = {"zstd": "zst"}.get(encoding, encoding)
            rows["%s/%s.%016x.%x.%s" % (
                digest.hex()[:2], digest.hex(), session % (1 << 64), n, suffix)] = (size, stored)
    blobs = os.path.join(cache, "blobs")
    files = {"%s/%s" % (shard, name) for shard in os.listdir(blobs) for name in os.listdir(os.path.join(blobs, shard))}
    for name in sorted(files - set(rows)):
        yield "the file blobs/%s has no row" % name
    for name in sorted(set(rows) - files):
        yield "the file blobs/%s is missing" % name
    for name in sorted(files & set(rows)):
        with open(os.path.join(blobs, name), "rb") as file:
            bytes = file.read()
        if len(bytes) != rows[name][0] or hashlib.sha256(bytes).digest() != rows[name][1]:
            yield "the bytes of blobs/%s are not those of its row" % name
    for directory in ("staging", "quarantine"):
        path = os.path.join(cache, directory)
        for name in os.listdir(path) if os.path.isdir(path) else []:
            yield "%s/%s was left" % (directory, name)


def unseen_damage(cache):
    """Damages copies of a cache at rest, each in another way, and names what ``problems`` does not see."""
    statements = {
        "a session": "INSERT INTO sessions VALUES (1, 'host', 'boot', 0, 'open')",
        "a condemned row": "UPDATE blobs SET state = 'condemned' WHERE id = (SELECT max(id) FROM blobs WHERE place = 'file')",
        "a wrong total": "UPDATE meta SET stored_bytes = stored_bytes + 1",
        "a missing blob": "UPDATE entries SET blob = 0 WHERE id = (SELECT max(id) FROM entries)",
        "another blob": "UPDATE entries SET content_digest = zeroblob(32) WHERE id = (SELECT max(id) FROM entries)",
        "a forgotten parent": "INSERT INTO edges VALUES (0, (SELECT max(id) FROM blobs))",
        "a forgotten child": "INSERT INTO edges VALUES ((SELECT max(id) FROM blobs), 0)",
        "altered inline bytes": "UPDATE blobs SET data = zeroblob(stored_size) WHERE place = 'inline'",
    }
    files = {
        "a missing file": os.remove,
        "a file of another name": lambda path: os.rename(path, path + "x"),
        "a file that was added": lambda path: shutil.copy(path, os.path.join(os.path.dirname(path), "added")),
        "an altered file": lambda path: _write(path, bytes(os.path.getsize(path))),
        "residue": lambda path: shutil.copy(path, os.path.dirname(path) + "/../../staging/residue"),
    }
    for name in list(statements) + list(files):
        with tempfile.TemporaryDirectory(dir=os.path.dirname(cache)) as place:
            copy = shutil.copytree(cache, os.path.join(place, "cache"))
            if name in statements:
                index = sqlite3.connect(copy + "/index.sqlite", isolation_level=None)
                index.execute(statements[name])
                index.close()
            else:
                files[name](next(
                    os.path.join(shard, found[0]) for shard, _, found in os.walk(copy + "/blobs") if found))
            if not problems(copy):
                yield name


def _write(path, content):
    os.chmod(path, 0o600)
    with open(path, "wb") as file:
        file.write(content)
