#!/bin/sh
# Installs what a step needs and is missing, on Debian 12, and says what it does.
# Usage: tests/deps.sh build|test|lint|conformance|fuzz
set -eu

step=$1
missing=''

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

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "deps: please install what these Debian packages hold:$missing" >&2
    exit 1
fi
run=''
[ "$(id -u)" = 0 ] || run=sudo
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq
# shellcheck disable=SC2086 # a list of names
$run apt-get install -y -qq --no-install-recommends $missing >/dev/null
