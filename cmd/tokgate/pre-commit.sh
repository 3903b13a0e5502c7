#!/bin/sh
# The pre-commit hook: builds tokgate in pre-commit's clone of this repository on first use, then
# checks the repository it was called in.
set -eu

clone=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -x "$clone/build/release/tokgate" ]; then
    if ! pkg-config --exists libcurl libpcre2-8 libutf8proc libcrypto sqlite3 zlib; then
        echo "tokgate: error: to build the hook, install libcurl4-openssl-dev, libpcre2-dev, libutf8proc-dev," \
            "libssl-dev, libsqlite3-dev and zlib1g-dev" >&2
        exit 3
    fi
    make -C "$clone" -s all >&2
fi
exec "$clone/build/release/tokgate" check "$@"
