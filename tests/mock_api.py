#!/usr/bin/env python3
"""A stand-in for the API: plays a script of answers on 127.0.0.1 and logs what it was sent.

    mock_api.py [--log FILE] [--cert FILE --key FILE] [--sigv4 SECRET]
                (--count [--rpm N] [--delay SECONDS] | SCRIPT)

Prints its port. SCRIPT is a JSON file: a list of steps, or {"steps": [...], "loop": true}. Each request
takes the next step; after the last one the last one repeats, or the list begins again with "loop". A
step with "match" answers every request whose body holds that text, and takes no turn. Members of a step,
all optional:

    status    200 when missing
    headers   object; content-type is application/json when missing
    body      text as it is, anything else as JSON; "{echo}" in it becomes what "echo" names
    echo      name of a request header
    delay     seconds before the answer
    close     true: closes the connection instead of answering
    truncate  number of bytes of the body that are sent before the connection is closed
    crawl     seconds between the bytes of the body, before each but the first
    repeat    how often the body is sent, in one
    raw       text that is sent instead of an HTTP answer

--count answers every request with {"input_tokens": bytes of the body / 4}, after --delay. With --rpm it
enforces that limit: within any minute no more, and by a token bucket of one second's worth, which leaves
room for a machine that is busy with other things; what is more gets 429. GET /tally tells what has come so far. Each request is one JSON line
in the log: connection (1 for the first one), method, path, headers (names in lower case, sorted), body.
With --sigv4 the log also has signature: "good: KEY_ID REGION SERVICE" when the request is signed by that
secret as AWS wants it, else "bad: ...".
Ends when its parent does, or when its standard input is a pipe that is closed.
"""
import argparse
import bisect
import hashlib
import hmac
import json
import os
import re
import stat
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def check_sigv4(secret, path, headers, body):
    """AWS Signature Version 4 of a POST without a query, by its documentation (IAM user guide, "Create a
    signed AWS API request"). Beside it: a date, a host and all of x-amz-... must be signed."""
    form = r"AWS4-HMAC-SHA256 Credential=([^/]+)/((\d{8})/([^/]+)/([^/]+)/aws4_request), SignedHeaders=([^,]+), Signature=(\w+)"
    match = re.fullmatch(form, headers.get("authorization", ""))
    if not match:
        return "bad: no authorization of AWS"
    key_id, scope, date, region, service, names, signature = match.groups()
    signed = names.split(";")
    wanted = {"host", "x-amz-date"} | {name for name in headers if name.startswith("x-amz-")}
    if signed != sorted(signed) or not wanted <= set(signed) or not set(signed) <= set(headers):
        return f"bad: signed headers {names}"
    canonical = ["POST", urllib.parse.quote(path, safe="/-_.~"), ""]
    canonical += [f"{name}:{' '.join(headers[name].split())}" for name in signed]
    canonical += ["", names, hashlib.sha256(body).hexdigest()]
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest])
    key = b"AWS4" + secret.encode()
    for part in (date, region, service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    if key.hex() != signature or not headers["x-amz-date"].startswith(date):
        return "bad: another signature"
    return f"good: {key_id} {region} {service}"


class Script:
    """The answers, in turn."""

    def __init__(self, script):
        self.loop = isinstance(script, dict) and script.get("loop", False)
        steps = script["steps"] if isinstance(script, dict) else script
        self.matches = [step for step in steps if "match" in step]
        self.steps = [step for step in steps if "match" not in step] or [{"status": 500}]
        self.turn = 0

    @classmethod
    def read(cls, path):
        with open(path, encoding="utf-8") as script:
            return cls(json.load(script))

    def next(self, body):
        for step in self.matches:
            if step["match"].encode() in body:
                return step
        if self.turn >= len(self.steps):
            self.turn = 0 if self.loop else len(self.steps) - 1
        self.turn += 1
        return self.steps[self.turn - 1]


class Counter:
    """Counts as nobody does, but always the same."""

    def __init__(self, rpm, delay):
        self.rpm, self.delay = rpm, delay
        self.left, self.last = rpm / 60, time.monotonic()  # of the bucket
        self.came = []  # when, newest last
        self.limited = 0

    def is_over(self, now):
        self.left = min(self.rpm / 60, self.left + (now - self.last) * self.rpm / 60)
        self.last = now
        within = len(self.came) - bisect.bisect_right(self.came, now - 60)
        return self.left < 1 or within >= self.rpm

    def next(self, body):
        now = time.monotonic()
        if self.rpm and self.is_over(now):
            self.limited += 1
            return {"status": 429, "delay": self.delay, "headers": {"retry-after": "1"}}
        self.left -= 1
        self.came.append(now)
        return {"body": {"input_tokens": len(body) // 4}, "delay": self.delay}

    def tally(self):
        took = self.came[-1] - self.came[0] if self.came else 0
        return {"counted": len(self.came), "limited": self.limited, "seconds": took}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        with self.server.lock:
            self.server.connections += 1
            self.connection_number = self.server.connections

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with self.server.lock:
            step = self.server.script.next(body)
            self.log(body)
        time.sleep(step.get("delay", 0))
        if "raw" in step or step.get("close"):
            self.wfile.write(step.get("raw", "").encode())
            self.close_connection = True
        else:
            self.answer(step)

    def do_GET(self):
        if self.path == "/tally" and isinstance(self.server.script, Counter):
            tally = {**self.server.script.tally(), "connections": self.server.connections - 1}
            self.answer({"body": tally})
        else:
            self.do_POST()

    do_HEAD = do_PUT = do_DELETE = do_CONNECT = do_POST

    def log(self, body):
        if not self.server.log_path:
            return
        headers = sorted((name.lower(), value) for name, value in self.headers.items())
        record = {
            "connection": self.connection_number,
            "method": self.command,
            "path": self.path,
            "headers": headers,
            "body": body.decode("utf-8", "backslashreplace"),
        }
        if self.server.sigv4:
            record["signature"] = check_sigv4(self.server.sigv4, self.path, dict(headers), body)
        with open(self.server.log_path, "a", encoding="utf-8") as log:
            log.write(json.dumps(record, ensure_ascii=False) + "\n")

    def answer(self, step):
        body = step.get("body", "")
        body = body if isinstance(body, str) else json.dumps(body)
        body = body.replace("{echo}", self.headers.get(step.get("echo", ""), "")).encode()
        body *= step.get("repeat", 1)
        status = step.get("status", 200)
        headers = {"content-type": "application/json"}
        headers.update((name.lower(), value) for name, value in step.get("headers", {}).items())
        if status != 204:
            headers.setdefault("content-length", str(len(body)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if "truncate" in step:
            body = body[: step["truncate"]]
            self.close_connection = True
        if "crawl" in step:
            for byte in body[:-1]:
                self.wfile.write(bytes([byte]))
                time.sleep(step["crawl"])
        else:
            self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, handler, script, log_path=None, sigv4=None):
        super().__init__(address, handler)
        self.lock = threading.Lock()
        self.connections = 0
        self.script, self.log_path, self.sigv4 = script, log_path, sigv4

    def handle_error(self, request, client_address):
        """A client that goes away is part of the play."""


def end_with_parent():
    """Nobody is left to stop a server whose parent was killed."""
    parent = os.getppid()

    def watch_parent():
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(0)

    def watch_stdin():
        while sys.stdin.buffer.read(4096):
            pass
        os._exit(0)

    threading.Thread(target=watch_parent, daemon=True).start()
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=watch_stdin, daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("script", nargs="?")
    parser.add_argument("--count", action="store_true")
    parser.add_argument("--rpm", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--log")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--sigv4")
    options = parser.parse_args()
    if options.count == bool(options.script):
        parser.error("either --count or a script")
    script = Counter(options.rpm, options.delay) if options.count else Script.read(options.script)
    server = Server(("127.0.0.1", 0), Handler, script, options.log, options.sigv4)
    if options.cert:
        import ssl

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.cert, options.key)
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    end_with_parent()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
