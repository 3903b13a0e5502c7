"""Recorded true counts: texts exactly, requests within bars, and the estimate's own error."""
import gzip
import json
import math
import os
import re

import mixed_requests
from frame_model import Request, Texts

BARS = {"exact": 60, "within 3": 88, "p95": 1, "band": 99}  # percent
GENERATED = 1500
ESTIMATE_BARS = {"texts": (4, 99), "requests": (9, 96)}  # mean error at most, in the band at least


def read(shared, name):
    path = os.path.join(shared, "counting", f"recorded-{name}.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def request_of(row):
    return {"max_tokens": 16, **row["request"], "model": row["model"]}


def is_inside(row, count):
    return count["low"] <= row["input_tokens"] and (count["high"] is None or row["input_tokens"] <= count["high"])


def error_percent(row, count):
    return abs(count["tokens"] - row["input_tokens"]) * 100 / row["input_tokens"]


def quantile(values, share):
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else 0


def count_all(tap, program, rows, what, work):
    counts, err = program.count_requests([request_of(row) for row in rows], work)
    tap.ok(len(counts) == len(rows), f"{what}: {len(counts)} of {len(rows)} are counted", err[:500])
    return [(row, counts[i]) for i, row in enumerate(rows) if i in counts], err


def check_texts(tap, program, shared, work):
    counted, _ = count_all(tap, program, read(shared, "texts"), "recorded-texts", work)
    for family in sorted({row["family"] for row, _ in counted}):
        of_family = [(row, c) for row, c in counted if row["family"] == family]
        wrong = [(row, c) for row, c in of_family if not c["low"] == c["tokens"] == c["high"] == row["input_tokens"]]
        tokens = sum(row["input_tokens"] for row, _ in of_family)
        tap.ok(not wrong, f"recorded-texts {family}: {len(of_family) - len(wrong)} of {len(of_family)} exact, without "
               f"a band ({tokens} tokens)",
               *[f"{row['id']}: {c['tokens']} ({c['low']}..{c['high']}), not {row['input_tokens']}" for row, c in wrong[:10]])


def models_unknown(err):
    return set(re.findall(r'the model "([^"]*)" is not in the catalog', err))


def check_requests(tap, program, shared, work, package):
    counted, err = count_all(tap, program, read(shared, "requests"), "recorded-requests", work)
    inside = [is_inside(row, c) for row, c in counted]
    share = 100 * sum(inside) / len(inside)
    tap.ok(share >= BARS["band"], f"recorded-requests: {sum(inside)} of {len(inside)} inside the band "
           f"({share:.1f} %, at least {BARS['band']} %)",
           *[f"{row['id']} {row['model']}: {row['input_tokens']} not in {c['low']}..{c['high']}"
             for (row, c), held in zip(counted, inside) if not held])
    if not package:
        for what in ("exact", "within 3 tokens", "p95 error", "equal to frame_model.py"):
            tap.skip(f"recorded-requests: {what}", "the package is not here")
        return
    texts = Texts(package.directory)
    models = [Request(texts, row["model"], row["request"]) for row, _ in counted]
    check_bars(tap, [pair for pair, model in zip(counted, models)
                     if not model.is_bounded and "image unseen" not in model.tags])
    check_model(tap, counted, models, models_unknown(err))


def check_bars(tap, counted):
    """Of requests without parts whose cost nobody can know."""
    n = len(counted)
    off = [abs(c["tokens"] - row["input_tokens"]) for row, c in counted]
    exact, near = 100 * off.count(0) / n, 100 * sum(o <= 3 for o in off) / n
    p95 = quantile([error_percent(row, c) for row, c in counted], .95)
    widths = [(c["high"] - c["low"]) * 50 / row["input_tokens"] for row, c in counted]
    tap.ok(exact >= BARS["exact"], f"recorded-requests: {exact:.1f} % of {n} exact (at least {BARS['exact']} %)")
    tap.ok(near >= BARS["within 3"], f"recorded-requests: {near:.1f} % of {n} within 3 tokens (at least "
           f"{BARS['within 3']} %; within 1: {100 * sum(o <= 1 for o in off) / n:.1f} %)")
    tap.ok(p95 <= BARS["p95"], f"recorded-requests: p95 error {p95:.2f} % (at most {BARS['p95']} %; mean "
           f"{sum(error_percent(row, c) for row, c in counted) / n:.2f} %; half a band is {quantile(widths, .5):.1f} %)")


def check_model(tap, counted, models, unknown):
    """The program is the reference model, but for what the model does not know of."""
    wrong, left_out = [], 0
    for (row, c), model in zip(counted, models):
        if row["model"] in unknown or "image unseen" in model.tags:
            left_out += 1
        elif c["tokens"] != model.count()[0]:
            wrong.append(f"{row['id']} {row['model']}: {c['tokens']}, not {model.count()[0]} {model.tags}")
    tap.ok(not wrong, f"recorded-requests: {len(counted) - left_out - len(wrong)} of {len(counted) - left_out} equal "
           f"frame_model.py ({left_out} left out: models that are not in the catalog, images that are not there)", *wrong[:10])


def check_generated(tap, program, work, package):
    """As check_model(), of requests that nobody sent: more shapes than were recorded."""
    if not package:
        tap.skip("generated requests equal frame_model.py", "the package is not here")
        return
    texts, requests = Texts(package.directory), mixed_requests.requests(1, GENERATED)
    counts, err = program.count_requests(requests, work)
    wrong = []
    for i, request in enumerate(requests):
        want, got = Request(texts, request["model"], request).count()[0], counts.get(i, {}).get("tokens")
        if got != want:
            wrong.append(f"{got}, not {want}: {json.dumps(request)[:1000]}")
    tap.ok(not wrong and not err, f"generated requests: {len(requests) - len(wrong)} of {len(requests)} equal "
           "frame_model.py", err[:500], *wrong[:5])


def check_estimate(tap, program, shared, work):
    """What a build without the vocabulary says."""
    for name, (mean_limit, coverage_limit) in ESTIMATE_BARS.items():
        counted, _ = count_all(tap, program, read(shared, name), f"estimate of recorded-{name}", work)
        groups = {}
        for row, c in counted:
            for key in (f"{row['family']} {row['kind']}" if name == "requests" else row["family"], "all"):
                groups.setdefault(key, []).append((row, c))
        print(f"# estimate of recorded-{name:18} rows  mean %   p95 %   max %  in band  band +-%")
        for key in sorted(groups, key=lambda k: (k == "all", k)):
            errors = [error_percent(row, c) for row, c in groups[key]]
            widths = [(c["high"] - c["low"]) * 50 / row["input_tokens"] for row, c in groups[key] if c["high"] is not None]
            inside = 100 * sum(is_inside(row, c) for row, c in groups[key]) / len(errors)
            print(f"# {key:38} {len(errors):4} {sum(errors) / len(errors):7.2f} {quantile(errors, .95):7.2f} "
                  f"{max(errors):7.1f} {inside:7.1f}% {quantile(widths, .5):9.1f}")
        # requests with parts that nobody can count have only a lower bound, and images depend on their size
        errors = [error_percent(row, c) for row, c in counted if c["high"] is not None and row["kind"] != "media"]
        mean = sum(errors) / len(errors)
        inside = 100 * sum(is_inside(row, c) for row, c in counted) / len(counted)
        tap.ok(mean <= mean_limit, f"estimate of recorded-{name}: mean error {mean:.2f} % (at most {mean_limit} %, "
               "without images and open ends)")
        tap.ok(inside >= coverage_limit, f"estimate of recorded-{name}: {inside:.1f} % inside the band (at least "
               f"{coverage_limit} %)")
