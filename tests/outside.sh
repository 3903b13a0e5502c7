#!/bin/sh
# Runs that count online as others see them: on a terminal, from the next run, by a signal, by another process
# of the same user. Prints TAP.
# usage: tests/outside.sh PATH_TO_TOKGATE
set -u

# shellcheck source=tests/scripted.sh
. "$(dirname "$0")/scripted.sh"

key=test-key-51c7d20b9f
hidden="$key"

check_secrets() {
    cat ./*.log 2>/dev/null | sed -e "s/\[\"x-api-key\", \"$key\"\]//" | grep -q -e "$key" &&
        problem "a key was sent outside of its header"
}

# serve ARGUMENTS: a server that counts; sets port.
serve() { launch api --count "$@"; }

# count ARGUMENTS: what is before the program may be in $before.
before=
count() {
    # shellcheck disable=SC2086 # words, and assignments
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" ${settings:-} \
        $before "$tokgate" count --count api --config limits.json --format jsonl "$@"
}

# manifest FROM TO: requests of these numbers
manifest() {
    number=$1
    while [ "$number" -le "$2" ]; do
        printf '{"custom_id":"c%s","params":{"model":"claude-sonnet-4-5","max_tokens":9,' "$number"
        printf '"messages":[{"role":"user","content":"word%s"}]}}\n' "$number"
        number=$((number + 1))
    done
}
manifest 1 5 >few.jsonl
manifest 1 35 >many.jsonl
printf '{"limits": {"token-counting": {"rpm": 600}}}' >limits.json

# --- on a terminal

begin "on a terminal: what is counted, cached and to go, the rate, and the time that is left"
serve
count few.jsonl
before="python3 $tests/terminal.py shown"
settings="TERM=xterm"
count many.jsonl
status_is 0
tr '\r' '\n' <shown >lines
grep -Eq '^[0-9]+ counted, 5 cached, [0-9]+ to go, ([0-9]\.)?[0-9]+/s, 0:0[0-9] left' lines ||
    problem "no such line: $(cat -v shown)"
[ "$(tail -c 4 shown | od -An -c | tr -d ' \n')" = '\r033[K' ] || problem "the line is not taken away"
[ "$(grep -c counted lines)" -le 40 ] || problem "too many lines: $(grep -c counted lines)"
[ "$(grep -c '"origin": *"cache"' out)" -eq 5 ] || problem "not 5 of the cache"
rm -f shown lines
finish

for quiet in CI=true TERM=dumb; do
    begin "nothing of it with $quiet"
    serve
    settings="TERM=xterm $quiet"
    count many.jsonl
    status_is 0
    [ ! -s shown ] || problem "shown: $(cat -v shown)"
    finish
done

begin "nor where nobody looks"
serve
before=
settings="TERM=xterm"
count many.jsonl
status_is 0
[ ! -s err ] || problem "something on standard error"
finish

# --- from the next run

# The shares of a count are offline ones, needed only for what is reported.
cat >tools.jsonl <<'END'
{"custom_id":"t","params":{"model":"claude-sonnet-4-5","max_tokens":9,"tools":[{"name":"get_weather","description":"of a place, which is named by its city and country, in words","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello, there"},{"role":"user","content":"Rain?"}]}}
{"custom_id":"b","params":{"model":"claude-sonnet-4-5","max_tokens":9,"system":[{"type":"text","text":"Be brief, whatever anybody asks of you, and never say why.","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"Hi"}]}}
{"custom_id":"a","params":{"model":"claude-sonnet-4-5","max_tokens":9,"cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":"Hi there"}]}}
{"custom_id":"f","params":{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"{{name}}"}]}}
END
cat >share.json <<'END'
{"tier": "start", "prompts": [{"files": "*", "rate": "500/min", "cache_hit": 0.9}],
 "rules": [{"rule": "input-tokens", "max": 20}, {"rule": "itpm-share", "max": "0.01%", "scope": "pool"}]}
END
same_again() { # ARGUMENTS
    serve
    for round in first second; do
        run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" "$tokgate" "$@"
        sed -e 's/"origin": *"[a-z]*"/"origin"/' -e 's/"\(api\|cache\)": [04]//g' out >"$round"
        requests_are api 4
    done
    cmp -s first second || problem "another report: $(diff first second)"
    grep -q '"origin": *"cache"' out || [ "$1" = check ] || problem "nothing was in the cache"
}

begin "a second run asks for nothing, and reports the same"
same_again check --count api --config share.json --format json tools.jsonl
grep -q 'tools.0 get_weather' out || problem "it does not say which part is large"
finish

begin "also the parts of each count"
same_again count --count api --no-config --parts --format json tools.jsonl
finish

begin "also where each count is printed"
same_again count --count api --no-config --format jsonl tools.jsonl
finish

# --- by a signal

cat >end.py <<'END'
import signal, subprocess, sys, time
log, *command = sys.argv[1:]
child = subprocess.Popen(command)
end = time.time() + 20
while time.time() < end and sum(1 for line in open(log)) < 8:
    time.sleep(0.02)
child.send_signal(signal.SIGTERM)
began = time.time()
status = child.wait()
if time.time() - began > 2:
    print("late end", file=sys.stderr)
sys.exit(status if status >= 0 else 128 - status)
END

begin "SIGTERM ends like Ctrl-C, with 143, and what was counted is kept"
serve --delay 0.01
settings=
before="python3 end.py api.log"
count many.jsonl
status_is 143
err_has '^tokgate: error: interrupted: not everything was read and counted$'
[ "$(wc -l <err)" -eq 1 ] || problem "more than one line on standard error"
counted=$(grep -c '"origin": *"api"' out)
before=
: >api.log
count many.jsonl
status_is 0
kept=$(grep -c '"origin": *"cache"' out)
[ "$counted" -ge 5 ] || problem "only $counted were counted"
[ "$kept" -ge "$counted" ] || problem "$counted were counted, $kept were kept"
requests_are api "$(grep -c '"origin": *"api"' out)"
finish

begin "who is not to hear SIGTERM does not"
serve
printf '%s\n' 'import os, signal, sys' 'signal.signal(signal.SIGTERM, signal.SIG_IGN)' \
    'os.execv(sys.argv[1], sys.argv[1:])' >deaf.py
before="python3 end.py api.log python3 deaf.py"
count many.jsonl
status_is 0
finish

# --- by another process

# Files of a process that may not be dumped belong to root, so it is looked at from another user. Prints owner
# and core limit, or nothing where the system does not show them.
cat >held.py <<'END'
import os, subprocess, sys, time
log, *command = sys.argv[1:]
if not os.path.exists("/proc/self/limits"):
    sys.exit(0)
if os.getuid() == 0:
    for place, _, names in os.walk("."):
        os.chown(place, 65534, 65534)
        for name in names:
            os.chown(os.path.join(place, name), 65534, 65534)
    os.setgid(65534)
    os.setuid(65534)
child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE)
end = time.time() + 20
while time.time() < end and log != "-" and sum(1 for line in open(log)) < 1:
    time.sleep(0.02)
time.sleep(0.3)
try:
    limits = open(f"/proc/{child.pid}/limits").read().splitlines()
    core = [line.split()[4:6] for line in limits if line.startswith("Max core file size")]
    print("owner", os.stat(f"/proc/{child.pid}/mem").st_uid, "own", os.getuid(), "core", *core[0])
    try:
        open(f"/proc/{child.pid}/environ").close()
        print("environment readable")
    except PermissionError:
        print("environment closed")
finally:
    child.kill()
    child.wait()
END
mode=$(stat -c %a . 2>/dev/null)

begin "another process of the user sees neither memory nor environment while a key is held"
serve --delay 3
chmod 755 .
before="python3 held.py api.log"
count few.jsonl
if [ -d /proc/self ]; then
    grep -Eq '^owner 0 own [1-9][0-9]* core 0 0$' out || problem "held: $(cat out)"
    grep -q '^environment closed$' out || problem "its environment can be read"
fi
finish

begin "which is so for the key alone"
run python3 held.py - "$tokgate" count --count offline -
if [ -d /proc/self ]; then
    grep -Eq '^owner ([1-9][0-9]*) own \1 core ' out || problem "not held: $(cat out)"
fi
finish
chmod "${mode:-700}" .

echo "1..$run_number"
[ "$failed" = 0 ]
