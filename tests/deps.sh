#!/bin/sh
# Installs what a step needs and is missing, on Debian 12, and says what it does. VOCAB=none is
# respected.
# Usage: tests/deps.sh build|test|lint|conformance|fuzz
set -eu

step=$1
missing=''
wanted='' # a build does without, so nothing fails where it cannot be installed

# need_command COMMAND PACKAGE, need_library PKG_CONFIG_NAME PACKAGE
need_command() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need_library() {
    command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$1" || missing="$missing $2"
}

need_build() {
    need_command cc gcc
    [ -e /usr/include/stdio.h ] || missing="$missing libc6-dev" # gcc only recommends it
    need_command make make
    need_command pkg-config pkg-config
    need_library libcurl libcurl4-openssl-dev
    need_library libpcre2-8 libpcre2-dev
    need_library libcrypto libssl-dev
    need_library sqlite3 libsqlite3-dev
    need_library libutf8proc libutf8proc-dev
    need_library zlib zlib1g-dev
    want_vocabulary
}

# The package that the vocabulary comes from is fetched with pip; a build without it is one too.
want_vocabulary() {
    [ "${VOCAB:-}" != none ] || return 0
    [ ! -s build/vocab/vocab.bin ] && [ ! -f cmd/mkvocab/vocab.bin ] || return 0
    command -v python3 >/dev/null 2>&1 || wanted="$wanted python3"
    python3 -m pip --version >/dev/null 2>&1 || wanted="$wanted python3-pip"
}

need_test() {
    need_build
    need_command python3 python3
    need_command git git
    need_command timeout coreutils
    /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || missing="$missing python3-jsonschema"
    # the sanitizers of gcc come with it; a missing one shows when linking
}

need_lint() {
    need_test
    need_command clang clang
    need_command clang-format-14 clang-format-14
    need_command clang-tidy-14 clang-tidy-14
    need_command cppcheck cppcheck
    need_command shellcheck shellcheck
}

need_conformance() {
    need_test
    need_command xz xz-utils
    python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv" # for pre-commit
    command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
        wanted="$wanted chromium" # to look at the page of a plan
    command -v parallel >/dev/null 2>&1 || wanted="$wanted parallel"     # for the examples of the README
    command -v java >/dev/null 2>&1 || wanted="$wanted default-jre-headless" # with them and Apache Spark
    python3 -m pip --version >/dev/null 2>&1 || wanted="$wanted python3-pip" # which comes from PyPI
    command -v npm >/dev/null 2>&1 || wanted="$wanted nodejs npm" # for Prism, a server to send bodies to
}

need_fuzz() {
    need_build
    need_command clang clang
    for runtime in /usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a; do
        [ -e "$runtime" ] || missing="$missing libclang-rt-14-dev"
        break
    done
}

case $step in
build | test | lint | conformance | fuzz) "need_$step" ;;
*)
    echo "usage: tests/deps.sh build|test|lint|conformance|fuzz" >&2
    exit 2
    ;;
esac

[ -n "$missing$wanted" ] || exit 0
[ -n "$missing" ] || command -v apt-get >/dev/null 2>&1 || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "deps: please install what these Debian packages hold:$missing" >&2
    exit 1
fi
run=''
[ "$(id -u)" = 0 ] || run=sudo
[ -n "$run" ] && [ -z "$missing" ] && run='sudo -n' # what is only wanted is worth no password
echo "deps: installing$missing$wanted"
export DEBIAN_FRONTEND=noninteractive
# install NAME...
install() { $run apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
$run apt-get update -qq || [ -z "$missing" ]
# shellcheck disable=SC2086 # lists of names
{
    [ -z "$missing" ] || install $missing
    [ -z "$wanted" ] || install $wanted || echo "deps: going on without$wanted"
}
