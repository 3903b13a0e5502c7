#!/bin/sh
# Learning from answers: counts of a scripted API, what tokgate keeps of them, and what it makes of that.
# Prints TAP. usage: tests/calibrate.sh PATH_TO_TOKGATE
set -u

# shellcheck source=tests/scripted.sh
. "$(dirname "$0")/scripted.sh"

key=test-key-7be1a90c44
hidden="$key secretword"
check_secrets() {
    # shellcheck disable=SC2154 # of the script that is sourced
    grep -q -F secretword out err 2>/dev/null && problem "a prompt was printed"
    return 0
}

# request NUMBER: one of a shape, each of another length
request() {
    printf '{"model":"claude-sonnet-4-5","max_tokens":9,"tools":[{"name":"t","input_schema":{"type":"object"}}],'
    printf '"messages":[{"role":"user","content":"secretword'
    for _ in $(seq "$1"); do printf ' and more'; done
    printf '"}]}\n'
}
# requests FIRST LAST: a manifest
requests() {
    for i in $(seq "$1" "$2"); do
        printf '{"custom_id":"c%s","params":%s}\n' "$i" "$(request "$i")"
    done
}
member() { # NAME FILE: its values, one a line
    sed -n "s/.*\"$1\": *\\([-0-9]*\\)[,}].*/\\1/p" "$2"
}
# answers SHIFT FIRST: counts of the API for batch.jsonl, whose first request has that number, so much
# over those offline
answers() {
    "$tokgate" count --count offline --no-config --format jsonl batch.jsonl |
        awk -v shift="$1" -v first="$2" '
            BEGIN { printf "["; for (i = 1; i < first; i++) more = more " and more" }
            { more = more " and more"; sub(/.*"tokens": ?/, ""); sub(/,.*/, "") }
            { printf "%s{\"match\": \"secretword%s\\\"\", ", (NR > 1 ? ", " : ""), more }
            { printf "\"body\": {\"input_tokens\": %d}}", $0 + shift }
            END { print "]" }'
}
# api SHIFT FIRST LAST: a server that counts the requests with these numbers so much higher, and batch.jsonl of them
api() {
    requests "$2" "$3" >batch.jsonl
    answers "$1" "$2" >api.json
    launch api api.json
}
ask() { # ARGUMENTS: all over the API
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" count --count api --no-config --format jsonl "$@"
}
learn() { # ARGUMENTS
    run "$tokgate" calibrate --no-config "$@"
}
offline() { # ARGUMENTS
    run "$tokgate" count --count offline --no-config --format jsonl "$@"
}
# What calibrate says of the only shape there is.
lesson_is() { # VERDICT ANSWERS SHIFT
    learn --format json
    status_is 0
    out_has "\"verdict\": \"$1\""
    [ -z "${2:-}" ] || out_has "\"answers\": $2,"
    [ -z "${3:-}" ] || out_has "\"shift\": $3,"
}

request 9 >new.json
"$tokgate" count --count offline --no-config --format jsonl new.json >plain

begin "without answers there is nothing to learn from"
learn
status_is 0
out_has '^nothing to learn from: .*/cache/tokgate has no true count'
[ ! -e cache ] || problem "a cache was made"
finish

begin "with nothing to learn from, nothing is written"
learn --write
status_is 0
[ ! -e cache ] || problem "a cache was made"
finish

begin "two answers are too few"
api 40 1 2
ask batch.jsonl
status_is 0
lesson_is 'too few'
finish

begin "answers of the API are learned from, and correct what was not asked"
api 40 1 4
ask batch.jsonl
status_is 0
lesson_is used 4 40
out_has '"inside_after": 4,'
learn --write
status_is 0
out_has '^written .*/cache/tokgate/calibration.json'
offline --calibration cache new.json
status_is 0
out_has '"corrected_by": 4,'
[ "$(member tokens out)" -eq $(($(member tokens plain) + 40)) ] || problem "not 40 tokens more"
[ "$(member low out)" -eq $(($(member low plain) + 40)) ] || problem "the lower bound did not move"
[ "$(member high out)" -eq $(($(member high plain) + 40)) ] || problem "the upper bound did not move"
offline new.json
cmp -s out plain || problem "what is beside the cache was used without being asked for"
run "$tokgate" count --count offline --no-config --parts --calibration cache new.json
out_has ' offline \| estimate '
out_has '^corrected  1 request, by 4 answers of the API (.*/calibration.json)'
finish

begin "a warm cache is learned from once"
api 40 1 4
ask batch.jsonl
ask batch.jsonl
requests_are api 4
lesson_is used 4 40
out_has '"observations": 4,'
finish

begin "what the cache has is learned from when there was nothing to learn with before"
api 40 1 4
ask batch.jsonl
rm cache/tokgate/observations.sqlite*
ask batch.jsonl
requests_are api 4
lesson_is used 4 40
finish

begin "only requests that are asked about are learned from"
api 40 1 4
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    "$tokgate" check --no-config batch.jsonl
requests_are api 0
learn
out_has '^nothing to learn from'
finish

begin "nothing is kept without a cache"
api 40 1 4
ask --no-cache batch.jsonl
status_is 0
[ ! -e cache ] || problem "a cache was made"
finish

begin "an answer that is far off drops the correction, and three that agree bring one back"
api 40 1 4
ask batch.jsonl
learn --write
stop_servers
api 900 5 5
ask --calibration cache batch.jsonl
status_is 0
err_has '^tokgate: warning: the API counted far from the corrected band of claude-sonnet-4-5-20250929, turns(1)+tools(auto,1): the correction is dropped$'
offline --calibration cache new.json
cmp -s out plain || problem "it is used all the same"
lesson_is dropped
stop_servers
api 900 6 7
ask batch.jsonl
lesson_is used 3 900
out_has '"forgotten": 4,'
finish

begin "an answer within the corrected band drops nothing"
api 40 1 4
ask batch.jsonl
learn --write
stop_servers
api 41 5 5
ask --calibration cache batch.jsonl
status_is 0
[ ! -s err ] || problem "something on standard error"
lesson_is used 5 40
finish

begin "a committed file stays as it is, and what speaks against it is said"
api 40 1 4
ask batch.jsonl
learn --output team.json
status_is 0
cp team.json before.json
stop_servers
api 900 5 6
ask --calibration team.json --jobs 2 batch.jsonl
[ "$(grep -c 'make the calibration anew with tokgate calibrate' err)" -eq 1 ] || problem "not said once"
cmp -s team.json before.json || problem "the file was changed"
finish

begin "another API version drops it"
api 40 1 4
ask batch.jsonl
learn --output team.json
printf '{"api_version": "2026-10-21", "calibration": "team.json"}' >tokgate.json
run "$tokgate" count --count offline --format jsonl new.json
status_is 0
cmp -s out plain || problem "it is used all the same"
err_has '^tokgate: warning: 1 correction of team.json is not used: learned with another profile'
run "$tokgate" calibrate --format json
out_has '"verdict": "changed profile"'
rm tokgate.json
finish

begin "the rule file names the calibration, and the command line can do without"
api 40 1 4
ask batch.jsonl
learn --output team.json
printf '{"calibration": "team.json"}' >tokgate.json
run "$tokgate" count --count offline --format jsonl new.json
out_has '"corrected_by": 4,'
run "$tokgate" doctor
out_has '^calibration  *team.json: 1 correction, from 4 answers'
run "$tokgate" count --count offline --format jsonl --calibration none new.json
cmp -s out plain || problem "it is used all the same"
rm tokgate.json
finish

begin "twenty runs at once keep all they learn"
requests 1 40 >batch.jsonl
answers 40 1 >api.json
launch api api.json
for run in $(seq 20); do
    requests "$run" $((run + 20)) >"part$run.jsonl"
    env -i PATH="$PATH" XDG_CACHE_HOME="$dir/cache" ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" count --count api --no-config --format jsonl "part$run.jsonl" >"out$run" 2>&1 &
    pids="${pids:-} $!"
done
# shellcheck disable=SC2086 # a list of numbers
wait $pids
grep -q '^tokgate' out[0-9]* && problem "$(grep -h '^tokgate' out[0-9]* | head -n 1)"
lesson_is used 40 40
rm out[0-9]* part*.jsonl
finish

# billed SHIFT ARGUMENTS: answers to batch.jsonl whose usage is so much higher than the offline counts
billed() {
    shift_by=$1
    shift
    "$tokgate" count --count offline --no-config --format jsonl batch.jsonl |
        sed -n 's/.*"custom_id": *"\([^"]*\)".*"tokens": *\([0-9]*\),.*/\1 \2/p' |
        awk -v shift="$shift_by" '{
            printf "{\"custom_id\":\"%s\",\"result\":{\"type\":\"succeeded\",\"message\":{", $1
            printf "\"model\":\"claude-sonnet-4-5-20250929\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":3}}}}\n", $2 + shift
        }' >results.jsonl
    run ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" reconcile --count offline --no-config "$@" batch.jsonl results.jsonl
}

begin "usage is learned from when that is asked for"
requests 1 5 >batch.jsonl
billed 7
status_is 0
[ ! -e cache ] || problem "something was written without --learn"
billed 7 --learn
status_is 0
out_has '^learned    5 answers kept for tokgate calibrate, 0 left aside$'
lesson_is used 5 7
out_has '"source": "usage"'
learn --write
offline --calibration cache new.json
[ $(($(member tokens out) - $(member tokens plain))) -eq 7 ] || problem "another correction"
[ "$(find cache -type f -perm /077)" = "" ] || problem "others can read what was learned"
finish

begin "a body that was counted is not learned from again when it is billed"
api 7 1 4
ask batch.jsonl
requests 1 6 >batch.jsonl
billed 3 --learn
status_is 0
out_has '^learned    6 answers kept'
learn
out_has '^ *4 *+7 .* used .*)$'
out_has '^ *2 .* too few .* (usage)$'
finish

begin "what was asked takes the place of what was billed"
api 7 1 4
billed 3 --learn
ask batch.jsonl
learn
out_has '^ *4 *+7 .* used '
! grep -q usage out || problem "what was billed is still there"
finish

begin "where counts have taught, they decide"
api 7 1 4
ask batch.jsonl
requests 5 9 >batch.jsonl
billed 3 --learn
learn --write
out_has '^ *4 *+7 .* used '
out_has '^ *5 .* counts decide .* (usage)$'
out_has '^learned     1 correction from 4 answers'
offline --calibration cache new.json
[ $(($(member tokens out) - $(member tokens plain))) -eq 7 ] || problem "usage corrects"
finish

begin "a damaged file is put aside, and said once"
api 40 1 4
ask batch.jsonl
printf 'no database' >cache/tokgate/observations.sqlite
rm -f cache/tokgate/observations.sqlite-*
learn
status_is 3
err_has '^tokgate: error: .*/observations.sqlite is damaged: '
ask batch.jsonl
status_is 0
[ "$(grep -c '^tokgate: warning: .*observations.sqlite could not be used .*: it was put aside as ' err)" -eq 1 ] ||
    problem "not said once"
lesson_is used 4 40
finish

begin "a damaged calibration beside the cache is said where it is asked for"
api 40 1 4
ask batch.jsonl
learn --write
printf '{"version": 1, "corrections": [' >cache/tokgate/calibration.json
offline new.json
status_is 0
offline --calibration cache new.json
status_is 2
err_has '^tokgate: error: .*/calibration.json:1:32: not valid JSON: '
finish

begin "a calibration that is asked for and not there yet is said"
offline --calibration cache new.json
status_is 0
cmp -s out plain || problem "another count"
err_has '^tokgate: warning: there is no calibration beside the cache yet: tokgate calibrate --write makes one$'
finish

begin "what cannot be written is an error, and leaves nothing behind"
api 40 1 4
ask batch.jsonl
learn --output missing/team.json
status_is 3
err_has '^tokgate: error: cannot write missing/team.json: No such file or directory'
[ ! -s out ] || problem "something on standard output"
mkdir folder
learn --output folder
status_is 3
[ "$(find . -name '*.new-*')" = "" ] || problem "a part of a file is left"
finish

begin "files are for the user alone"
api 40 1 4
ask batch.jsonl
learn --write
[ "$(find cache -type f -perm /077)" = "" ] || problem "others can read $(find cache -type f -perm /077)"
finish

echo "1..$run_number"
[ "$failed" -eq 0 ]
