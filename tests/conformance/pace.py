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
HERE = os.path.dirname(os.path.abspath(__file__))


def write_manifest(path, requests):
    with open(path, "w", encoding="utf-8") as out:
        for number in range(requests):
            params = {"model": "claude-sonnet-5-5", "max_tokens": 9,
                      "messages": [{"role": "user", "content": f"request {number}"}]}
            out.write(json.dumps({"custom_id": f"c{number}", "params": params}) + "\n")


def run(program, work, requests=REQUESTS, rpm=RPM):
    """What the server saw, the exit status, and how long the run took."""
    manifest = os.path.join(work, "pace.jsonl")
    write_manifest(manifest, requests)
    command = [sys.executable, os.path.join(HERE, "..", "mock_api.py"), "--count", "--rpm", str(rpm),
               "--delay", str(LATENCY_S)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        base = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        env = {"ANTHROPIC_API_KEY": "test-key", "ANTHROPIC_BASE_URL": base}
        began = time.monotonic()
        done = subprocess.run([program, "check", "--count", "api", "--no-config", "-q", manifest],
                              env=env, capture_output=True, check=False)
        took = time.monotonic() - began
        with urllib.request.urlopen(base + "/tally") as answer:
            tally = json.load(answer)
        server.stdin.close()
    return tally, done.returncode, took


def check(tap, program, work):
    tally, status, took = run(program.path, work)
    allowed = REQUESTS * 60 / RPM
    share = (tally["counted"] - 1) * 60 / RPM / tally["seconds"]
    print(f"# {REQUESTS} requests at {LATENCY_S * 1000:.0f} ms, {RPM} a minute: {took:.2f} s where the limit "
          f"allows {allowed:.2f} s, {share:.2%} of the limit used, {tally['limited']} answers of 429, "
          f"{tally['connections']} connections")
    tap.ok(status == 0 and tally["counted"] == REQUESTS, "every request is counted once", tally)
    tap.ok(tally["limited"] == 0, "a server that enforces the limit never answers 429", tally)
    tap.ok(share >= 0.97, "97 % of the limit are used", f"{share:.2%}")
    tap.ok(took <= 1.05 * allowed, "in at most 1.05 times the time the limit allows", f"{took:.2f} s")
