"""The audit of mounted states by one long-lived process, and the sum of what it finds."""
import json
import subprocess
from dataclasses import dataclass, field

from disks import die_with_parent

# Opening takes a few milliseconds here; what takes longer than this waits for something that it must not wait for.
SLOW_OPENING = 1000.0


@dataclass
class Tally:
    """Figures over states; those of several workers are added."""
    states: int = 0
    unmountable: int = 0
    sweeps: int = 0
    hits: int = 0
    promises: int = 0
    slowest_opening: float = 0.0
    misses: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)

    def take(self, findings, where):
        self.states += 1
        self.hits += findings["hits"]
        self.slowest_opening = max(self.slowest_opening, findings["openingMilliseconds"])
        for reason, count in findings["misses"].items():
            self.misses[reason] = self.misses.get(reason, 0) + count
        found = list(findings["violations"])
        if findings["openingMilliseconds"] > SLOW_OPENING:
            found.append(f"open took {findings['openingMilliseconds']:.0f} ms")
        self.violations += [(violation, where) for violation in found]

    def add(self, other):
        for name in ("states", "unmountable", "sweeps", "hits", "promises"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.slowest_opening = max(self.slowest_opening, other.slowest_opening)
        for reason, count in other.misses.items():
            self.misses[reason] = self.misses.get(reason, 0) + count
        self.violations += other.violations

    def levels(self):
        """How many violations there are of each level."""
        counts = {level: 0 for level in ("L0", "L1", "L2", "L3", "open")}
        for violation, _ in self.violations:
            counts[violation.split()[0]] += 1
        return counts


class Auditor:
    def __init__(self, program, environment):
        self.process = subprocess.Popen(
            [program, "powercut-audit"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent, start_new_session=True, env=environment)

    def audit(self, directory, scratch, history, sweeps):
        lines = [f"audit {directory} {scratch} {int(sweeps)}", *history.expectations(), "end", ""]
        try:
            self.process.stdin.write("\n".join(lines))
            self.process.stdin.flush()
        except BrokenPipeError:
            # Told below.
            pass
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the audit ended with status {self.process.wait()}")
        return json.loads(answer)

    def close(self):
        """Nothing of an audit is worth waiting for: its disk is thrown away."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
