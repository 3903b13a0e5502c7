"""Real prompt repositories, real manifests, generated manifests: all is read or refused."""
import json
import os
import subprocess
import sys
import tarfile

import manifests
from program import is_sane

FAULT_RULES = {  # fault of the generator: the rule that finds it
    "dup_id": "duplicate-custom-id", "bad_id": "custom-id", "long_id": "custom-id",
    "no_max_tokens": "max-tokens", "zero_max_tokens": "max-tokens", "huge_max_tokens": "max-tokens",
    "empty_text": "invalid-request", "bad_role": "invalid-request", "lone_surrogate": "invalid-request",
    "stream_true": "batch-params",
}
GENERATED = (("json", 2000, 0), ("jsonl", 2000, 0), ("concat", 2000, 0), ("jsonl", 100000, 60))  # MB; 0: as it comes


def files_below(top):
    for directory, _, names in sorted(os.walk(top)):
        for name in sorted(names):
            path = os.path.join(directory, name)
            if os.path.isfile(path):
                yield os.path.relpath(path, top)


def unaccounted(program, top, files):
    """Each file, given by name, is counted or refused with a sentence: the names of those that are not."""
    seen = set()
    for start in range(0, len(files), 200):
        part = ["./" + name for name in files[start:start + 200]]
        status, out, err, _ = program.run(["count", "--count", "offline", "--format", "jsonl", *part], top)
        if not is_sane(status, b""):
            return [f"exit {status} on files from {part[0]}"]
        seen.update(json.loads(line)["path"] for line in out.splitlines())
        for line in err.decode("utf-8", "replace").splitlines():
            seen.update(name for name in part if name + ":" in line)
    return ["neither counted nor refused: " + name for name in files if "./" + name not in seen]


def check_repositories(tap, program, shared, work):
    with tarfile.open(os.path.join(shared, "inputs/prompts.tar.xz")) as archive:
        archive.extractall(work, filter="data") if hasattr(tarfile, "data_filter") \
            else archive.extractall(work)
    top = os.path.join(work, "prompts")
    print("# repository                     files requests   seconds (check, offline)")
    for name in sorted(os.listdir(top)):
        repository = os.path.join(top, name)
        status, out, err, seconds = program.run(["check", "--count", "offline", "--format", "json"], repository)
        nothing = status == 2 and b"nothing to check" in err
        tap.ok(is_sane(status, err) and (nothing or status in (0, 1)), f"{name}: check of the whole repository",
               f"exit {status}", err[:500])
        summary = json.loads(out)["summary"] if out else {"files": 0, "requests": 0}
        print(f"# {name:28} {summary['files']:8} {summary['requests']:8} {seconds:9.3f}")
        missing = unaccounted(program, repository, list(files_below(repository)))
        tap.ok(not missing, f"{name}: every file is counted or refused with a sentence", *missing[:10])


def check_manifests(tap, program, shared):
    manifests.check_shared(tap, program, shared, list(files_below(os.path.join(shared, "inputs/batches"))))


def generate(shared, work, form, requests, megabytes):
    """A manifest with every fault once; its path, and what the generator says of it."""
    path = os.path.join(work, f"generated-{requests}-{form}.{'json' if form == 'json' else 'jsonl'}")
    subprocess.run([sys.executable, os.path.join(shared, "inputs/gen_manifest.py"), "--requests", str(requests),
                    "--target-mb", str(megabytes), "--format", form, "--seed", "7",
                    "--repos", os.path.join(work, "prompts"), "--faults", ",".join(FAULT_RULES), "-o", path],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(path + ".meta.json", encoding="utf-8") as meta:
        return path, json.load(meta)


def planted(meta, form):
    """Rule, line and id of what is to be found: JSON has its first line before the requests, and glued objects are
    one line."""
    for fault, where in meta["faults"].items():
        line = 1 if form == "concat" else where["line"] + (form == "json")
        yield FAULT_RULES[fault], line, where["custom_id"]


def check_generated(tap, program, shared, work):
    """After check_repositories, whose files it is generated from."""
    for form, requests, megabytes in GENERATED:
        what = f"generated {form} of {requests}"
        path, meta = generate(shared, work, form, requests, megabytes)
        status, out, err, seconds = program.run(["check", "--count", "offline", "--no-config", "--format", "json", path],
                                                work)
        report = json.loads(out) if out else {"findings": [], "summary": {"requests": 0}}
        tap.ok(status == 1 and not err, f"{what}: checked", f"exit {status}", err[:300])
        tap.ok(report["summary"]["requests"] == requests, f"{what}: all requests are counted",
               report["summary"]["requests"])
        found = sorted((finding["rule"], finding["line"], finding["custom_id"]) for finding in report["findings"])
        with open(path, encoding="utf-8", errors="surrogatepass") as file:
            refused = manifests.refused_by_model(shared, manifests.entries_of(file.read(), form))
        faults = list(planted(meta, form))
        wanted = sorted(faults + [(rule, line, name) for line, name, rule in refused])
        tap.ok(len(faults) == len(FAULT_RULES) and found == wanted,
               f"{what}: each fault is found once, at its place, and nothing else",
               *(f"not found: {item}" for item in wanted if item not in found),
               *(f"found: {item}" for item in found if item not in wanted))
        print(f"# {what}: {os.path.getsize(path) / 1e6:.1f} MB in {seconds:.2f} s")
