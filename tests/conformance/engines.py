"""What the examples of the README with engines have in common: the examples themselves, a corpus, a tokgate that is killed
once, and plans to compare."""
import json
import os
import re
import sys

REQUESTS = 9000
SHARED_IDS = {REQUESTS - 7: 3, REQUESTS // 2: 4}  # a request with the custom_id of another
README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../README.md")
SYSTEM = "Answer as the desk of the \N{BLACK CHESS KNIGHT} library, in the language of the question. " * 80

# The first run at the part is killed in the middle: its output has no room to go.
TOKGATE = """#!{python} -I
import os, signal, subprocess, sys
if any({victim!r} in argument for argument in sys.argv):
    try:
        os.mkdir({mark!r})
    except FileExistsError:
        pass
    else:
        worker = subprocess.Popen([{real!r}, *sys.argv[1:]], stdout=subprocess.PIPE, bufsize=0, pipesize=4096)
        cut = b""
        while len(cut) < 9000:
            cut += worker.stdout.read(4096) or b"too short"
        os.write(1, cut)
        if worker.poll() is None:
            os.mkdir({mark!r} + "/alive")
        worker.kill()
        os.kill(os.getpid(), signal.SIGKILL)
os.execv({real!r}, sys.argv)
"""

FAILING = """#!/bin/sh
cat >/dev/null
exit 3
"""


def example(language, contains):
    """The fenced code of the README, of a language, that contains a text."""
    with open(README, encoding="utf-8") as readme:
        blocks = re.findall(r"^```(\w+)\n(.*?)^```$", readme.read(), re.M | re.S)
    found = [code for of, code in blocks if of == language and contains in code]
    assert len(found) == 1, f"{len(found)} examples in {language} with {contains}"
    return found[0]


def request(number):
    model = ("claude-sonnet-5-5", "claude-haiku-4-5", "claude-opus-5-5")[number % 3]
    params = {"model": model, "max_tokens": 50 + number % 700,
              "messages": [{"role": "user", "content": f"Où est le livre {number} ? " + "x y z " * (number * 37 % 90)}]}
    if number % 2:
        params["system"] = [{"type": "text", "text": f"{number % 14} {SYSTEM}", "cache_control": {"type": "ephemeral"}}]
    return {"custom_id": f"ask-{SHARED_IDS.get(number, number)}", "params": params}


def write_corpus(folder):
    """huge.jsonl in the folder."""
    with open(os.path.join(folder, "huge.jsonl"), "w", encoding="utf-8") as out:
        for number in range(REQUESTS):
            out.write(json.dumps(request(number), ensure_ascii=number % 5 == 0) + "\n")


def write_tokgate(folder, text, **names):
    """bin/tokgate in the folder."""
    os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
    path = os.path.join(folder, "bin/tokgate")
    with open(path, "w", encoding="ascii") as out:
        out.write(text.format(python=sys.executable, **names) if names else text)
    os.chmod(path, 0o755)


def plan(program, folder, *arguments):
    """Exit status, the plan as JSON, and stderr."""
    status, out, err, _ = program.run(["plan", "--no-config", "--count", "offline", "--format", "json", *arguments], folder)
    return status, json.loads(out or b"{}"), err.decode()


def numbers(report):
    """Every number of a plan; where things are is left out, findings are."""
    kept = {name: value for name, value in report.items() if name not in ("findings", "summary", "costliest")}
    kept["costliest"] = [{name: value for name, value in costly.items() if name not in ("path", "line", "column")}
                         for costly in report.get("costliest", [])]
    kept["summary"] = {name: value for name, value in report.get("summary", {}).items()
                       if name in ("requests", "tokens", "low", "high", "counted", "not_counted")}
    return kept


def duplicates(report):
    return sorted(f["custom_id"] for f in report.get("findings", []) if f["rule"] == "duplicate-custom-id")


def records_findings(report):
    return [f"{f['severity']}: {f['message']}" for f in report.get("findings", []) if f["rule"] == "plan-records"]


def check_same(tap, engine, program, folder, records, alone):
    """Records of the engine against the plan of one process."""
    status, report, err = plan(program, folder, "--from", *records)
    tap.ok(alone["totals"]["requests"] == REQUESTS and numbers(report) == numbers(alone),
           f"{engine}: the plan has the numbers of one process", f"{report.get('totals')}, {err[-300:]}",
           f"{alone.get('totals')}")
    ids = sorted(f"ask-{first}" for first in SHARED_IDS.values())
    places = [re.search(r"is used already in (\S+):\d+$", f["message"]) for f in report.get("findings", [])
              if f["rule"] == "duplicate-custom-id"]
    files = [(f["path"], place.group(1)) for f, place in
             zip((f for f in report["findings"] if f["rule"] == "duplicate-custom-id"), places) if place]
    tap.ok(duplicates(report) == duplicates(alone) == ids and len(files) == len(ids) and
           all(here != there for here, there in files) and status == 1,
           f"{engine}: custom_ids that parts share are found, with both places", f"{report.get('findings')}")
    return report


def check_cut(tap, engine, program, folder, path, whole):
    """A part without its trailer is refused; what it holds does not count."""
    with open(path, "rb") as part:
        lines = part.read().splitlines(keepends=True)
    with open(path, "wb") as part:
        part.write(b"".join(lines[:-1]))
    status, report, _ = plan(program, folder, "--from", "records/")
    said = records_findings(report)
    tap.ok(status == 1 and len(said) == 1 and "is cut off: it has no trailer" in said[0] and
           report["totals"]["requests"] == whole["totals"]["requests"] - (len(lines) - 2),
           f"{engine}: a part without its trailer is refused and said", f"{said}, {report.get('totals')}")
    with open(path, "wb") as part:
        part.write(b"".join(lines))
