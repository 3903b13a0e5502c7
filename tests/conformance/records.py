"""Ten million records, planned in constant memory: records_driver makes them, also parts whose run was
killed or repeated, and a custom_id that two parts share. And records of a manifest full of faults, of which
a plan must find what it finds in the manifest."""
import collections
import json
import os
import resource
import subprocess
import time

PARTS = int(os.environ.get("RECORDS_PARTS", "100"))
PER_PART = 100_000
MEMORY_MB = 64


def limit_memory():
    size = MEMORY_MB * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


HELLO = [{"role": "user", "content": "Hello"}]
GOOD = {"model": "claude-sonnet-5-5", "max_tokens": 100, "messages": HELLO}
# Each is a fault of one rule or another; None: a line that is no request at all.
FAULTS = [
    {"temperature": 3}, {"top_p": 0.5, "temperature": 0.5}, {"foo": 1}, {"stream": True}, {"max_tokens": 0},
    {"max_tokens": 10 ** 7}, {"max_tokens": "many"}, {"model": "claude-next-9"}, {"messages": []}, {"messages": None},
    {"messages": [{"role": "user", "content": ""}]}, {"messages": [{"role": "user", "content": [{"type": "nothing"}]}]},
    {"system": 7}, {"tools": [{"name": "a b", "input_schema": {}}]}, {"model": 7}, {"speed": "fast"},
    {"messages": [{"role": "user", "content": "word " * 3000}]},
]
LINES = ["null", "[]", "{", '{"custom_id": "cut", "params": {"model"', '{"params": {}}', '{"custom_id": 7, "params": 7}',
         '{"custom_id": "\\ud800", "params": {"model": "claude-sonnet-5-5", "max_tokens": 5, "messages": []}}']
RULES = {"rules": [{"rule": "input-tokens", "max": 2000, "severity": "warning"}, {"rule": "mixed-models"},
                   {"rule": "max-tokens", "max": 90, "severity": "note"}, {"rule": "batch-size", "max_requests": 10000},
                   {"rule": "custom-id", "severity": "warning"}, {"rule": "unknown-field", "severity": "error"}],
         "waivers": [{"rule": "sampling", "files": "faults.jsonl", "reason": "known"}]}


def write_faults(path, requests):
    """A manifest in which every kind of fault comes again and again, beside good requests and shared ids."""
    with open(path, "w", encoding="utf-8") as out:
        for i in range(requests):
            if i % 50 == 49:
                out.write(LINES[i // 50 % len(LINES)] + "\n")
                continue
            name = "x" * 70 if i % 97 == 0 else f"id {i}" if i % 89 == 0 else f"id-{i // 2 if i % 31 == 0 else i}"
            fault = FAULTS[i % len(FAULTS)] if i % 3 else {}
            out.write(json.dumps({"custom_id": name, "params": {**GOOD, **fault}}) + "\n")


def outcome(program, folder, arguments):
    """Exit status, how many findings there are of each severity, and of those that are listed what they are."""
    status, out, err, _ = program.run(["plan", "--format", "json", *arguments], folder)
    report = json.loads(out or b"{}")
    summary = {name: report.get("summary", {}).get(name) for name in
               ("errors", "warnings", "notes", "undecided", "waived", "requests", "not_counted")}
    listed = collections.Counter((f["rule"], f["severity"], f["verdict"]) for f in report.get("findings", []))
    return (status, summary, dict(listed)), err.decode()


def check_findings(tap, program, work):
    """The findings of plan --from are those of plan, also where there are more than are listed."""
    with open(os.path.join(work, "rules.json"), "w", encoding="ascii") as out:
        json.dump(RULES, out)
    for requests, config in ((2000, ["--no-config"]), (2000, ["--config", "rules.json"]), (60000, ["--no-config"])):
        write_faults(os.path.join(work, "faults.jsonl"), requests)
        alone, _ = outcome(program, work, ["--count", "offline", *config, "faults.jsonl"])
        _, records, err, _ = program.run(["count", "--records", "--count", "offline", *config, "faults.jsonl"], work)
        with open(os.path.join(work, "faults.rec"), "wb") as out:
            out.write(records)
        of_records, said = outcome(program, work, ["--from", *config, "faults.rec"])
        if requests > 10000:  # which ones are listed differs: ten thousand of a file, or of a rule
            alone, of_records = alone[:2], of_records[:2]
        tap.ok(alone == of_records and alone[0] == 1 and alone[1]["errors"] > requests // 10,
               f"{requests} requests with faults, {config[0]}: their records give the same findings",
               f"{alone}", f"{of_records}", said, err.decode()[-300:])


def check_records(tap, program, driver, work):
    started = time.monotonic()
    with open(os.path.join(work, "totals"), "w+", encoding="ascii") as totals:
        with subprocess.Popen([driver, str(PARTS), str(PER_PART)], stdout=subprocess.PIPE, stderr=totals) as maker:
            done = subprocess.run([program.path, "plan", "--from", "-", "--format", "json", "--no-config"],
                                  stdin=maker.stdout, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  check=False, preexec_fn=limit_memory)
            maker.stdout.close()
        totals.seek(0)
        made = json.loads(totals.read() or "{}")
    print(f"# {PARTS * PER_PART} records in {time.monotonic() - started:.0f} s, {MEMORY_MB} MB of memory allowed")
    plan = json.loads(done.stdout or b"{}")
    total = plan.get("totals", {})
    tap.ok(total.get("requests") == made.get("requests") == PARTS * PER_PART,
           "every request counts once", f"{total.get('requests')} of {made}, {done.stderr[-300:]}")
    tap.ok(total.get("input", {}).get("tokens") == made.get("tokens"), "so do their tokens")
    tap.ok(plan.get("cache", {}).get("prefixes") == 50, "prefixes are shared by all parts")
    found = sorted((f["rule"], f["severity"]) for f in plan.get("findings", []))
    tap.ok(found == [("duplicate-custom-id", "error"), ("plan-records", "note")],
           "the repeated custom_id is found, and the run that was killed", f"{found[:5]}")
    tap.ok(done.returncode == 1, "which is the exit status")
