"""What corrections learned from one part of the recorded counts do to the other part, by source."""
import json
import os
import zlib

from recorded import error_percent, is_inside, read, request_of

PARTS = 3
# As when Anthropic changed the tool prompt of the 4.5 family in November 2025, from 313 to 496 tokens.
DRIFT = {"tools": 183, "system": 5}


def part_of(row):
    """Requests of one recording are much alike: they stay together."""
    return zlib.crc32(row["source"].split("#")[0].encode()) % PARTS


def drifted(row):
    more = sum(tokens for member, tokens in DRIFT.items() if row["request"].get(member))
    return {**row, "input_tokens": row["input_tokens"] + more}


def learn(program, rows, work):
    """The calibration file, and how many corrections are in it."""
    source, target = os.path.join(work, "true.jsonl"), os.path.join(work, "calibration.json")
    with open(source, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps({"request": request_of(row), "input_tokens": row["input_tokens"]}) + "\n")
    status, _, err, _ = program.run(["calibrate", "--no-config", "--from", source, "--output", target], work)
    if status:
        raise RuntimeError(err.decode())
    with open(target, encoding="utf-8") as text:
        return target, len(json.load(text)["corrections"])


def try_part(program, rows, part, work):
    """Counts of the rows of a part without and with what the other parts teach, and the corrections."""
    path, corrections = learn(program, [row for row in rows if part_of(row) != part], work)
    known = {json.dumps(request_of(row)) for row in rows if part_of(row) != part}
    held_out = [row for row in rows if part_of(row) == part and json.dumps(request_of(row)) not in known]
    requests = [request_of(row) for row in held_out]
    before, _ = program.count_requests(requests, work)
    after, _ = program.count_requests(requests, work, ["--calibration", path])
    return [(row, before[i], after[i]) for i, row in enumerate(held_out) if i in before and i in after], corrections


def mean(numbers):
    return sum(numbers) / len(numbers) if numbers else 0


def check_one(tap, program, rows, what, work):
    counted, corrections = [], 0
    for part in range(PARTS):
        of_part, len_of_part = try_part(program, rows, part, work)
        counted += of_part
        corrections += len_of_part
    corrected = [(row, before, after) for row, before, after in counted if "corrected_by" in after]
    inside = [sum(is_inside(row, pair[i]) for row, *pair in counted) for i in range(2)]
    inside_corrected = [sum(is_inside(row, pair[i]) for row, *pair in corrected) for i in range(2)]
    errors = [mean([error_percent(row, pair[i]) for row, *pair in corrected]) for i in range(2)]
    untouched = all(before == after for _, before, after in counted if "corrected_by" not in after)
    tap.ok(counted and untouched, f"{what}: {len(corrected)} of {len(counted)} held-out requests are corrected, by "
           f"{corrections} corrections of {PARTS} parts; the others are as they were")
    lost = [f"{row['id']}: {row['input_tokens']} in {before['low']}..{before['high']}, not in {after['low']}..{after['high']}"
            for row, before, after in corrected if is_inside(row, before) and not is_inside(row, after)]
    tap.ok(inside[1] >= inside[0], f"{what}: inside the band {inside[0]} of {len(counted)} before, {inside[1]} after; of "
           f"those corrected {inside_corrected[0]} before, {inside_corrected[1]} after", *lost[:5])
    tap.ok(errors[1] <= errors[0], f"{what}: mean error of those corrected {errors[0]:.3f} % before, {errors[1]:.3f} % after")
    return len(corrected), errors


def check(tap, program, shared, work, name):
    rows = read(shared, "requests")
    check_one(tap, program, rows, f"{name}, recorded-requests", work)
    corrected, errors = check_one(tap, program, [drifted(row) for row in rows], f"{name}, the frame changed", work)
    tap.ok(corrected >= 30 and errors[1] < errors[0] / 2, f"{name}, the frame changed: it is learned "
           f"({corrected} corrected)")
    check_one(tap, program, read(shared, "texts"), f"{name}, recorded-texts", work)
