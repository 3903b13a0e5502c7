"""What becomes of each of the shared manifests, and of generated ones cut off anywhere."""
import json
import os
import random
import re
import subprocess
import sys

from program import is_sane

OTHER = "for Claude ("
OUTPUT = "output of "

EXPECTED = {  # below inputs/batches: requests counted, and what the first finding says, if there is one
    "raw/1tomany-ai-clients/batch.jsonl": (0, "the only record is not for Claude (/v1/responses)"),
    "raw/EasyLLM-langbatch/chat_completion_batch.jsonl": (0, "none of the 8 records is for Claude (gpt-4o-mini)"),
    "raw/EasyLLM-langbatch/chat_completion_batch_bedrock.jsonl": (0, "none of the 104 records is " + OTHER),
    "raw/EasyLLM-langbatch/chat_completion_batch_empty.jsonl": (0, "the file is empty"),
    "raw/EasyLLM-langbatch/chat_completion_batch_invalid.jsonl": (0, "none of the 2 records is " + OTHER),
    "raw/EasyLLM-langbatch/chat_completion_batch_llama.jsonl": (0, "none of the 7 records is " + OTHER),
    "raw/EasyLLM-langbatch/chat_completion_batch_results.jsonl": (0, OUTPUT + "an OpenAI batch"),
    "raw/EasyLLM-langbatch/chat_completion_partial_requests.jsonl": (0, "requests without a custom_id"),
    "raw/EasyLLM-langbatch/embedding_batch.jsonl": (0, "none of the 3 records is for Claude (/v1/embeddings)"),
    "raw/EasyLLM-langbatch/embedding_batch_empty.jsonl": (0, "the file is empty"),
    "raw/EasyLLM-langbatch/embedding_batch_invalid.jsonl": (0, "none of the 2 records is " + OTHER),
    "raw/EasyLLM-langbatch/embedding_batch_results.jsonl": (0, OUTPUT + "an OpenAI batch"),
    "raw/EasyLLM-langbatch/embedding_partial_requests.jsonl": (0, "inputs without a request"),
    "raw/EasyLLM-langbatch/vertexai_requests.jsonl": (0, "a batch for Gemini"),
    "raw/Temporal-Reasoning/batch_requests.jsonl": (0, "none of the 1000 records is " + OTHER),
    "raw/batchling/tests_test_data_placeholders_capitals.jsonl": (0, "not a Messages request"),
    "raw/batchling/tests_test_data_raw_file_countries.jsonl": (0, "requests without a custom_id"),
    "raw/batchling/tests_test_data_raw_file_countries_anthropic.jsonl": (0, "requests without a custom_id"),
    "raw/batchling/tests_test_data_raw_file_multimodal.jsonl": (0, "requests without a custom_id"),
    "raw/batchling/tests_test_data_raw_file_multimodal_anthropic.jsonl": (0, "requests without a custom_id"),
    "raw/batchling/tests_test_data_template_messages_countries.jsonl": (0, "messages without a request"),
    "raw/bespoke-curator/tests_integrations_common_fixtures_gemini_batch_response.jsonl":
        (0, OUTPUT + "a Google Cloud batch"),
    "raw/guygregory-Azure-AI-Samples/batch.jsonl": (0, "none of the 3 records is for Claude (gpt-4o-batch)"),
    "raw/nf-osi-jobs/dataset_curation_test_input_batch2_gemini.jsonl": (0, "a batch for Gemini"),
    "raw/nf-osi-jobs/dataset_curation_test_input_batch_B-B.jsonl": (0, "none of the 20 records is " + OTHER),
    "raw/nf-osi-jobs/dataset_curation_test_input_batch_B-C.jsonl": (19, "was retired"),
    "raw/nf-osi-jobs/dataset_curation_test_input_batch_G.jsonl": (0, "requests to Gemini"),
    "raw/nf-osi-jobs/dataset_curation_test_input_toy_toy.jsonl": (0, "the only record is not " + OTHER),
    "raw/nf-osi-jobs/dataset_curation_test_output_batch2_batch_67eb6b318eac81909bd3708f50cb1bf0_output.jsonl":
        (0, OUTPUT + "an OpenAI batch"),
    "raw/nf-osi-jobs/dataset_curation_test_output_batch2_batch_gemini-2.5-pro-exp-03-25.json.jsonl":
        (0, "answers of Gemini"),
    "raw/nf-osi-jobs/dataset_curation_test_output_batch_batch_67df5faa13f08190b9a130d96d26ef7f_output.jsonl":
        (0, OUTPUT + "an OpenAI batch"),
    "raw/nf-osi-jobs/dataset_curation_test_output_batch_batch_gemini-2.0-flash.jsonl": (0, "answers of Gemini"),
    "raw/nf-osi-jobs/dataset_curation_test_output_batch_batch_gemini-2.5-pro-exp-03-25.jsonl":
        (0, "answers of Gemini"),
    "raw/nf-osi-jobs/dataset_curation_test_output_batch_msgbatch_01PGaff3EPbQJbpw6JeWoQR5_results.jsonl":
        (0, "results of a Message Batch"),
    "samples/anthropic-jsonl-docs-1.jsonl": (2, "was retired"),
    "samples/anthropic-jsonl-docs-2.jsonl": (2, ""),
    "samples/bedrock-aws-samples-doc.json": (0, "not valid JSON: trailing comma"),
    "samples/bedrock-ybalbert-record.jsonl": (1, ""),
    "samples/openai-litellm-batch_small-trailing-blank-lines.jsonl": (0, "none of the 12 records is " + OTHER),
    "samples/vertex-claude-doc.jsonl": (1, ""),
    "samples/vertex-litellm-no-final-newline.jsonl": (0, "none of the 2 records is " + OTHER),
}

RECORDS = 25
CUTS = 8


def expected_of(name):
    if name.endswith(".yaml"):
        return (0, "a recording of HTTP calls")
    if name.endswith(".source.txt"):
        return (1, "")
    return EXPECTED.get(name, (None, "an entry in the table of tests/conformance/manifests.py"))


def check_shared(tap, program, shared, names):
    top = os.path.join(shared, "inputs/batches")
    for name in names:
        requests, words = expected_of(name)
        status, out, err, _ = program.run(["check", "--count", "offline", "--format", "json", name], top)
        report = json.loads(out) if out else {"summary": {"requests": None}, "findings": []}
        first = report["findings"][0]["message"] if report["findings"] else ""
        counted = report["summary"]["requests"]
        tap.ok(is_sane(status, err) and counted == requests and words in first and bool(words) == bool(first)
               and status == (1 if words else 0), f"{name}: {requests} requests, {words or 'clean'}",
               f"exit {status}, {counted} requests", first, err[:300])


def count_whole(text, form):
    """The JSON values that stand complete in the beginning of a manifest."""
    decoder = json.JSONDecoder()
    at = {"json": text.find("[") + 1 or len(text), "array": 1}.get(form, 0)
    whole = 0
    while True:
        while at < len(text) and text[at] in " \r\n,":
            at += 1
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            return whole, form in ("jsonl", "concat") and at == len(text)
        whole += 1


def count(program, path, work):
    status, out, err, _ = program.run(["count", "--count", "offline", "--no-config", "--format", "jsonl", path], work)
    return status, [json.loads(line) for line in out.splitlines()], err.decode("utf-8", "replace").splitlines()


def check_cuts(tap, program, path, form, full, work):
    """Cut off anywhere, what is complete counts as before, and one finding says where it ends."""
    rng = random.Random(path)
    with open(os.path.join(work, path), "rb") as file:
        content = file.read()
    wrong = []
    for at in sorted(rng.sample(range(1, len(content)), CUTS)):
        cut = "cut" + os.path.splitext(path)[1]
        with open(os.path.join(work, cut), "wb") as file:
            file.write(content[:at])
        status, rows, errors = count(program, cut, work)
        whole, is_complete = count_whole(content[:at].decode("utf-8", "ignore"), form)
        same = all(row["custom_id"] == old["custom_id"] and row["tokens"] == old["tokens"]
                   for row, old in zip(rows, full))
        ends = status == 0 and not errors if is_complete else status == 1 and len(errors) == 1
        if not (same and ends and len(rows) == whole):
            wrong.append(f"at {at}: {len(rows)} of {whole} rows, exit {status}, {errors[:2]}")
    tap.ok(not wrong, f"{path}: cut off in {CUTS} places", *wrong)


# The rule that finds each fault which the generator can plant; none: the request is sound, if unusual.
PLANTED = {
    "dup_id": "duplicate-custom-id", "bad_id": "custom-id", "long_id": "custom-id", "no_max_tokens": "max-tokens",
    "zero_max_tokens": "max-tokens", "huge_max_tokens": "max-tokens", "empty_text": "invalid-request",
    "extra_field": "unknown-field", "temperature": "sampling", "bad_role": "invalid-request",
    "lone_surrogate": "invalid-request", "nul": None, "stream_true": "batch-params",
}
# What a cloud's records, which name no model and have limits of their own, are refused for.
PLANTED_IN_CLOUDS = ("dup_id", "no_max_tokens", "huge_max_tokens", "empty_text", "extra_field", "bad_role", "lone_surrogate")
SAMPLING_FREE = ("claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-6")  # models that take any temperature


def is_refused(name, planted, flavour, content):
    if flavour != "anthropic":
        return name in PLANTED_IN_CLOUDS
    model = re.search(f'"{planted["custom_id"]}","params":{{"model":"([^"]+)', content)[1]
    return PLANTED[name] and (name != "temperature" or not model.startswith(SAMPLING_FREE))


def entries_of(content, form):
    """The entries of a generated manifest in order, each with the line it starts in."""
    decoder = json.JSONDecoder(strict=False)
    at, line = {"json": content.find("[") + 1, "array": 1}.get(form, 0), 1
    line += content.count("\n", 0, at)
    while at < len(content):
        if content[at] != "{":
            line += content[at] == "\n"
            at += 1
            continue
        entry, end = decoder.raw_decode(content, at)
        yield line, entry
        line += content.count("\n", at, end)
        at = end


def refused_by_model(shared, entries):
    """What the generator asks of models that do not take it, by the facts of the models: it plants no faults there."""
    with open(os.path.join(shared, "facts/models.json"), encoding="utf-8") as file:
        models = {name: model for model in json.load(file)["models"] for name in [model["id"], *model["aliases"]]}
    for line, entry in entries:
        params = entry.get("params", {})
        facts = models.get(params.get("model"), {})
        forced = "tool_choice" in params and str(facts.get("forced_tool_choice")).startswith("rejected")
        if forced or params.get("thinking", {}).get("type") in (facts.get("thinking") or {}).get("rejects", ()):
            yield line, entry["custom_id"], "refused-by-model"


def check_planted(tap, program, shared, work):
    """Each planted fault is found once, at its place, and nothing else but what models refuse anyway."""
    for seed, (form, flavour) in enumerate((("json", "anthropic"), ("jsonl", "anthropic"), ("concat", "anthropic"),
                                            ("array", "anthropic"), ("jsonl", "bedrock"), ("jsonl", "vertex"))):
        path = f"planted-{form}-{flavour}.{'json' if form in ('json', 'array') else 'jsonl'}"
        full = os.path.join(work, path)
        subprocess.run([sys.executable, os.path.join(shared, "inputs/gen_manifest.py"), "--requests", "400", "--format",
                        form, "--flavour", flavour, "--seed", str(seed), "--repos", os.path.join(work, "prompts"),
                        "--faults", ",".join(PLANTED), "-o", full], check=True, capture_output=True)
        with open(full + ".meta.json", encoding="utf-8") as file:
            faults = json.load(file)["faults"]
        with open(full, encoding="utf-8", errors="replace") as file:
            content = file.read()
        line_of = {"jsonl": lambda planted: planted["line"], "concat": lambda planted: 1}
        wanted = [(line_of.get(form, lambda planted: planted["line"] + 1)(planted), planted["custom_id"], PLANTED[name])
                  for name, planted in faults.items() if is_refused(name, planted, flavour, content)]
        wanted += refused_by_model(shared, entries_of(content, form))
        status, out, _, _ = program.run(["check", "--count", "offline", "--no-config", "--format", "json", path], work)
        found = [(finding["line"], finding["custom_id"], finding["rule"]) for finding in json.loads(out)["findings"]]
        tap.ok(len(faults) == len(PLANTED) and sorted(found) == sorted(wanted) and status == 1,
               f"{path}: each of {len(PLANTED)} planted faults is found once, at its place",
               *sorted(set(found) ^ set(wanted)))


def check_generated(tap, program, shared, work):
    """Every way to write a batch down, for every vendor; the files that texts come from are there already."""
    generator = os.path.join(shared, "inputs/gen_manifest.py")
    for form in ("json", "jsonl", "concat", "array"):
        tokens = {}
        for flavour in ("anthropic", "openai", "bedrock", "vertex"):
            for faults in ("", "bom,crlf,blank_lines,truncated_tail"):
                path = f"{form}-{flavour}{'-faults' if faults else ''}.{'json' if form in ('json', 'array') else 'jsonl'}"
                subprocess.run([sys.executable, generator, "--requests", str(RECORDS), "--format", form, "--flavour",
                                flavour, "--repos", os.path.join(work, "prompts"), "--faults", faults, "-o",
                                os.path.join(work, path)], check=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
                status, rows, errors = count(program, path, work)
                tap.ok(len(rows) == RECORDS and status == bool(faults) and len(errors) == bool(faults),
                       f"{path}: all {RECORDS} requests count, and the tail is a finding where there is one",
                       f"exit {status}, {len(rows)} rows", *errors[:3])
                if not faults:
                    tokens[flavour] = [row["tokens"] for row in rows]
                    check_cuts(tap, program, path, form, rows, work)
        tap.ok(tokens["bedrock"] == tokens["vertex"], f"{form}: Bedrock's and Google's requests count the same")
