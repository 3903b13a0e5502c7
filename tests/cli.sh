#!/bin/sh
# What a golden case cannot hold: faults of input and output, sizes, order, dates and schemas. Prints
# TAP.
# usage: TOKGATE=build/release/tokgate tests/cli.sh
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
tokgate=${TOKGATE:-$root/build/release/tokgate}
case $tokgate in /*) ;; *) tokgate=$PWD/$tokgate ;; esac
work=$(mktemp -d) || exit 2
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
unset ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL NO_COLOR
number=0
failed=0
problems=''
cd "$work" || exit 2

# Python with the validator, else any: only the schema tests need it.
python=python3
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import jsonschema' 2>/dev/null && python=$candidate && break
done
is_sanitized=false
grep -q __asan_init "$tokgate" && is_sanitized=true

problem() {
    problems="$problems# $1
"
}

# ok WHAT: one line of TAP; it holds when nothing was a problem since the last one
ok() {
    number=$((number + 1))
    if [ -z "$problems" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        printf '%s' "$problems"
        failed=$((failed + 1))
    fi
    problems=''
}

# skip WHAT WHY
skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# run ARGUMENTS: sets status, out and err
run() {
    timeout 120 "$tokgate" "$@" >out 2>err
    status=$?
}

# expect STATUS TEXT...: each TEXT is in what was said
expect() {
    [ "$status" -eq "$1" ] || problem "exit status $status instead of $1: $(head -c 300 err)"
    shift
    for text; do
        grep -qF -- "$text" err || problem "not said: $text; but: $(head -c 300 err)"
    done
}

# entry ID TEXT: a line of a manifest
entry() {
    printf '{"custom_id": "%s", "params": {"model": "claude-sonnet-5-5", "max_tokens": 9, ' "$1"
    printf '"messages": [{"role": "user", "content": "%s"}]}}\n' "$2"
}

mkdir prompts
echo 'Be brief, be kind, be right.' >prompts/a.md
echo ' ' >prompts/b.md
entry one Hello >prompts/batch.jsonl
awk 'BEGIN { for (i = 0; i < 5000; i++) printf \
    "{\"custom_id\": \"id-%04d\", \"params\": {\"model\": \"claude-sonnet-5-5\", \"max_tokens\": 9, " \
    "\"messages\": [{\"role\": \"user\", \"content\": \"Text number %d%s\"}]}}\n", i, i,
    i % 7 ? "" : ", and more of it" }' >many.jsonl

# --- output that cannot be written

for arguments in 'check --format human' 'check --format json' 'check --format jsonl' \
    'check --format github' 'check --quiet' 'count --format human' 'count --format json' \
    'count --format jsonl' 'check --print-config'; do
    files='prompts/b.md prompts/a.md'
    case $arguments in *print-config) files=prompts/a.md ;; esac
    # shellcheck disable=SC2086 # a list of words
    timeout 20 "$tokgate" $arguments $files >/dev/full 2>err
    status=$?
    expect 3 'cannot write the report: No space left on device'
    ok "$arguments on a full disk is an error"

    # shellcheck disable=SC2086
    timeout 20 "$tokgate" $arguments $files >&- 2>err
    status=$?
    expect 3 'cannot write the report: '
    ok "$arguments with standard output closed is an error"

    # shellcheck disable=SC2086
    { sleep 0.2; timeout 20 "$tokgate" $arguments $files 2>err; echo $? >status; } | :
    status=$(cat status)
    expect 3 'cannot write the report: Broken pipe'
    ok "$arguments into a pipe that nobody reads is an error"
done
for arguments in --help --version rules models 'models --age' 'explain --all' 'check --help' doctor \
    'doctor --format json' 'cache stats --cache here'; do
    # shellcheck disable=SC2086
    timeout 20 "$tokgate" $arguments >/dev/full 2>err
    status=$?
    expect 3 'No space left on device'
    ok "$arguments on a full disk is an error"
done
timeout 20 "$tokgate" count --format jsonl many.jsonl 2>err | head -n 1 >out
[ "$(wc -l <out)" -eq 1 ] || problem "no line came"
grep -q 'Broken pipe' err || problem "not said: Broken pipe"
ok "a reader that goes away in the middle is an error"
timeout 20 "$tokgate" check prompts/b.md >out 2>&-
status=$?
: >err
expect 1
ok "closed standard error is no reason to fail differently"
timeout 20 "$tokgate" check - <&- >out 2>err
status=$?
expect 3 '<stdin>: '
ok "closed standard input is an error"

run check --output json=/dev/full prompts/a.md
expect 3 'cannot write /dev/full: No space left on device'
ok "--output on a full disk is an error"
run check --output json=/nonexistent/x prompts/a.md
expect 3 '/nonexistent/x: No such file or directory'
ok "--output in no directory is an error"
run check --output json=prompts prompts/a.md
expect 3 'prompts: Is a directory'
ok "--output to a directory is an error"
run check --output json=/nonexistent/x --output jsonl=beside.jsonl prompts/b.md
expect 3
[ -s beside.jsonl ] || problem "the other file is empty"
grep -q invalid-request out || problem "standard output has no finding"
ok "what can be written beside it is written"
run check --output human=h.txt --output json=j.txt --output jsonl=l.txt --output github=g.txt prompts/a.md prompts/b.md
expect 1
for pair in human=h.txt json=j.txt jsonl=l.txt github=g.txt; do
    run check --format "${pair%=*}" prompts/a.md prompts/b.md
    cmp -s out "${pair#*=}" || problem "${pair#*=} differs from standard output"
done
ok "--output writes what --format prints, in all formats"
mkdir readonly
chmod a-w readonly
if [ "$(id -u)" -ne 0 ]; then
    (cd readonly && timeout 20 "$tokgate" init >../out 2>../err)
    status=$?
    expect 3 'cannot write tokgate.json: Permission denied'
    ok "init in a directory that cannot be written"
else
    skip "init in a directory that cannot be written" "root writes everywhere"
fi

# --- input that cannot be read

# As root, nothing is unreadable: then the program runs as nobody.
as_user=''
may_run=true
if [ "$(id -u)" -eq 0 ]; then
    as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
    # shellcheck disable=SC2086
    { chmod 755 "$work" && cp "$tokgate" "$work/tokgate" && $as_user "$work/tokgate" --version; } \
        >/dev/null 2>&1 || may_run=false
else
    cp "$tokgate" "$work/tokgate"
fi
if $may_run; then
    mkdir locked
    mkdir locked/sub
    echo Hi >locked/sub/x.md
    echo Hi >locked/open.md
    echo Hi >secret.md
    echo '{}' >secret.json
    chmod 000 secret.md secret.json locked/sub
    chmod a+rx locked prompts
    chmod a+r prompts/*
    # shellcheck disable=SC2086
    $as_user "$work/tokgate" check --quiet secret.md prompts/b.md >out 2>err </dev/null
    status=$?
    expect 3 'secret.md: Permission denied'
    grep -q 'prompts/b.md' out || problem "the other file was not checked"
    ok "an unreadable file is an error, and the others are checked"
    # shellcheck disable=SC2086
    $as_user "$work/tokgate" count locked >out 2>err </dev/null
    status=$?
    expect 3 'locked/sub: Permission denied'
    grep -q 'locked/open.md' out || problem "the rest of the directory was not counted"
    ok "an unreadable directory is an error, and the rest is counted"
    # shellcheck disable=SC2086
    $as_user "$work/tokgate" check --config secret.json prompts/a.md >out 2>err </dev/null
    status=$?
    expect 2 'secret.json: Permission denied'
    ok "an unreadable rule file stops everything"
    chmod 700 locked/sub
    rm -f tokgate
else
    for what in 'an unreadable file' 'an unreadable directory' 'an unreadable rule file'; do
        skip "$what is an error" "running as root, and setpriv does not work"
    done
fi
run check --config prompts prompts/a.md
expect 2 'prompts: Is a directory'
ok "a directory as --config is refused"

mkfifo pipe
echo Hi >gone.md
timeout 20 "$tokgate" count --format jsonl pipe gone.md >out 2>err &
reader=$!
exec 3>pipe # opens when the program reads: all paths were found before
rm gone.md
echo 'Be brief.' >&3
exec 3>&-
wait "$reader"
status=$?
expect 3 'gone.md: No such file or directory'
grep -q '"path": "pipe"' out || problem "the named pipe was not counted"
ok "a file that disappears is an error, a named pipe is read"

long=$(awk 'BEGIN { for (i = 0; i < 100000; i++) printf "x" }')
run check "$long"
expect 3 ': File name too long'
ok "a huge argument is refused"
run check --format "$long" prompts/a.md
expect 2
[ "$(wc -c <err)" -lt 2000 ] || problem "$(wc -c <err) bytes of error"
ok "a huge value of an option is refused in a short sentence"
env -i "$tokgate" count --format jsonl prompts/a.md >out 2>err
status=$?
expect 0
ok "an empty environment is enough"

# --- sizes

# measure ARGUMENTS: run, and peak memory in kB and time in s
measure() {
    python3 - "$tokgate" "$@" >measured <<'PYTHON'
import resource, subprocess, sys, time
start = time.monotonic()
with open("out", "wb") as out, open("err", "wb") as err:
    status = subprocess.call(sys.argv[1:], stdout=out, stderr=err, timeout=120)
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, int(time.monotonic() - start))
PYTHON
    read -r status peak_kb seconds <measured
}

# within MEMORY_KB SECONDS: the sanitizers cost both
within() {
    $is_sanitized && return
    [ "$peak_kb" -le "$1" ] || problem "$peak_kb kB of memory, over $1"
    [ "$seconds" -le "$2" ] || problem "$seconds s, over $2"
}

# The gigabyte is a hole in the file after a megabyte of text.
{
    entry first Hello
    printf '{"custom_id": "big", "params": {"system": "'
    head -c 1000000 /dev/zero | tr '\000' a
} >big.jsonl
truncate -s 1G big.jsonl
{
    echo '"}}'
    entry last Hello
} >>big.jsonl
head -c 1000000 /dev/zero | tr '\000' a >big.txt
truncate -s 1G big.txt
measure count --format jsonl big.jsonl
expect 1 'big.jsonl:2:1: error: larger than 64 MB' '[invalid-request]'
[ "$(grep -c '"custom_id": "first"\|"custom_id": "last"' out)" -eq 2 ] ||
    problem "the lines around it were not counted: $(head -c 300 out)"
grep -q '"line": 3, "index": 2, "custom_id": "last"' out || problem "the last line has another place"
within 200000 20
ok "a line of 1 GB between two others is refused, they are counted"
{
    head -n 1 big.jsonl
    printf '{"custom_id": "big", "params": {"system": "'
    head -c 70000000 /dev/zero | tr '\000' a
    printf '"}}'
    entry glued Hello | tr -d '\n'
    entry last Hello
} >glued.jsonl
run count --format jsonl glued.jsonl
expect 1 'glued.jsonl:2:1: error: larger than 64 MB'
[ "$(grep -c '"custom_id": "glued"\|"custom_id": "last"' out)" -eq 2 ] ||
    problem "what is glued to it was not counted: $(head -c 300 out)"
{
    head -n 1 big.jsonl
    printf '{\n"custom_id": "big",\n"params": {"system": [\n'
    awk 'BEGIN { for (i = 0; i < 1300000; i++)
        print "  {\"type\": \"text\", \"text\": \"some forty bytes of a text\"}," }'
    printf '  {"type": "text", "text": "end"}]\n}\n}'
    entry last Hello
} >spread.jsonl
run count --format jsonl spread.jsonl
expect 1 'spread.jsonl:2:1: error: larger than 64 MB'
[ "$(wc -l <out)" -eq 2 ] || problem "counted: $(head -c 300 out)"
[ "$(wc -l <err)" -eq 1 ] || problem "said: $(head -c 300 err)"
rm -f glued.jsonl spread.jsonl
ok "objects behind a large one on its line are counted, also when it goes over many lines"
measure check --quiet big.txt
expect 1
grep -q 'big.txt:1:1: error: larger than 64 MB' out || problem "said: $(head -c 300 out)"
within 200000 20
ok "a prompt of 1 GB is refused"
{
    printf '{"requests": ['
    head -n 1 big.jsonl
    printf ', {"custom_id": "big", "params": {"system": "'
    head -c 1000000 /dev/zero | tr '\000' a
} >big.json
truncate -s 1G big.json
{
    printf '"}}, '
    entry last Hello
    echo ']}'
} >>big.json
measure count --format jsonl big.json
expect 1 'error: larger than 64 MB'
[ "$(grep -c '"custom_id": "first"\|"custom_id": "last"' out)" -eq 2 ] ||
    problem "the requests around it were not counted: $(head -c 300 out)"
within 200000 20
ok "a request of 1 GB in a batch is refused, its neighbours are counted"
rm -f big.*

awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "Forty bytes of text, a million times.. \n" }' >large.txt
measure check --quiet large.txt
expect 1
grep -q 'over the API.s limit of 32.* \[request-bytes\]' out || problem "said: $(head -c 300 out)"
within 400000 20
ok "a prompt of 40 MB is over the API's limit"
rm -f large.txt

for jobs in 1 4; do
    run count --format jsonl --jobs $jobs many.jsonl
    expect 0
    mv out many.$jobs
done
[ "$(wc -l <many.1)" -eq 5000 ] || problem "$(wc -l <many.1) lines"
sed -n 's/.*"index": \([0-9]*\), "custom_id": "id-\([0-9]*\)".*/\1 \2/p' many.1 |
    awk '$1 != NR - 1 || $2 + 0 != NR - 1 { exit 1 }' || problem "not in order"
cmp -s many.1 many.4 || problem "4 threads say something else"
ok "5000 requests come out in order, with 1 and with 4 threads"
echo '{ "rules": [ { "rule": "input-tokens", "max": 1 } ] }' >strict.json
for jobs in 1 4; do
    run check --config strict.json --format jsonl --jobs $jobs many.jsonl
    expect 1
    mv out many.$jobs
done
[ "$(wc -l <many.1)" -eq 5000 ] || problem "$(wc -l <many.1) findings"
cmp -s many.1 many.4 || problem "4 threads find something else"
ok "5000 findings come out in order, with 1 and with 4 threads"

# More ids than are kept in memory. The last three were used before: by then in memory, and in files.
awk 'BEGIN {
    again[299998] = 5; again[299999] = 270000; again[300000] = 299997
    for (i = 1; i <= 300000; i++) {
        printf "{\"custom_id\": \"id-%d\", \"params\": {\"model\": \"claude-sonnet-5-5\", ", i in again ? again[i] : i
        print "\"max_tokens\": 9, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}"
    } }' >ids.jsonl
# the one other finding comes first
beyond() { [ "$(sed -n 1p out)" = "100001 batch-size" ] || problem "said first: $(sed -n 1p out)"; }
told() { sed -n 's/.*"line": \([0-9]*\), .*"rule": "\([a-z-]*\)".* \(in line [0-9]*\)".*/\1 \2 \3/p
    s/.*"line": \([0-9]*\), .*"rule": "\(batch-size\)".*/\1 \2/p' out >told && mv told out; }
run check --no-config --format jsonl ids.jsonl
expect 1
told
beyond
sed 1d out >rest
printf '%s\n' '299998 duplicate-custom-id in line 5' '299999 duplicate-custom-id in line 270000' \
    '300000 duplicate-custom-id in line 299997' | cmp -s - rest || problem "found: $(cat rest)"
ok "ids that are used twice are found among 300,000"
before=${TMPDIR:-}
TMPDIR=$work/none
export TMPDIR
run check --no-config --format jsonl ids.jsonl
if [ -n "$before" ]; then TMPDIR=$before; else unset TMPDIR; fi
expect 3 "ids.jsonl: whether every custom_id is unique is not known: cannot make a temporary file in $work/none"
[ "$(grep -c 'not known' err)" -eq 1 ] || problem "it is said more than once"
told
beyond
ok "where they cannot be kept, that is an error, and the rest is checked"
sed 's/id-[0-9]*/one/' ids.jsonl >same.jsonl
measure check --no-config --format json same.jsonl
expect 1
[ "$(grep -c '"rule": "duplicate-custom-id"' out)" -eq 9999 ] ||
    problem "$(grep -c '"rule": "duplicate-custom-id"' out) findings are listed"
grep -q '"message": "290000 more findings in this file are not listed"' out ||
    problem "it is not said that there are more: $(head -c 300 out)"
grep -q '"errors": 300000,' out || problem "not all are counted: $(grep '"errors"' out)"
within 40000 20
ok "300,000 requests with one id: 10,000 findings, the others are counted"
rm -f ids.jsonl same.jsonl

# --- findings of rules that look at all sources

echo '{"limits": {"sonnet-5.5": {"itpm": 1}}}' >small.json
awk 'BEGIN { for (i = 1; i <= 10003; i++)
    printf "{\"custom_id\":\"r%d\",\"params\":{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":9,\"messages\":" \
           "[{\"role\":\"user\",\"content\":\"Say hello.\"}]}}\n", i }' >many.jsonl
run plan --count offline --config small.json --format json many.jsonl
expect 1
[ "$(grep -c '"rule": "plan-bucket"' out)" -eq 10001 ] ||
    problem "$(grep -c '"rule": "plan-bucket"' out) findings are listed"
grep -q '"message": "3 more findings of this rule, from here on, are not listed"' out ||
    problem "it is not said that there are more"
grep -q '"errors": 10003,' out || problem "not all are counted: $(grep '"errors"' out)"
run plan --count offline --config small.json --on-undecided pass --fail-on error -q many.jsonl
expect 1
run count --count offline --no-config --records - <many.jsonl
expect 0
sed '2,$s/"tokens"/"tokenz"/' out >records.jsonl
run plan --no-config --format json --from records.jsonl
expect 1
grep -q '"message": "[0-9]* more findings of this rule, from here on, are not listed"' out ||
    problem "it is not said that there are more records that are none"
[ "$(grep -c '"rule": "plan-records"' out)" -eq 10001 ] ||
    problem "$(grep -c '"rule": "plan-records"' out) findings about records are listed"
ok "10,003 requests that never pass, and as many records that are none: all are counted"
rm -f small.json many.jsonl records.jsonl

# --- dates and versions

run --version
expect 0
grep -Eqx 'tokgate [0-9]+\.[0-9]+\.[0-9]+ \(catalog of 20[0-9]{2}-[0-9]{2}-[0-9]{2}\)' out ||
    problem "said: $(cat out)"
ok "--version names the version and the catalog"
run models --age
expect 0
grep -Eqx 'catalog of 20[0-9]{2}-[0-9]{2}-[0-9]{2}, -?[0-9]+ days? old' out || problem "said: $(cat out)"
ok "models --age says how old the catalog is"
run models
expect 0
grep -Eq '^claude-sonnet-5-5 .* 1M +128k .*sonnet-5\.5' out || problem "no row of claude-sonnet-5-5"
grep -q '^claude-2\.1 ' out && problem "a retired model is shown"
ok "models lists what is in use"
run models --all
expect 0
grep -q '^claude-2\.1 .* retired 2025-07-21' out || problem "no retired model"
grep -q '^  alias claude-haiku-4-5$' out || problem "no alias"
ok "models --all lists retired models and aliases"

# --- the cache, and what a run would use

# fill_cache DIR: three counts of days long ago and one of today
fill_cache() {
    mkdir -p "$1"
    python3 - "$1/counts.sqlite" <<'PYTHON'
import sqlite3, sys, time
cache = sqlite3.connect(sys.argv[1], isolation_level=None)
cache.execute("PRAGMA journal_mode = WAL")
cache.execute("CREATE TABLE counts(key BLOB PRIMARY KEY, tokens INTEGER NOT NULL, day INTEGER NOT NULL, "
              "guard INTEGER NOT NULL) WITHOUT ROWID")
cache.execute("CREATE TABLE buckets(key BLOB PRIMARY KEY, next_us INTEGER, written_us INTEGER, "
              "owner INTEGER, crowd_until_us INTEGER, held_until_ms INTEGER, was_held INTEGER, "
              "slowed_at_ms INTEGER, share INTEGER) WITHOUT ROWID")
cache.execute("CREATE TABLE salts(salt BLOB)")
cache.execute("PRAGMA user_version = 2")
for number, day in enumerate([20000, 20001, 20001, int(time.time()) // 86400]):
    cache.execute("INSERT INTO counts VALUES(?, 5, ?, 0)", (bytes([number]) * 32, day))
PYTHON
}

fill_cache kept
run cache stats --cache kept
expect 0
grep -Eqx 'counts +4' out || problem "not 4 counts: $(cat out)"
grep -Eqx 'counted +2024-10-04 to 20[0-9]{2}-[0-9]{2}-[0-9]{2}' out || problem "other dates: $(cat out)"
ok "cache stats says what is kept, and from when"
run cache prune --cache kept --older-than 30d
expect 0
grep -Eqx 'removed +3' out || problem "not 3 removed: $(cat out)"
grep -Eqx 'counts +1' out || problem "not 1 left: $(cat out)"
ok "cache prune removes what is old"
run cache stats --cache kept --format json
expect 0
python3 -c 'import json, sys; assert json.load(sys.stdin)["counts"] == 1' <out || problem "said: $(cat out)"
ok "cache stats speaks JSON"
run doctor --cache kept
expect 0
grep -Eq '^cache +kept/counts.sqlite: 1 count of 20' out || problem "said: $(cat out)"
ok "doctor says what is kept"
run cache prune --cache kept --max-size 0
expect 0
grep -Eqx 'counts +0' out || problem "said: $(cat out)"
[ "$(ls kept)" = counts.sqlite ] || problem "beside it: $(ls kept)"
ok "cache prune can remove all, and leaves one file"
fill_cache kept3
"$tokgate" cache stats --cache kept3 >/dev/null 2>&1
python3 - kept3/observations.sqlite <<'PYTHON'
import sqlite3
import sys
with sqlite3.connect(sys.argv[1]) as kept:
    kept.execute("CREATE TABLE observations(id INTEGER PRIMARY KEY, model TEXT NOT NULL, "
                 "shape INTEGER NOT NULL, stamp INTEGER NOT NULL, body BLOB NOT NULL, "
                 "low INTEGER NOT NULL, tokens INTEGER NOT NULL, high INTEGER NOT NULL, "
                 "actual INTEGER NOT NULL, day INTEGER NOT NULL, "
                 "billed INTEGER NOT NULL, UNIQUE(model, shape, stamp, body))")
    kept.execute("PRAGMA user_version = 2")
    for day in (20000, 20001, 20500):
        kept.execute("INSERT INTO observations VALUES(NULL, 'm', 1, 1, ?, 1, 1, 1, 1, ?, 0)", (b"%d" % day, day))
PYTHON
run cache stats --cache kept3
expect 0
grep -Eqx 'answers +3' out || problem "said: $(cat out)"
grep -Eqx 'from +2024-10-04 to 2026-02-16' out || problem "said: $(cat out)"
run cache prune --cache kept3 --older-than 1d --format json
expect 0
python3 -c 'import json, sys
said = json.load(sys.stdin)
assert said["removed"] == 3 and said["observations"]["removed"] == 3 and said["observations"]["answers"] == 0' <out ||
    problem "said: $(cat out)"
ok "cache stats and prune know what was observed"
printf 'this was a database once, before it was written over' >kept3/observations.sqlite
run cache stats --cache kept3
expect 3 'kept3/observations.sqlite is damaged: file is not a database'
ok "what was observed can be damaged, too"
printf 'this was a database once, before it was written over' >kept/counts.sqlite
run cache stats --cache kept
expect 3 'kept/counts.sqlite is damaged: file is not a database'
[ "$(ls kept)" = counts.sqlite ] || problem "beside it: $(ls kept)"
ok "cache stats says what is damaged, and leaves it"

# without LIBRARY: runs the command where that library cannot be loaded
without() {
    rm -rf library && mkdir library && : >"library/$1"
    shift
    (export LD_LIBRARY_PATH="$work/library" && timeout 20 "$tokgate" "$@") >out 2>err
    status=$?
}
fill_cache kept2
without libsqlite3.so.0 cache stats --cache kept2
expect 3 'SQLite cannot be loaded: '
without libsqlite3.so.0 doctor --cache kept2
expect 0
grep -q '^warning .*SQLite cannot be loaded: ' out || problem "said: $(cat out)"
ok "without SQLite there is no cache, and doctor says so"
without libcrypto.so.3 doctor --cache kept2
expect 0
if grep -q 'libcrypto\.so\.3' "$tokgate"; then
    grep -q '^warning .*libcrypto (OpenSSL 3) cannot be loaded: ' out || problem "said: $(cat out)"
    ok "nor without libcrypto"
else
    grep -q '^cache .*kept2/counts.sqlite: 4 counts' out || problem "said: $(cat out)"
    ok "what is linked of libcrypto needs none that is loaded"
fi

secret=sk-ant-api03-0000-not-to-be-printed
for key in "$secret" "$secret with a space" "sk-ant-oat01-0000-not-to-be-printed"; do
    for format in human json; do
        for variable in ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN; do
            (export "$variable=$key" && timeout 20 "$tokgate" doctor --format $format) >>out 2>>err
        done
    done
done
(export "ANTHROPIC_BASE_URL=https://me:not-to-be-printed@host.example/not-to-be-printed?x=not-to-be-printed" \
    ANTHROPIC_API_KEY=$secret && timeout 20 "$tokgate" doctor) >>out 2>>err
grep -q 'not-to-be-printed' out err && problem "$(grep -h 'not-to-be-printed' out err)"
ok "doctor prints no secret"

# --- schemas

if ! "$python" -c 'import jsonschema' 2>/dev/null; then
    skip "the schemas hold" "python3-jsonschema is not installed"
    echo "1..$number"
    [ "$failed" -eq 0 ]
    exit
fi
"$tokgate" explain --all >explanation
"$python" - "$root" explanation >schemas 2>&1 <<'PYTHON'
import json, pathlib, re, sys
import jsonschema

root = pathlib.Path(sys.argv[1])
fixtures = root / "fixtures"
schemas = {n: json.loads((root / f"rules/schema/{n}.schema.json").read_text("utf-8"))
           for n in ("cache", "calibrate", "calibration", "check", "count", "doctor", "plan",
                     "reconcile", "tokgate")}
valid = {n: jsonschema.Draft202012Validator(s) for n, s in schemas.items()}


def say(good, what, detail=""):
    print(("good " if good else "bad ") + what + (": " + detail if not good else ""))


def problems(validator, document):
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    return f"{error.json_path}: {error.message}"[:300] if error else ""


for name, schema in schemas.items():
    jsonschema.Draft202012Validator.check_schema(schema)
say(schemas["check"]["$defs"]["summary"] == schemas["count"]["$defs"]["summary"] ==
    schemas["plan"]["$defs"]["summary"], "check, count and plan describe one summary")

kinds = {}
for line in open(sys.argv[2], encoding="utf-8"):
    if line.startswith("## "):
        options = kinds.setdefault(line[3:].strip(), [])
    elif match := re.match(r"- `(\w+)` \(", line):
        options.append(match[1])
defs = schemas["tokgate"]["$defs"]
offered = [i["$ref"].split("/")[-1] for i in schemas["tokgate"]["properties"]["rules"]["items"]["oneOf"]]
say(sorted(offered) == sorted(kinds), "tokgate.schema.json has the rules of explain",
    f"{sorted(set(offered) ^ set(kinds))}")
say(sorted(defs["waiver"]["properties"]["rule"]["enum"]) == sorted(kinds), "and so have its waivers")
say(sorted(schemas["check"]["$defs"]["finding"]["properties"]["rule"]["enum"]) == sorted(kinds),
    "and so has check.schema.json")
for kind, options in kinds.items():
    general = {"rule", "files", "severity", "scope"}
    described = set(defs.get(kind, {}).get("properties", {})) - general
    say(described == set(options), f"its options of {kind} are those of explain",
        f"{sorted(described ^ set(options))}")


def output_of(case):
    """What the program printed there: stdout and the exit status."""
    text = case.read_bytes().decode("utf-8", "replace")
    text, status = text.rsplit("exit ", 1)
    return text.split("--- stderr\n")[0], int(status)


def without_comments(text):
    return re.sub(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/',
                  lambda m: m[0] if m[0][0] == '"' else " ", text, flags=re.S)


documents = lines = 0
faults = []
for expected in sorted(fixtures.glob("*/*/*/expected")):
    out, _ = output_of(expected)
    where = expected.parent.relative_to(fixtures)
    if out.startswith("{\n") and where.parts[:2] != ("commands", "rules"):  # that has no schema
        document = json.loads(out)
        name = where.parts[1] if where.parts[1] in ("cache", "calibrate", "doctor", "plan", "reconcile") else \
            "count" if "requests" in document else "check"
        fault = problems(valid[name], document)
        documents += 1
        faults += [f"{where}: {fault}"] if fault else []
    elif out.startswith('{"path"'):
        for line in out.removesuffix("\n").split("\n"):
            entry = json.loads(line)
            name, part = ("check", "finding") if "rule" in entry else ("count", "request")
            validator = jsonschema.Draft202012Validator({**schemas[name]["$defs"][part],
                                                         "$defs": schemas[name]["$defs"]})
            fault = problems(validator, entry)
            lines += 1
            faults += [f"{where}: {fault}"] if fault else []
say(not faults and documents > 10 and lines > 50,
    "the JSON documents and lines of all fixtures fit their schemas",
    f"{documents} documents, {lines} lines, {faults[:3]}")

accepted, refused, read = [], [], 0
for file in sorted(fixtures.glob("**/tokgate.json")):
    case = next((p for p in file.parents if (p / "expected").exists()), None)
    where = file.relative_to(fixtures)
    stops = case is not None and output_of(case / "expected")[1] == 2
    if stops and not str(where).startswith(("config/types/", "config/keys/")):
        continue  # the fault may be one no schema sees, or another file's
    try:
        document = json.loads(without_comments(file.read_text("utf-8")))
    except ValueError:
        continue
    read += 1
    fault = problems(valid["tokgate"], document)
    if fault and not stops:
        refused.append(f"{where}: {fault}")
    if not fault and stops:
        accepted.append(str(where))
say(not refused and read > 100, "tokgate.schema.json takes the rule files that tokgate takes",
    f"{read} files, {refused[:3]}")
say(not accepted, "and refuses those with a wrong key or type", f"{accepted[:5]}")
taken, left = [], []
for file in sorted((fixtures / "config/calibration").glob("*/team.json")):
    stops = "team.json:" in (file.parent / "expected").read_text("utf-8")
    try:
        fault = problems(valid["calibration"], json.loads(without_comments(file.read_text("utf-8"))))
    except ValueError:
        continue
    if fault and not stops:
        left.append(f"{file.parent.name}: {fault}")
    if not fault and stops:
        taken.append(file.parent.name)
# what is wrong with these, no schema sees
blind = ["narrows-too-soon", "narrows-with-outlier", "twice", "unknown-model", "unknown-shape"]
say(not left and taken == blind, "calibration.schema.json takes the calibrations that tokgate takes",
    f"{left[:3]} {taken}")
packs = [f"{p.name}: {fault}" for p in sorted((root / "rules/packs").glob("*.json"))
         if (fault := problems(valid["tokgate"], json.loads(without_comments(p.read_text("utf-8")))))]
say(not packs, "and takes the packs", f"{packs}")
PYTHON
schema_status=$?
while read -r verdict what; do
    case $verdict in
    good) ok "$what" ;;
    bad)
        problem "$what"
        ok "${what%%: *}"
        ;;
    *) problem "$verdict $what" ;;
    esac
done <schemas
[ "$schema_status" -eq 0 ] || problem "the validator ended with $schema_status"
ok "the schemas could be tried"
run init
expect 0
"$python" - "$root" <<'PYTHON' || problem "the file of init does not fit"
import json, re, sys
import jsonschema
schema = json.load(open(sys.argv[1] + "/rules/schema/tokgate.schema.json"))
text = open("tokgate.json").read()
text = re.sub(r'"(?:\\.|[^"\\])*"|//[^\n]*', lambda m: m[0] if m[0][0] == '"' else " ", text)
jsonschema.validate(json.loads(text), schema)
PYTHON
ok "the starter of init fits the schema"
echo "1..$number"
[ "$failed" -eq 0 ]
