#!/bin/sh
# Fills a directory with seeds for a fuzz target; again and again does no harm.
# Usage: tests/fuzz/corpus.sh json|rules|manifest|glob|answer|format DIRECTORY
set -eu

name=$1
directory=$2
fixtures=$(dirname "$0")/../../fixtures
packs=$(dirname "$0")/../../rules/packs
mkdir -p "$directory"

# seed_files FIND_ARGUMENTS...: copies the small files that find names.
seed_files() {
    find "$@" -type f -size -64k | while read -r file; do
        cp "$file" "$directory/$(printf %s "${file#"$fixtures"/}" | tr / _)"
    done
}

# seed NAME FORMAT: writes what printf makes of the format.
seed() {
    # shellcheck disable=SC2059 # the format is the seed
    printf "$2" >"$directory/seed-$1"
}

seed_globs() {
    number=0
    for glob in '*.md' '**' '**/*.md' 'p/**/x' '{a,b/{c,d}}/x{,y}' '[!a-z]?' '[[:digit:]x]' 'p/' \
        '\\*' 'a[]]c' '*a*b*' '?.md' './a'; do
        for path in a.md p/q/x b/d/xy 7x é.md; do
            seed "glob-$number" "$glob\\000$path"
            number=$((number + 1))
        done
    done
}

seed_answers() {
    number=0
    for body in '{"input_tokens":14}' '{"input_tokens":-1}' '{"input_tokens":9007199254740993}' \
        '{"type":"error","error":{"type":"rate_limit_error","message":"slow sk-secret down."}}' \
        '{"error":{"details":{"error_code":"enforced_spend_limit_reached"},"message":"x"}}' \
        '{"error":{"message":"You have reached your specified API usage limits."}}' \
        '<html>no</html>' '' '[]'; do
        for status in '\000' '\003' '\004' '\006' '\007' '\011' '\013'; do
            seed "answer-$number" "$status$body"
            number=$((number + 1))
        done
    done
}

seed_formats() {
    texts='rules\377path\377why\377also\377a\377id\377'
    seed none ''
    seed one "${texts}\\001a.md\\377too many tokens\\377\\100id\\377"
    seed two "${texts}\\002b\\033[1m.md\\377a\\nb%%25:,\\377\\007\\302\\205\\377\\003c\\377d\\377e\\377"
    seed bytes "\\200\\377\\300\\257\\377\\000\\377\\342\\200\\256\\377\\355\\240\\200\\377\\n\\377"
}

case $name in
json) seed_files "$fixtures" "$packs" '(' -name '*.json' -o -name '*.jsonl' ')' ;;
rules) seed_files "$fixtures" "$packs" '(' -name 'tokgate*.json' -o -name 'rules*.json' \
    -o -path '*/packs/*' ')' ;;
manifest) seed_files "$fixtures" ! -name expected ! -name args ! -name setup ! -name api.json ;;
glob) seed_globs ;;
answer) seed_answers ;;
format) seed_formats ;;
*)
    echo "usage: tests/fuzz/corpus.sh json|rules|manifest|glob|answer|format DIRECTORY" >&2
    exit 2
    ;;
esac
