"""Memory of large manifests: a gigabyte through a pipe, and one as large as the API takes that is split."""
import os
import subprocess
import sys

import memory

BAR_MB = 32
PIPE_BYTES = 10**9
SPLIT_REQUESTS, SPLIT_BYTES = 100000, 256 * 10**6

# Writes so many bytes of JSON lines; few of them differ in more than their id, as they come faster then.
WRITE = """
import sys
size, requests = int(sys.argv[1]), int(sys.argv[2])
text = "The harbour was quiet, and nobody had seen the letter before it was read aloud. " * (size // requests // 80)
head = '{"custom_id":"r%07d","params":{"model":"claude-sonnet-5-5","max_tokens":100,"messages":[{"role":"user",' \\
       '"content":"'
tail = text[:size // requests - len(head) - 12] + '"}]}}\\n'
out, block, written, number = sys.stdout.buffer, [], 0, 0
while written < size:
    block.append((head % number + tail).encode())
    written += len(block[-1])
    number += 1
    if len(block) == 500 or written >= size:
        out.write(b"".join(block))
        block.clear()
"""


def measure(command, work, **more):
    """Peak in MB, exit status."""
    done = subprocess.run([sys.executable, "-S", "-E", "-c", memory.MEASURE, *command], cwd=work, check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more)
    peak_mb, _, _, status = done.stdout.split()
    return float(peak_mb), int(status)


def write(size, requests, out):
    return subprocess.Popen([sys.executable, "-S", "-E", "-c", WRITE, str(size), str(requests)], stdout=out)


def check_pipe(tap, program, work):
    with write(PIPE_BYTES, 350000, subprocess.PIPE) as writer:
        command = [program.path, "count", "--count", "offline", "--no-config", "-q", "--format-in", "jsonl", "-"]
        peak_mb, status = measure(command, work, stdin=writer.stdout)
        writer.stdout.close()
    print(f"# {PIPE_BYTES / 1e9:.0f} GB through a pipe: peak {peak_mb:.1f} MB")
    tap.ok(status == 0 and writer.returncode == 0 and peak_mb <= BAR_MB,
           f"a gigabyte through a pipe is counted in {BAR_MB} MB", f"exit {status}, {peak_mb:.1f} MB")


def check_split(tap, program, work):
    path = os.path.join(work, "large.jsonl")
    with open(path, "wb") as file:
        write(SPLIT_BYTES, SPLIT_REQUESTS, file).wait()
    command = [program.path, "plan", "--count", "offline", "--no-config", "-q", "--split", "chunks", path]
    peak_mb, status = measure(command, work)
    print(f"# {SPLIT_REQUESTS} requests, {SPLIT_BYTES / 1e6:.0f} MB, planned and split: peak {peak_mb:.1f} MB")
    tap.ok(status == 0 and peak_mb <= BAR_MB, f"and {SPLIT_REQUESTS} requests are split in them",
           f"exit {status}, {peak_mb:.1f} MB")


def check(tap, program, work):
    check_pipe(tap, program, work)
    check_split(tap, program, work)
