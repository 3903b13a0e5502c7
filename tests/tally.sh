#!/bin/sh
# Sums up TAP files (whose last line is "exit N") and prints "NAME: N passed, N failed, N skipped".
# Usage: tests/tally.sh NAME FILE...   Adds the sum to build/tally for the last line of CI.
set -u

name=$1
shift
passed=0 failed=0 skipped=0
for file in "$@"; do
    ok=$(grep -c '^ok ' "$file")
    bad=$(grep -c '^not ok ' "$file")
    skip=$(grep -ci '^ok .*# skip' "$file")
    plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$file" | tail -n 1)
    # A test that died, or ran other than what it planned, failed even if it printed only ok.
    if [ "$bad" = 0 ] && { [ "$(tail -n 1 "$file")" != 'exit 0' ] || [ "${plan:-none}" != $((ok + bad)) ]; }; then
        bad=1
        echo "$file: ended with $(tail -n 1 "$file"), plan ${plan:-none}, ran $ok"
    fi
    if [ "$bad" != 0 ]; then
        echo "--- $file"
        grep -v '^ok ' "$file" | head -n 100
    fi
    grep -i '^ok .*# skip' "$file"
    passed=$((passed + ok - skip)) failed=$((failed + bad)) skipped=$((skipped + skip))
done
echo "$name: $passed passed, $failed failed, $skipped skipped"
mkdir -p build
echo "$passed $failed $skipped" >>build/tally
[ "$failed" = 0 ]
