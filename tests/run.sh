#!/bin/sh
# Runs all tests of one build and sums them up. Usage: tests/run.sh BUILD_DIRECTORY UNIT_TEST...
# Each test speaks TAP; its output is kept in BUILD_DIRECTORY/tap and shown when something failed.
set -u

build=$1
shift
tap=$build/tap
rm -rf "$tap"
mkdir -p "$tap"

for test in "$@"; do
    "$test" >"$tap/$(basename "$test").tap" 2>&1
    echo "exit $?" >>"$tap/$(basename "$test").tap"
done
# Scripts that take the binary from TOKGATE or as their argument.
for name in golden explain cli http readme vocab; do
    [ -x "tests/$name.sh" ] || continue
    timeout 900 "tests/$name.sh" "$TOKGATE" >"$tap/$name.tap" 2>&1
    echo "exit $?" >>"$tap/$name.tap"
done
timeout 900 tests/ignore_differential.sh "$(readlink -f "$build")/tests/ignore_driver" >"$tap/ignore.tap" 2>&1
echo "exit $?" >>"$tap/ignore.tap"

exec tests/tally.sh "$build" "$tap"/*.tap
