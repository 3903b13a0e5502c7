"""The built tokgate, as the parts of the conformance run call it."""
import json
import os
import subprocess
import time

ENV = {k: v for k, v in os.environ.items() if not k.startswith("ANTHROPIC_")}


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)

    def run(self, arguments, cwd, timeout=60):
        """Exit status, output, errors and seconds; a hang is status None."""
        start = time.monotonic()
        try:
            done = subprocess.run([self.path, *arguments], cwd=cwd, env=ENV, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return None, b"", b"", timeout
        return done.returncode, done.stdout, done.stderr, time.monotonic() - start

    def count_requests(self, requests, work, options=()):
        """The count of each request, by its index, and what was said on stderr."""
        path = os.path.join(work, "requests.jsonl")
        with open(path, "w", encoding="utf-8") as out:
            for i, request in enumerate(requests):
                out.write(json.dumps({"custom_id": str(i), "params": request}) + "\n")
        _, out, err, _ = self.run(["count", "--count", "offline", "--no-config", "--format", "jsonl",
                                   *options, path], work)
        return {int(c["custom_id"]): c for c in map(json.loads, out.splitlines())}, err.decode()


def is_sane(status, err):
    """Ended by itself with a documented status; every line on stderr is one of ours."""
    lines = err.decode("utf-8", "replace").splitlines()
    return status in (0, 1, 2, 3) and all(line.startswith("tokgate: ") for line in lines)
