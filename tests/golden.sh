#!/bin/sh
# Runs every fixtures/<list>/<name>/<case>/ and prints TAP; then asks the program for its lists and
# fails for every entry without a fixture. UPDATE=1 rewrites what is expected.
# usage: TOKGATE=build/release/tokgate tests/golden.sh [CASE_DIRECTORY...]
#        tests/golden.sh build/release/tokgate [CASE_DIRECTORY...]
#
# A case holds: args (one a line; default: check), stdin, env (NAME=VALUE lines), api.json (answers of
# tests/mock_api.py), setup (run with sh in the copy first), expected, and input files. expected is
# stdout, "--- stderr" and stderr when there is any, "exit N". The directory is shown as /case. A build
# without the vocabulary passes over cases with a file needs-vocab, and its counts are estimates: they
# are not compared, only the words around them, or all of it with expected.novocab where there is one.
# After "make update" comes "make VOCAB=none update".
set -u

tests=$(cd "$(dirname "$0")" && pwd)
tokgate=${TOKGATE:-$(dirname "$tests")/build/release/tokgate}
[ ! -f "${1:-}" ] || { tokgate=$1 && shift; }
PYTHONDONTWRITEBYTECODE=1 exec python3 "$tests/golden.py" "$tokgate" "$@"
