#!/bin/sh
# What bodies of a great many small things cost: memory is some times their size, whatever they are. Prints TAP.
# Usage: tests/memory.sh PATH_TO_TOKGATE
set -u

tokgate=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work" || exit 2
for variable in ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL; do unset $variable; done
PYTHONDONTWRITEBYTECODE=1 python3 "$tests/memory.py" "$tokgate"
