# shellcheck shell=sh disable=SC2034 # the scripts use what is set here
# Sourced by tests/http.sh and tests/doors.sh: a scripted API on this machine, runs against it, and TAP.
# Sets tests, tokgate, dir (which it goes to) and port. The script defines check_secrets and hidden, the
# secrets that stand nowhere but in the header that carries them.

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
    echo "usage: $0 PATH_TO_TOKGATE" >&2
    exit 2
fi
tests=$(cd "$(dirname "$0")" && pwd)
tokgate=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
dir=$(mktemp -d) || exit 2
cd "$dir" || exit 2

servers=
run_number=0
failed=0

stop_servers() {
    for pid in $servers; do
        kill "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    servers=
}
trap 'stop_servers; rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM

# launch NAME ARGUMENTS: a server with these arguments; mock is its program. Python itself, not a script that looks
# for one, and the standard library alone: most of what a hundred servers take is their start.
python=$(python3 -S -c 'import sys; print(sys.executable)')
mock=mock_api.py
launch() {
    name=$1
    shift
    : >"$name.log"
    : >"$name.port"
    PYTHONDONTWRITEBYTECODE=1 "$python" -S "$tests/$mock" --log "$name.log" "$@" >"$name.port" 2>"$name.problem" &
    servers="$servers $!"
    tries=0
    while [ ! -s "$name.port" ] && [ $tries -lt 200 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    port=$(cat "$name.port")
    [ -n "$port" ] || problem "the server did not start: $(cat "$name.problem")"
}

problem() {
    problems="$problems# $1
"
}

# begin WHAT: one test. Its cache is empty.
begin() {
    what=$1
    problems=
    status=
    rm -rf ./*.log cache out err
    : >out
    : >err
}

# run ASSIGNMENTS COMMAND: with nothing else in the environment; sets status, out, err.
run() {
    env -i PATH="$PATH" HOME="$dir/home" XDG_CACHE_HOME="$dir/cache" "$@" >out 2>err
    status=$?
}

status_is() {
    [ "$status" = "$1" ] || problem "exit status $status, not $1"
}
out_has() {
    grep -q -e "$1" out || problem "no \"$1\" on standard output"
}
err_has() {
    grep -q -e "$1" err || problem "no \"$1\" on standard error"
}
requests_are() { # SERVER NUMBER
    got=$(wc -l <"$1.log")
    [ "$got" -eq "$2" ] || problem "server $1 got $got requests, not $2"
}

# Secrets are in no output, and in no file that is left, whatever the cache holds.
check_hidden() {
    # shellcheck disable=SC2154 # of the script
    for secret_text in $hidden; do
        grep -q -F -e "$secret_text" out err && problem "a secret was printed"
        [ ! -d cache ] || ! grep -q -r -F -e "$secret_text" cache || problem "a secret is in the cache"
    done
}

finish() {
    stop_servers
    check_hidden
    check_secrets
    run_number=$((run_number + 1))
    if [ -z "$problems" ]; then
        echo "ok $run_number - $what"
        return
    fi
    failed=$((failed + 1))
    echo "not ok $run_number - $what"
    printf '%s' "$problems"
    sed 's/^/# stdout: /' out
    sed 's/^/# stderr: /' err
}
