"""What was begun under each key and what was promised, as the marks of the writers tell."""
import copy
from dataclasses import dataclass, field

ABSENT = "-"


@dataclass
class Operation:
    value: str
    is_durable: bool
    is_promised: bool = False


@dataclass
class History:
    names: dict = field(default_factory=dict)
    operations: dict = field(default_factory=dict)
    promises: int = 0

    def copy(self):
        """The same history, to be told on in another way."""
        return History(copy.deepcopy(self.names))

    def mark(self, line, is_late=False):
        """Takes in a line: `begin OPERATION NAME VALUE d|f` or `done OPERATION…`; late ones promise nothing.

        With `mounted` the writers start anew, and number their operations anew.
        """
        word, *rest = line.split()
        if word == "mounted":
            self.operations = {}
        elif word == "begin":
            identifier, name, value, mode = rest
            operation = Operation(value, mode == "d")
            self.operations[identifier] = operation
            # A key belongs to one thread, so its operations are in their order.
            self.names.setdefault(name, []).append(operation)
        elif word == "done" and not is_late:
            for identifier in rest:
                self.operations[identifier].is_promised = True
            self.promises += len(rest)

    def expectations(self):
        """One line for each key: what may be there, and all that was ever put."""
        for name, operations in self.names.items():
            promised = [index for index, operation in enumerate(operations) if operation.is_promised]
            last = promised[-1] if promised else -1
            possible = {operations[last].value if promised else ABSENT}
            for operation in operations[last + 1:]:
                possible.add(operation.value)
                # What is replaced without a promise may be gone together with what was there.
                if not operation.is_durable:
                    possible.add(ABSENT)
            put = {operation.value for operation in operations} - {ABSENT}
            yield f"{name} {','.join(sorted(possible))} {','.join(sorted(put)) or ABSENT}"
