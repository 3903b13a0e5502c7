"""Real results of real batches: what was counted is what usage says."""
import gzip
import json
import os

try:
    import yaml
except ImportError:
    yaml = None

PAIR = ("dataset_curation_test_input_batch_B-C.jsonl",
        "dataset_curation_test_output_batch_msgbatch_01PGaff3EPbQJbpw6JeWoQR5_results.jsonl")


def reconcile(program, manifest, results, work):
    status, out, err, _ = program.run(["reconcile", "--count", "offline", "--no-config", "--format", "json",
                                       manifest, results], work)
    return status, json.loads(out)["summary"] if out else None, err


def decoded(string):
    data = string if isinstance(string, bytes) else string.encode()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def cassettes(top):
    """Of each recorded batch: its name, what was submitted, its results."""
    for name in sorted(os.listdir(top)):
        if "anthropic" not in name or not name.endswith(".yaml"):
            continue
        with open(os.path.join(top, name), encoding="utf-8") as file:
            calls = yaml.safe_load(file)["interactions"]
        submitted = {}
        for call in calls:
            request, answer = call["request"], decoded(call["response"]["body"]["string"])
            if request["body"] and "requests" in request["body"]:
                submitted[json.loads(answer)["id"]] = request["body"]
            elif request["uri"].endswith("/results"):
                batch = request["uri"].split("/")[-2]
                yield f"{name} {batch}", submitted.pop(batch), answer


def check_pair(tap, program, what, manifest, results, work, is_exact):
    status, summary, err = reconcile(program, manifest, results, work)
    tap.ok(status == 0 and summary, f"{what}: reconciles", f"exit {status}", err[:300])
    if not summary:
        return
    counts, answers = summary["input"], summary["outcomes"]["succeeded"]
    is_good = counts["exact"] == answers if is_exact else not counts["outside"]
    tap.ok(answers == summary["requests"] and is_good,
           f"{what}: every answer is {'exactly what was counted' if is_exact else 'in the band'}", counts)
    print(f"# {what}: {answers} answers, {counts['exact']} exact, {counts['usage']} input tokens")


def check(tap, program, shared, work):
    top = os.path.join(shared, "inputs/batches/raw")
    manifest, results = (os.path.join(top, "nf-osi-jobs", name) for name in PAIR)
    check_pair(tap, program, "curation", manifest, results, work, True)
    if not yaml:
        tap.skip("recorded batches", "python3-yaml is not installed")
        return
    for what, submitted, answer in cassettes(os.path.join(top, "bespoke-curator")):
        for name, data in ("batch.json", submitted.encode()), ("results.jsonl", answer):
            with open(os.path.join(work, name), "wb") as file:
                file.write(data)
        check_pair(tap, program, what, "batch.json", "results.jsonl", work, "reasoning" not in what)
