"""A real SPARQL server on loopback that misbehaves as it is told, and counts what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Reply = Callable[[BaseHTTPRequestHandler], None]

NOTHING = {"head": {"vars": ["x"]}, "results": {"bindings": []}}
ONE = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}


class Misbehaving(ThreadingHTTPServer):
    """Answers with `script` in turn, then with the last of it; `asked` counts the queries."""

    daemon_threads = True

    def __init__(self, *script: Reply) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.asked: Counter[str] = Counter()
        self.agents: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients go away in the middle on purpose."""


class _Handler(BaseHTTPRequestHandler):
    server: Misbehaving

    def do_GET(self) -> None:
        self._reply(parse_qs(urlsplit(self.path).query))

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._reply(parse_qs(self.rfile.read(length).decode()))

    def _reply(self, form: dict[str, list[str]]) -> None:
        self.query = form.get("query", [""])[0]
        self.server.asked[self.query] += 1
        self.server.agents.append(self.headers["User-Agent"])
        script = self.server.script
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving(*script: Reply) -> Iterator[Misbehaving]:
    server = Misbehaving(*script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sending(
    body: bytes, status: int = 200, media_type: str = "application/sparql-results+json", **headers: str
) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def results(document: object = ONE) -> Reply:
    return sending(json.dumps(document).encode())


def hanging(seconds: float) -> Reply:
    return lambda handler: time.sleep(seconds)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    """Promise more bytes than are sent."""
    body = json.dumps(ONE).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:-20])
