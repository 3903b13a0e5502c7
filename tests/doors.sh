#!/bin/sh
# What arrives at Amazon, Google and Microsoft: a scripted API on this machine in their place, which
# computes the signature anew. Prints TAP.
# usage: tests/doors.sh PATH_TO_TOKGATE
set -u

# shellcheck source=tests/scripted.sh
. "$(dirname "$0")/scripted.sh"

key_id=AKIDEXAMPLE51C7
secret=test/Secret+Key5e83a60f7c4
session=test-Session/Token+d20b9f==
token=ya29.test-token-51c7d20b9f
key=test-foundry-key-0b1c2d
bedrock_model=anthropic.claude-haiku-4-5-20251001-v1:0
hidden="$secret $session $token $key"

# start SCRIPT ARGUMENTS: a server that plays the script; sets port. Its log is api.log.
start() {
    printf '%s' "$1" >api.json
    shift
    launch api "$@" api.json
}

# ask RULES ASSIGNMENTS: counts hello.md by these rules; every door's address is the server.
ask() {
    printf '%s' "$1" >tokgate.json
    shift
    run AWS_ENDPOINT_URL_BEDROCK_RUNTIME="http://127.0.0.1:$port" \
        ANTHROPIC_VERTEX_BASE_URL="http://127.0.0.1:$port/v1" \
        ANTHROPIC_FOUNDRY_BASE_URL="http://127.0.0.1:$port/anthropic/" "$@" \
        "$tokgate" count --count api --format jsonl --config tokgate.json "${file:-hello.md}"
}

counted() { # TOKENS
    status_is 0
    grep -q "\"tokens\": *$1,.*\"origin\": *\"api\"" out || problem "no count of $1 by the API"
    [ ! -s err ] || problem "something on standard error"
}
# arrived: what the server got, as "path", "header", "signature" and "body" lines, is the standard
# input. Addresses and versions are not compared; headers of HTTP itself are left out.
arrived() {
    cat >want
    python3 - <<'END' >got
import base64, json

for line in open("api.log", encoding="utf-8"):
    request = json.loads(line)
    print("path", request["path"])
    for name, value in request["headers"]:
        if name not in ("content-length", "host", "user-agent", "x-amz-date", "expect"):
            print("header", name, value if not value.startswith("AWS4-") else value.split(", ")[1])
    if "signature" in request:
        print("signature", request["signature"])
    body = request["body"]
    wrapped = json.loads(body).get("input", {}).get("invokeModel")
    if wrapped:
        assert json.loads(body) == {"input": {"invokeModel": wrapped}} and list(wrapped) == ["body"]
        body = base64.b64decode(wrapped["body"], validate=True).decode()
    print("body", body if len(body) < 1000 else f"of {len(body)} bytes")
END
    cmp -s want got || problem "$(diff want got | sed '2,$s/^/# /')"
}

# Secrets are nowhere but in the header that carries them, and the one that signs is not even sent.
check_secrets() {
    grep -q -F -e "$secret" api.log && problem "the secret key was sent"
    grep -F -e "$session" -e "$token" -e "$key" api.log | sed \
        -e "s|\\[\"x-amz-security-token\", \"$session\"\\]||" \
        -e "s|\\[\"authorization\", \"Bearer $token\"\\]||" \
        -e "s|\\[\"api-key\", \"$key\"\\]||" |
        grep -q -F -e "$session" -e "$token" -e "$key" && problem "a secret outside of its header"
}


printf 'Hello' >hello.md
cat >full.json <<'END'
{ "model": "claude-haiku-4-5", "max_tokens": 2048, "temperature": 1, "cache_control": {"type": "ephemeral"},
  "thinking": {"type": "enabled", "budget_tokens": 1024}, "messages": [{"role": "user", "content": "Hi \u00e4"}] }
END
bedrock='{ "model": "claude-haiku-4-5", "endpoint": { "door": "bedrock", "region": "eu-west-1" } }'
google='{ "model": "claude-haiku-4-5", "endpoint": { "door": "google", "project": "my-project", "region": "us-east5" } }'
foundry='{ "model": "claude-haiku-4-5", "endpoint": { "door": "foundry",
    "models": { "claude-haiku-4-5": "my-haiku" } } }'
signed=content-type\;host
messages='"messages":[{"role":"user","content":"Hello"}]'

# Amazon Bedrock

begin "Bedrock: what is sent, with a signature as AWS computes it"
start '[{"body": {"inputTokens": 14}}]' --sigv4 "$secret"
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
counted 14
arrived <<END
path /model/$bedrock_model/count-tokens
header accept application/json
header authorization SignedHeaders=accept;$signed;user-agent;x-amz-date
header content-type application/json
signature good: $key_id eu-west-1 bedrock
body {"anthropic_version":"bedrock-2023-05-31","max_tokens":1,$messages}
END
finish

begin "Bedrock: a session token is sent and signed"
start '[{"body": {"inputTokens": 14}}]' --sigv4 "$secret"
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret" \
    AWS_SESSION_TOKEN="$session"
counted 14
arrived <<END
path /model/$bedrock_model/count-tokens
header accept application/json
header authorization SignedHeaders=accept;$signed;user-agent;x-amz-date;x-amz-security-token
header content-type application/json
header x-amz-security-token $session
signature good: $key_id eu-west-1 bedrock
body {"anthropic_version":"bedrock-2023-05-31","max_tokens":1,$messages}
END
finish

begin "Bedrock: a request is counted as InvokeModel would take it; region of the environment"
start '[{"body": {"inputTokens": 14}}]' --sigv4 "$secret"
file=full.json
ask '{ "endpoint": { "door": "bedrock" } }' AWS_REGION=us-west-2 AWS_ACCESS_KEY_ID="$key_id" \
    AWS_SECRET_ACCESS_KEY="$secret"
file=
counted 14
arrived <<END
path /model/$bedrock_model/count-tokens
header accept application/json
header authorization SignedHeaders=accept;$signed;user-agent;x-amz-date
header content-type application/json
signature good: $key_id us-west-2 bedrock
body {"anthropic_version":"bedrock-2023-05-31","max_tokens":2048,"thinking":{"type": "enabled", "budget_tokens": 1024},"messages":[{"role": "user", "content": "Hi \\u00e4"}]}
END
finish

begin "Bedrock: more than a megabyte is signed too, and sent without waiting for leave"
start '[{"body": {"inputTokens": 14}}]' --sigv4 "$secret"
printf '%2000000s' x >large.md
file=large.md
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
file=
counted 14
grep -q "\"signature\": \"good: $key_id eu-west-1 bedrock\"" api.log || problem "a bad signature"
finish

begin "Bedrock: the mock tells a bad signature"
start '[{"body": {"inputTokens": 14}}]' --sigv4 "another $secret"
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
grep -q '"signature": "bad' api.log || problem "it was taken for good"
finish

begin "Bedrock: the API's words, without the token it repeats"
start "[{\"status\": 403, \"echo\": \"x-amz-security-token\", \"body\":
    {\"message\": \"The canonical request has x-amz-security-token:{echo}\"}}]"
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret" \
    AWS_SESSION_TOKEN="$session"
status_is 3
err_has 'hello\.md: the API answered 403: The canonical request has x-amz-security-token:\[key\]$'
finish

for i in 1 2; do
    printf '{"custom_id":"c%s","params":{"model":"claude-haiku-4-5","max_tokens":9,' $i
    printf '"messages":[{"role":"user","content":"word%s"}]}}\n' $i
done >two.jsonl
begin "Bedrock: a 403 is that of every request, and ends the run"
start '[{"status": 403, "body": {"message": "The security token included in the request is expired"}}]'
file=two.jsonl ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
status_is 3
err_has 'the API answered 403: The security token included in the request is expired$'
requests_are api 1
finish

begin "Bedrock: but not one about a model"
start "[{\"status\": 403, \"body\": {\"message\": \"You don't have access to the model with the specified model ID.\"}}]"
file=two.jsonl ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
status_is 3
requests_are api 2
finish

begin "Bedrock: a refused model refuses its request alone"
second=$(printf '{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"word2"}]}' | base64 -w 0)
start "[{\"match\": \"$second\", \"status\": 400, \"body\":
    {\"message\": \"The provided model doesn't support counting tokens.\"}}, {\"body\": {\"inputTokens\": 14}}]"
for i in 1 2; do
    printf '{"custom_id":"c%s","params":{"model":"claude-haiku-4-5","max_tokens":9,' $i
    printf '"messages":[{"role":"user","content":"word%s"}]}}\n' $i
done >batch.jsonl
printf '%s\n' '{"custom_id":"c3","params":{"model":"us.anthropic.claude-haiku-4-5-20251001-v1:0","max_tokens":9,"messages":[{"role":"user","content":"x"}]}}' >>batch.jsonl
file=batch.jsonl
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
file=
status_is 3
err_has 'batch\.jsonl:3:.*foundation models alone, .*"us\.anthropic\.claude-haiku-4-5-20251001-v1:0"'
err_has "batch\\.jsonl:2:.*400: The provided model doesn't support counting tokens\$"
[ "$(grep -c '"origin": *"api"' out)" -eq 1 ] || problem "not one count"
requests_are api 2
finish

begin "Bedrock: two models with one body are asked for apart, and remembered apart"
start '[{"body": {"inputTokens": 14}}]' --sigv4 "$secret"
n=0
for id in haiku-4-5-20251001-v1:0 sonnet-4-20250514-v1:0 sonnet-4-20250514-v1:0; do
    printf '{"custom_id":"c%s","params":{"model":"anthropic.claude-%s","max_tokens":9,' $((n += 1)) $id
    printf '"messages":[{"role":"user","content":"word"}]}}\n'
done >batch.jsonl
file=batch.jsonl
for _ in 1 2; do
    ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
    status_is 0
    [ "$(grep -c -e '"origin": *"api"' -e '"origin": *"cache"' out)" -eq 3 ] || problem "not three counts"
done
file=
requests_are api 2
grep -q '"path": "/model/anthropic.claude-sonnet-4-20250514-v1:0/count-tokens"' api.log || problem "not its own address"
[ "$(grep -c '"signature": "good' api.log)" -eq 2 ] || problem "a bad signature"
finish

begin "Bedrock: what is tried again is signed again"
start '[{"status": 503, "body": {"message": "wait"}}, {"body": {"inputTokens": 14}}]' --sigv4 "$secret"
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
counted 14
requests_are api 2
[ "$(grep -c '"signature": "good' api.log)" -eq 2 ] || problem "a bad signature"
finish

begin "headers of one's own are for the Claude API alone"
start '[{"body": {"input_tokens": 14}}]'
ask "$foundry" ANTHROPIC_FOUNDRY_API_KEY="$key" ANTHROPIC_CUSTOM_HEADERS="x-gateway: for-claude"
counted 14
grep -q -e for-claude api.log && problem "one was sent to another door"
finish

begin "Bedrock: no count of another door is taken for one"
start '[{"body": {"input_tokens": 14}}]'
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
status_is 3
err_has 'the API answered 200 without a count: no inputTokens in the body'
finish

# Google Cloud

begin "Google: what is sent"
start '[{"body": {"input_tokens": 14}}]'
ask "$google" GOOGLE_OAUTH_ACCESS_TOKEN="$token" ANTHROPIC_API_KEY="$key"
counted 14
arrived <<END
path /v1/projects/my-project/locations/us-east5/publishers/anthropic/models/count-tokens:rawPredict
header accept application/json
header authorization Bearer $token
header content-type application/json
body {"anthropic_version":"vertex-2023-10-16","model":"claude-haiku-4-5@20251001",$messages}
END
finish

begin "Google: its words"
start '[{"status": 404, "body": {"error": {"code": 404, "message": "Publisher Model was not found.", "status": "NOT_FOUND"}}}]'
ask "$google" GOOGLE_OAUTH_ACCESS_TOKEN="$token"
status_is 3
err_has 'hello\.md: the API answered 404: Publisher Model was not found$'
finish

begin "Google: a page of somebody else"
start '[{"status": 404, "headers": {"content-type": "text/html"}, "body": "<h1>Not found</h1>"}]'
ask "$google" GOOGLE_OAUTH_ACCESS_TOKEN="$token"
status_is 3
err_has 'the API answered 404: is ANTHROPIC_VERTEX_BASE_URL that of an API?'
finish

# Microsoft Foundry

begin "Foundry: what is sent, to a deployment"
start '[{"body": {"input_tokens": 14}}]'
ask "$foundry" ANTHROPIC_FOUNDRY_API_KEY="$key" ANTHROPIC_API_KEY="$token"
counted 14
arrived <<END
path /anthropic/v1/messages/count_tokens
header accept application/json
header anthropic-version 2023-06-01
header api-key $key
header content-type application/json
body {"model":"my-haiku",$messages}
END
finish

# What is never sent

for row in "bedrock AWS_ACCESS_KEY_ID" "google GOOGLE_OAUTH_ACCESS_TOKEN" \
    "foundry ANTHROPIC_FOUNDRY_API_KEY"; do
    begin "no credential of its own: nothing is sent ($row)"
    start '[{"body": {"input_tokens": 14, "inputTokens": 14}}]'
    eval "rules=\$${row% *}"
    # shellcheck disable=SC2154 # by eval
    ask "$rules" ANTHROPIC_API_KEY="$key" ANTHROPIC_AUTH_TOKEN="$token"
    status_is 3
    err_has "^tokgate: error: no ${row#* } is set"
    requests_are api 0
    finish
done

begin "a credential of a cloud alone: the Claude API is not asked"
start '[{"body": {"input_tokens": 14}}]'
ask '{}' ANTHROPIC_BASE_URL="http://127.0.0.1:$port" AWS_ACCESS_KEY_ID="$key_id" \
    AWS_SECRET_ACCESS_KEY="$secret" GOOGLE_OAUTH_ACCESS_TOKEN="$token"
status_is 3
err_has '^tokgate: error: no ANTHROPIC_API_KEY is set'
requests_are api 0
finish

begin "a secret with a line end is refused, and not told"
start '[{"body": {"inputTokens": 14}}]'
ask "$bedrock" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret
x: y"
status_is 3
err_has '^tokgate: error: AWS_SECRET_ACCESS_KEY has a line end'
requests_are api 0
finish

echo "1..$run_number"
[ "$failed" -eq 0 ]
