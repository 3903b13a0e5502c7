#!/bin/sh
# .pre-commit-hooks.yaml with the real pre-commit (from PyPI), against a scratch repository.
# Usage: tests/precommit.sh PATH_TO_TOKGATE
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
tokgate=$(cd "$(dirname "$1")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
check() {
    number=$((number + 1))
    if [ "$2" = 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' "$work/log"
    fi
}

if ! { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q pre-commit==4.3.0; } >"$work/log" 2>&1; then
    echo "ok 1 - pre-commit # SKIP pre-commit cannot be installed from PyPI: $(tail -n 1 "$work/log")"
    echo 1..1
    exit 0
fi
export PRE_COMMIT_HOME="$work/home" HOME="$work" PATH="$work/venv/bin:$tokgate:$PATH"
git config --global user.name test
git config --global user.email test@example.com
git config --global --add safe.directory '*'
git clone -q "$top" "$work/hooks" || exit 1

git init -q "$work/repo" && cd "$work/repo" || exit 1
mkdir prompts
echo 'Answer in one sentence, and stay friendly.' >prompts/ok.md
hook() {
    printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: %s\n' "$work/hooks" \
        "$(git -C "$work/hooks" rev-parse HEAD)" "$1" >.pre-commit-config.yaml
    git add -A
}
export CFLAGS=-O0 # for the hook that builds: what the optimizer makes of these sources, make test has shown
for id in tokgate tokgate-system; do
    hook "$id"
    echo '{ "rules": [ { "rule": "input-tokens", "max": 100 } ] }' >tokgate.json
    git add -A
    pre-commit run >"$work/log" 2>&1
    check "$id: a prompt within its budget passes" $?
    echo '{ "rules": [ { "rule": "input-tokens", "max": 2 } ] }' >tokgate.json
    git add -A
    pre-commit run >"$work/log" 2>&1
    [ $? = 1 ] && grep -q 'prompts/ok.md:1:1: error: .*input-tokens' "$work/log"
    check "$id: a prompt over its budget fails, with the finding" $?
done
echo "1..$number"
