#!/bin/sh
# Drives the program against a scripted API (tests/mock_api.py) on this machine. Prints TAP.
# usage: tests/http.sh PATH_TO_TOKGATE
set -u

# shellcheck source=tests/scripted.sh
. "$(dirname "$0")/scripted.sh"

key=test-key-51c7d20b9f
token=test-token-e83a60f7c4
path=/v1/messages/count_tokens
hidden="$key $token"

# start NAME SCRIPT: a server that plays the script; sets port. Its log is NAME.log.
start() {
    printf '%s' "$2" >"$1.json"
    launch "$1" "$1.json"
}

# count_api ARGUMENTS: the usual run, against the last server.
count_api() {
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" count --count api --format jsonl "$@"
}

counted() { # TOKENS
    status_is 0
    out_has "\"tokens\": *$1," && out_has "\"low\": *$1," && out_has "\"high\": *$1,"
    out_has '"origin": *"api"'
    [ -s err ] && problem "something on standard error"
}
not_counted() { # TEXT
    status_is 3
    err_has "^tokgate: error: .*hello\\.md.*$1"
    grep -q '"origin": *"api"' out && problem "a count of the API was reported"
}

# The keys are nowhere but in the header that carries them.
check_secrets() {
    for secret in $hidden; do
        cat ./*.log 2>/dev/null |
            sed -e "s/\\[\"x-api-key\", \"$secret\"\\]//" \
                -e "s/\\[\"authorization\", \"Bearer $secret\"\\]//" |
            grep -q -e "$secret" && problem "a key was sent outside of its header"
    done
}

# refused WHAT SCRIPT TEXT [ARGUMENTS]: no count, exit 3, TEXT in the error. Nothing is tried again.
refused() {
    begin "$1"
    start api "$2"
    text=$3
    shift 3
    count_api --retries 0 "$@" hello.md
    not_counted "$text"
    requests_are api 1
    finish
}

api_error() { # TYPE MESSAGE
    printf '{"type":"error","error":{"type":"%s","message":"%s"},"request_id":"req_1"}' "$1" "$2"
}

printf 'Hello\n' >hello.md
printf 'Good\tday \303\244 "x"' >day.md
cat >full.json <<'END'
{ "temperature": 0.2, "model": "claude-sonnet-4-5", "max_tokens": 64,
  "stream": true, "stop_sequences": ["END"], "metadata": {"user_id": "u1"},
  "system": [ {"type": "text", "text": "Be\u0020brief."} ], "top_p": 1,
  "tools": [{"name": "t", "input_schema": {"type": "object"}}],
  "messages": [ {"role": "user", "content": "Hi"} ], "service_tier": "auto" }
END
cat >picture.json <<'END'
{"model": "claude-sonnet-4-5", "max_tokens": 64, "messages": [{"role": "user", "content":
  [{"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}]}]}
END
for i in 1 2 3 4; do
    printf '{"custom_id":"c%s","params":{"model":"claude-sonnet-4-5","max_tokens":9,' $i
    printf '"messages":[{"role":"user","content":"word%s"}]}}\n' $i
done >batch.jsonl

# Counts

begin "a count of the API is exact"
start api '[{"body": {"input_tokens": 14}}]'
count_api hello.md
counted 14
requests_are api 1
finish

begin "what is sent for a prompt text, byte by byte"
start api '[{"body": {"input_tokens": 14}}]'
count_api --model claude-sonnet-4-5 day.md
counted 14
cat >want <<END
{"connection": 1, "method": "POST", "path": "$path", "headers": [["accept", "application/json"], ["anthropic-version", "2023-06-01"], ["content-length", "89"], ["content-type", "application/json"], ["host", "HOST"], ["user-agent", "tokgate/VERSION"], ["x-api-key", "$key"]], "body": "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"Good\\\\tday ä \\\\\"x\\\\\"\"}]}"}
END
sed -e "s/127.0.0.1:$port/HOST/" -e 's,tokgate/[^"]*,tokgate/VERSION,' api.log >got
cmp -s want got || problem "$(diff want got | sed '2,$s/^/# /')"
finish

begin "what is sent for a request: the fields the endpoint takes, in their order, as they are"
start api '[{"body": {"input_tokens": 14}}]'
count_api full.json
counted 14
cat >want <<'END'
"body": "{\"model\":\"claude-sonnet-4-5\",\"system\":[ {\"type\": \"text\", \"text\": \"Be\\u0020brief.\"} ],\"tools\":[{\"name\": \"t\", \"input_schema\": {\"type\": \"object\"}}],\"messages\":[ {\"role\": \"user\", \"content\": \"Hi\"} ]}"}
END
sed 's/^.*, "body": /"body": /' api.log >got
cmp -s want got || problem "$(diff want got | sed '2,$s/^/# /')"
finish

begin "an auth token goes as bearer, and alone"
start api '[{"body": {"input_tokens": 14}}]'
run ANTHROPIC_AUTH_TOKEN="$token" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    "$tokgate" count --count api --format jsonl hello.md
counted 14
grep -q "\\[\"authorization\", \"Bearer $token\"\\]" api.log || problem "no bearer"
grep -q '"x-api-key"' api.log && problem "a second credential"
finish

begin "of a key and a token only the key goes"
start api '[{"body": {"input_tokens": 14}}]'
run ANTHROPIC_AUTH_TOKEN="$token" ANTHROPIC_API_KEY="$key" \
    ANTHROPIC_BASE_URL="http://127.0.0.1:$port/" \
    "$tokgate" count --count api --format jsonl hello.md
counted 14
grep -q "\\[\"x-api-key\", \"$key\"\\]" api.log || problem "no key"
grep -q '"authorization"' api.log && problem "a second credential"
grep -q "\"path\": \"$path\"" api.log || problem "a doubled slash"
finish

begin "results keep the order of a manifest, whatever the order of the answers"
start api '[{"match": "word1", "delay": 0.5, "body": {"input_tokens": 101}},
    {"match": "word2", "delay": 0.2, "body": {"input_tokens": 102}},
    {"match": "word3", "body": {"input_tokens": 103}},
    {"match": "word4", "body": {"input_tokens": 104}}]'
count_api batch.jsonl
status_is 0
requests_are api 4
got=$(sed -n 's/.*"tokens": *\([0-9]*\),.*/\1/p' out | tr '\n' ' ')
[ "$got" = "101 102 103 104 " ] || problem "tokens $got"
finish

begin "one refused request of a manifest: the others are counted"
start api "[{\"match\": \"word2\", \"status\": 400, \"body\":
    $(api_error invalid_request_error 'messages: no')}, {\"body\": {\"input_tokens\": 14}}]"
count_api batch.jsonl
status_is 3
requests_are api 4
err_has '^tokgate: error: batch\.jsonl:2:.*400 invalid_request_error: messages: no'
[ "$(grep -c '"origin": *"api"' out)" -eq 3 ] || problem "not three counts"
finish

begin "what the API does not count is not sent"
start api '[{"body": {"input_tokens": 14}}]'
count_api picture.json
requests_are api 0
grep -q '"origin": *"api"' out && problem "a count of the API was reported"
finish

# Answers that are no count

refused "400: the API's words" \
    "[{\"status\": 400, \"body\": $(api_error invalid_request_error 'messages: text content blocks must be non-empty')}]" \
    'the API answered 400 invalid_request_error: messages: text content blocks must be non-empty'
refused "401: the key is not told, even when the answer does" \
    "[{\"status\": 401, \"echo\": \"x-api-key\", \"body\": $(api_error authentication_error 'invalid x-api-key {echo}')}]" \
    'the API answered 401 authentication_error: invalid x-api-key \[key\]'
refused "a count that is the key" \
    '[{"echo": "x-api-key", "body": "{\"input_tokens\": \"{echo}\"}"}]' \
    'input_tokens is a string'
refused "403" "[{\"status\": 403, \"body\": $(api_error permission_error 'not yours')}]" \
    'the API answered 403 permission_error: not yours'
refused "404: an unknown model" \
    "[{\"status\": 404, \"body\": $(api_error not_found_error 'model: claude-none')}]" \
    'the API answered 404 not_found_error: model: claude-none'
refused "404: no API there" \
    '[{"status": 404, "headers": {"content-type": "text/html"}, "body": "<h1>Not found</h1>"}]' \
    'the API answered 404: is ANTHROPIC_BASE_URL that of an API'
refused "413 of the edge: JSON without an outer type" \
    '[{"status": 413, "body": {"error": {"type": "request_too_large", "message": "Too big"}}}]' \
    'the API answered 413 request_too_large: Too big'
refused "413 of the edge: a page" \
    '[{"status": 413, "headers": {"content-type": "text/html"}, "body": "<h1>413</h1>"}]' \
    'the API answered 413 request_too_large: larger than the API takes (32 MB)'
refused "429 with retry-after" \
    "[{\"status\": 429, \"headers\": {\"Retry-After\": \"16\"}, \"body\": $(api_error rate_limit_error 'slow down')}]" \
    'the API answered 429 rate_limit_error: slow down; retry after 16 s'
refused "429 without it" "[{\"status\": 429, \"body\": $(api_error rate_limit_error 'slow down')}]" \
    'the API answered 429 rate_limit_error: slow down$'
refused "429 at the spend cap" \
    '[{"status": 429, "body": {"type": "error", "error": {"type": "rate_limit_error",
    "message": "cap", "details": {"error_code": "enforced_spend_limit_reached"}}}}]' \
    '429 rate_limit_error: cap; the monthly spend cap is reached'
refused "500" "[{\"status\": 500, \"body\": $(api_error api_error 'Internal error')}]" \
    'the API answered 500 api_error: Internal error'
refused "502: a page of a proxy" \
    '[{"status": 502, "headers": {"content-type": "text/html"}, "body": "<h1>Bad gateway</h1>"}]' \
    'the API answered 502 without an API error, but text/html'
refused "529" "[{\"status\": 529, \"body\": $(api_error overloaded_error 'Overloaded')}]" \
    'the API answered 529 overloaded_error: Overloaded'
refused "control characters in an answer stay off the terminal" \
    "[{\"status\": 400, \"body\": $(api_error x 'a\u001b[31mb\nc')}]" \
    'x: a\\x1B\[31mb\\x0Ac'
refused "204" '[{"status": 204}]' 'the API answered 204 without a count'
refused "200 with a page" \
    '[{"headers": {"content-type": "text/html"}, "body": "<html>14</html>"}]' \
    '200 without a count: the body is not JSON'
refused "200 with nothing" '[{"body": ""}]' '200 without a count: the body is empty'
refused "200 with null" '[{"body": null}]' '200 without a count: the body is null'
refused "200 with JSON that is cut off" '[{"body": "{\"input_tokens\": 1"}]' 'the body is not JSON'
refused "no input_tokens" '[{"body": {"tokens": 14}}]' 'no input_tokens in the body'
refused "an error, whatever it holds beside" \
    '[{"body": {"type": "error", "error": {"type": "x", "message": "busy"}, "input_tokens": 14}}]' \
    '200 without a count: the body is an error: busy'
refused "a string" '[{"body": {"input_tokens": "14"}}]' 'input_tokens is a string'
refused "null" '[{"body": {"input_tokens": null}}]' 'input_tokens is null'
refused "zero" '[{"body": {"input_tokens": 0}}]' 'input_tokens is no integer from 1 to 2^53 but 0'
refused "a negative number" '[{"body": {"input_tokens": -14}}]' 'no integer from 1 to 2^53 but -14'
refused "a fraction" '[{"body": {"input_tokens": 14.5}}]' 'no integer from 1 to 2^53 but 14.5'
refused "a number beyond 2^53" '[{"body": {"input_tokens": 9007199254740993}}]' \
    'no integer from 1 to 2^53 but 9007199254740993'
refused "more than a megabyte" "$(printf '[{"body": "%1100000s"}]' x)" \
    'the answer of 127\.0\.0\.1:[0-9]* is larger than 1048576 bytes'

# No answer

refused "a body that is cut off" '[{"body": {"input_tokens": 14}, "truncate": 9}]' \
    'got only a part of the answer of 127\.0\.0\.1'
refused "a connection that is closed" '[{"close": true}]' 'lost the connection to 127\.0\.0\.1'
refused "an answer that is not HTTP" '[{"raw": "SSH-2.0-x\r\n"}]' '127\.0\.0\.1'
refused "an answer that is late" '[{"delay": 10, "body": {"input_tokens": 14}}]' \
    'got no whole answer of 127\.0\.0\.1:[0-9]* within 1 s' --timeout 1

begin "what needs a beta is counted offline where none is named, for it would not be counted"
start api '[{"body": {"input_tokens": 14}}]'
for member in '"output_format": {"type": "json_schema", "schema": {"type": "object"}}' \
    '"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}'; do
    printf '{"model": "claude-sonnet-5", "max_tokens": 9, %s,
      "messages": [{"role": "user", "content": "Hi"}]}' "$member" >beta.json
    count_api beta.json
    status_is 0
    out_has '"origin": *"offline"'
    err_has '^tokgate: warning: 1 request was counted offline: .*, without betas, output_format and context_management$'
    requests_are api 0
done
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" ANTHROPIC_CUSTOM_HEADERS='anthropic-beta: some-beta' \
    "$tokgate" count --count api --format jsonl beta.json
counted 14
grep -q 'context_management.*clear_tool_uses' api.log || problem "it was not sent"
sed 's/{"edits".*}]}/null/' beta.json >null.json
count_api null.json
counted 14
finish

begin "nobody listens"
start api '[{}]'
stop_servers
count_api --retries 0 hello.md
not_counted 'cannot connect to 127\.0\.0\.1:[0-9]*: Connection refused'
finish

begin "a redirect is not followed"
start other '[{"body": {"input_tokens": 14}}]'
start api "[{\"status\": 302, \"headers\": {\"Location\": \"http://127.0.0.1:$port$path\"}}]"
count_api hello.md
not_counted 'the API answered 302, a redirect, which is not followed'
requests_are api 1
requests_are other 0
finish

begin "plain http goes through no proxy"
start proxy '[{"body": {"input_tokens": 99}}]'
proxy=http://127.0.0.1:$port
start api '[{"body": {"input_tokens": 14}}]'
run http_proxy="$proxy" ALL_PROXY="$proxy" ANTHROPIC_API_KEY="$key" \
    ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    "$tokgate" count --count api --format jsonl hello.md
counted 14
requests_are proxy 0
finish

# proxied HOST ASSIGNMENTS: what doctor says of a proxy, and whether a run goes there, is the same.
proxied() {
    host=$1
    shift
    : >proxy.log
    run "$@" ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://$host" "$tokgate" doctor
    said=$(sed -n 's/^proxy  *//p' out)
    run "$@" ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://$host" \
        "$tokgate" count --count api --retries 0 --timeout 5 --format jsonl hello.md
    status_is 3
    case $(cat proxy.log)/$said in
    *CONNECT*/http://127.0.0.1:*) used="$used +" ;;
    / | /none*) used="$used -" ;;
    *) problem "doctor says \"$said\" of $* for $host, and the proxy got $(cat proxy.log)" ;;
    esac
}

begin "doctor names the proxy that a run goes through, and no password of it"
start proxy '[{"status": 502}]'
proxy=http://someone:test-secret-1f3b@127.0.0.1:$port
hidden="$hidden test-secret-1f3b"
used=
proxied api.invalid https_proxy="$proxy"
proxied api.invalid HTTPS_PROXY="127.0.0.1:$port"
proxied api.invalid ALL_PROXY="$proxy" https_proxy=
proxied api.invalid all_proxy="$proxy" no_proxy=other.invalid
proxied 192.0.2.1 https_proxy="$proxy" NO_PROXY=10.0.0.0/8
proxied api.invalid http_proxy="$proxy"
proxied api.invalid https_proxy="$proxy" no_proxy=.invalid
proxied api.invalid https_proxy="$proxy" no_proxy='a, API.invalid'
proxied 127.0.0.1:1 https_proxy="$proxy" NO_PROXY=127.0.0.0/8
proxied "[::1]:1" https_proxy="$proxy" NO_PROXY=::1
[ "$used" = " + + + + + - - - - -" ] || problem "used:$used"
finish

begin "a certificate nobody vouches for is not trusted"
if openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -keyout tls.key -out tls.cert 2>/dev/null; then
    printf '[{"body": {"input_tokens": 14}}]' >tls.json
    launch tls --cert tls.cert --key tls.key tls.json
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://127.0.0.1:$port" \
        "$tokgate" count --count api --format jsonl hello.md
    not_counted 'cannot trust the certificate of 127\.0\.0\.1'
    requests_are tls 0
else
    what="$what # SKIP no openssl"
fi
finish

begin "a certificate for another host is not trusted, whoever vouches for it"
if [ -s tls.cert ] && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.2 \
    -addext subjectAltName=IP:127.0.0.2 -keyout other.key -out other.cert 2>/dev/null; then
    launch other --cert other.cert --key other.key tls.json
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://127.0.0.1:$port" \
        SSL_CERT_FILE="$dir/other.cert" "$tokgate" count --count api --format jsonl hello.md
    not_counted 'cannot trust the certificate of 127\.0\.0\.1'
    requests_are other 0
else
    what="$what # SKIP no openssl"
fi
finish

begin "an expired certificate is not trusted, whoever vouches for it"
cat >ca.conf <<'END'
[ca]
default_ca = own
[own]
database = ca.index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = host
[any]
commonName = supplied
[host]
subjectAltName = IP:127.0.0.1
END
: >ca.index
if [ -s tls.cert ] && openssl req -new -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout old.key \
    -out old.csr 2>/dev/null && openssl ca -batch -config ca.conf -selfsign -keyfile old.key \
    -in old.csr -out old.cert -notext -startdate 20200101000000Z -enddate 20200102000000Z 2>/dev/null; then
    launch old --cert old.cert --key old.key tls.json
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://127.0.0.1:$port" \
        SSL_CERT_FILE="$dir/old.cert" "$tokgate" count --count api --format jsonl hello.md
    not_counted 'cannot trust the certificate of 127\.0\.0\.1'
    requests_are old 0
else
    what="$what # SKIP no openssl"
fi
finish

begin "many requests go on one HTTP/2 connection"
if [ -s tls.cert ]; then
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        printf '{"custom_id":"c%s","params":{"model":"claude-sonnet-4-5","max_tokens":9,' $i
        printf '"messages":[{"role":"user","content":"one of many, %s"}]}}\n' $i
    done >many.jsonl
    echo '{"limits": {"token-counting": {"rpm": 60000}}}' >fast.json
    mock=mock_h2.py
    launch h2 --cert tls.cert --key tls.key --delay 0.3
    mock=mock_api.py
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://127.0.0.1:$port" \
        SSL_CERT_FILE="$dir/tls.cert" "$tokgate" count --count api --config fast.json many.jsonl
    status_is 0
    out_has 'total of 30 requests'
    grep -q '"connections": 1, "requests": 30' h2.log || problem "$(cat h2.log)"
    grep -q '"most": [12][0-9]}' h2.log || problem "not many at once: $(cat h2.log)"
else
    what="$what # SKIP no openssl"
fi
finish

# h2_counts ARGUMENTS: the server lets requests fall by the way; all of them get their count.
h2_counts() {
    if [ -s tls.cert ]; then
        mock=mock_h2.py
        launch h2 --cert tls.cert --key tls.key --delay 0.3 "$@"
        mock=mock_api.py
        run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://127.0.0.1:$port" \
            SSL_CERT_FILE="$dir/tls.cert" "$tokgate" count --count api --config fast.json many.jsonl
        status_is 0
        out_has 'total of 30 requests'
        [ -s err ] && problem "something on standard error"
    else
        what="$what # SKIP no openssl"
    fi
}

begin "a server that ends its connection: what it did not answer goes on another one"
h2_counts --goaway 12
! [ -s tls.cert ] || grep -q '"connections": [2-9]' h2.log || problem "$(cat h2.log)"
finish

begin "answers that are cut off in the middle of a connection are asked for again"
h2_counts --reset 7
! [ -s tls.cert ] || grep -q '"connections": 1,' h2.log || problem "$(cat h2.log)"
finish

# Custom headers, and where requests go

begin "custom headers are sent, and betas among them with the others"
start api '[{"body": {"input_tokens": 14}}]'
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port/gateway/v9/" \
    ANTHROPIC_CUSTOM_HEADERS="X-Team: tools
X-Empty:

 X-Trace:  a:b
Anthropic-Beta: a-2026-01-01" "$tokgate" count --count api --format jsonl hello.md
counted 14
grep -q '\["x-team", "tools"\]' api.log || problem "no x-team"
grep -q '\["x-trace", "a:b"\]' api.log || problem "no x-trace"
grep -q '\["x-empty", ""\]' api.log || problem "no x-empty"
grep -q '\["anthropic-beta", "a-2026-01-01"\]' api.log || problem "no anthropic-beta"
grep -q "\"path\": \"/gateway/v9$path\"" api.log || problem "another path"
finish

begin "what a custom header carries is not repeated, whatever the answer says"
start api '[{"status": 400, "echo": "x-gateway", "body": {"error": {"message": "no {echo} here"}}}]'
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    ANTHROPIC_CUSTOM_HEADERS="X-Gateway: Bearer gateway-secret-0815
X-Team: tools" "$tokgate" count --count api hello.md
not_counted 'API answered 400: no \[key\] here'
grep -q gateway-secret err out && problem "it was repeated"
start api '[{"status": 400, "body": {"error": {"message": "gateway-secret-0815 of tools is not good"}}}]'
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    ANTHROPIC_CUSTOM_HEADERS="X-Gateway: Bearer gateway-secret-0815
X-Team: tools" "$tokgate" count --count api hello.md
not_counted 'API answered 400: \[key\] of tools is not good'
finish

for header in 'X-API-Key: x' 'authorization: Bearer x' 'Host: example.com' 'Content-Length: 1' \
    'Transfer-Encoding: chunked' 'anthropic-version: 2020-01-01' ': x' 'no header' "X-A: a$(printf '\rX-B: b')"; do
    begin "a custom header that must not be: $(printf '%s' "$header" | tr '\r' '~')"
    start api '[{"body": {"input_tokens": 14}}]'
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        ANTHROPIC_CUSTOM_HEADERS="X-Fine: y
$header" "$tokgate" count --count api hello.md
    status_is 2
    err_has '^tokgate: error: ANTHROPIC_CUSTOM_HEADERS'
    requests_are api 0
    finish
done

# Tries, time, and how a run ends

begin "what may pass is tried again, no sooner than asked"
start api "[{\"status\": 429, \"headers\": {\"retry-after\": \"1\"}, \"body\": $(api_error rate_limit_error x)},
    {\"close\": true}, {\"body\": {\"input_tokens\": 14}}]"
count_api hello.md
counted 14
requests_are api 3
finish

begin "an answer that crawls is given up"
start api '[{"body": {"input_tokens": 14}, "crawl": 3}]'
count_api --retries 0 --timeout 30 hello.md
not_counted 'the answer of 127\.0\.0\.1:[0-9]* came to a halt'
finish

begin "an answer of 100 MB is given up early"
start api '[{"body": "x", "repeat": 100000000}]'
count_api --retries 0 hello.md
not_counted 'larger than 1048576 bytes'
finish

begin "the deadline ends a run, and says so"
start api '[{"match": "word1", "body": {"input_tokens": 101}}, {"delay": 20, "body": {"input_tokens": 1}}]'
count_api --deadline 1s batch.jsonl
status_is 3
out_has '"tokens": *101,'
err_has '^tokgate: error: 3 requests were not counted: the time that --deadline gives is over'
finish

begin "plain http to another machine goes when --insecure-http says so"
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://no-such-host.invalid" \
    "$tokgate" count --count api --insecure-http --retries 0 hello.md
status_is 3
err_has 'cannot find the address of no-such-host\.invalid'
finish

# interrupted SERVER-SCRIPT ARGUMENTS: SIGINT when the server has seen two requests. A shell would make
# children in the background deaf to it.
cat >interrupt.py <<'END'
import os, signal, subprocess, sys, time
log, *command = sys.argv[1:]
child = subprocess.Popen(command)
end = time.time() + 20
while time.time() < end and sum(1 for line in open(log)) < 2:
    time.sleep(0.05)
limits = open(f"/proc/{child.pid}/limits").read() if os.path.exists("/proc/self/limits") else ""
core = [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file size")]
if core and core[0] != ["0", "0"]:
    print("core dumps are on:", core, file=sys.stderr)
time.sleep(0.2)
began = time.time()
child.send_signal(signal.SIGINT)
status = child.wait()
if time.time() - began > 2:
    print("late end", file=sys.stderr)
sys.exit(status if status >= 0 else 128 - status)
END

begin "Ctrl-C ends at once, with what is known and 130; there are no core dumps with a key"
start api '[{"match": "word1", "body": {"input_tokens": 101}}, {"delay": 20, "body": {"input_tokens": 1}}]'
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    python3 interrupt.py api.log "$tokgate" count --count api --format jsonl batch.jsonl
status_is 130
out_has '"tokens": *101,'
err_has '^tokgate: error: interrupted: not everything was read and counted$'
[ "$(wc -l <err)" -eq 1 ] || problem "more than one line on standard error"
finish

cat >interrupt_reading.py <<'END'
import os, signal, subprocess, sys, time
end, keep_open = os.pipe()
child = subprocess.Popen(sys.argv[1:], stdin=end)
time.sleep(0.5)
child.send_signal(signal.SIGINT)
sys.exit(child.wait(timeout=20))
END

begin "Ctrl-C ends also what waits for its standard input"
run python3 interrupt_reading.py "$tokgate" count --count offline -
status_is 130
[ "$(cat err)" = "tokgate: error: interrupted: not everything was read and counted" ] || problem "other words"
finish

# watched ARGUMENTS: on a terminal.
watched() {
    run TERM=xterm ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" "$@" python3 -c \
        'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
        "$tokgate" check --count api --no-config batch.jsonl
}
slow='[{"match": "word1", "body": {"input_tokens": 101}}, {"delay": 2, "body": {"input_tokens": 1}}]'

begin "on a terminal long counting shows how far it is"
start api "$slow"
watched
status_is 0
out_has '1 counted, 3 to go, [0-9.]*/s, 0:0[0-9] left'
finish

begin "in CI it does not"
start api "$slow"
watched CI=true
status_is 0
grep -q 'to go' out && problem "progress in CI"
finish

# Libraries are loaded when they are needed, and only then

# run_with NAME FILE ARGUMENTS: with FILE in the place of that library, and a key.
run_with() {
    rm -rf library
    mkdir library
    cp "$2" "library/$1"
    shift 2
    run LD_LIBRARY_PATH="$dir/library" ANTHROPIC_API_KEY="$key" \
        ANTHROPIC_BASE_URL="https://gateway.invalid/anthropic" "$tokgate" "$@"
}
# Any library but the right one: the one for mathematics lies beside that of C.
other_library=$(ldd "$tokgate" | sed -n 's,.* => \(/.*/\)libc\.so\.6 .*,\1libm.so.6,p')

begin "an offline run does without libcurl"
run_with libcurl.so.4 /dev/null check --count offline --no-config hello.md
status_is 0
[ -s err ] && problem "something on standard error"
finish

begin "so does one that has a key, but nothing to ask"
run_with libcurl.so.4 /dev/null check --count auto --no-config hello.md
status_is 0
[ -s err ] && problem "something on standard error"
finish

begin "a libcurl that cannot be loaded: no count, and why"
run_with libcurl.so.4 /dev/null count --count api --format jsonl hello.md
status_is 3
err_has '^tokgate: error: 1 request was not counted: libcurl, .*, cannot be loaded: .*libcurl\.so\.4: '
[ -s out ] && problem "something on standard output"
finish

begin "a libcurl that lacks a function: no count, and which"
run_with libcurl.so.4 "$other_library" count --count api --format jsonl hello.md
status_is 3
err_has '^tokgate: error: 1 request .*libcurl, .*, cannot be loaded: .*libcurl\.so\.4: .*curl_easy_cleanup'
finish

# lacking LIBRARY PATHS: counts them by the last server, where the library cannot be loaded.
lacking() {
    rm -rf library
    mkdir library
    : >"library/$1"
    shift
    run LD_LIBRARY_PATH="$dir/library" ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" count --count api --format jsonl "$@"
}

begin "a run that finds all its counts in the cache does without SQLite, too"
start api '[{"body": {"input_tokens": 14}}]'
count_api batch.jsonl
status_is 0
stop_servers
for library in libsqlite3.so.0 libcurl.so.4; do
    lacking $library batch.jsonl
    status_is 0
    [ "$(grep -c '"origin": *"cache"' out)" -eq 4 ] || problem "without $library: not 4 cached counts"
    [ -s err ] && problem "without $library: something on standard error"
done
[ "$(stat -c %a cache/tokgate/counts.index)" = 600 ] || problem "not for the user alone"
finish

begin "where files may not grow, counts are not remembered, and the run goes on"
start api '[{"body": {"input_tokens": 14}}]'
# shellcheck disable=SC2016 # expanded by the inner shell
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    sh -c 'ulimit -f 8; exec "$@"' sh "$tokgate" count --count api --format jsonl hello.md
status_is 0
out_has '"tokens": *14,'
err_has '^tokgate: warning: counts are not remembered: '
finish

begin "without SQLite and with something new to count: no cache, and why"
start api '[{"body": {"input_tokens": 14}}]'
count_api batch.jsonl
printf 'Hello again\n' >again.md
lacking libsqlite3.so.0 batch.jsonl again.md
status_is 0
[ "$(grep -c '"origin": *"cache"' out)" -eq 4 ] || problem "not 4 cached counts"
[ "$(grep -c '"origin": *"api"' out)" -eq 1 ] || problem "not one of the API"
err_has '^tokgate: warning: 1 count could not be kept in the cache .*SQLite cannot be loaded: '
finish

begin "a run without globs does without PCRE2"
run_with libpcre2-8.so.0 /dev/null check --count offline --no-config hello.md
status_is 0
[ -s err ] && problem "something on standard error"
finish

begin "a PCRE2 that cannot be loaded: no globs, and why"
echo '{"prompts": [{"files": ["*.md"]}], "rules": []}' >globs.json
run_with libpcre2-8.so.0 /dev/null check --count offline --config globs.json hello.md
status_is 3
err_has '^tokgate: error: globs\.json: the library libpcre2-8, .*, could not be loaded: .*libpcre2-8\.so\.0: '
[ -s out ] && problem "something on standard output"
finish

begin "nor patterns of an ignore file"
mkdir -p ignoring
cp hello.md ignoring
echo 'a*b*c' >ignoring/.gitignore
run_with libpcre2-8.so.0 /dev/null check --count offline --no-config ignoring
status_is 3
err_has '^tokgate: error: ignoring: .*/\.gitignore: line 1: the library libpcre2-8, .*, could not be loaded: '
rm -rf ignoring
finish

# What is never sent

begin "no key is set"
start api '[{"body": {"input_tokens": 14}}]'
run ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    "$tokgate" count --count api --format jsonl hello.md
status_is 3
err_has '^tokgate: error: no ANTHROPIC_API_KEY is set'
requests_are api 0
finish

begin "offline opens no connection"
start api '[{"body": {"input_tokens": 14}}]'
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    "$tokgate" count --count offline --format jsonl hello.md
status_is 0
out_has '"origin": *"\(offline\|estimate\)"'
requests_are api 0
finish

for prefix in sk-ant-oat01 sk-ant-ort01; do
    begin "an OAuth token in the place of a key is refused ($prefix)"
    start api '[{"body": {"input_tokens": 14}}]'
    run ANTHROPIC_API_KEY="$prefix-$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" count --count api --format jsonl hello.md
    status_is 3
    err_has '^tokgate: error: ANTHROPIC_API_KEY is an OAuth token'
    requests_are api 0
    finish
done

begin "a key with a line end is refused"
start api '[{"body": {"input_tokens": 14}}]'
run ANTHROPIC_API_KEY="$key
x-injected: 1" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
    "$tokgate" count --count api --format jsonl hello.md
status_is 3
err_has '^tokgate: error: ANTHROPIC_API_KEY has a line end'
requests_are api 0
finish

for host in api.example.com 192.0.2.1 127.0.0.1.example.com; do
    begin "plain http to another machine is refused ($host)"
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://$host" \
        "$tokgate" count --count api --format jsonl hello.md
    status_is 2
    err_has "^tokgate: error: ANTHROPIC_BASE_URL .*$host: plain http would send the key in the clear"
    finish
done

begin "a password in the address is refused, and not told"
run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="https://user:$token@api.example.com" \
    "$tokgate" count --count api --format jsonl hello.md
status_is 2
err_has '^tokgate: error: ANTHROPIC_BASE_URL must not hold a user name'
finish

# auto: a budget inside of the offline band is what the API is asked about

# A request with a tool: what the tool adds is not known to the token.
awk 'BEGIN {
    printf "{\"model\": \"claude-sonnet-4-5\", \"max_tokens\": 9, \"tools\": [{\"name\": \"t\", "
    printf "\"input_schema\": {\"type\": \"object\"}}], \"messages\": [{\"role\": \"user\", \"content\": \""
    for (i = 0; i < 400; i++) printf "the %d words of a longer prompt, ", i
    print "\"}]}" }' >long.json
cp long.json longer.json
"$tokgate" count --count offline --no-config --format jsonl long.json >band
number() { # NAME
    sed -n "s/.*\"$1\": *\([0-9]*\),.*/\1/p" band
}
budget=$((($(number low) + $(number high)) / 2))

budget_is() { # TOKENS
    printf '{"rules": [{"rule": "input-tokens", "max": %s}]}' "$1" >auto.json
}
check_auto() { # FILES
    run ANTHROPIC_API_KEY="$key" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" check --count auto --config auto.json --format jsonl "$@"
}

begin "auto asks about what the offline band leaves undecided: too much"
start api "[{\"body\": {\"input_tokens\": $((budget + 1))}}]"
budget_is $budget
check_auto long.json
status_is 1
out_has input-tokens
requests_are api 1
finish

begin "auto asks about what the offline band leaves undecided: enough room"
start api "[{\"body\": {\"input_tokens\": $budget}}]"
budget_is $budget
check_auto long.json
status_is 0
grep -q input-tokens out && problem "a finding"
requests_are api 1
finish

begin "auto asks nothing about what is decided"
start api '[{"body": {"input_tokens": 14}}]'
budget_is $((budget * 10))
check_auto long.json longer.json
status_is 0
requests_are api 0
finish

begin "auto falls back to the offline band, and says so once"
start api "[{\"status\": 529, \"body\": $(api_error overloaded_error 'Overloaded')}]"
budget_is $budget
check_auto long.json longer.json
status_is 0
[ "$(grep -c input-tokens out)" -eq 2 ] || problem "not two findings"
[ "$(grep -c '^tokgate: warning: ' err)" -eq 1 ] || problem "not one warning"
err_has '^tokgate: warning: .*529 overloaded_error: Overloaded'
grep -q '^tokgate: error' err && problem "an error"
finish

begin "auto without a credential does so, too, and says nothing where all is decided"
start api '[{"body": {"input_tokens": 14}}]'
budget_is $budget
run "$tokgate" check --count auto --config auto.json --format jsonl long.json longer.json
status_is 0
[ "$(grep -c input-tokens out)" -eq 2 ] || problem "not two findings"
[ "$(wc -l <err)" -eq 1 ] || problem "not one line"
err_has '^tokgate: note: nothing was counted online, offline counts and their bands stand: no credential is set'
budget_is 1000000
run "$tokgate" check --count auto --config auto.json --format jsonl long.json longer.json
status_is 0
[ -s err ] && problem "something on standard error"
requests_are api 0
finish

# without_key ARGUMENTS: as check_auto, where nobody can be asked.
without_key() {
    run ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" check --config auto.json --format json "$@"
}
stays_undecided() { # WHAT
    status_is 0
    out_has '"undecided": *1,'
    grep -q '"cache": *0' out || problem "$1: a count of the cache"
}

begin "auto without a credential knows what others have counted"
start api "[{\"body\": {\"input_tokens\": $((budget + 1))}}]"
budget_is $budget
check_auto long.json
status_is 1
sed 's/longer/other/' long.json >other.json
for library in none libsqlite3.so.0 libcurl.so.4; do
    rm -rf library
    mkdir library
    [ $library = none ] || : >"library/$library"
    run LD_LIBRARY_PATH="$dir/library" ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" check --config auto.json --format json long.json
    status_is 1
    out_has '"cache": *1'
    out_has '"verdict": *"fail"'
    [ -s err ] && problem "without $library: something on standard error"
done
run "$tokgate" doctor
out_has '^counting *auto: offline and from the cache, since no credential is set$'
run "$tokgate" doctor --no-cache
out_has '^counting *auto: offline, since no credential is set$'
without_key --count auto long.json other.json
status_is 1
out_has '"cache": *1'
out_has '"undecided": *1,'
[ "$(wc -l <err)" -eq 1 ] || problem "not one line"
err_has '^tokgate: note: nothing was counted online, offline counts and their bands stand: no credential is set'
requests_are api 1
finish

begin "so it does where nothing can be written, and where the cache has no index"
start api "[{\"body\": {\"input_tokens\": $budget}}]"
budget_is $budget
check_auto long.json
rm -f cache/tokgate/counts.index
chmod -R a-w cache
without_key long.json
chmod -R u+w cache
status_is 0
out_has '"cache": *1'
out_has '"undecided": *0,'
[ -s err ] && problem "something on standard error"
requests_are api 1
finish

begin "a count of the cache is one of the same model, version, betas, place and text"
start api "[{\"body\": {\"input_tokens\": $((budget + 1))}}]"
budget_is $budget
check_auto long.json
stays_undecided_with() { # WHAT CONFIG
    printf '{%s "rules": [{"rule": "input-tokens", "max": %s}]}' "$2" "$budget" >other-auto.json
    run ANTHROPIC_BASE_URL="http://127.0.0.1:$port" \
        "$tokgate" check --config other-auto.json --format json long.json
    stays_undecided "$1"
}
stays_undecided_with "another version" '"api_version": "2026-10-21",'
stays_undecided_with "betas" '"betas": ["some-beta-2026-01-01"],'
run ANTHROPIC_BASE_URL="http://127.0.0.1:$port/else" "$tokgate" check --config auto.json --format json long.json
stays_undecided "another address"
without_key --no-cache long.json
stays_undecided "--no-cache"
without_key --count offline long.json
stays_undecided "--count offline"
without_key --cache elsewhere long.json
stays_undecided "another directory"
[ ! -e elsewhere ] || problem "a directory was made for nothing"
run ANTHROPIC_BASE_URL="http://127.0.0.1:$port" "$tokgate" check --count api --config auto.json long.json
status_is 3
err_has '^tokgate: error: no ANTHROPIC_API_KEY is set'
without_key long.json
status_is 1
requests_are api 1
finish

begin "auto without a credential says what is wrong with the cache, and goes on"
start api '[{"body": {"input_tokens": 14}}]'
budget_is $budget
mkdir -p cache/tokgate
echo "this is no database, and a file of more than nothing" >cache/tokgate/counts.sqlite
without_key long.json
stays_undecided "a damaged cache"
[ "$(grep -c '^tokgate: warning: ' err)" -eq 1 ] || problem "not one warning"
err_has '^tokgate: warning: the cache .*counts\.sqlite could not be used (.*): it was put aside as '
requests_are api 0
run "$tokgate" cache stats
out_has '^damaged *.*/counts\.sqlite\.damaged, 53 bytes, last written on '
run "$tokgate" cache prune --max-size 1MB
out_has '^damaged '
run "$tokgate" cache prune --max-size 54
out_has '^removed *.*/counts\.sqlite\.damaged, 53 bytes'
[ ! -e cache/tokgate/counts.sqlite.damaged ] || problem "it is still there"
finish

begin "records that are made without a credential have the cached counts, too"
start api "[{\"body\": {\"input_tokens\": $((budget + 1))}}]"
budget_is $budget
check_auto long.json
run ANTHROPIC_BASE_URL="http://127.0.0.1:$port" "$tokgate" count --records --config auto.json long.json
status_is 0
out_has '"origin": "cache"'
out_has '"finding": "input-tokens", "severity": "error", "verdict": "fail"'
requests_are api 1
finish

begin "auto falls back to the offline band without libcurl, too"
budget_is $budget
run_with libcurl.so.4 /dev/null check --count auto --config auto.json --format jsonl long.json longer.json
status_is 0
[ "$(grep -c input-tokens out)" -eq 2 ] || problem "not two findings"
[ "$(grep -c '^tokgate: warning: ' err)" -eq 1 ] || problem "not one warning"
err_has '^tokgate: warning: .*libcurl, .*, cannot be loaded: '
finish

echo "1..$run_number"
[ "$failed" -eq 0 ]
