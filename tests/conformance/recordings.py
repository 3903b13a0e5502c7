"""What the vendor's SDK did when a server failed it, replayed: each recording of an error is played to tokgate by a
scripted server, with the status, headers and body that the recorded server sent. Tries and outcome must be the SDK's, and
no wait shorter than it allows; how long waits are at most is checked in simulated time (tests/unit/test_asker.c).
Recorded bodies of the API come through as they are, too."""
import glob
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from program import ENV

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import mock_api  # noqa: E402

KEY = "sk-ant-api03-conformance-only"
FIRST_MS, LAST_MS, JITTER = 500, 8000, 0.25  # of the SDK's back-off
CLOCK_MS = 5  # what a wait may seem shorter, since the server sees a request after it was sent
COUNTED = {"status": 200, "body": {"input_tokens": 14}}

# What tokgate does otherwise, and why. Name of the recording: (its outcome, the reason).
DIFFERENCES = {
    "err-200-empty-body-length-0": ("not counted", "an answer without a count is none; the SDK hands on undefined"),
    "err-200-html": ("not counted", "the SDK hands on the page as text"),
    "err-200-json-null": ("not counted", "the SDK hands on null"),
    "err-200-missing-field": ("not counted", "the SDK hands on whatever object it is"),
    "err-200-json-wrong-content-type": ("counted", "the body is a count, whatever it is called; the SDK hands on text"),
    "err-204": ("not counted", "the SDK hands on null"),
    "err-429-retry-after-75-aborted-at-3s": ("not counted", "--deadline stands for the abort, and as it would end "
                                             "before the wait does, nobody waits for it"),
    "err-timeout-no-answer-300ms": ("not counted", "1 s is the shortest --timeout"),
}


class Handler(mock_api.Handler):
    def do_POST(self):
        self.server.times.append(time.monotonic())
        super().do_POST()


class Played:
    """A server that plays the steps, from with to the end of it."""

    def __init__(self, steps):
        self.server = mock_api.Server(("127.0.0.1", 0), Handler, mock_api.Script(steps))
        self.server.times = []

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def status_of(recording):
    if "status" in recording.get("error", {}):
        return recording["error"]["status"]
    number = re.match(r"err-(\d{3})", recording["scenario"])
    return int(number[1]) if number else None


def headers_of(name):
    """Those that the name of a recording tells, as nothing else does."""
    headers = {}
    asked = re.search(r"retry-after-(\d[\d.]*|negative)", name)
    if asked:
        headers["retry-after"] = "-1" if asked[1] == "negative" else asked[1]
    if "x-should-retry-false" in name:
        headers["x-should-retry"] = "false"
    if "html" in name:
        headers["content-type"] = "text/html"
    if "wrong-content-type" in name:
        headers["content-type"] = "text/plain"
    if "with-charset" in name:
        headers["content-type"] = "application/json; charset=utf-8"
    return headers


def body_of(recording):
    error, result = recording.get("error", {}), recording.get("result")
    if "status" in error:
        return error.get("error", error["message"].partition(" ")[2])
    if "malformed" in recording["scenario"]:
        return '{"input_tokens":14'  # breaks where the SDK's message says
    if recording["scenario"] == "err-204" or result == "(undefined)":
        return ""
    if result is None and status_of(recording) == 200:
        return "null"
    return {"type": "error", "error": {"type": "api_error", "message": "not recorded"}} if result == {"input_tokens": 14} \
        and recording["attempts"] > 1 else result


def steps_of(recording):
    """What the recorded server did; the last step repeats."""
    name = recording["scenario"]
    if "connection-reset" in name:
        return [{"close": True}]
    if "timeout-no-answer" in name:
        return [{"delay": 3}]
    first = {"status": status_of(recording), "headers": headers_of(name), "body": body_of(recording)}
    is_late = recording["attempts"] > 1 and "result" in recording
    return [first] * (recording["attempts"] - 1) + [COUNTED] if is_late else [first]


def options_of(recording):
    client, options = recording["client_options"], []
    if "maxRetries" in client:
        options += ["--retries", str(client["maxRetries"])]
    if "abortAfter" in client:
        options += ["--deadline", f"{client['abortAfter'] // 1000}s"]
    if "timeout" in client:
        options += ["--timeout", "1"]
    return options


def count(program, work, port, options):
    """Exit status, the count or None, and what was said."""
    prompt = os.path.join(work, "replayed.md")
    env = {**ENV, "ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}"}
    done = subprocess.run([program.path, "count", "--count", "api", "--no-cache", "--no-config", "--format", "jsonl",
                           *options, prompt], env=env, cwd=work, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120, check=False)
    counts = [row for row in map(json.loads, done.stdout.splitlines()) if row.get("origin") == "api"]
    return done.returncode, counts[0]["tokens"] if counts else None, done.stderr


def shortest_ms(recording, number):
    """Before the retry of this number, from 0."""
    asked = float(headers_of(recording["scenario"]).get("retry-after", "0"))
    if asked > 0:
        return asked * 1000
    return min(FIRST_MS * 2 ** number, LAST_MS) * (1 - JITTER)


def outcome_of(recording):
    name = recording["scenario"]
    if name in DIFFERENCES:
        return DIFFERENCES[name][0]
    return "counted" if recording.get("result") == {"input_tokens": 14} else "not counted"


def message_of(recording):
    """What tokgate must say where the API said why."""
    error = recording.get("error", {}).get("error")
    message = error.get("error", {}).get("message", "") if isinstance(error, dict) else ""
    return message.rstrip(".")


def replay(program, work, recording):
    """What is wrong with it, as lines."""
    refused = "connection-refused" in recording["scenario"]
    if refused:
        with socket.socket() as nobody:  # bound, so that no other server gets the port, but does not listen
            nobody.bind(("127.0.0.1", 0))
            status, tokens, said = count(program, work, nobody.getsockname()[1], options_of(recording))
            times = []
    else:
        with Played(steps_of(recording)) as server:
            status, tokens, said = count(program, work, server.server_address[1], options_of(recording))
            times = list(server.times)
    wrong, waits = [], [(b - a) * 1000 for a, b in zip(times, times[1:])]
    tries = re.search(r"\(tried (\d+) times\)", said)
    tried = int(tries[1]) if refused and tries else len(times)
    if tried != recording["attempts"]:
        wrong.append(f"{tried} tries, the SDK made {recording['attempts']}")
    for i, wait in enumerate(waits):
        if wait < shortest_ms(recording, i) - CLOCK_MS:
            wrong.append(f"wait {i + 1} is {wait:.0f} ms, at least {shortest_ms(recording, i):.0f}")
    want = {"counted": (0, 14), "not counted": (3, None)}[outcome_of(recording)]
    if (status, tokens) != want:
        wrong.append(f"exit {status} with count {tokens}, not {want}")
    if message_of(recording) not in said or (status and not said):
        wrong.append(f"the API's words are missing: {message_of(recording)}")
    return wrong + [said.strip()] if wrong else []


def scenario_of(recording):
    """The recording as a scenario of fixtures/tries.json, for simulated time: the waits as they were recorded."""
    name, answers = recording["scenario"], []
    for step in steps_of(recording):
        if "status" not in step:
            answers.append({"lost": True, "after_ms": 300 if "delay" in step else 1})
            continue
        body = step.get("body", "")
        answers.append({"status": step["status"], "headers": step.get("headers", {}),
                        "body": body if isinstance(body, str) else json.dumps(body)})
    client = recording["client_options"]
    return {"name": name, "answers": answers, "gaps_ms": recording["gaps_ms_between_attempts"],
            "want": {"counted": "counted"}.get(outcome_of(recording), "failed"),
            "retries": client.get("maxRetries", 2), "deadline_ms": client.get("abortAfter", 0),
            "text": message_of(recording)}


def check_simulated(tap, build, recordings, work):
    """test_asker plays scenarios of a file it is given."""
    path = os.path.join(work, "recorded-tries.json")
    timed = [r for r in recordings if "connection-refused" not in r["scenario"]]  # its waits were not recorded
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"scenarios": [scenario_of(recording) for recording in timed]}, out)
    done = subprocess.run([os.path.join(build, "tests/test_asker"), path], capture_output=True, text=True, check=False)
    bad = [line for line in done.stdout.splitlines() if not line.startswith("ok ")]
    tap.ok(done.returncode == 0, f"recordings of the SDK: the waits of {len(timed)} in simulated time", *bad[:20])


def check_bodies(tap, program, shared, work):
    """Of the API, as they were recorded or quoted; each with the headers that came along."""
    folder, cases = os.path.join(shared, "api/responses"), []
    for path in sorted(glob.glob(os.path.join(folder, "recorded/*.json"))):
        with open(path, encoding="utf-8") as file:
            row = json.load(file)
        cases.append((os.path.basename(path), row["status"], {}, row["response_body"]))
    for name in ("error-bodies-from-issues", "429-header-sets-from-issues", "ratelimit-header-sets"):
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
            for i, row in enumerate(json.load(file)):
                body = row.get("body", COUNTED["body"] if row["status"] == 200 else {})
                headers = {k: v for k, v in row.get("headers", {}).items() if k in ("retry-after", "request-id")
                           or k.startswith(("anthropic-", "x-should-retry"))}
                cases.append((f"{name}[{i}]", row["status"], headers, json.dumps(body)))

    def play(case):
        name, status, headers, body = case
        with Played([{"status": status, "headers": headers, "body": body}]) as server:
            got = count(program, work, server.server_address[1], ["--retries", "0"])
        answer = json.loads(body)
        error = answer.get("error") or {}
        message = error.get("message", "").rstrip(".")[:250]
        want = (0, answer["input_tokens"]) if status == 200 and "input_tokens" in answer else (3, None)
        is_right = got[:2] == want and message in got[2] and (not want[0] or str(status) in got[2])
        asked = headers.get("retry-after") if status == 429 else None
        is_right = is_right and (not asked or f"retry after {asked} s" in got[2])
        return [] if is_right else [f"{name}: exit {got[0]}, count {got[1]}: {got[2].strip()}"]

    with ThreadPoolExecutor(8) as pool:
        wrong = sum(pool.map(play, cases), [])
    tap.ok(len(cases) > 50 and not wrong, f"recorded bodies of the API: {len(cases) - len(wrong)} of {len(cases)} "
           "are read for what they are", *wrong[:10])


def check(tap, program, build, shared, work):
    recordings = []
    for path in sorted(glob.glob(os.path.join(shared, "api/sdk-recordings/err-*.json"))):
        with open(path, encoding="utf-8") as file:
            recordings.append(json.load(file))
    if not recordings:
        tap.skip("recordings of the SDK", "there are none among the shared inputs")
        return
    with open(os.path.join(work, "replayed.md"), "w", encoding="utf-8") as out:
        out.write("Hello\n")
    unknown = set(DIFFERENCES) - {recording["scenario"] for recording in recordings}
    tap.ok(not unknown, f"recordings of the SDK: {len(DIFFERENCES)} of {len(recordings)} have a reason to differ",
           *sorted(unknown))
    with ThreadPoolExecutor(len(recordings)) as pool:  # mostly they wait
        for recording, wrong in zip(recordings, pool.map(lambda each: replay(program, work, each), recordings)):
            name = recording["scenario"]
            why = f" (otherwise: {DIFFERENCES[name][1]})" if name in DIFFERENCES else ""
            tap.ok(not wrong, f"{name}: tries {recording['attempts']}, {outcome_of(recording)}{why}", *wrong)
    check_simulated(tap, build, recordings, work)
    check_bodies(tap, program, shared, work)
