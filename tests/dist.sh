#!/bin/sh
# make dist: the tarball is the same each time, and gives the same program on a machine without Python
# and network. Prints TAP. Usage: tests/dist.sh PATH_TO_TOKGATE
set -u

tokgate=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(cd "$(mktemp -d)" && pwd -P) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work" || exit 2
number=0
failed=0

# ok STATUS WHAT [LOG]: one line of TAP; the log is shown when it failed
ok() {
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        [ -z "${3:-}" ] || tail -n 40 "$3" | sed 's/^/# /'
        failed=$((failed + 1))
    fi
}

if [ ! -s "$top/build/vocab/vocab.bin" ]; then
    echo 'ok 1 - a release tarball # SKIP no vocabulary in build/vocab'
    echo 1..1
    exit 0
fi

make_dist() { make -C "$top" --no-print-directory dist >"$work/log" 2>&1; }
make_dist && cp "$top"/build/tokgate-*.tar.gz first.tar.gz
ok $? 'make dist makes a tarball' log
(umask 077 && touch "$top/build/vocab/vocab.bin" && make_dist) && cmp -s "$top"/build/tokgate-*.tar.gz first.tar.gz
ok $? 'it is the same the next time' log
mkdir unpacked && tar -xzf first.tar.gz -C unpacked
ok $? 'it can be unpacked'
cmp -s unpacked/tokgate-*/cmd/mkvocab/vocab.bin "$top/build/vocab/vocab.bin"
ok $? 'it has the vocabulary'

# All programs of this machine but those, and no network where that can be had.
mkdir bin
ln -s /usr/bin/* bin/
[ ! -d /usr/lib/llvm-14/bin ] || ln -sf /usr/lib/llvm-14/bin/clang bin/clang
rm -f bin/python* bin/pip* bin/git bin/curl bin/wget
alone=''
! unshare -rn true 2>/dev/null || alone='unshare -rn'
# Not optimized: that these sources compile so, and what then comes out, make test has shown.
# shellcheck disable=SC2086 # a command and its option
env -i PATH="$work/bin" HOME="$work" CFLAGS=-O0 $alone make -C unpacked/tokgate-* >log 2>&1
ok $? 'it builds without Python and network' log
! grep -q 'no vocabulary' log
ok $? 'and with the vocabulary' log
built=$(echo "$work"/unpacked/tokgate-*/build/release/tokgate)
"$tokgate" --version >expected
[ -s expected ] && "$built" --version | diff expected - >log
ok $? 'it is this program' log
(cd "$top" && "$tokgate" count --no-config README.md) >expected
[ -s expected ] && (cd "$top" && "$built" count --no-config README.md) | diff expected - >log
ok $? 'and counts like it' log

echo "1..$number"
[ "$failed" = 0 ]
