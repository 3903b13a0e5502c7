"""Test Anything Protocol for the parts of the conformance run."""


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
