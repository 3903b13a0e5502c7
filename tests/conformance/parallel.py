"""The README's example with GNU parallel, as it stands there: a worker is killed in the middle, and its part is counted
again, at once and by a later run."""
import glob
import os
import shutil
import subprocess

import engines


def missing():
    """Why it cannot run, or nothing."""
    try:
        said = subprocess.run(["parallel", "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError:
        return "GNU parallel is not installed"
    return "" if said.stdout.startswith("GNU parallel") else "parallel is another program than that of GNU"


def run(folder, code):
    """The exit status and output of shell code in the folder."""
    env = {**os.environ, "PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"], "HOME": folder, "SHELL": "/bin/sh"}
    done = subprocess.run(["/bin/sh", "-ec", code], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
    return done.returncode, done.stdout


def check(tap, program, work):
    why = missing()
    if why:
        tap.skip("the example with GNU parallel", why)
        return
    folder = os.path.join(work, "parallel")
    mark = os.path.join(folder, "killed")
    os.mkdir(folder)
    engines.write_corpus(folder)
    engines.write_tokgate(folder, engines.TOKGATE, real=program.path, victim="parts/0012", mark=mark)
    _, alone, _ = engines.plan(program, folder, "huge.jsonl")
    code = engines.example("sh", "parallel --retries 3")
    status, said = run(folder, code.replace("tokgate plan", "tokgate plan --exit-zero --no-config"))
    tap.ok(status == 0 and os.path.isdir(mark + "/alive"), "parallel: the example runs, though a worker is killed",
           f"status {status}: {said[-600:]}")
    whole = engines.check_same(tap, "parallel", program, folder, ["records/"], alone)
    tap.ok(engines.records_findings(whole) == [], "parallel: the part that was done again is whole")
    engines.check_cut(tap, "parallel", program, folder, os.path.join(folder, "records/0007"), whole)
    check_later(tap, program, folder, mark, code, alone)
    check_broken(tap, program, folder, code)


def check_later(tap, program, folder, mark, code, alone):
    """Without retries, what a killed worker wrote stays where output is appended; a later run adds the whole part."""
    shutil.rmtree(os.path.join(folder, "records"))
    shutil.rmtree(mark)
    os.remove(os.path.join(folder, "jobs.log"))
    command = next(line for line in code.splitlines() if line.startswith("parallel ")).replace(" >records", " >>records")
    status, _ = run(folder, "mkdir records; " + command.replace("--retries 3 ", ""))
    once, report, _ = engines.plan(program, folder, "--from", "records/")
    said = engines.records_findings(report)
    tap.ok(status == 1 and once == 1 and len(said) == 1 and "is cut off" in said[0] and
           report["totals"]["requests"] < engines.REQUESTS, "parallel: what a killed worker left does not count", f"{said}")
    status, _ = run(folder, command.replace("--retries 3", "--resume-failed"))
    again = engines.check_same(tap, "parallel --resume-failed", program, folder, ["records/"], alone)
    said = engines.records_findings(again)
    tap.ok(status == 0 and len(said) == 1 and said[0].startswith("note: ") and "it is elsewhere: that one counts" in said[0],
           "parallel --resume-failed: the cut part is passed over for the whole one", f"{said}")


def check_broken(tap, program, folder, code):
    """A line that is no request fails no job and is said; an error fails its job."""
    for path in glob.glob(os.path.join(folder, "records/*")) + glob.glob(os.path.join(folder, "parts/*")):
        os.remove(path)
    with open(os.path.join(folder, "huge.jsonl"), "rb") as whole:
        lines = whole.read().splitlines(keepends=True)[:200]
    lines[0] = b"this is no request\n"
    with open(os.path.join(folder, "huge.jsonl"), "wb") as out:
        out.write(b"".join(lines))
    status, said = run(folder, code.replace("tokgate plan", "tokgate plan --exit-zero --no-config"))
    _, report, _ = engines.plan(program, folder, "--from", "records/")
    tap.ok(status == 0 and report["totals"]["requests"] == 199 and
           [f["line"] for f in report["findings"] if f["rule"] == "invalid-request"] == [1],
           "parallel: a line that is no request is said, and fails no job", f"{status}, {report.get('totals')}, {said[-300:]}")
    engines.write_tokgate(folder, engines.FAILING)
    status, _ = run(folder, code)
    tap.ok(status != 0, "parallel: an error fails")
