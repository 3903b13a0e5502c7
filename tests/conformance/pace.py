"""The counting client against a server that enforces the limit of the tier, in real time. Stricter servers,
which count every second, are in simulated time (tests/unit/test_asker.c): here a busy machine delays calls."""
import encodings.idna  # needed to connect; the package of the vocabulary puts another unicodedata in its place
import json
import os
import subprocess
import sys
import time
import urllib.request

RPM, LATENCY_S, REQUESTS = 5000, 0.15, 2000
TOGETHER, EACH = 8, 150
HERE = os.path.dirname(os.path.abspath(__file__))


def write_manifest(path, requests, first=0):
    with open(path, "w", encoding="utf-8") as out:
        for number in range(first, first + requests):
            params = {"model": "claude-sonnet-5-5", "max_tokens": 9,
                      "messages": [{"role": "user", "content": f"request {number}"}]}
            out.write(json.dumps({"custom_id": f"c{number}", "params": params}) + "\n")


class Server:
    """The enforcing server, from with to the end of it."""

    def __init__(self, rpm=RPM, latency_s=LATENCY_S):
        self.command = [sys.executable, os.path.join(HERE, "..", "mock_api.py"), "--count",
                        "--rpm", str(rpm), "--delay", str(latency_s)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.base = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"
        return self

    def __exit__(self, *_):
        self.process.communicate("")

    def start(self, program, manifest, *options):
        env = {"ANTHROPIC_API_KEY": "test-key", "ANTHROPIC_BASE_URL": self.base}
        return subprocess.Popen([program, "check", "--count", "api", "--no-config", "-q", *options, manifest],
                                env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def tally(self):
        with urllib.request.urlopen(self.base + "/tally") as answer:
            return json.load(answer)


def run(program, work, requests=REQUESTS, rpm=RPM):
    """What the server saw, the exit status, and how long the run took."""
    manifest = os.path.join(work, "pace.jsonl")
    write_manifest(manifest, requests)
    with Server(rpm) as server:
        began = time.monotonic()
        one = server.start(program, manifest, "--cache", os.path.join(work, "cache-of-one"))
        one.communicate()
        return server.tally(), one.returncode, time.monotonic() - began


def run_together(program, work, kills=False, each=EACH):
    """Processes that share a cache, each with its own requests; the first one may be killed in the middle.
    What the server saw, exit statuses and what was said."""
    cache = os.path.join(work, f"cache-of-many-{kills}")
    with Server() as server:
        many = []
        for number in range(TOGETHER):
            manifest = os.path.join(work, f"pace-{number}.jsonl")
            write_manifest(manifest, each, number * each)
            many.append(server.start(program, manifest, "--cache", cache))
        if kills:
            time.sleep(TOGETHER * each * 60 / RPM / 3)
            many[0].kill()
        said = [one.communicate()[1] for one in many]
        return server.tally(), [one.returncode for one in many], "".join(said)


def share_of(tally):
    return (tally["counted"] - 1) * 60 / RPM / tally["seconds"]


def check_together(tap, program, work):
    tally, statuses, said = run_together(program.path, work)
    share = share_of(tally)
    print(f"# {TOGETHER} processes with {EACH} requests each: {share:.2%} of the limit used, "
          f"{tally['limited']} answers of 429")
    tap.ok(not any(statuses) and tally["counted"] == TOGETHER * EACH and not said,
           f"{TOGETHER} processes with one credential count every request once", f"{statuses} {tally} {said}")
    tap.ok(tally["limited"] == 0, "together they stay under one limit", tally)
    tap.ok(share >= 0.9, "90 % of the limit are used", f"{share:.2%}")
    tally, statuses, said = run_together(program.path, work, kills=True)
    share = share_of(tally)
    print(f"# with one of them killed: {share:.2%} of the limit used, {tally['limited']} answers of 429")
    tap.ok(statuses[0] == -9 and not any(statuses[1:]) and not said, "one is killed, the others go on",
           f"{statuses} {said}")
    tap.ok(tally["limited"] == 0 and share >= 0.9, "at the same pace", f"{share:.2%} {tally}")


def check(tap, program, work):
    tally, status, took = run(program.path, work)
    allowed = REQUESTS * 60 / RPM
    share = share_of(tally)
    print(f"# {REQUESTS} requests at {LATENCY_S * 1000:.0f} ms, {RPM} a minute: {took:.2f} s where the limit "
          f"allows {allowed:.2f} s, {share:.2%} of the limit used, {tally['limited']} answers of 429, "
          f"{tally['connections']} connections")
    tap.ok(status == 0 and tally["counted"] == REQUESTS, "every request is counted once", tally)
    tap.ok(tally["limited"] == 0, "a server that enforces the limit never answers 429", tally)
    tap.ok(share >= 0.97, "97 % of the limit are used", f"{share:.2%}")
    tap.ok(took <= 1.05 * allowed, "in at most 1.05 times the time the limit allows", f"{took:.2f} s")
    check_together(tap, program, work)
