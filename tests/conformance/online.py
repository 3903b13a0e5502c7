"""Every body that is sent, held against Prism: an independent server made from the vendor's OpenAPI description.

A relay stands between tokgate and Prism and keeps what went through.
"""
import http.client
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import recorded
from program import ENV

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = "build/prism"
KEY = "sk-ant-api03-conformance-only"
# facts/api-facts.md section 1: the endpoint takes these and no others without a beta
FIELDS = {"model", "messages", "system", "tools", "tool_choice", "thinking", "cache_control", "output_config"}
# the same: refused when counting (the rule is newer than the description)
SERVER_TOOLS = ("web_search_", "web_fetch_", "code_execution_", "tool_search_", "mcp_toolset")


def install():
    """The command that starts Prism, or why there is none."""
    if not shutil.which("npm"):
        return None, "npm is not installed"
    os.makedirs(FOLDER, exist_ok=True)
    entry = os.path.join(FOLDER, "node_modules/@stoplight/prism-cli/dist/index.js")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, "prism", name), FOLDER)
    if not os.path.exists(entry):
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER,
                              capture_output=True, text=True, timeout=300)
        if done.returncode:
            return None, "npm could not install Prism: " + done.stderr.strip().splitlines()[-1][:200]
    return ["node", os.path.abspath(entry)], ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prism:
    def __init__(self, command, shared, work):
        spec = os.path.join(work, "openapi.json")
        subprocess.run([sys.executable, os.path.join(shared, "api/make_mock_spec.py"),
                        os.path.join(shared, "api/anthropic-openapi-2026-08.json"), spec], check=True,
                       stdout=subprocess.DEVNULL)
        self.port = free_port()
        self.process = subprocess.Popen([*command, "mock", "--errors", "-p", str(self.port), spec],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def is_up(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.1)
        return False

    def ask(self, path, headers, body):
        """Status, headers and body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        result = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return result

    def stop(self):
        self.process.kill()
        self.process.wait()


def relay_to(prism, seen):
    class Relay(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {k.lower(): v for k, v in self.headers.items() if k.lower() != "host"}
            status, answered, answer = prism.ask(self.path, headers, body)
            seen.append((self.path, headers, body, status, answered.get("sl-violations", "")))
            self.send_response(status)
            self.send_header("content-type", answered.get("Content-Type", "application/json"))
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def without_newer(body):
    """The body without what the description of August 2026 does not know yet: system messages between
    others, and the advisor tool."""
    def blocks(content):
        return [b for b in content if not (b["type"].startswith("advisor") or b.get("name") == "advisor")] \
            if isinstance(content, list) else content
    older = dict(body)
    messages = [{**m, "content": blocks(m["content"])} for m in body["messages"] if m["role"] != "system"]
    older["messages"] = [m for m in messages if m["content"]]
    if "tools" in body:
        older["tools"] = [t for t in body["tools"] if not t.get("type", "").startswith("advisor")]
    return older


def is_uncountable(value):
    """A source by URL or file id, or a server tool, anywhere in it."""
    if isinstance(value, dict):
        kind = value.get("type")
        source = value.get("source")
        return (isinstance(kind, str) and kind.startswith(SERVER_TOOLS)) or \
            (isinstance(source, dict) and source.get("type") in ("url", "file")) or \
            any(is_uncountable(v) for k, v in value.items() if k not in ("input", "input_schema"))
    return isinstance(value, list) and any(map(is_uncountable, value))


def canonical(value):
    return json.dumps(value, sort_keys=True)


def ask_all(program, requests, port, work):
    path = os.path.join(work, "online.jsonl")
    with open(path, "w", encoding="utf-8") as out:
        for i, request in enumerate(requests):
            out.write(json.dumps({"custom_id": str(i), "params": {"max_tokens": 100, **request}}) + "\n")
    env = {**ENV, "ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}",
           "XDG_CACHE_HOME": os.path.join(work, "cache")}
    done = subprocess.run([program.path, "count", "--count", "api", "--no-config", "--format", "jsonl", path],
                          env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    return done, list(map(json.loads, done.stdout.splitlines()))


def check_bodies(tap, prism, seen, requests):
    expected = {canonical({k: v for k, v in r.items() if k in FIELDS}) for r in requests}
    unlike, refused, newer = [], [], 0
    for path, headers, body, status, violations in seen:
        sent = json.loads(body)
        if canonical(sent) not in expected:
            unlike.append(body[:200])
        if status == 200:
            continue
        older = json.dumps(without_newer(sent)).encode()
        newer += 1
        again = prism.ask(path, {**headers, "content-length": str(len(older))}, older)
        if again[0] != 200 or canonical(without_newer(sent)) == canonical(sent):
            refused.append(f"{status}: {violations[:300]}")
    tap.ok(not unlike, "bodies are the allowed fields of the requests, unchanged", *unlike[:5])
    tap.ok(not refused, f"Prism takes all {len(seen)} bodies ({newer} without what is newer than its description)",
           *refused[:5])
    wrong = [h for _, h, _, _, _ in seen if h.get("x-api-key") != KEY or "authorization" in h or
             h.get("anthropic-version") != "2023-06-01" or h.get("content-type") != "application/json"]
    tap.ok(not wrong, "each with one credential, the API version and the content type")
    tap.ok(not [b for _, _, b, _, _ in seen if is_uncountable(json.loads(b))],
           "nothing is sent that the endpoint refuses to count")
    paths = {path for path, *_ in seen}
    tap.ok(paths == {"/v1/messages/count_tokens"}, "to the counting endpoint alone", *paths)


def check_prism(tap, program, shared, work):
    command, why = install()
    if not command:
        tap.skip("bodies against Prism", why)
        return
    requests = [recorded.request_of(row) for row in recorded.read(shared, "requests")]
    prism, seen = Prism(command, shared, work), []
    try:
        is_up = prism.is_up()
        tap.ok(is_up, "Prism starts")
        if not is_up:
            return
        server = relay_to(prism, seen)
        done, counts = ask_all(program, requests, server.server_address[1], work)
        server.shutdown()
        countable = [r for r in requests if not is_uncountable(r) and "mcp_servers" not in r]
        distinct = {canonical({k: v for k, v in r.items() if k in FIELDS}) for r in countable}
        print(f"# {len(requests)} recorded requests, {len(seen)} bodies sent, {len(distinct)} distinct and countable")
        tap.ok(len(counts) and done.returncode in (0, 3), "the run ends", done.returncode, done.stderr[:500])
        tap.ok(len(seen) >= 0.7 * len(distinct), "most are asked", len(seen), len(distinct))
        check_bodies(tap, prism, seen, requests)
        tap.ok(KEY.encode() not in done.stdout + done.stderr, "the key is in no output")
    finally:
        prism.stop()
