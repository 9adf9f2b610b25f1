"""A real server on this machine that misbehaves as told, and counts what reaches it."""

import socket
import struct
import threading
from collections import deque
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = b'{"uuid":"u1","status":"started"}'
DROP = "close without an answer"
RESET = "reset without an answer"
HALF = "close in the middle of the answer"
GARBAGE = "answer what is not HTTP"
FAREWELL = "answer, then close without having said so"


class Server(ThreadingHTTPServer):
    """`moves` says what to do with each request in turn: a status, or one of the above."""

    def __init__(self, moves):
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.moves = deque(moves)
        self.received: list[str] = []
        self.headers: list[Message] = []
        self.connections = 0
        self.farewell = threading.Event()


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: Server

    def setup(self):
        super().setup()
        self.server.connections += 1

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.received.append(f"{self.command} {self.path}")
        self.server.headers.append(self.headers)
        move = self.server.moves.popleft()
        if isinstance(move, int):
            self.answer(move)
        else:
            self.misbehave(move)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", str(len(BODY)))
        self.send_header("Location", "/elsewhere")
        self.send_header("Retry-After", "3600")
        self.send_header("Set-Cookie", "sticky=1")
        self.end_headers()
        self.wfile.write(BODY)

    def misbehave(self, move):
        self.close_connection = True
        if move == RESET:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        if move == HALF:
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
        if move == GARBAGE:
            self.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        if move == FAREWELL:
            self.answer(200)

    def finish(self):
        super().finish()
        self.connection.close()
        self.server.farewell.set()

    def log_message(self, *_):
        """Nothing is printed."""


@contextmanager
def server_that(*moves):
    with Server(moves) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
