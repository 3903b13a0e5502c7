#!/bin/sh
# Fills a directory with seeds for a fuzz target; again and again does no harm.
# Usage: tests/fuzz/corpus.sh json|rules|manifest|glob|answer|format|media|vocab|text|request DIRECTORY
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

# The first byte chooses how the rest is encoded, see fuzz_media.c.
seed_media() {
    png='\211PNG\r\n\032\n\000\000\000\rIHDR\000\000\004\000\000\000\003\000\010\002\000\000\000crc!'
    frame='\377\302\000\021\010\003\000\004\000\003\001\042\000\002\021\001\003\021\001'
    webp='RIFF\144\000\000\000WEBP'
    seed base64 '\000R0lGODlhBQADAIAAAA=='
    seed base64-lines '\000R0lG\nODlh BQADAIAAAA\t==\r\n'
    for mode in 1 2 3; do
        seed "gif-$mode" "\\00${mode}GIF89a\\000\\004\\000\\003\\200\\000\\000,"
        seed "png-$mode" "\\00$mode${png}IDAT"
        seed "jpeg-$mode" "\\00$mode\\377\\330$frame"
        seed "jpeg-exif-$mode" "\\00$mode\\377\\330\\377\\341\\000\\010Exif\\000\\000\\377\\377\\333\\000\\003z$frame"
        seed "webp-lossy-$mode" "\\00$mode${webp}VP8 0000\\020\\002\\000\\235\\001*\\000\\004\\000\\003"
        seed "webp-lossless-$mode" "\\00$mode${webp}VP8L0000/\\377\\303\\277\\000"
        seed "pdf-$mode" "\\00$mode%%PDF-1.7\\n1 0 obj<</Type/Pages/Count 2>>endobj 3 0 obj<</Type/Page>>endobj\\n4 0 obj<</Type/ObjStm/Length 2>>stream\\nab\\nendstream endobj\\ntrailer<</Encrypt 5 0 R/Linearized 1/N 9>>startxref"
        seed "webp-extended-$mode" "\\00$mode${webp}VP8X0000\\020\\000\\000\\000\\377\\003\\000\\377\\002\\000"
    done
}

# A file, or places (two bytes, the lower first) and values: see fuzz_vocab.c.
seed_vocab() {
    seed none ''
    seed magic 'tokvocab\001\000\000\000'
    seed one-place 'abcabab\000\003\001'
    seed units '\150\000\001\151\000\004\154\003\101'
    seed ladders '\000\034\002\001\040\003'
}

# The first byte chooses family and edges, see fuzz_text.c.
seed_text() {
    number=0
    for text in 'It'\''s the HTTPServer, isn'\''t it? x = foo_bar(12345);\n\n\tYES  no' \
        '\n\n```\n%%-----==== (a) "b" ...\n' ' \001\000 \302\240\342\200\250x' \
        '\340\271\231\340\271\215\340\270\262 e\314\201a\314\247\314\201' \
        '\344\270\255\346\226\207\343\200\202\357\274\214\357\274\221 \355\225\234\352\265\255' \
        '\320\237\321\200\320\270\320\262\320\265\321\202, \320\234\320\236\320\241\320\232\320\222\320\220' \
        '\360\237\221\251\342\200\215\360\237\222\273 \342\232\226\357\270\217 \342\200\234x\342\200\231s\342\200\235' \
        '\357\267\220\357\267\221 \357\267\223 \377\342\202 \304\260x \341\272\236A \334\260a'; do
        for mode in 0 1 2 3 4 5 6 7 10 11 12 13; do
            seed "text-$number-$mode" "\\$mode$text"
        done
        number=$((number + 1))
    done
    for file in "$fixtures"/../README.md "$fixtures"/../src/count/offline/runs.c; do
        head -c 2000 "$file" >"$directory/file-$(basename "$file")"
    done
}

# One request, of all that requests may hold.
seed_requests() {
    for model in claude-opus-4-8 claude-sonnet-4-5 claude-opus-5 claude-opus-4-7 nobody; do
        seed "request-$model" '{"model":"'$model'","max_tokens":9,"system":[{"type":"text","text":"S",
"cache_control":{"type":"ephemeral"}}],"thinking":{"type":"enabled","budget_tokens":1024},
"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
"tools":[{"name":"f","description":"d \303\251","input_schema":{"b":1.50,"a":[1e22,-0,"\\u00e9"]},
"input_examples":[{"x":1}]},{"type":"web_search_20250305","name":"w"},
{"name":"g","input_schema":{},"defer_loading":true}],"output_config":{"format":{"type":"json_schema",
"schema":{"type":"object"}}},"messages":[{"role":"user","content":" Hi\\n\\n"},
{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/gif",
"data":"R0lGODlhBQADAIAAAA=="}},{"type":"text","text":"a"},{"type":"text","text":"b"},
{"type":"document","title":"t","citations":{"enabled":true},"source":{"type":"text",
"media_type":"text/plain","data":"D"}}]},
{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},
{"type":"text","text":"c "},{"type":"tool_use","id":"1","name":"f","input":{"x":"y","z":[1,null]}},
{"type":"tool_use","id":"2","name":"g","input":{}}]},{"role":"user","content":[
{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"r"},{"type":"image",
"source":{"type":"url","url":"https://x"}},{"type":"tool_reference","tool_name":"g"}]},
{"type":"tool_result","tool_use_id":"2","is_error":true,"content":"no"}]}]}'
    done
    seed_files "$fixtures" '(' -name '*.json' -o -name '*.jsonl' ')'
}

case $name in
json) seed_files "$fixtures" "$packs" '(' -name '*.json' -o -name '*.jsonl' ')' ;;
rules) seed_files "$fixtures" "$packs" '(' -name 'tokgate*.json' -o -name 'rules*.json' \
    -o -path '*/packs/*' ')' ;;
manifest) seed_files "$fixtures" ! -name expected ! -name args ! -name setup ! -name api.json ;;
glob) seed_globs ;;
answer) seed_answers ;;
format) seed_formats ;;
media) seed_media ;;
vocab) seed_vocab ;;
text) seed_text ;;
request) seed_requests ;;
*)
    echo "usage: tests/fuzz/corpus.sh json|rules|manifest|glob|answer|format|media|vocab|text|request DIRECTORY" >&2
    exit 2
    ;;
esac
