#!/bin/sh
# Style and static checks; one TAP line each. Usage: tests/lint.sh PATH_TO_TOKGATE
set -u

tokgate=$1
number=0
failed=0

# check NAME COMMAND...: passes when the command does.
check() {
    name=$1
    shift
    number=$((number + 1))
    if output=$("$@" 2>&1); then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        printf '%s\n' "$output" | tail -n 60 | sed 's/^/# /'
        failed=$((failed + 1))
    fi
}

sources() { git ls-files -c -o --exclude-standard -- 'src/*.c' 'src/*.h' 'cmd/*.c' 'tests/*.c' 'tests/*.h'; }
# shellcheck disable=SC2046 # names without spaces
format() { clang-format-14 --dry-run -Werror $(sources); }

flags="-std=c17 -D_XOPEN_SOURCE=700 -iquote src -iquote tests"
# A quarter of the analyzer's own depth: the rest is most of its time.
depth='-Xclang -analyzer-config -Xclang max-nodes=60000'
# One file at a time, so that a crash names its file; as many at once as there are processors.
tidy() {
    found=$(git ls-files -c -o --exclude-standard -- 'src/*.c' 'cmd/*.c' |
        xargs -P "$(getconf _NPROCESSORS_ONLN)" -I FILE \
            sh -c "clang-tidy-14 --quiet FILE -- $flags $depth 2>&1 | grep -vE 'warnings? (generated|treated)'")
    printf '%s\n' "$found"
    [ -z "$found" ]
}
# shellcheck disable=SC2086
static_check() {
    cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j 2 -Isrc \
        --enable=warning,performance,portability --suppressions-list=tests/cppcheck.txt src cmd
}
# shellcheck disable=SC2046
shell() { shellcheck $(git ls-files -c -o --exclude-standard -- '*.sh' .ci/run); }

# Every third-party header is included in one .c, and in no header.
one_includer() {
    for header in 'curl/' 'pcre2' 'sqlite3' 'yaml\.h' 'utf8proc' 'openssl/' 'cjson' 'zlib'; do
        includers=$(git grep -lE "#include <$header" -- src cmd)
        [ "$(printf '%s\n' "$includers" | grep -c .)" -le 1 ] || {
            printf '%s is included by:\n%s\n' "$header" "$includers"
            return 1
        }
        case $includers in *.h) echo "$includers is a header" && return 1 ;; esac
    done
}

# Rooms include only rooms before them: base <- json, net, catalog <- input <- count <- check <- plan,
# report <- cli <- cmd.
one_way() {
    order='base:1 json:2 net:2 catalog:3 input:4 count:5 check:6 plan:7 report:8 cli:9 tokgate:10 mkembed:4 mkvocab:6'
    git grep -nE '^#include "[a-z]+/' -- src cmd | awk -v order="$order" '
        BEGIN { n = split(order, pairs, " "); for (i = 1; i <= n; i++) { split(pairs[i], p, ":"); level[p[1]] = p[2] } }
        { split($0, at, ":"); split(at[1], path, "/"); room = path[2]
          match($0, /"[a-z]+\//); other = substr($0, RSTART + 1, RLENGTH - 2)
          if (!(other in level) || !(room in level)) { print "unknown room: " $0; bad = 1 }
          else if (other != room && level[other] >= level[room]) { print "against the order: " $0; bad = 1 } }
        END { exit bad }'
}

# Nobody prints or ends the process but cmd/, the pipeline, formats and arena.c.
no_stdio() {
    ! git grep -nE '\b(exit|abort|printf|puts|perror)\(|\bf(printf|puts)\((stdout|stderr)' -- 'src/*.c' |
        grep -vE '^src/(base/arena|cli/|report/)'
}
lists_documented() {
    "$tokgate" --help >/dev/null &&
        for name in $("$tokgate" rules | cut -d' ' -f1); do
            grep -q "$name" rules/README.md README.md || { echo "$name is in no document" && return 1; }
        done
}
catalog_sourced() {
    python3 - <<'EOF'
import json, sys
bad = []
for name in ('models', 'limits', 'limits-2025', 'profiles'):
    data = json.load(open(f'rules/catalog/{name}.json'))
    sources = data['sources']
    for key, source in sources.items():
        if not source.get('date') or not source.get('title'):
            bad.append(f'{name}: source {key} has no date or title')
    def walk(node, where):
        if isinstance(node, dict):
            for key in node.get('sources', []) if isinstance(node.get('sources'), list) else []:
                if key not in sources:
                    bad.append(f'{name}: {where} names the unknown source {key}')
            for key, child in node.items():
                walk(child, f'{where}.{key}')
        elif isinstance(node, list):
            for i, child in enumerate(node):
                walk(child, f'{where}.{i}')
    walk(data, name)
    for rows in ('models', 'pools', 'profiles', 'bands'):
        for row in data.get(rows, []):
            if not row.get('sources'):
                bad.append(f'{name}: a row of {rows} has no sources: {row}')
print('\n'.join(bad))
sys.exit(bool(bad))
EOF
}

check 'clang-format 14' format
check 'clang-tidy' tidy
check 'cppcheck' static_check
check 'shellcheck' shell
check 'one file includes each third-party header' one_includer
check 'rooms include only rooms before them' one_way
check 'nobody prints but who may' no_stdio
check 'every rule is documented' lists_documented
check 'every catalog row has dated sources' catalog_sourced
echo "1..$number"
[ "$failed" = 0 ]
