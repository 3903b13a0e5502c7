"""Test Anything Protocol for the parts of the conformance run."""
import os
import re
import sys
import tempfile
import traceback


class Tap:
    def __init__(self):
        self.ran = self.failed = 0

    def ok(self, passed, what, *why):
        self.ran += 1
        print(f"{'ok' if passed else 'not ok'} {self.ran} - {what}", flush=True)
        if not passed:
            self.failed += 1
            for line in why:
                print(f"# {line}")

    def skip(self, what, why):
        self.ran += 1
        print(f"ok {self.ran} - {what} # SKIP {why}", flush=True)

    def done(self):
        """The plan; returns the exit status."""
        print(f"1..{self.ran}", flush=True)
        return 1 if self.failed else 0


class Aside:
    """A part that runs in a process of its own, beside the others, and is told when all are done. It gives way to what
    keeps a pace."""

    def __init__(self, name, function, *args):
        self.name = name
        self.said = tempfile.TemporaryFile("w+")
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid:
            return
        os.dup2(self.said.fileno(), 1)
        os.nice(5)
        status = 1
        try:
            function(Tap(), *args)
            status = 0
        except BaseException:  # what it is stands in the report, and the process ends in any case
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(status)

    def tell(self, tap):
        _, status = os.waitpid(self.pid, 0)
        self.said.seek(0)
        for line in self.said:
            line = line.rstrip("\n")
            test = re.fullmatch(r"(not )?ok \d+ - (.*)", line)
            if test:
                tap.ok(not test[1], test[2])
            else:
                print(line)
        if status:
            tap.ok(False, f"{self.name} runs to its end")
