"""The processes of a storm, and who kills and stops them."""

import os
import signal
import sqlite3
import time


class Process:
    """A place among the processes of a storm: whoever is killed in it has a successor, the next generation."""

    KINDS = {"first": "sweep", "second": "sweep"}

    def __init__(self, fleet, slot, role, settings):
        self.fleet, self.slot, self.role, self.settings = fleet, slot, role, settings
        self.generation, self.pid, self.wake, self.is_killed = 0, None, None, False
        self.counted, self.done = {}, 0

    @property
    def name(self):
        return "%d.%d" % (self.slot, self.generation)

    @property
    def histories(self):
        """Where the process writes: a file for each of its threads."""
        return [os.path.join(self.fleet.histories[self.role], self.name + suffix + ".log") for suffix in ("", "-1")]

    def start(self):
        self.generation += 1
        self.counted, self.done, self.wake, self.is_killed = {}, 0, None, False
        words = dict(
            self.fleet.settings, histories=self.fleet.histories[self.role], slot=self.slot, generation=self.generation,
            seed=self.fleet.dice.getrandbits(63), scratch=self.fleet.place + "/scratch")
        words.update(self.settings)
        self.pid = os.posix_spawn(
            self.fleet.program, [self.fleet.program, "storm", self.KINDS.get(self.role, self.role)] + ["%s=%s" % word for word in words.items()],
            self.fleet.environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, self.fleet.output, 1), (os.POSIX_SPAWN_DUP2, self.fleet.output, 2)])

    def kill(self):
        """Kills the process; it may take a while to be gone."""
        os.kill(self.pid, signal.SIGKILL)
        self.is_killed = True

    def reap(self, flags):
        """Notes the end of the process, if it has ended, and returns its status."""
        pid, status = os.waitpid(self.pid, flags)
        if pid == 0:
            return None
        self.fleet.deaths[self.name] = time.monotonic_ns()
        self.count()
        self.pid = None
        return status

    def count(self):
        """Counts the operations that ended since it was last asked."""
        for path in self.histories if self.role == "work" else ():
            position, rest = self.counted.get(path, (0, b""))
            try:
                with open(path, "rb") as file:
                    file.seek(position)
                    new = file.read()
            except FileNotFoundError:
                continue
            text = rest + new
            done = text.count(b"\nC ")
            self.done += done
            self.fleet.operations += done
            self.counted[path] = (position + len(new), text[-2:])


class Fleet:
    """All processes of a storm on one cache."""

    def __init__(self, program, place, dice, environment, settings):
        self.program, self.place, self.dice = program, place, dice
        self.environment, self.settings = environment, settings
        self.histories = {role: os.path.join(place, role) for role in ("prepare", "work", "sweep", "first", "second", "read")}
        for path in self.histories.values():
            os.makedirs(path)
        self.output = os.open(os.path.join(place, "output"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.processes, self.deaths, self.crashes, self.fenced = [], {}, [], []
        self.operations = self.kills = self.stops = self.long_stops = 0

    def add(self, role, count, **settings):
        for _ in range(count):
            self.processes.append(Process(self, len(self.processes) + 1, role, settings))
            self.processes[-1].start()

    def strike(self):
        """Kills or stops a random process, and replaces what was killed."""
        # A sweep takes seconds beside so many writers: struck like a worker, no sweeper would ever come to an end.
        alive = [process for process in self.processes if not process.is_killed]
        if not alive:
            return
        process = self.dice.choices(alive, [1 if process.role == "work" else 0.3 for process in alive])[0]
        if process.wake is not None and self.dice.random() < 0.6:
            process = next((other for other in alive if other.wake is None), process)
        # Where the machine is busy with other things, killing who has only just started would leave nobody to work.
        is_fresh = process.role == "work" and not process.done
        if self.dice.random() < (0.04 if is_fresh else 0.4):
            process.kill()
            self.kills += 1
        elif process.wake is None:
            lot = self.dice.random()
            length = (self.dice.uniform(0.005, 0.06) if lot < 0.85 else self.dice.uniform(0.1, 0.5) if lot < 0.98
                      else self.dice.uniform(1.5, 4))
            os.kill(process.pid, signal.SIGSTOP)
            # Whoever holds the writer's lock of the index holds up everybody, and nothing would happen meanwhile.
            if length > 0.2 and self.is_writing(process):
                length = 0.2
            process.wake = time.monotonic() + length
            process.is_long = length > 1
            self.stops += 1
            self.long_stops += process.is_long

    def count(self):
        for process in self.processes:
            process.count()

    def is_writing(self, process):
        """Whether a process holds the lock of SQLite's one writer: byte 120 of the shared memory of its log."""
        try:
            inode = str(os.stat(self.settings["cache"] + "/index.sqlite-shm").st_ino)
            with open("/proc/locks") as locks:
                return any(
                    words[3:5] == ["WRITE", str(process.pid)] and words[5].split(":")[-1] == inode
                    and int(words[6]) <= 120 <= int(words[7]) for words in map(str.split, locks)
                    if len(words) == 8 and words[7] != "EOF")
        except OSError:
            return False

    def attend(self):
        """Wakes who was stopped for long enough, and replaces who has ended."""
        now = time.monotonic()
        for process in self.processes:
            if process.wake is not None and process.wake <= now and not process.is_killed:
                if process.is_long:
                    self.look_for_fence(process)
                os.kill(process.pid, signal.SIGCONT)
                process.wake = None
            status = process.reap(os.WNOHANG)
            if status is not None:
                if status != 0 and not process.is_killed:
                    self.crashes.append("process %s ended with status %d" % (process.name, status))
                process.start()

    def look_for_fence(self, process):
        """A process that is stopped holds its locks: nobody may have declared its sessions dead."""
        first = process.slot << 48 | process.generation << 24
        # On a slow machine it may have been stopped before anybody had made the cache.
        if not os.path.exists(self.settings["cache"] + "/index.sqlite"):
            return
        index = sqlite3.connect("file:%s/index.sqlite?mode=ro" % self.settings["cache"], uri=True, timeout=5)
        try:
            dead = index.execute(
                "SELECT id FROM sessions WHERE state <> 'open' AND id BETWEEN ? AND ?",
                (first, first + (1 << 24) - 1)).fetchall()
            self.fenced += ["session %016x of the stopped process %s was declared dead" % (id, process.name)
                            for id, in dead]
        finally:
            index.close()

    def end(self):
        """Lets every process end by itself; kills those that do not within two minutes, which is a failure."""
        open(self.settings["stop"], "w").close()
        for process in self.processes:
            if process.wake is not None:
                os.kill(process.pid, signal.SIGCONT)
        limit = time.monotonic() + 120
        for process in self.processes:
            status = None
            while status is None and time.monotonic() < limit:
                status = process.reap(os.WNOHANG)
                time.sleep(0.005)
            if status is None:
                self.crashes.append("process %s did not end" % process.name)
            elif status != 0 and not process.is_killed:
                self.crashes.append("process %s ended with status %d" % (process.name, status))

    def kill_all(self):
        """For when the driver itself fails."""
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
                process.reap(0)
