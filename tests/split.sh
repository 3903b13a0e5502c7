#!/bin/sh
# tokgate plan --split: chunks against random manifests, and what goes wrong on the way. Prints TAP.
# Usage: tests/split.sh PATH_TO_TOKGATE     SPLIT_ROUNDS=60: so many random manifests
set -u

tokgate=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work" || exit 2
for variable in ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL; do unset $variable; done
PYTHONDONTWRITEBYTECODE=1 python3 "$tests/split.py" "$tokgate" "${SPLIT_ROUNDS:-60}"
