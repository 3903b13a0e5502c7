"""Memory and connections of long runs online, against a server that answers at once (fast_api.c): what a run
keeps for each request is what it keeps offline, too, and a second run finds all of it in the cache."""
import collections
import json
import os
import statistics
import subprocess
import sys

FEW, MANY = 5000, 50000
BAR_MB = 16  # known bodies (4 MB without a cache), pages of the cache (4), rows read ahead (3), what comes and goes

Run = collections.namedtuple("Run", "peak_mb cpu_s wall_s status")

# Starts a program and measures it. A process takes over the peak of the one that started it: this one is small,
# while the caller may be larger than what is measured.
MEASURE = """
import os, sys, time
began = time.monotonic()
pid = os.fork()
if not pid:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, time.monotonic() - began,
      os.waitstatus_to_exitcode(status))
"""


def write_manifest(path, requests):
    """Bodies of a few hundred bytes, no two alike."""
    with open(path, "w", encoding="utf-8") as out:
        for number in range(requests):
            params = {"model": "claude-sonnet-5-5", "max_tokens": 9,
                      "messages": [{"role": "user", "content": f"request {number} " + "lorem ipsum " * 20}]}
            out.write(json.dumps({"custom_id": f"c{number}", "params": params}) + "\n")


class FastApi:
    """The server, from with to the end of it."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.base = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"
        return self

    def __exit__(self, *_):
        self.process.communicate("")


class Runs:
    """Runs of tokgate over manifests, at a limit that is none."""

    def __init__(self, program, base, work, few=FEW, many=MANY):
        self.program, self.base, self.work = program, base, work
        self.few, self.many = few, many
        self.rules = os.path.join(work, "fast.json")
        with open(self.rules, "w", encoding="utf-8") as out:
            json.dump({"limits": {"token-counting": {"rpm": 1000000}}}, out)

    def manifest(self, requests):
        path = os.path.join(self.work, f"memory-{requests}.jsonl")
        if not os.path.exists(path):
            write_manifest(path, requests)
        return path

    def cache(self, requests):
        return "--cache", os.path.join(self.work, f"cache-of-memory-{requests}")

    def run(self, mode, requests, *options):
        env = {"ANTHROPIC_API_KEY": "test-key", "ANTHROPIC_BASE_URL": self.base}
        command = [self.program, "check", "--count", mode, "--config", self.rules, "-q", *options,
                   self.manifest(requests)]
        done = subprocess.run([sys.executable, "-S", "-E", "-c", MEASURE, *command], env=env, check=True, text=True,
                              stdout=subprocess.PIPE)
        peak_mb, cpu_s, wall_s, status = done.stdout.split()
        return Run(float(peak_mb), float(cpu_s), float(wall_s), int(status))

    def growth(self, mode, *options):
        """Of the peak, from few requests to many, in MB."""
        peaks = []
        for requests in (self.few, self.many):
            run = self.run(mode, requests, *options)
            if run.status:
                raise RuntimeError(f"{mode}, {requests} requests: exit {run.status}")
            peaks.append(run.peak_mb)
        return peaks[1] - peaks[0], peaks[1]

    def warm(self, rounds, requests):
        """CPU and wall time of counting with a warm cache over those of counting offline, medians of neighbouring
        runs, and the worst exit status. The cache was filled."""
        cpu, wall, statuses = [], [], set()
        for _ in range(rounds):
            warm, offline = self.run("api", requests, *self.cache(requests)), self.run("offline", requests)
            cpu.append(warm.cpu_s / offline.cpu_s)
            wall.append(warm.wall_s / offline.wall_s)
            statuses |= {warm.status, offline.status}
        return statistics.median(cpu), statistics.median(wall), max(statuses)

    def fill(self, requests):
        return self.run("api", requests, *self.cache(requests))


def check(tap, program, server, work):
    if not os.path.exists(server):
        tap.skip("memory of long runs", "the fast server is not built")
        return
    with FastApi(server) as api:
        runs = Runs(program.path, api.base, work)
        offline, _ = runs.growth("offline")
        alone, peak = runs.growth("api", "--no-cache")
        cached, cached_peak = runs.growth("api", "--cache", os.path.join(work, "cache-of-growth"))
        filled = runs.fill(MANY).status
    _, _, status = runs.warm(1, MANY)  # the server is gone: whoever connects fails
    print(f"# {FEW} to {MANY} requests: {offline:.1f} MB more offline, {alone:.1f} MB online without a cache (peak "
          f"{peak:.1f} MB), {cached:.1f} MB with one (peak {cached_peak:.1f} MB)")
    tap.ok(alone - offline <= BAR_MB, f"counting online keeps at most {BAR_MB} MB more than counting offline",
           f"{alone:.1f} and {offline:.1f} MB")
    tap.ok(cached - offline <= BAR_MB, "also with a cache", f"{cached:.1f} and {offline:.1f} MB")
    tap.ok(filled == 0 and status == 0, "a second run with a warm cache opens no connection", f"exit {status}")
