#!/usr/bin/env python3
"""Stores, reads and removes on every kind of file system that can be mounted here: each lacks something else.

    Tests/Laboratory/FileSystems/run.py --program PATH

    --program PATH  the program `larder`

On a file system that Larder refuses, the refusal must name it. Ends with status 0 only if everything held.
"""

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time


class Broken(Exception):
    pass


def run(*command, **options):
    return subprocess.run(command, capture_output=True, timeout=120, **options)


def image(scratch, kind, size="400M"):
    """Makes a file system in a file, and mounts it; None where that cannot be done."""
    if not shutil.which("mkfs." + kind):
        return None
    file, place = f"{scratch}/{kind}.img", f"{scratch}/{kind}"
    os.mkdir(place)
    run("truncate", "-s", size, file)
    if run("mkfs." + kind, file).returncode or run("mount", "-o", "loop", file, place).returncode:
        return None
    return place


def overlay(scratch):
    for name in ("lower", "upper", "work", "overlay"):
        os.mkdir(f"{scratch}/{name}")
    options = f"lowerdir={scratch}/lower,upperdir={scratch}/upper,workdir={scratch}/work"
    place = f"{scratch}/overlay"
    return None if run("mount", "-t", "overlay", "overlay", "-o", options, place).returncode else place


def fuse(scratch, processes):
    if run("/usr/bin/python3", "-c", "import fusepy").returncode or not os.path.exists("/dev/fuse"):
        return None
    for name in ("below", "fuse"):
        os.mkdir(f"{scratch}/{name}")
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "passthrough.py")
    process = subprocess.Popen(
        ["/usr/bin/python3", script, f"{scratch}/below", f"{scratch}/fuse"], stderr=subprocess.DEVNULL)
    processes.append(process)
    end = time.monotonic() + 10
    while not os.path.ismount(f"{scratch}/fuse"):
        if process.poll() is not None or time.monotonic() > end:
            return None
        time.sleep(0.05)
    return f"{scratch}/fuse"


def examine(larder, kind, place, durability, generator):
    """What became of a cache on a file system: a word, or an error."""
    cache = f"{place}/{durability}.larder"
    environment = {"PATH": os.environ["PATH"], "HOME": place}

    def call(*arguments, given=None):
        return run(larder, *arguments, "--dir", cache, input=given, env=environment)

    made = call("init", "--durability", durability)
    if made.returncode:
        words = made.stderr.decode()
        if kind == "fuse" and "FUSE" in words:
            return "refused by name"
        raise Broken(f"init: {words}")
    contents = [generator.randbytes(size) for size in (0, 100, 5_000, 200_000, 5_000_000)]
    for content in contents + contents[2:]:
        key = hashlib.sha256(content[:50]).hexdigest()
        stored = call("put", key, given=content)
        if stored.returncode:
            raise Broken(f"put of {len(content)} bytes: {stored.stderr.decode()}")
        if call("get", key).stdout != content:
            raise Broken(f"get of {len(content)} bytes gave something else")
    files = [name for _, _, names in os.walk(f"{cache}/blobs") for name in names]
    staged = os.listdir(f"{cache}/staging")
    if len(files) != 3 or staged:
        raise Broken(f"there are the blobs {files} and the staging files {staged}")
    call("remove", hashlib.sha256(contents[3][:50]).hexdigest())
    if sum(len(names) for _, _, names in os.walk(f"{cache}/blobs")) != 2:
        raise Broken("a removed blob is still there")
    return "works"


def share(larder, place, generator):
    """What is stored as it is must take no blocks of its own when it is restored: files share them here."""
    size = 64 << 20
    content, cache = generator.randbytes(size), f"{place}/shared.larder"
    environment = {"PATH": os.environ["PATH"], "HOME": place}
    options = ["--function", "big", "--dir", cache]
    if run(larder, "put", *options, "--encoding", "raw", input=content, env=environment).returncode:
        raise Broken("the artifact that is to be shared cannot be put")
    free = []
    for step in range(2):
        if step and run(larder, "get", *options, "--output", f"{place}/out", env=environment).returncode:
            raise Broken("the artifact that is to be shared cannot be restored")
        run("sync", "-f", place)
        space = os.statvfs(place)
        free.append(space.f_bfree * space.f_frsize)
    with open(f"{place}/out", "rb") as file:
        if file.read() != content:
            raise Broken("a restored file has other bytes")
    if free[0] - free[1] > size // 8:
        raise Broken(f"a restored file of {size} bytes took {free[0] - free[1]} of them anew")
    return "restored files share their blocks"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--soak", action="store_true", help="no more than without: there is nothing random to repeat")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    if os.geteuid() != 0:
        print("skipped: mounting takes root")
        return 0
    generator = random.Random(arguments.seed)
    scratch = tempfile.mkdtemp(prefix="larder-filesystems.", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    processes, broken, examined = [], [], 0
    os.mkdir(f"{scratch}/plain")
    try:
        places = {
            "tmpfs": f"{scratch}/plain", "overlay": overlay(scratch), "fuse": fuse(scratch, processes),
            **{kind: image(scratch, kind) for kind in ("ext4", "xfs", "btrfs", "vfat")},
        }
        for kind, place in places.items():
            if place is None:
                print(f"  {kind}: skipped, it cannot be mounted here")
                continue
            for durability in ("fast", "durable"):
                try:
                    print(f"  {kind}, {durability}: {examine(arguments.program, kind, place, durability, generator)}")
                    examined += 1
                except (Broken, subprocess.TimeoutExpired) as error:
                    broken.append(f"{kind}, {durability}: {error}")
            if kind in ("xfs", "btrfs"):
                try:
                    print(f"  {kind}: {share(arguments.program, place, generator)}")
                except (Broken, subprocess.TimeoutExpired) as error:
                    broken.append(f"{kind}: {error}")
    finally:
        for kind in ("overlay", "fuse", "ext4", "xfs", "btrfs", "vfat"):
            if os.path.ismount(f"{scratch}/{kind}"):
                run("umount", f"{scratch}/{kind}")
        for process in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(scratch, ignore_errors=True)
    for line in broken:
        print(f"filesystems: {line}", file=sys.stderr)
    if broken:
        return 1
    print(f"filesystems: OK, {examined} caches")
    return 0


if __name__ == "__main__":
    sys.exit(main())
