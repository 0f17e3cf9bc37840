#!/usr/bin/env python3
"""Strikes system calls of the real command and looks whether the cache keeps its promises.

  run.py --program LARDER [--soak] [--seed N] [--workers N] [--minutes N]

Every call that a command makes from the moment it first names the cache fails, or is the last one, by strace; after each
strike `laboratory inspect` says what a later process finds. One put, get, remove and verify are struck with all that can
happen to each of their calls, their variants with one thing for each call that they do not share. Of a loop, such as the
256 directories that a sweep looks into, that are the first and last rounds. The seed draws more, until the minutes are
over; --soak does all.
"""
import argparse, concurrent.futures, hashlib, json, os, random, re, resource, shutil, signal, subprocess, sys, tempfile
import threading, time

WRITES = {"write", "pwrite64", "fallocate", "ftruncate"}
NAMES = {"linkat", "unlinkat", "unlink", "rename", "renameat", "renameat2", "mkdirat", "mkdir", "rmdir", "symlinkat"}
FLUSHES = {"fsync", "fdatasync", "syncfs"}
READS = {"read", "pread64", "getdents64"}
LOOKS = {"openat", "openat2", "newfstatat", "fstat", "stat", "lstat", "statx", "access", "faccessat", "readlink", "readlinkat"}
OPENS = {"openat", "openat2"}
OTHERS = {"fcntl", "fchmod", "lseek", "statfs", "fstatfs", "utimensat", "copy_file_range", "fchown", "getrandom"}
CALLS = WRITES | NAMES | FLUSHES | READS | LOOKS | OTHERS
# No local file system interrupts these, and SQLite does not repeat them.
UNINTERRUPTED = FLUSHES | LOOKS | NAMES | OTHERS | {"getdents64"}
FAILURES = {1, 4, 65, 66, 69, 73, 74, 75, 77}


def kinds(call):
    """What can happen to a call."""
    found = ["KILL", "EIO", "ENOSPC"]
    if call in WRITES: found += ["EDQUOT", "EFBIG"]
    if call in NAMES: found += ["EROFS", "EPERM"]
    if call in OPENS: found += ["EMFILE"]
    if call not in UNINTERRUPTED: found += ["EINTR"]
    if call in {"write", "pwrite64"}: found += ["lie"]
    return found


class Image:
    """Everything below a directory, in memory; blob files never change under their names."""

    def __init__(self, root):
        self.items = {}
        for path, entry in walk(root):
            status = entry.stat(follow_symlinks=False)
            is_directory = entry.is_dir(follow_symlinks=False)
            data = None
            if not is_directory:
                with open(entry.path, "rb") as file: data = file.read().rstrip(b"\0")
            self.items[path] = (is_directory, status.st_mode & 0o7777, status.st_size, data)

    def restore(self, root):
        os.makedirs(root, exist_ok=True)
        there = set()
        for path, entry in reversed(list(walk(root))):
            known = self.items.get(path)
            is_directory = entry.is_dir(follow_symlinks=False)
            if known and known[0] == is_directory and (is_directory or "/blobs/" in path): there.add(path)
            elif is_directory: os.rmdir(entry.path)
            else: os.unlink(entry.path)
        for path in sorted(self.items.keys() - there):
            is_directory, mode, size, data = self.items[path]
            place = os.path.join(root, path)
            if is_directory:
                os.mkdir(place, mode)
                continue
            with open(place, "wb") as file:
                file.write(data)
                file.truncate(size)
            os.chmod(place, mode)


def in_loops(calls, least=100, longest=24, kept=1):
    """Which calls are in the middle of a loop, with the same calls in the same order before and after them."""
    middle = [False] * len(calls)
    for period in range(1, longest + 1):
        start = 0
        for place in range(len(calls) - period + 1):
            if place < len(calls) - period and calls[place] == calls[place + period]: continue
            # What was equal up to here, with the round that it was equal to.
            end = place + period
            if end - start >= least:
                middle[start + kept * period:end - kept * period] = [True] * (end - start - 2 * kept * period)
            start = place + 1
    return middle


def shared(left, right):
    """How many calls two commands have in common at their beginning."""
    return next((place for place, (one, other) in enumerate(zip(left, right)) if one != other), min(len(left), len(right)))


def telling(call):
    """What is struck in any case: a process that ends before a call that changes nothing leaves what it leaves before the
    next that does, and no disk is too full to be looked at."""
    spared = {"KILL", "ENOSPC"} if call in READS | LOOKS - OPENS else set()
    return set(kinds(call)) - spared


def walk(root, prefix=""):
    """Everything below a directory, parents first."""
    directories = []
    with os.scandir(os.path.join(root, prefix)) as entries:
        for entry in entries:
            path = prefix + entry.name
            yield path, entry
            if entry.is_dir(follow_symlinks=False): directories.append(path)
    for path in directories: yield from walk(root, path + "/")


def noise(size, number):
    return random.Random(number).randbytes(size)


def key(name):
    return hashlib.sha256(name.encode()).hexdigest()


def digests(content):
    files = content if isinstance(content, dict) else {"": content}
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


TREE = {"a": noise(20_000, 4), "b/c": noise(100, 5), "d": noise(30_000, 2)}
GROVE = {"leaf": noise(25_000, 20), "twig": noise(200, 21), "old": noise(30_000, 2)}
CONTENTS = {
    "inline": noise(300, 1), "file": noise(30_000, 2), "twin": noise(30_000, 2), "tree": TREE,
    "text": b"".join(b"line %d of many\n" % (number * 7919) for number in range(3000)),
}


class Operation:
    """One command with what may be found after it was struck."""

    def __init__(self, name, words, change=None, content=None, durable=False, output=None, before=None, full=False):
        self.name, self.words, self.durable, self.output, self.full = name, words, durable, output, full
        self.content = content
        self.damage = before
        self.last_flush = None
        self.before = dict(CONTENTS)
        self.after = dict(CONTENTS)
        for artifact, value in (change or {}).items():
            if value is None: self.after.pop(artifact)
            else: self.after[artifact] = value

    def names(self):
        return sorted(set(self.before) | set(self.after))

    def changed(self):
        return {name for name in self.names() if self.before.get(name) != self.after.get(name)}


def operations(has_verify):
    new = noise(30_000, 11)
    listed = [
        Operation("put a file", ["put", key("new"), "-i", "in/new"], {"new": new}, new, full=True),
        Operation("put into the index", ["put", key("new"), "-i", "in/new"], {"new": new[:500]}, new[:500]),
        Operation("put a file durably", ["put", key("new"), "-i", "in/new"], {"new": new}, new, durable=True),
        Operation("put a replacement", ["put", key("text"), "-i", "in/new"], {"text": new}, new),
        Operation("put a tree", ["put", key("grove"), "-i", "in/grove"], {"grove": GROVE}, GROVE),
        Operation("get", ["get", key("text")], output="text", full=True),
        Operation("get from the index", ["get", key("inline")], output="inline"),
        Operation("get to a file", ["get", key("file"), "-o", "out/result"], output="file"),
        Operation("get a tree", ["get", key("tree"), "-o", "out/result"], output="tree"),
        Operation("remove", ["remove", key("text")], {"text": None}, full=True),
        Operation("remove everything", ["remove"] + [key(name) for name in CONTENTS], {name: None for name in CONTENTS}),
    ]
    if has_verify:
        listed += [
            # One thread, so that strace counts as the calls come.
            Operation("verify --repair", ["verify", "--repair", "--jobs", "1"], before=plant, full=True),
            Operation("verify --repair --delete", ["verify", "--repair", "--delete", "--jobs", "1"], before=plant),
        ]
    return listed


def plant(site):
    """An orphan, and a file that a killed writer would have left."""
    blobs = os.path.join(site, "cache", "blobs")
    for path, entry in list(walk(blobs)):
        if entry.is_file() and path.count(".") == 3:
            parts = path.split(".")
            shutil.copy(entry.path, os.path.join(blobs, ".".join([parts[0], "00000000000000aa", "1", parts[3]])))
            break
    with open(os.path.join(site, "cache", "staging", "00000000000000aa.2"), "wb") as file: file.write(b"half")


class Inspectors:
    """One program for each thread, which looks at caches with a process for each."""

    def __init__(self, program, environment):
        self.program, self.environment, self.mine, self.all = program, environment, threading.local(), []

    def ask(self, site, names):
        if not hasattr(self.mine, "process"):
            self.mine.process = subprocess.Popen([self.program, "inspect"], env=self.environment, text=True,
                                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.all.append(self.mine.process)
        process = self.mine.process
        process.stdin.write("\t".join([site, *names]) + "\n")
        process.stdin.flush()
        # It ends its own children where they hang.
        line = process.stdout.readline()
        return json.loads(line) if line else None

    def close(self):
        for process in self.all:
            process.stdin.close()
            process.wait()


class Laboratory:
    def __init__(self, options, scratch):
        self.larder = os.path.abspath(options.program)
        self.scratch = scratch
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("LARDER_")}
        # A lock that could not be given back is waited for by the one who has it.
        self.environment.update(SWIFT_BACKTRACE="enable=no", HOME=scratch, LARDER_DIR="cache", LARDER_WAIT="200ms")
        self.inspectors = Inspectors(os.path.join(os.path.dirname(self.larder), "laboratory"), self.environment)

    def run(self, words, site, prefix=(), limit=None):
        def prepare():
            if limit: resource.setrlimit(*limit)
        with open(os.path.join(site + ".stdout"), "wb+") as output:
            done = subprocess.run(
                [*prefix, self.larder, *words], cwd=site, env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.PIPE, timeout=120, preexec_fn=prepare if limit else None)
            output.seek(0)
            return done.returncode, output.read(), done.stderr.decode(errors="replace")

    def prepare(self, operation):
        site = os.path.join(self.scratch, "original")
        shutil.rmtree(site, ignore_errors=True)
        for name in ["in", "out"]: os.makedirs(os.path.join(site, name))
        self.expect(["init"] + (["--durability", "durable"] if operation.durable else []), site)
        for name, content in CONTENTS.items():
            lay_out(content, os.path.join(site, "in", name))
            self.expect(["put", key(name), "-i", "in/" + name], site)
        if operation.content is not None:
            place = os.path.join(site, "in", "grove" if isinstance(operation.content, dict) else "new")
            lay_out(operation.content, place)
        if operation.damage: operation.damage(site)
        image = Image(site)
        shutil.rmtree(site)
        return image

    def expect(self, words, site):
        status, _, messages = self.run(words, site)
        if status != 0: raise SystemExit(f"injection: 'larder {' '.join(words)}' ended with {status}: {messages}")

    def calls(self, operation, image):
        """The calls after the first that names the cache: (name, how many of this name came before it)."""
        site = os.path.join(self.scratch, "counted")
        image.restore(site)
        trace = site + ".trace"
        status, _, messages = self.run(operation.words, site, ["strace", "-f", "-o", trace, "-e", "trace=" + ",".join(CALLS)])
        if status != 0: raise SystemExit(f"injection: '{operation.name}' ends with {status} without a strike: {messages}")
        counts, found, begun, threads = {}, [], False, set()
        with open(trace, errors="replace") as lines:
            for line in lines:
                match = re.match(r"(\d+) +(\w+)\(", line)
                if not match: continue
                threads.add(match[1])
                call = match[2]
                counts[call] = counts.get(call, 0) + 1
                begun = begun or '"in/' in line or site + "/cache" in line
                if begun and call in CALLS: found.append((call, counts[call]))
        if not found: raise SystemExit(f"injection: '{operation.name}' never names the cache")
        # Strace counts the calls of each thread by themselves, so there must be only one.
        if len(threads) > 1: raise SystemExit(f"injection: '{operation.name}' has {len(threads)} threads")
        return found

    def strike(self, operation, image, site, call, count, kind):
        """Returns what went wrong, or None; and whether the call was met."""
        image.restore(site)
        trace = site + ".trace"
        fault = {"KILL": "signal=KILL", "lie": "retval=1"}.get(kind, "error=" + kind)
        watched = ",".join({call} | (FLUSHES if call in FLUSHES else set()))
        # Where only the calls in question stop for strace it is faster, but sends no signals.
        faster = [] if kind == "KILL" else ["--seccomp-bpf"]
        prefix = ["strace", "-f", *faster, "-qq", "-o", trace, "-e", "trace=" + watched, "-e",
                  f"inject={call}:{fault}:when={count}"]
        try: status, output, messages = self.run(operation.words, site, prefix)
        except subprocess.TimeoutExpired: return "L4: the command hangs", True
        with open(trace, errors="replace") as file: traced = file.read()
        is_met = status in (-9, 137) if kind == "KILL" else "(INJECTED)" in traced
        if kind == "lie":
            # The kernel took one byte and says so, but did not keep it: bytes are lost, and must not be served.
            return self.inspect(operation, site, False, honest=False), is_met
        words = self.judge_status(operation, site, status, output, messages, kind, is_met)
        # The last flush of a put serves what it tidies up after its effect: the end of its session.
        is_late = (call, count) == operation.last_flush
        if not words and kind != "KILL" and status == 0 and operation.durable and call in FLUSHES and not is_late:
            if not re.search(r"\n.*sync", traced[traced.index("(INJECTED)"):]): words = "L6: a lost flush and status 0"
        return words or self.inspect(operation, site, status == 0, is_full=kind in {"ENOSPC", "EDQUOT"}), is_met

    def judge_status(self, operation, site, status, output, messages, kind, is_met):
        if status in (-9, 137): return None if kind == "KILL" else f"killed by itself: {messages}"
        if status < 0 or status > 128: return f"died by signal {status}: {messages}"
        if status != 0 and status not in FAILURES: return f"ends with status {status}: {messages}"
        if status >= 64 and not messages.startswith("larder: "): return f"status {status} without a word: {messages!r}"
        if kind == "EINTR" and is_met and status != 0: return f"an interrupt was taken for a failure: {messages}"
        if operation.output is None: return None
        expected = CONTENTS[operation.output]
        result = os.path.join(site, "out", "result")
        if "-o" in operation.words:
            if os.path.exists(result) and read(result) != expected: return "L0: a get left other bytes than were put"
            if status == 0 and not os.path.exists(result): return "L6: status 0 without a result"
            strays = [name for name in os.listdir(os.path.join(site, "out")) if name != "result"]
            # Who has no descriptor left cannot open a directory to empty it.
            if strays and kind != "descriptors": return f"a get left {strays} beside its result"
        elif status == 0 and output != expected: return "L0: a get wrote other bytes than were put, with status 0"
        return None

    def inspect(self, operation, site, succeeded, honest=True, is_full=False):
        answer = self.inspectors.ask(site, operation.names())
        if answer is None: return "L4: a later process hangs"
        states = [{name: digests(content) for name, content in state.items()}
                  for state in (operation.before, operation.after)]
        found = answer["found"]
        for name in found:
            if not any(state.get(name) == found[name] for state in states): return f"L0: '{name}' has other bytes than were put"
        if not honest: return None
        if answer.get("violation"): return answer["violation"]
        # On a full disk a put makes room for itself by evicting others.
        evictable = set(answer["evicted"]) - operation.changed() if is_full else set()
        def fits(state):
            return found.keys() <= state.keys() and all(found.get(name, files) == files for name, files in state.items()) \
                and state.keys() - found.keys() <= evictable
        if not any(fits(state) for state in states[1 if succeeded else 0:]):
            lost = sorted(name for name in states[1 if succeeded else 0] if name not in found)
            return f"{'L6: status 0 without its effect' if succeeded else 'L1: neither old nor new'}: without {lost}"
        return None


def lay_out(content, place):
    if not isinstance(content, dict):
        with open(place, "wb") as file: file.write(content)
        return
    for path, data in content.items():
        os.makedirs(os.path.dirname(os.path.join(place, path)), exist_ok=True)
        with open(os.path.join(place, path), "wb") as file: file.write(data)


def read(place):
    if os.path.isfile(place):
        with open(place, "rb") as file: return file.read()
    return {path: read(entry.path) for path, entry in walk(place) if entry.is_file()}


def limits(laboratory, listed, report):
    """Too few descriptors, and files that may not grow."""
    count = 0
    for operation in listed:
        if not operation.full and operation.output != "tree": continue
        image = laboratory.prepare(operation)
        site = os.path.join(laboratory.scratch, "limited")
        cases = [(resource.RLIMIT_NOFILE, number) for number in range(4, 24)]
        cases += [(resource.RLIMIT_FSIZE, size) for size in (0, 1, 100, 4096, 10_000, 32_768, 100_000, 1 << 20)]
        for kind, value in cases:
            image.restore(site)
            status, output, messages = laboratory.run(operation.words, site, limit=(kind, (value, value)))
            name = "descriptors" if kind == resource.RLIMIT_NOFILE else "bytes a file"
            count += 1
            # Below what the program itself needs to start, the loader ends it.
            if status == 127 and "larder:" not in messages.split("\n")[0].replace("larder: error while", ""): continue
            # The result goes to a file, too.
            if kind == resource.RLIMIT_FSIZE and operation.output and status != 0: output = b""
            words = laboratory.judge_status(operation, site, status, output, messages, name, True)
            words = words or laboratory.inspect(operation, site, status == 0)
            if words: report(f"{operation.name} with {value} {name}: {words}")
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/debug/larder")
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--workers", type=int, default=4, help="more than processors: each waits for its tracer")
    parser.add_argument("--minutes", type=float, default=5, help="no drawn strike begins later, except in a soak")
    parser.add_argument("--only", action="append", help="an operation")
    options = parser.parse_args()
    begin = time.monotonic()
    if not shutil.which("strace"): return skip("strace is not installed")
    probe = subprocess.run(["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "true"], capture_output=True)
    if probe.returncode != 0: return skip("strace cannot trace here: " + probe.stderr.decode().strip())
    print(f"seed {options.seed}", flush=True)
    scratch = tempfile.mkdtemp(prefix="larder-injection-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    laboratory = Laboratory(options, scratch)
    try: return strike_all(options, laboratory, begin)
    finally:
        laboratory.inspectors.close()
        shutil.rmtree(scratch, ignore_errors=True)


def skip(reason):
    print(f"skipped: {reason}")
    return 0


def strike_all(options, laboratory, begin):
    chance = random.Random(options.seed)
    violations = []
    lock = threading.Lock()

    def report(words):
        with lock:
            violations.append(words)
            if len(violations) <= 50: print("  " + words[:600], flush=True)

    has_verify = subprocess.run([laboratory.larder, "verify", "--help"], capture_output=True).returncode == 0
    listed = [operation for operation in operations(has_verify) if not options.only or operation.name in options.only]
    limited = limits(laboratory, listed, report)
    print(f"limits: {limited} runs with few descriptors or small files", flush=True)

    figures, seen, urgent, rest = {}, [], [], []
    for operation in listed:
        image = laboratory.prepare(operation)
        calls = laboratory.calls(operation, image)
        operation.last_flush = next((call for call in reversed(calls) if call[0] in FLUSHES), None)
        names = [call for call, _ in calls]
        middle = in_loops(names)
        # All commands begin by opening the cache, which the first of them is struck at.
        opening = max([shared(names, other) for other in seen], default=0)
        seen.append(names)
        figures[operation.name] = {"calls": len(calls), "loops": sum(middle), "possible": 0, "done": 0, "met": 0,
                                   "struck": set()}
        for place, (call, count) in enumerate(calls):
            possible = kinds(call)
            figures[operation.name]["possible"] += len(possible)
            drawn = {chance.choice(sorted(telling(call) & {"KILL", "EIO"}))}
            if options.soak: first = set(possible)
            elif middle[place]: first = set()
            elif operation.full: first = drawn if place < opening else telling(call)
            else: first = set() if place < opening else drawn
            for kind in possible:
                (urgent if kind in first else rest).append((operation, image, call, count, kind))
    chance.shuffle(rest)
    print(f"{len(urgent)} strikes in any case, {len(rest)} to draw from", flush=True)
    durations = []
    queue = iter([(True, *job) for job in urgent] + [(False, *job) for job in rest])

    def work(worker):
        site = os.path.join(laboratory.scratch, f"worker-{worker}")
        while True:
            with lock: job = next(queue, None)
            if job is None: return
            is_urgent, operation, image, call, count, kind = job
            if not is_urgent and time.monotonic() - begin > options.minutes * 60: return
            started = time.monotonic()
            words, is_met = laboratory.strike(operation, image, site, call, count, kind)
            taken = time.monotonic() - started
            if words: report(f"{operation.name}, {kind} at {call} {count}: {words}")
            with lock:
                figure = figures[operation.name]
                figure["done"] += 1
                figure["met"] += is_met
                figure["struck"].add((call, count))
                durations.append((taken, f"{operation.name}, {kind} at {call} {count}"))

    with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        for future in [pool.submit(work, worker) for worker in range(options.workers)]: future.result()
    for name, figure in figures.items():
        print(f"{name}: {len(figure['struck'])} of {figure['calls']} calls struck ({figure['loops']} in loops), {figure['done']} of "
              f"{figure['possible']} strikes, {figure['met']} met their call")
    longest = ", ".join(f"{words} {taken:.1f} s" for taken, words in sorted(durations, reverse=True)[:5])
    print(f"the longest: {longest}")
    done = sum(figure["done"] for figure in figures.values())
    met = sum(figure["met"] for figure in figures.values())
    seconds = time.monotonic() - begin
    if violations or met == 0:
        print(f"injection: {len(violations)} violations in {done} strikes, {seconds:.0f} s, seed {options.seed}")
        return 1
    print(f"injection: OK, {done} strikes, {met} met their call, 0 violations, {seconds:.0f} s, "
          f"seed {options.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
