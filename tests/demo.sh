#!/bin/sh
# The main job on the fixtures: what a user sees, and what CI would make of it.
set -u

tokgate=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../fixtures/demo" || exit 1

show() {
    printf '\n$ tokgate %s\n' "$*"
    "$tokgate" "$@"
    status=$?
    printf '(exit status %s: in CI this step would %s)\n' "$status" \
        "$([ "$status" = 0 ] && echo pass || echo fail)"
}

show check
show count prompts
show check --format github prompts/support.md
# The demo has done its job when the findings are there.
[ "$status" = 1 ]
