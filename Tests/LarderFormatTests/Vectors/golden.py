#!/usr/bin/env python3
"""Derives keys of format 1 without Larder: reads calls as lines of JSON, writes a key for each.

The scalars, arrays and maps with text keys are encoded by cbor2 with canonical=True, digests are hashlib's. What cbor2
cannot know (sets, other keys, the rules for dates and decimals) follows the description of the format. Versions of
cbor2 before 6.0 encode half floats from 32768 to 65504 wrongly; the calls that are compared have none.
"""

import hashlib
import hmac
import json
import posixpath
import struct
import sys
from fractions import Fraction

import cbor2

PEPPER = b"pepper"
EPOCH = 978307200


def dumps(value):
    return cbor2.dumps(value, canonical=True)


class Raw:
    """An encoding that is already known."""

    def __init__(self, data):
        self.data = data


def raw(encoder, value):
    encoder.write(value.data)


def encode(value):
    """Encodes a Python value that may hold Raw parts."""
    return cbor2.dumps(value, canonical=True, default=raw)


def head(major, count):
    return bytes([major << 5 | cbor2.dumps(count)[0]]) + cbor2.dumps(count)[1:]


def double(bits):
    return struct.unpack(">d", bytes.fromhex(bits))[0]


def single(bits):
    return struct.unpack(">f", bytes.fromhex(bits))[0]


def date(seconds):
    if abs(seconds) != float("inf") and seconds == int(seconds):
        unix = int(seconds) + EPOCH
        if -(2**63) <= int(seconds) < 2**63 and -(2**63) <= unix < 2**63:
            return encode(cbor2.CBORTag(1, unix))
    if abs(seconds) != float("inf"):
        unix = seconds + EPOCH
        if Fraction(unix) == Fraction(seconds) + EPOCH:
            return head(6, 1) + encode(unix)
    return encode(["date", seconds])


def decimal(sign, digits, exponent):
    mantissa, exponent = int(digits), int(exponent)
    while mantissa and mantissa % 10 == 0:
        mantissa //= 10
        exponent += 1
    if not mantissa:
        exponent = 0
    return head(6, 4) + encode([exponent, -mantissa if sign == "-" else mantissa])


def normal(path):
    path = posixpath.normpath(path)
    return path[1:] if path.startswith("//") else path


def value(described):
    ((form, content),) = described.items()
    if form == "null":
        return encode(None)
    if form in ("bool", "text"):
        return encode(content)
    if form == "int":
        return encode(int(content))
    if form == "f64":
        return encode(double(content))
    if form == "f32":
        return encode(single(content))
    if form in ("bytes", "data"):
        return encode(bytes.fromhex(content))
    if form == "array":
        return encode([Raw(value(element)) for element in content])
    if form == "f64s":
        return encode([double(bits) for bits in content])
    if form == "f32s":
        return encode([single(bits) for bits in content])
    if form == "ints":
        return encode([int(digits) for digits in content])
    if form == "set":
        members = sorted(value(member) for member in content)
        return head(6, 258) + head(4, len(members)) + b"".join(members)
    if form == "words":
        return encode({name: Raw(value(element)) for name, element in content.items()})
    if form == "pairs":
        pairs = sorted((value(key), value(element)) for key, element in content)
        return head(5, len(pairs)) + b"".join(key + element for key, element in pairs)
    if form == "date":
        return date(double(content))
    if form == "uuid":
        return encode(cbor2.CBORTag(37, bytes.fromhex(content)))
    if form == "url":
        return encode(cbor2.CBORTag(32, content))
    if form == "decimal":
        return decimal(*content)
    if form == "path":
        return encode(normal(content))
    raise ValueError(form)


def prefix(kind):
    return b"larder:" + kind + b":1\x00"


def leaf(kind, encoding):
    return hashlib.sha256(prefix(kind) + encoding).digest()


def argument(described):
    if "secret" in described:
        return hmac.new(PEPPER, prefix(b"secret") + value(described["secret"]), hashlib.sha256).digest()
    if "file" in described:
        size, executable, digest, name = described["file"]
        content = [int(size), executable, bytes.fromhex(digest)] + ([name] if name is not None else [])
        return leaf(b"file", encode(content))
    if "tree" in described:
        items = [
            [bytes.fromhex(path), kind, executable, None if content is None else bytes.fromhex(content)]
            for path, kind, executable, content in described["tree"]
        ]
        return leaf(b"tree", encode(sorted(items, key=lambda item: item[0])))
    return leaf(b"arg", value(described))


def key(call):
    document = {
        "v": 1,
        "ns": call["ns"],
        "fn": call["fn"],
        "ver": call["ver"],
        "args": {name: argument(content) for name, content in call["args"].items() if "unkeyed" not in content},
        "env": {name: leaf(b"env", encode(content)) for name, content in call["env"].items()},
    }
    return hashlib.sha256(b"larder:key:1\x00" + dumps(document)).hexdigest()


if __name__ == "__main__":
    for line in sys.stdin:
        print(key(json.loads(line)))
