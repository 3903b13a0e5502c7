"""Ten million records, planned in constant memory: records_driver makes them, also parts whose run was
killed or repeated, and a custom_id that two parts share."""
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
