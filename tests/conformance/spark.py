"""The README's example with Apache Spark, as it stands there, in two threads: a tokgate is killed in the middle, and Spark
does its part again. PySpark comes from PyPI into build/spark while other parts of the run go on."""
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import engines

HERE = os.path.dirname(os.path.abspath(__file__))
INSTALL_S, RUN_S = 600, 400


class Spark:
    """PySpark in a folder: there already, or installed in the background."""

    def __init__(self, folder):
        self.folder, self.pip, self.why = os.path.abspath(folder), None, ""
        self.log = tempfile.TemporaryFile()
        if not shutil.which("java"):
            self.why = "there is no Java"
        elif not os.path.exists(os.path.join(self.folder, "installed")):
            self.install()

    def install(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
                   "--no-compile", "--no-deps", "--require-hashes", "--target", self.folder,
                   "-r", os.path.join(HERE, "spark.lock")]
        try:
            self.pip = subprocess.Popen(["nice", *command], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        start_new_session=True)
        except OSError as error:
            self.why = f"pip: {error}"

    def missing(self):
        """Waits for pip. Why Spark cannot run, or nothing."""
        if self.pip:
            try:
                status = self.pip.wait(INSTALL_S)
            except subprocess.TimeoutExpired:
                self.stop()
                self.why, status = f"PySpark was not installed within {INSTALL_S} s more", -1
            self.log.seek(0)
            said = self.log.read().decode("utf-8", "replace").strip().splitlines()
            if status == 0:
                with open(os.path.join(self.folder, "installed"), "w", encoding="ascii"):
                    pass
            elif not self.why:
                self.why = "pip could not install PySpark: " + (said[-1].removeprefix("ERROR: ")[:200] if said else "")
            self.pip = None
        return self.why

    def stop(self):
        if self.pip and self.pip.poll() is None:
            os.killpg(self.pip.pid, signal.SIGKILL)
            self.pip.wait()

    def run(self, folder, source, records):
        """Exit status and what was said; four attempts a task, parts of 2 MB."""
        env = {**os.environ, "PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"],
               "PYTHONPATH": self.folder, "SPARK_HOME": os.path.join(self.folder, "pyspark"), "PYSPARK_PYTHON": sys.executable,
               "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": os.path.join(folder, "local")}
        command = [os.path.join(self.folder, "pyspark/bin/spark-submit"), "--master", "local[2,4]",
                   "--conf", "spark.ui.enabled=false", "--conf", "spark.hadoop.fs.local.block.size=2000000",
                   "count.py", source, records]
        with subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, start_new_session=True) as spark:
            try:
                said, _ = spark.communicate(timeout=RUN_S)
            except subprocess.TimeoutExpired:
                os.killpg(spark.pid, signal.SIGKILL)
                said = f"did not end within {RUN_S} s"
        return spark.returncode, said


def check(tap, program, spark, work):
    why = spark.missing()
    if why:
        tap.skip("the example with Apache Spark", why)
        return
    folder = os.path.join(work, "spark")
    mark = os.path.join(folder, "killed")
    os.mkdir(folder)
    engines.write_corpus(folder)
    engines.write_tokgate(folder, engines.TOKGATE, real=program.path, victim="part-00002", mark=mark)
    with open(os.path.join(folder, "count.py"), "w", encoding="utf-8") as out:
        out.write(engines.example("python", "SparkContext"))
    _, alone, _ = engines.plan(program, folder, "huge.jsonl")
    status, said = spark.run(folder, "huge.jsonl", "records")
    parts = sorted(glob.glob(os.path.join(folder, "records/part-*")))
    tap.ok(status == 0 and len(parts) > 3 and os.path.isdir(mark + "/alive") and "Lost task" in said,
           "spark: the example runs, though a tokgate is killed", f"status {status}, {len(parts)} parts", said[-1500:])
    whole = engines.check_same(tap, "spark", program, folder, ["records/"], alone)
    tap.ok(engines.records_findings(whole) == [], "spark: of the killed attempt nothing is left")
    engines.check_cut(tap, "spark", program, folder, parts[1], whole)
    check_broken(tap, program, spark, folder)


def check_broken(tap, program, spark, folder):
    """A line that is no request fails no task and is said; a tokgate that fails, whatever it read, fails the job."""
    with open(os.path.join(folder, "few.jsonl"), "w", encoding="utf-8") as out:
        out.write("this is no request\n")
    status, said = spark.run(folder, "few.jsonl", "few")
    _, report, _ = engines.plan(program, folder, "--from", "few/")
    rules = [finding["rule"] for finding in report.get("findings", [])]
    tap.ok(status == 0 and report.get("totals", {}).get("requests") == 0 and rules == ["invalid-request"],
           "spark: a line that is no request is said, and fails no task", f"status {status}, {rules}", said[-1000:])
    engines.write_tokgate(folder, engines.FAILING)
    status, said = spark.run(folder, "few.jsonl", "failed")
    tap.ok(status != 0 and not os.path.exists(os.path.join(folder, "failed/_SUCCESS")) and "error code 3" in said,
           "spark: an error fails the job", f"status {status}", said[-1000:])
