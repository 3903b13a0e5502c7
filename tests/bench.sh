#!/bin/sh
# Speed against stated peers, in one run, on one corpus made from what the machine has. Nothing is
# asserted: the bars of the project stand beside the numbers. BENCH_QUICK=1 measures in under 40
# seconds, on smaller inputs. The peers are fetched from PyPI into build/bench, once.
# Usage: tests/bench.sh TOKGATE TOKGATE_WITHOUT_VOCABULARY COUNT_DRIVER FAST_API
set -eu

[ $# = 4 ] || {
    echo "usage: tests/bench.sh TOKGATE TOKGATE_WITHOUT_VOCABULARY COUNT_DRIVER FAST_API" >&2
    exit 2
}
command -v python3 >/dev/null 2>&1 || {
    echo "tests/bench.sh: needs python3" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

mkdir "$work/tools"
for tool in alternate empty; do
    "${CC:-cc}" -std=c17 -O2 -D_XOPEN_SOURCE=700 -o "$work/tools/$tool" "tests/bench/$tool.c"
done
PYTHONDONTWRITEBYTECODE=1 python3 tests/bench/run.py "$1" "$2" "$3" "$4" "$work/tools" "$work" build/bench
