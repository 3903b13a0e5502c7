#!/bin/sh
# Runs all tests of one build, one more at once than there are processors (some wait), and sums them up.
# Usage: tests/run.sh BUILD_DIRECTORY UNIT_TEST...   SCRIPTS="golden vocab": no scripts but these
# Each test speaks TAP; its output is kept in BUILD_DIRECTORY/tap and shown when something failed.
set -u

# One test: a unit test by its path, or the name of a script here. These take the binary from TOKGATE
# or as their argument.
if [ "$1" = --one ]; then
    tap=$2/tap/$(basename "$3").tap
    began=$(date +%s)
    case $3 in
    */*) "$3" ;;
    ignore) timeout 900 tests/ignore_differential.sh "$(readlink -f "$2")/tests/ignore_driver" ;;
    *) timeout 900 "tests/$3.sh" "$TOKGATE" ;;
    esac >"$tap" 2>&1
    ended=$?
    printf '# %s s\nexit %s\n' "$(($(date +%s) - began))" "$ended" >>"$tap"
    exit 0
fi

build=$1
shift
tap=$build/tap
rm -rf "$tap"
mkdir -p "$tap"

# The longest first. Where not all could be started, that fails as a test of its own.
# shellcheck disable=SC2086 # a list of names
printf '%s\n' ${SCRIPTS:-http ignore calibrate golden cli outside doors split explain readme vocab memory html} "$@" |
    xargs -P "$(($(getconf _NPROCESSORS_ONLN) + 1))" -I TEST "$0" --one "$build" TEST ||
    echo "exit $? of xargs" >"$tap/not_all_ran.tap"

exec tests/tally.sh "$build" "$tap"/*.tap
