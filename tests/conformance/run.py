"""Conformance: the pace and the memory of counting online, the page of a plan in a browser, records in constant memory
and from engines, real prompt repositories, real manifests, generated manifests,
recorded counts, and the package the vocabulary comes from.

usage: run.py BUILD SHARED PLAIN    (folders; "" when there is none)
BUILD holds the program, tests/count_texts, tests/records_driver and tests/test_asker, PLAIN a program without the vocabulary. Speaks TAP;
tables are comments.
"""
import os
import subprocess
import sys
import tempfile

import calibration
import manifests
import manifest_memory
import memory
import online
import pace
import package
import page
import parallel
import recorded
import recordings
import records
import results
import sources
import spark
from program import Program
from tap import Aside, Tap

PACKAGES = "build/vocab/packages"
SPARK = "build/spark"


def run_shared(tap, program, build, shared, plain, oracle, work):
    if not shared:
        for what in ("prompt repositories", "manifests", "generated manifests", "recorded texts",
                     "results of batches", "recorded requests", "bodies against Prism",
                     "learning from answers", "recordings of the SDK", "the estimate"):
            tap.skip(what, "the shared inputs are not here (set TOKGATE_SHARED)")
        return
    sources.check_repositories(tap, program, shared, work)
    sources.check_manifests(tap, program, shared)
    sources.check_generated(tap, program, shared, work)
    manifests.check_generated(tap, program, shared, work)
    manifests.check_planted(tap, program, shared, work)
    if has_vocabulary(program):
        results.check(tap, program, shared, work)
        recorded.check_texts(tap, program, shared, work)
        recorded.check_requests(tap, program, shared, work, oracle)
        calibration.check(tap, program, shared, work, "vocabulary")
    else:
        tap.skip("results of batches", "this build has no vocabulary")
        tap.skip("recorded texts", "this build has no vocabulary")
        tap.skip("recorded requests", "this build has no vocabulary")
        tap.skip("learning from answers", "this build has no vocabulary")
    recordings.check(tap, program, build, shared, work)
    online.check_prism(tap, program, shared, work)
    if plain:
        recorded.check_estimate(tap, Program(os.path.join(plain, "tokgate")), shared, work)
        calibration.check(tap, Program(os.path.join(plain, "tokgate")), shared, work, "estimate")
    else:
        tap.skip("the estimate", "a build without the vocabulary takes too long here")


def run_package(tap, program, build, shared, oracle):
    if not has_vocabulary(program):
        tap.skip("the package as oracle", "this build has no vocabulary")
    elif not oracle:
        tap.skip("the package as oracle", f"it is not in {PACKAGES}: the vocabulary came with the sources")
    else:
        texts = os.path.join(shared, "counting/recorded-texts.jsonl.gz") if shared else ""
        package.compare(tap, os.path.join(build, "tests/count_texts"), oracle, texts)


def has_vocabulary(program):
    return subprocess.run([program.path, "--version"], stdout=subprocess.PIPE,
                          check=True).stdout.find(b"vocabulary ctok") >= 0


def run_inputs(tap, program, build, shared, plain, oracle):
    with tempfile.TemporaryDirectory() as work:
        run_shared(tap, program, build, shared, plain, oracle, work)
        if has_vocabulary(program):
            recorded.check_generated(tap, program, work, oracle)


def run_aside(tap, program, build, shared, oracle):
    """What takes the most time of a processor."""
    with tempfile.TemporaryDirectory() as work:
        manifest_memory.check(tap, program, work)
    with tempfile.TemporaryDirectory() as work:
        records.check_findings(tap, program, work)
        records.check_records(tap, program, os.path.join(build, "tests/records_driver"), work)
    run_package(tap, program, build, shared, oracle)


def main(build, shared, plain):
    tap, program = Tap(), Program(os.path.join(build, "tokgate"))
    has_package = os.path.isdir(os.path.join(PACKAGES, "ctok"))
    oracle = package.Package(os.path.abspath(PACKAGES)) if has_package else None
    shared = os.path.abspath(shared) if shared else ""
    asides = [Aside("what runs beside", run_aside, program, build, shared, oracle),
              Aside("the shared inputs", run_inputs, program, build, shared, plain, oracle)]
    engine = spark.Spark(SPARK)
    try:
        with tempfile.TemporaryDirectory() as work:
            pace.check(tap, program, work)
            memory.check(tap, program, os.path.join(build, "tests/fast_api"), work)
            page.check(tap, program, work)
            parallel.check(tap, program, work)
            spark.check(tap, program, engine, work)
    finally:
        engine.stop()
    for aside in asides:
        aside.tell(tap)
    return tap.done()


sys.exit(main(*sys.argv[1:4]))
