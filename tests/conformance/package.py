"""The package the vocabulary comes from as an oracle: its counts and the engine's, of mixed text.
Of a difference the shortest text is shown that still has it. CONFORMANCE_MB: how much is compared; CONFORMANCE_SEED:
other texts. The engine without SIMD must count the same."""
import collections
import functools
import gzip
import json
import multiprocessing
import os
import subprocess
import sys
import time

import mixed_text

HERE = os.path.dirname(os.path.abspath(__file__))
JOB_BYTES = 128 * 1024
VERSIONS = ("v3", "v4.7", "v4.8")


class Package:
    """Counts as its token_count() does, with Unicode 15.1 whatever this Python knows: so this must be
    the first to import it."""

    def __init__(self, directory):
        sys.path.insert(0, os.path.join(HERE, "../../cmd/mkvocab"))
        import mkvocab
        assert "ctok" not in sys.modules
        self.directory = directory
        self.ctok = mkvocab.import_package(directory, mkvocab.read_corrections())
        rules = self.ctok.normalize
        for name in ("mark_case", "is_separator", "_marks_like_punct", "_hard_kind", "_stray_mark"):
            setattr(rules, name, functools.lru_cache(1 << 16)(getattr(rules, name)))  # twice as fast

    def count(self, text, version):
        return int(self.ctok.engine.tile(text, self.ctok.main._model(version))[0])


class Engine:
    def __init__(self, program):
        self.program = program

    def count(self, texts):
        """Of each text: tokens by version."""
        data = b"".join(b"%d\n%s" % (len(text), text) for text in texts)
        done = subprocess.run([self.program], input=data, stdout=subprocess.PIPE, check=True)
        return [dict(zip(VERSIONS, map(int, line.split()))) for line in done.stdout.splitlines()]


class Comparison:
    def __init__(self, program, package, recorded):
        self.engine, self.portable = Engine(program), Engine(program + "_portable")
        self.package, self.recorded = package, recorded

    def differs(self, text, version):
        return self.engine.count([text])[0][version] != \
            self.package.count(text.decode(errors="replace"), version)

    def shrink(self, text, version):
        part = len(text) // 2
        while part and len(text) < 20000:
            at = 0
            while at + part <= len(text):
                without = text[:at] + text[at + part:]
                if self.differs(without, version):
                    text = without
                else:
                    at += part
            part //= 2
        return text

    def run(self, job):
        """(kind, bytes, texts, differences); one of the two new versions a text, the other next time."""
        kind, seed, size = job
        texts = mixed_text.texts(kind, seed, size, self.recorded)
        differences = []
        counts, portable = self.engine.count(texts), self.portable.count(texts)
        assert len(counts) == len(portable) == len(texts)
        for i, (text, got) in enumerate(zip(texts, counts)):
            shown = text.decode(errors="replace")
            if portable[i] != got:
                differences.append(("without SIMD", text[:400]))
            for version in ("v3", VERSIONS[1 + i % 2]):
                if self.package.count(shown, version) != got[version]:
                    differences.append((version, self.shrink(text, version)))
        return kind, sum(map(len, texts)), len(texts), differences


def read_recorded(path):
    if not path:
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        contents = [json.loads(line)["request"]["messages"][0]["content"] for line in lines]
    return [c if isinstance(c, str) else c[0]["text"] for c in contents]


def work(job):
    return comparison.run(job)


def compare(tap, program, package, recorded):
    """program: the built count_texts.c; recorded: the file of recorded texts, or ""."""
    global comparison
    start = time.monotonic()
    megabytes = float(os.environ.get("CONFORMANCE_MB") or 6)
    comparison = Comparison(os.path.abspath(program), package, read_recorded(recorded))
    seed = os.environ.get("CONFORMANCE_SEED") or ""
    jobs = [(mixed_text.KINDS[i % len(mixed_text.KINDS)], f"{seed}{i}", JOB_BYTES)
            for i in range(max(1, int(megabytes * 1e6 / JOB_BYTES)))]
    sizes, counts, differences = collections.Counter(), collections.Counter(), []
    with multiprocessing.get_context("fork").Pool(min(2, os.cpu_count() or 1)) as pool:
        for kind, size, count, found in pool.imap_unordered(work, jobs):
            sizes[kind] += size
            counts[kind] += count
            differences += found
    for kind in mixed_text.KINDS:
        print(f"# {kind:10} {sizes[kind] / 1e6:6.1f} MB in {counts[kind]:6} texts")
    tap.ok(not differences, f"the package: {len(differences)} of {sum(counts.values())} texts differ, "
           f"with SIMD and without, {sum(sizes.values())} bytes in two families ({time.monotonic() - start:.0f} s; "
           "CONFORMANCE_MB=50 compares more)", *[repr(d) for d in differences[:20]])
