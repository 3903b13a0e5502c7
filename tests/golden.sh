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
fixtures=$(dirname "$tests")/fixtures
tokgate=${TOKGATE:-$(dirname "$tests")/build/release/tokgate}
[ ! -f "${1:-}" ] || { tokgate=$1 && shift; }
case $tokgate in /*) ;; *) tokgate=$PWD/$tokgate ;; esac
work=$(cd "$(mktemp -d)" && pwd -P) || exit 2
server=''
port=none
number=0
failed=0
has_vocab=true
! "$tokgate" --version | grep -q '^no vocabulary' || has_vocab=false
stop_server() { [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null; server=''; }
trap 'stop_server; chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

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

# Sets port to that of a server that plays the case's api.json.
start_server() {
    : >"$work/port"
    python3 "$tests/mock_api.py" "$1/api.json" >"$work/port" </dev/null &
    server=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
        [ -s "$work/port" ] && break
        sleep 0.1
    done
    port=$(cat "$work/port")
}

# Prints what the case's program run says.
run_case() {
    cd "$work" || exit 2
    chmod -R u+rwX "$work/case" 2>/dev/null
    rm -rf "${work:?}/case" "${work:?}/home"
    cp -R "$1" "$work/case" && mkdir "$work/home" && cd "$work/case" || exit 2
    rm -f args stdin env api.json setup expected expected.novocab needs-vocab
    [ ! -f "$1/setup" ] || TOKGATE=$tokgate sh "$1/setup" || echo "setup failed"
    set -- "$1" env -i PATH="$PATH" HOME="$work/home" XDG_CACHE_HOME="$work/home/cache" LC_ALL=C \
        ASAN_OPTIONS="${ASAN_OPTIONS:-}"
    if [ -f "$1/api.json" ]; then
        start_server "$1"
        set -- "$@" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" ANTHROPIC_API_KEY=test-key
    fi
    [ -f "$1/env" ] && while IFS= read -r line; do set -- "$@" "$line"; done <"$1/env"
    set -- "$@" timeout 60 "$tokgate"
    if [ -f "$1/args" ]; then
        while IFS= read -r line; do set -- "$@" "$line"; done <"$1/args"
    else
        set -- "$@" check
    fi
    input=/dev/null
    [ ! -f "$1/stdin" ] || input=$1/stdin
    shift
    "$@" <"$input" >"$work/out" 2>"$work/err"
    status=$?
    stop_server
    [ ! -s "$work/err" ] || sed '1i--- stderr' "$work/err" >>"$work/out"
    sed -E "s|$work/case|/case|g; s|$work/home|/home|g; s|127\.0\.0\.1:$port|127.0.0.1:PORT|g
        s/[0-9]+ days? old/N days old/" "$work/out"
    echo "exit $status"
}

# has_case LIST NAME CASE: CASE may be a pattern
has_case() {
    # shellcheck disable=SC2086 # a pattern
    set -- "$fixtures/$1/$2"/$3/expected
    [ -f "$1" ]
}

# section TITLE: the names in that part of --help
section() {
    "$tokgate" --help | awk -v title="$1" '
        /^[^ ]/ { inside = index($0, title) == 1 }
        inside && /^  [a-z]/ { print $1 }'
}

all=false
[ $# -gt 0 ] || { all=true && set -- "$fixtures"/*/*/*/; }
for directory; do
    (cd "$directory" && pwd)
done >"$work/cases"

# hide_counts FILE: without what an estimate says otherwise
hide_counts() {
    sed -E '
        s/^ +[0-9]+ +[0-9]+ +([0-9]+|\?) (offline|estimate)? +/ N N N offline /
        s/(about )?[0-9]+ tokens( \\?\([0-9]+ to [0-9]+\\?\))?/N tokens/g
        s/^(tokens +)[0-9]+( \([0-9]+ to [0-9]+\))?$/\1N/
        s/has [0-9]+ of them/has N of them/
        s/uses? (about )?[0-9.]+%/use N%/g
        s/ +[0-9.]+% of/ N% of/
        s/[0-9]+ (offline|estimated \(no vocabulary\))/N offline/
        s/"(offline|estimate)": [0-9]+/"\1": N/g
        s/"(tokens|low|high|value|percent)": [0-9.]+/"\1": N/g
        s/"origin": "estimate"/"origin": "offline"/
    ' "$1"
}

# Whether the case of this directory prints what it is to print.
is_expected() {
    if ! $has_vocab && [ -f "$1/expected.novocab" ]; then
        cmp -s "$work/actual" "$1/expected.novocab"
    elif $has_vocab; then
        cmp -s "$work/actual" "$1/expected"
    else
        hide_counts "$work/actual" >"$work/words"
        hide_counts "$1/expected" | cmp -s - "$work/words"
    fi
}

# Writes what the case of this directory is to print.
update_case() {
    if $has_vocab; then
        cp "$work/actual" "$1/expected"
    elif ! is_expected "$1"; then
        cp "$work/actual" "$1/expected.novocab"
    fi
}

while IFS= read -r directory; do
    if [ -f "$directory/needs-vocab" ] && ! $has_vocab; then
        ok true "${directory#"$fixtures"/} # SKIP no vocabulary in this build"
        continue
    fi
    run_case "$directory" >"$work/actual" 3<&-
    [ -z "${UPDATE:-}" ] || update_case "$directory"
    if is_expected "$directory"; then
        ok true "${directory#"$fixtures"/}"
    else
        ok false "${directory#"$fixtures"/}"
        expected=$directory/expected
        if ! $has_vocab && [ -f "$expected.novocab" ]; then expected=$expected.novocab; fi
        diff -a "$expected" "$work/actual" | sed 's/^/# /'
    fi
done <"$work/cases"

# every_entry LIST CASE WHAT NAME...: each NAME has such a case
every_entry() {
    list=$1 case=$2 what=$3
    shift 3
    for name; do
        if has_case "$list" "$name" "$case"; then ok true "$what $name has a fixture ($case)"; else
            ok false "$what $name has no fixture ($case)"; fi
    done
}

if $all; then
    cd "$work" || exit 2
    # shellcheck disable=SC2046 # lists of names
    {
        every_entry rules fires "the rule kind" $("$tokgate" rules | awk '{ print $1 }')
        every_entry rules silent "the rule kind" $("$tokgate" rules | awk '{ print $1 }')
        every_entry readers '*' "the reader" $(section "what files can be")
        every_entry formats '*' "the format" $(section "formats of the report")
        every_entry commands '*' "the command" $(section "commands:" | grep -v '^models$')
        every_entry counters '*' "the counter" $("$tokgate" --count '?' 2>&1 |
            sed -n 's/.*takes one of \(.*\), not.*/\1/p' | tr -d ,)
    }
fi
echo "1..$number"
[ "$failed" -eq 0 ]
