#!/usr/bin/env python3
"""A stand-in for the API that speaks HTTP/2 over TLS, as little of it as a client needs.

    mock_h2.py --cert FILE --key FILE --log FILE [--delay SECONDS] [--goaway N] [--reset N]

Prints its port. Answers every request with {"input_tokens": 14} after the delay, whatever its headers say:
they are not even unpacked. After each answer the log is one JSON line: how many connections and requests
have come, and how many requests were open at once on one connection. With --goaway the N-th request of a
connection is its end: those before it are answered, it and what follows is not, as a server that restarts
would have it. With --reset each N-th request is cut off after the head of its answer.
"""
import argparse
import json
import socket
import ssl
import struct
import threading

from mock_api import end_with_parent

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
INTERNAL_ERROR = 2
END_STREAM, ACK, END_HEADERS = 1, 1, 4
BODY = b'{"input_tokens": 14}'
# :status 200 is number 8 of the static table, content-type 31 (RFC 7541, appendix A).
HEADER_BLOCK = bytes([0x88, 0x0F, 31 - 15, 16]) + b"application/json"


class Connection(threading.Thread):
    def __init__(self, server, stream):
        super().__init__(daemon=True)
        self.server, self.stream, self.open = server, stream, 0
        self.came, self.last = 0, None  # requests; the stream of the last one that will be answered

    def send(self, kind, flags, number, payload):
        frame = struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", number)
        self.stream.sendall(frame + payload)

    def receive(self, size):
        got = b""
        while len(got) < size:
            more = self.stream.recv(size - len(got))
            if not more:
                raise ConnectionError
            got += more
        return got

    def answer(self, number, reset):
        with self.server.lock:
            self.open -= 1
            self.send(HEADERS, END_HEADERS, number, HEADER_BLOCK)
            if reset:
                self.send(RST_STREAM, 0, number, struct.pack(">I", INTERNAL_ERROR))
            else:
                self.send(DATA, END_STREAM, number, BODY)
            if self.last is not None and not self.open:
                self.stream.shutdown(socket.SHUT_RDWR)

    def request(self, number):
        self.came += 1
        self.server.note(self.open + 1)
        if self.server.goaway and self.came == self.server.goaway:
            self.last = number - 2  # those of clients are odd
            self.send(GOAWAY, 0, 0, struct.pack(">II", self.last, 0))
        if self.last is None:
            self.open += 1
            reset = self.server.reset and self.server.requests % self.server.reset == 0
            threading.Timer(self.server.delay, self.answer, [number, reset]).start()

    def take(self, kind, flags, number, payload):
        with self.server.lock:
            if kind == SETTINGS and not flags & ACK:
                self.send(SETTINGS, ACK, 0, b"")
            elif kind == PING and not flags & ACK:
                self.send(PING, ACK, 0, payload)
            elif kind == DATA and payload:
                self.send(WINDOW_UPDATE, 0, 0, struct.pack(">I", len(payload)))
            if kind in (DATA, HEADERS) and flags & END_STREAM:
                self.request(number)

    def run(self):
        try:
            if self.receive(len(PREFACE)) != PREFACE:
                return
            self.send(SETTINGS, 0, 0, b"")
            while True:
                head = self.receive(9)
                size, number = int.from_bytes(head[:3], "big"), int.from_bytes(head[5:], "big")
                self.take(head[3], head[4], number & 0x7FFFFFFF, self.receive(size))
        except (OSError, ConnectionError):
            return


class Server:
    def __init__(self, options):
        self.lock = threading.RLock()
        self.delay, self.log = options.delay, options.log
        self.goaway, self.reset = options.goaway, options.reset
        self.connections = self.requests = self.most = 0
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(options.cert, options.key)
        self.tls.set_alpn_protocols(["h2"])
        self.socket = socket.create_server(("127.0.0.1", 0))

    def note(self, open_now):
        self.requests += 1
        self.most = max(self.most, open_now)
        with open(self.log, "w", encoding="utf-8") as log:
            json.dump({"connections": self.connections, "requests": self.requests, "most": self.most}, log)
            log.write("\n")

    def serve(self):
        while True:
            client, _ = self.socket.accept()
            try:
                stream = self.tls.wrap_socket(client, server_side=True)
            except OSError:
                continue
            self.connections += 1
            Connection(self, stream).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("--cert", "--key", "--log"):
        parser.add_argument(name, required=True)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--goaway", type=int)
    parser.add_argument("--reset", type=int)
    server = Server(parser.parse_args())
    end_with_parent()
    print(server.socket.getsockname()[1], flush=True)
    server.serve()


if __name__ == "__main__":
    main()
