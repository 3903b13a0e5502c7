#!/bin/sh
# The README's console examples are what tokgate prints in fixtures/demo, and its rule file is the one
# there. Usage: tests/readme.sh PATH_TO_TOKGATE   (UPDATE=1 rewrites README.md)
set -u

tokgate=$1
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for variable in ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL; do unset $variable; done

# The README with the output of every "$ tokgate ..." block made anew.
cd "$top/fixtures/demo" || exit 1
block=0
while IFS= read -r line; do
    case $line in
    '$ tokgate '*)
        printf '%s\n' "$line"
        # shellcheck disable=SC2086 # the arguments as a shell would split them
        "$tokgate" ${line#\$ tokgate } 2>&1
        block=1
        ;;
    '```')
        block=0
        printf '%s\n' "$line"
        ;;
    *) [ "$block" = 1 ] || printf '%s\n' "$line" ;;
    esac
done <"$top/README.md" >"$work/README.md"
# What it shows is a build with the vocabulary.
has_vocab=true
! "$tokgate" --version | grep -q '^no vocabulary' || has_vocab=false
if [ -n "${UPDATE:-}" ] && $has_vocab; then
    cp "$work/README.md" "$top/README.md"
fi

number=0
check() {
    number=$((number + 1))
    if [ "$2" = 0 ]; then echo "ok $number - $1"; else echo "not ok $number - $1"; fi
}
if $has_vocab; then
    diff "$top/README.md" "$work/README.md" | sed 's/^/# /'
    cmp -s "$top/README.md" "$work/README.md"
    check 'the examples print what the README says' $?
else
    check 'the examples print what the README says # SKIP no vocabulary in this build' 0
fi
examples=$(grep -c '^\$ tokgate ' "$top/README.md")
[ "$examples" -ge 2 ]
check 'there are examples to run' $?
# shellcheck disable=SC2016 # the backticks are Markdown
sed -n '/^```jsonc$/,/^```$/p' "$top/README.md" | sed '1d;$d' | cmp -s - tokgate.json
check 'the rule file in the README is the one of the demo' $?
echo "1..$number"
