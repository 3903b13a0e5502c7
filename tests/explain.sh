#!/bin/sh
# Documentation that cannot lie: every example of "tokgate explain" fires, and rules/README.md is what
# "tokgate explain --all" says. Prints TAP.
# usage: TOKGATE=build/release/tokgate tests/explain.sh; UPDATE=1 writes rules/README.md
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
tokgate=${TOKGATE:-$root/build/release/tokgate}
case $tokgate in /*) ;; *) tokgate=$PWD/$tokgate ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
unset ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL
number=0
failed=0

# ok TRUE_OR_FALSE WHAT: one line of TAP
ok() {
    number=$((number + 1))
    if "$1"; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        failed=$((failed + 1))
    fi
}

# block LINE: the indented block after the first line that begins like this, without its indent
block() {
    awk -v line="$1" '
        index($0, line) == 1 { inside = 1; next }
        inside && /^    / { print substr($0, 5); seen = 1; next }
        inside && seen { exit }' explanation
}

cd "$work" || exit 2
for rule in $("$tokgate" rules | awk '{ print $1 }'); do
    rm -rf example
    mkdir example
    "$tokgate" explain "$rule" >explanation
    file=$(sed -n 's/^on this \(.*\):$/\1/p' explanation)
    block "It fires with this tokgate.json:" >example/tokgate.json
    block "on this " >"example/$file"
    set -- check --count offline --format jsonl
    ! grep -q '^Severity: .* in tokgate plan' explanation || set -- plan --count offline --format json
    [ "$rule" != plan-records ] || set -- "$@" --from
    (cd example && "$tokgate" "$@" "$file") >printed 2>problem
    status=$?
    grep '"rule": "' printed >findings
    fires=false
    grep -q "\"rule\": \"$rule\"" findings && fires=true
    ok $fires "the example of $rule fires"
    $fires || sed 's/^/# /' findings problem
    others=true # a reader should see this one rule at work
    grep -vq "\"rule\": \"$rule\"" findings && others=false
    ok $others "the example of $rule breaks no other rule"
    ran=true
    { [ "$status" -le 1 ] && [ ! -s problem ]; } || ran=false
    ok $ran "the example of $rule is checked without an error"
done

{
    echo "# What tokgate can check"
    echo
    echo "Made by \`tokgate explain --all\`; do not edit."
    echo
    "$tokgate" explain --all
} >README.md
[ -z "${UPDATE:-}" ] || cp README.md "$root/rules/README.md"
same=true
diff README.md "$root/rules/README.md" >difference || same=false
ok $same "rules/README.md is what tokgate explain --all says (UPDATE=1 tests/explain.sh writes it)"
$same || sed 's/^/# /' difference
same=true
python3 "$root/tests/schema.py" "$tokgate" ${UPDATE:+--update} || same=false
ok $same "the rules in rules/schema are those of tokgate rules (UPDATE=1 tests/explain.sh writes them)"
echo "1..$number"
[ "$failed" -eq 0 ]
