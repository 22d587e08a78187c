"""gunicorn's threaded worker: longer request lines, and problem details where one is still too long."""

from __future__ import annotations

import json
import socket
from typing import Any

from gunicorn.http import message
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from server.negotiation import PROBLEM

LONGEST_LINE = 1 << 17
"""Bytes of a request line: a query of the greatest length that is allowed, sent by GET, mostly fits."""

_DRAINED = 1 << 20
_PATIENCE = 0.2

# gunicorn holds every larger setting of `limit_request_line` down to this number.
message.MAX_REQUEST_LINE = LONGEST_LINE


class HttpWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers 414 as everything else here is answered: https://www.rfc-editor.org/rfc/rfc9457."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that gunicorn could not read."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        try:
            client.sendall(_reply())
            client.shutdown(socket.SHUT_WR)
            _drain(client)  # else the kernel may reset the connection before the reply is read
        except OSError:
            pass  # the client went away


def _reply() -> bytes:
    problem = {
        "type": "about:blank",
        "title": "URI Too Long",
        "status": 414,
        "detail": f"The request line is longer than {LONGEST_LINE:,} bytes.",
        "mend": "Send the query by POST, as application/sparql-query.",
    }
    body = json.dumps(problem, indent=2).encode() + b"\n"
    head = (
        "HTTP/1.1 414 URI Too Long",
        "Connection: close",
        f"Content-Type: {PROBLEM.content_type}",
        f"Content-Length: {len(body)}",
        "Access-Control-Allow-Origin: *",
    )
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body


def _drain(client: socket.socket) -> None:
    client.settimeout(_PATIENCE)
    left = _DRAINED
    while left > 0 and (data := client.recv(65536)):
        left -= len(data)
