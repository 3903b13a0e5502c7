#!/bin/sh
# How the vocabulary gets into the build (cmd/mkvocab/fetch.sh), with a stand-in for Python and pip; and
# what the program says of it. Prints TAP. Usage: tests/vocab.sh PATH_TO_TOKGATE
set -u

tokgate=$1
case $tokgate in /*) ;; *) tokgate=$PWD/$tokgate ;; esac
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(cd "$(mktemp -d)" && pwd -P) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work" || exit 2
number=0
failed=0
problems=''

problem() { problems="$problems# $*
"; }

# ok WHAT: one line of TAP, failed when there was a problem since the last
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

# A Python of our own: what it does is in the file mode.
mkdir cmd bin
cp -R "$top/cmd/mkvocab" cmd/mkvocab
rm -f cmd/mkvocab/vocab.bin
printf 'a table\n' >table
sha256sum table | sed 's/table/vocab.bin/' >cmd/mkvocab/vocab.sha256
cat >bin/python <<'EOF'
#!/bin/sh
mode=$(cat "$WORK/mode")
echo "$*" >>"$WORK/calls"
case $mode:$* in
old:-c*) exit 1 ;;
*:-c* | *:-VV) exit 0 ;;
no-pip:-m*) exit 1 ;;
*'pip --version') exit 0 ;;
offline:-m*) echo 'ERROR: no way to the index' && exit 1 ;;
mismatch:-m*) echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES' && exit 1 ;;
*:-m*)
    while [ "$1" != --target ]; do shift; done
    mkdir -p "$2/ctok"
    ;;
dies:*) printf 'a ta' >"$4" && exit 1 ;;
other:*) echo 'another table' >"$4" ;;
*) echo 'a table' >"$4" ;;
esac
EOF
chmod +x bin/python
export WORK="$work" PYTHON="$work/bin/python"

# fetch MODE: one run, in out/
fetch() {
    echo "$1" >mode
    : >calls
    cmd/mkvocab/fetch.sh out mkautomaton >said 2>&1
    status=$?
    [ -z "$(find out -name 'new.*')" ] || problem "left over: $(find out -name 'new.*')"
}

# goes_on WHY: the build has no vocabulary, and one line says so
goes_on() {
    [ "$status" = 0 ] || problem "status $status"
    { [ -f out/vocab.bin ] && [ ! -s out/vocab.bin ]; } || problem "no empty table"
    { [ "$(wc -l <said)" -eq 1 ] && grep -q "^tokgate: no vocabulary ($1).*estimates" said; } ||
        problem "said: $(cat said)"
}

# ends WHY: the build stops, and no table is left that was not there before
ends() {
    [ "$status" = 1 ] || problem "status $status"
    grep -q "^tokgate: error: .*$1" said || problem "said: $(cat said)"
    [ ! -s out/vocab.bin ] || problem "there is a table"
}

arrives() {
    { [ "$status" = 0 ] && [ ! -s said ]; } || problem "status $status, said: $(cat said)"
    cmp -s table out/vocab.bin || problem "another table"
}

PYTHON="$work/nothing" fetch fine
goes_on 'no .*nothing'
ok "without Python the build goes on"
fetch old
goes_on 'packages are pinned for CPython 3.11 to 3.14 .*'
ok "and with one that no package is pinned for"
fetch no-pip
goes_on '.* has no pip'
ok "and without pip"
touch -d 2020-01-01 out/vocab.bin
fetch offline
goes_on 'pip cannot fetch it: no way to the index'
[ -n "$(find out/vocab.bin ! -newermt 2020-01-02)" ] || problem "compiled anew without a reason"
ok "and without network"
grep -q -- '--timeout 3 --retries 0' calls || problem "pip was called with $(cat calls)"
rm out/tried
fetch offline
grep -q -- '--timeout 10 --retries 1' calls || problem "pip was called with $(cat calls)"
ok "a second try soon after is short"
fetch mismatch
ends 'not the one of cmd/mkvocab/requirements.lock.*VOCAB=none'
ok "another package than the pinned one ends the build"
fetch dies
ends 'mkvocab.py failed'
ok "so does one that mkvocab refuses; half a table does not stay"
fetch other
ends 'has the hash .*UPDATE=1'
ok "so does another table than the pinned one"
fetch fine
arrives
ok "a later try gets the table"
fetch offline
arrives
[ ! -s calls ] || problem "called: $(cat calls)"
ok "which is made once"
touch -d '+1 hour' cmd/mkvocab/mkvocab.py
fetch fine
arrives
grep -q mkvocab.py calls || problem "called: $(cat calls)"
grep -q 'pip install' calls && problem "fetched again"
ok "and anew when its generator was changed, from the packages that are there"
echo 'regex==1 # another' >>cmd/mkvocab/requirements.lock
fetch offline
goes_on 'pip cannot fetch it: no way to the index'
ok "another lock file asks for other packages"

cp table cmd/mkvocab/vocab.bin
PYTHON="$work/nothing" fetch fine
arrives
ok "a table in the tree needs no Python"
rm -rf out
echo 'another table' >cmd/mkvocab/vocab.bin
PYTHON="$work/nothing" fetch fine
ends 'has the hash'
ok "but must be the pinned one"
UPDATE=1 PYTHON="$work/nothing" cmd/mkvocab/fetch.sh out mkautomaton || problem "status $?"
cmp -s cmd/mkvocab/vocab.bin out/vocab.bin || problem "not updated"
(cd cmd/mkvocab && sha256sum -c --status vocab.sha256) || problem "the hash was not written"
ok "UPDATE=1 pins another"

# --- mkautomaton

automaton=$top/build/mkautomaton
if [ -x "$automaton" ]; then
    printf 'o\370\npa\npab\np\370ab\371\n' >streams
    { "$automaton" <streams >one.bin && tac streams | "$automaton" >two.bin; } || problem "status $?"
    cmp one.bin two.bin || problem "another order makes another automaton"
    ok "mkautomaton makes the same of the same pieces"
    for streams in '' 'pa\n' 'x\n' 'o\370\np\n'; do
        # shellcheck disable=SC2059 # a format
        printf "$streams" | "$automaton" >one.bin 2>said && problem "takes '$streams'"
        grep -q '^mkautomaton: ' said || problem "said: $(cat said)"
    done
    ok "and refuses what are none"
else
    ok "mkautomaton makes the same of the same pieces # SKIP not built"
    ok "and refuses what are none # SKIP not built"
fi

# --- the program

"$tokgate" --version --licenses >out.txt || problem "status $?"
head -n 2 out.txt >head.txt
"$tokgate" --version | cmp -s - head.txt || problem "does not begin with the version"
for notice in 'The tokgate authors' 'Sander Land' 'Daniel Stenberg' 'University of Cambridge' \
    'Public Software Group' 'Unicode, Inc' 'The OpenSSL Project Authors'; do
    grep -qi "Copyright (c) .*$notice" out.txt || problem "no notice of $notice"
done
ok "--licenses has the notices of all that is built in"
[ "$(grep -c 'Sander Land' out.txt)" -eq 1 ] || problem "a notice is there twice"
ok "each once"
table=$top/build/vocab/vocab.bin
if [ -s "$table" ]; then
    "$tokgate" --version --vocab "$table" | grep -qx 'vocabulary ctok 1\.3\.0, Unicode 15\.1' ||
        problem "said: $("$tokgate" --version --vocab "$table" 2>&1)"
    ok "--vocab reads the table that is built in"
    [ "$(wc -c <"$table")" -le 1572864 ] || problem "$(wc -c <"$table") bytes"
    ok "which has at most 1.5 MB"
    cp "$table" damaged.bin
    printf '\377' | dd of=damaged.bin bs=1 seek=300000 conv=notrunc 2>/dev/null
    "$tokgate" count --vocab damaged.bin "$top/README.md" >out.txt 2>err.txt
    [ $? = 2 ] || problem "accepted"
    [ "$(cat err.txt)" = 'tokgate: error: damaged.bin: damaged: the checksum is wrong' ] ||
        problem "said: $(cat err.txt)"
    ok "and not with another byte"
else
    for what in "--vocab reads the table that is built in" "which has at most 1.5 MB" \
        "and not with another byte"; do
        ok "$what # SKIP no vocabulary in build/vocab"
    done
fi

echo "1..$number"
[ "$failed" -eq 0 ]
