"""Chunks of random manifests are what was in them, and nothing goes wrong half-way.

usage: split.py TOKGATE ROUNDS    in an empty folder; speaks TAP
"""
import collections
import fcntl
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../rules/schema/split.schema.json")
TOKGATE, ROUNDS = sys.argv[1], int(sys.argv[2])
MODELS = "claude-sonnet-5-5", "claude-haiku-4-5-20251001", "claude-opus-5-5"
# Ids may be anything here: whether the API takes them is the business of another rule.
RULES = {"rules": [{"rule": "custom-id", "severity": "off"}]}
ran = failed = 0


def ok(passed, what, *why):
    global ran, failed
    ran += 1
    failed += not passed
    print(f"{'ok' if passed else 'not ok'} {ran} - {what}", flush=True)
    for line in why if not passed else ():
        print(f"# {line}")


def skip(what, why):
    global ran
    ran += 1
    print(f"ok {ran} - {what} # SKIP {why}", flush=True)


def run(*arguments, **more):
    return subprocess.run([TOKGATE, "plan", "--count", "offline", "--config", "rules.json", *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, **more)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def entry(rng, number, is_pretty):
    prefix = rng.randrange(12)
    text = rng.choice(["Say hello. ", "Grüße aus Köln. ", "こんにちは。", "tab\t\"quoted\" \\ "]) * rng.randrange(1, 30)
    params = {"model": rng.choice(MODELS), "max_tokens": 64, "messages": [{"role": "user", "content": text}]}
    if prefix < 4:
        params["system"] = [{"type": "text", "text": f"Rules of kind {prefix}. " * 40,
                             "cache_control": {"type": "ephemeral"}}]
    value = {"custom_id": f"{rng.choice(['a', 'ä', '文', 'x y'])}-{number}", "params": params}
    text = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=2 if is_pretty else None,
                      separators=None if rng.random() < 0.5 else (",", ":"))
    return text.encode()


def manifest(rng, entries):
    """One of the forms a manifest may have, around the bytes of the entries."""
    end = rng.choice([b"\n", b"\r\n", b"\n\n \n", b"\r\n\r\n"])
    form = rng.choice(["lines", "lines", "no end", "glued", "batch", "batch"])
    mark = rng.choice([b"", b"", b"\xef\xbb\xbf"])
    if form == "glued":
        return mark + b"".join(entries)
    if form == "batch":
        return mark + b'{"note": [1], "requests" : [' + (b"," + end).join(entries) + b" ] }" + end
    return mark + end.join(entries) + (b"" if form == "no end" else end)


def entries_of(path, form):
    """The bytes of each entry of a chunk."""
    data = read(path)
    if form == "jsonl":
        assert data.endswith(b"\n")
        return data[:-1].split(b"\n")
    assert data.startswith(b'{"requests":[\n') and data.endswith(b"\n]}\n")
    json.loads(data)
    decoder, text, at, found = json.JSONDecoder(), data.decode(), 14, []
    while True:
        value, end = decoder.raw_decode(text, at)
        found.append(text[at:end].encode())
        if text[end:] == "\n]}\n":
            return found
        assert text[end:end + 2] == ",\n" and isinstance(value, dict)
        at = end + 2


def problems(directory, entries, limits, form):
    """What is wrong with the chunks of these entries, which come in this order."""
    plan = json.load(open(f"{directory}/plan.json", encoding="utf-8"))
    if jsonschema:
        jsonschema.validate(plan, json.load(open(SCHEMA, encoding="utf-8")))
    seen = collections.Counter()
    for chunk in plan["chunks"]:
        path = f"{directory}/{chunk['file']}"
        data = read(path)
        found = entries_of(path, form)
        if hashlib.sha256(data).hexdigest() != chunk["sha256"] or len(data) != chunk["bytes"]:
            yield f"{path}: not what plan.json says"
        expected = [entries[i] for _, first, last in chunk["entries"] for i in range(first, last + 1)]
        if form == "jsonl":
            expected = [text.replace(b"\n", b" ") for text in expected]
        if found != expected:
            yield f"{path}: the entries are not those of the source"
        seen.update(i for _, first, last in chunk["entries"] for i in range(first, last + 1))
        if len(found) > limits["requests"] or len(data) > limits["bytes"] or chunk["requests"] != len(found) \
                or chunk["tokens_at_most"] > limits["tokens"]:
            yield f"{path}: over its limits"
        models = collections.Counter(json.loads(text)["params"]["model"] for text in found)
        if {m["model"]: m["requests"] for m in chunk["models"]} != models:
            yield f"{path}: its models are {models}"
        if limits["by_model"] and len(models) != 1:
            yield f"{path}: more than one model"
        order = [(json.loads(text)["params"].get("system"), json.loads(text)["params"]["model"]) for text in found]
        keys = [str(key) for key in order if key[0]]
        if len(set(keys)) != sum(1 for i, key in enumerate(keys) if not i or keys[i - 1] != key):
            yield f"{path}: those with one prefix do not stand together"
    seen.update(left["index"] for left in plan["left_out"])
    if sorted(seen.elements()) != list(range(len(entries))):
        yield "not every entry is in one chunk, or left out"
    names = {chunk["file"] for chunk in plan["chunks"]} | {"plan.json"}
    if set(os.listdir(directory)) != names:
        yield f"there are other files: {set(os.listdir(directory)) ^ names}"


def test_random():
    total = left_out = 0
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        is_pretty = rng.random() < 0.3
        entries = [entry(rng, i, is_pretty) for i in range(rng.choice([1, 2, 40, 400]))]
        data = manifest(rng, entries)
        form = rng.choice(["json", "jsonl"])
        limits = {"requests": rng.choice([1, 7, 100, 10 ** 5]), "bytes": rng.choice([3000, 20000, 256 * 10 ** 6]),
                  "tokens": rng.choice([1200, 10 ** 9]), "by_model": rng.random() < 0.3}
        if is_pretty and not data.lstrip(b"\xef\xbb\xbf").startswith(b'{"note'):
            continue  # JSON lines have no line breaks inside
        write("m.jsonl", data)
        shutil.rmtree("out", ignore_errors=True)
        arguments = ["--split", "out", "--split-format", form, "--split-requests", str(limits["requests"]),
                     "--split-bytes", str(limits["bytes"]), "--split-tokens", str(limits["tokens"])]
        arguments += ["--split-by-model"] if limits["by_model"] else []
        is_piped = rng.random() < 0.3
        done = run("-" if is_piped else "m.jsonl", *arguments, input=data if is_piped else b"")
        found = [f"exit {done.returncode}: {done.stderr[:300]}"] if done.returncode not in (0, 1) else \
            list(problems("out", entries, limits, form))
        total += len(entries)
        left_out += len(json.load(open("out/plan.json", encoding="utf-8"))["left_out"]) if not found else 0
        ok(not found, f"random manifest {seed}: {len(entries)} entries, {form}, {limits}", *found[:5])
    ok(left_out < total / 4, f"most of the {total} entries are in chunks", left_out)
    print(f"# {total} entries, {left_out} left out")


def chunks(directory):
    return {name: (os.stat(f"{directory}/{name}").st_ino, read(f"{directory}/{name}"))
            for name in os.listdir(directory) if not name.startswith(".")}


def make(count=300, size=40):
    rng = random.Random(1)
    entries = [json.dumps({"custom_id": f"r-{i}", "params": {
        "model": MODELS[0], "max_tokens": 64, "messages": [{"role": "user", "content": "Say. " * rng.randrange(size)
                                                             + "x"}]}}).encode() for i in range(count)]
    write("big.jsonl", b"\n".join(entries) + b"\n")
    return entries


def test_resume():
    make()
    shutil.rmtree("out", ignore_errors=True)
    arguments = ["big.jsonl", "--split", "out", "--split-requests", "50"]
    done = run(*arguments)
    first = chunks("out")
    ok(done.returncode == 0 and len(first) == 7 and b"6 written, 0 kept" in done.stdout, "six chunks", done.stderr)
    done = run(*arguments)
    again = chunks("out")
    ok(done.returncode == 0 and b"0 written, 6 kept" in done.stdout and
       all(again[name] == first[name] for name in first if name != "plan.json"), "are kept by a second run")
    os.unlink("out/chunk-00002.json")
    data = bytearray(first["chunk-00004.json"][1])
    data[100] ^= 1
    write("out/chunk-00004.json", bytes(data))
    write("out/chunk-00005.json", b"short")
    write("out/.chunk-00003.json.part", b"left over")
    done = run(*arguments)
    again = chunks("out")
    ok(b"3 written, 3 kept" in done.stdout and {n: c[1] for n, c in again.items()} == {n: c[1] for n, c in first.items()},
       "what is gone or changed is written again", done.stdout[-200:])
    ok(sorted(os.listdir("out")) == sorted(first), "and what was left over is gone", os.listdir("out"))
    done = run("big.jsonl", "--split", "out", "--split-requests", "60")
    ok(done.returncode == 2 and chunks("out") == again and not os.path.exists("out/.tokgate-split"),
       "another plan leaves them alone", done.stderr)
    write("out/notes.txt", b"mine")
    done = run("big.jsonl", "--split", "out", "--split-requests", "60", "--force")
    ok(done.returncode == 0 and len(chunks("out")) == 7 and read("out/notes.txt") == b"mine" and
       chunks("out")["chunk-00001.json"][1] != first["chunk-00001.json"][1], "but --force replaces them", done.stderr)
    os.unlink("out/plan.json")
    done = run("big.jsonl", "--split", "out", "--split-requests", "60")
    ok(done.returncode == 2 and b"another plan" in done.stderr, "chunks without a plan are another's", done.stderr)
    write("out/plan.json", b'{"plan": 7')
    ok(run("big.jsonl", "--split", "out", "--split-requests", "60").returncode == 2, "so is a broken plan")
    one = run("big.jsonl", "--split", "j1", "--split-requests", "50", "--jobs", "1")
    two = run("big.jsonl", "--split", "j4", "--split-requests", "50", "--jobs", "4")
    ok(one.returncode == two.returncode == 0 and {n: c[1] for n, c in chunks("j1").items()} ==
       {n: c[1] for n, c in chunks("j4").items()}, "one thread writes what four do")


def test_killed():
    make(4000, 400)
    arguments = ["big.jsonl", "--split-requests", "200", "--quiet"]
    run(*arguments, "--split", "whole")
    whole = {name: content for name, (_, content) in chunks("whole").items()}
    start = time.monotonic()
    run(*arguments, "--split", "timed")
    takes = time.monotonic() - start
    rng, half, kept = random.Random(3), [], 0
    shutil.rmtree("out", ignore_errors=True)
    for _ in range(25):
        process = subprocess.Popen([TOKGATE, "plan", "--count", "offline", "--config", "rules.json", *arguments,
                                    "--split", "out"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.random() * takes * 1.1)
        process.kill()
        process.wait()
        there = chunks("out") if os.path.isdir("out") else {}
        half += [name for name, (_, content) in there.items() if content != whole.get(name)]
        kept = max(kept, len(there))
        if len(there) == len(whole):
            shutil.rmtree("out")
    ok(not half, "kill -9 at any time leaves no half file under a name", half)
    done = run(*arguments, "--split", "out")
    ok(done.returncode == 0 and {n: c for n, (_, c) in chunks("out").items()} == whole and
       sorted(os.listdir("out")) == sorted(whole), "and the next run ends it", done.stderr, os.listdir("out"))
    print(f"# at most {kept} of {len(whole)} files were there")


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))


def test_faults():
    entries = make(600, 100)
    for what, arguments, more in (("a file that may not grow", ["--split", "full"], {"preexec_fn": limit_files}),
                                  ("a directory that cannot be", ["--split", "/proc/tokgate"], {}),
                                  ("a file for a directory", ["--split", "big.jsonl"], {}),
                                  ("no parent", ["--split", "none/none"], {})):
        done = run("big.jsonl", *arguments, **more)
        ok(done.returncode == 3 and done.stderr.startswith(b"tokgate: error: "), f"{what}: exit 3", done.stderr)
    ok(all(name.startswith(".tokgate") for name in os.listdir("full")), "no half file is left", os.listdir("full"))
    done = run("big.jsonl", "--split", "full")
    ok(done.returncode == 0, "with room it goes on from there", done.stderr)
    read_end, write_end = os.pipe()
    os.close(write_end)
    done = run("/dev/stdin", "--split", "out-pipe", stdin=read_end)
    ok(done.returncode in (2, 3) and done.stderr.startswith(b"tokgate: error: "), "a pipe by a path", done.stderr)
    os.close(read_end)
    os.mkdir("held")
    with open("held/.tokgate-split", "w", encoding="utf-8") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        done = run("big.jsonl", "--split", "held")
        ok(done.returncode == 3 and b"another run" in done.stderr, "one run at a time", done.stderr)
    os.mkdir("closed")
    os.chmod("closed", 0o555)
    if os.getuid() == 0:
        skip("a directory that may not be written", "root may")
    else:
        done = run("big.jsonl", "--split", "closed")
        ok(done.returncode == 3, "a directory that may not be written", done.stderr)
    with open("big.jsonl", "rb") as file:
        file.read(0)
        os.lseek(file.fileno(), len(entries[0]) + 1, os.SEEK_SET)
        done = run("-", "--split", "tail", stdin=file)
    plan = json.load(open("tail/plan.json", encoding="utf-8"))
    ok(done.returncode == 0 and plan["sources"][0]["requests"] == 599, "a file on standard input, from where it is",
       done.stderr)
    done = run("big.jsonl", "big.jsonl", "missing.jsonl", "--split", "missing")
    ok(done.returncode == 3 and not os.path.exists("missing/plan.json"), "what cannot be read: nothing is split",
       done.stderr)


def test_tmpfs():
    os.mkdir("tiny")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", "tiny"], capture_output=True,
                      check=False).returncode:
        skip("a full disk", "nothing can be mounted here")
        return
    try:
        make(2000, 100)
        done = run("big.jsonl", "--split", "tiny/out", "--split-requests", "100")
        names = [name for name in os.listdir("tiny/out") if not name.startswith(".")]
        ok(done.returncode == 3 and b"No space left" in done.stderr, "a full disk: exit 3", done.stderr)
        ok(all(json.loads(read(f"tiny/out/{name}")) for name in names), "no half file is left", names)
    finally:
        subprocess.run(["umount", "tiny"], check=False)


write("rules.json", json.dumps(RULES).encode())
test_random()
test_resume()
test_killed()
test_faults()
test_tmpfs()
print(f"1..{ran}")
sys.exit(failed > 0)
