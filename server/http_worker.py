"""A web process: uvicorn's HTTP over uvloop, under gunicorn, which starts the processes and watches them.

Connections come in at a `server.lending.door.Door`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import socket
from collections.abc import Callable
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

from server.asgi import Threaded
from server.lending.door import Door
from server.lending.lender import TICK
from server.lending.loans import Loans
from server.negotiation import PROBLEM
from server.slow_readers import SlowReaders
from server.wsgi import BEGUN

LONGEST_TARGET = (1 << 16) - 1
"""Bytes of the address in a request: what httptools can take apart."""

LONGEST_HEAD = 1 << 17
"""Bytes of a request before its body."""

SLOWEST = 20.0
"""Seconds that a request may take to come."""

CONNECTIONS = 1 << 16
"""Descriptors that a web process may have, if the system allows it: the usual 1,024 are soon taken."""

PATIENCE, LONGEST_PATIENCE = 0.5, 2.0
"""Seconds that a query may wait for a session where a worker is free, and where none is."""

_QUERIES = b"/sparql"
_BY_POST = "Send the query by POST, as application/sparql-query."
_LINGER = 0.2
"""Seconds between a refusal and the end of the connection, for the client to read it."""


class HttpProtocol(HttpToolsProtocol):
    """Refuses what is too long, and who is too slow; who has said all it will still has its answers.

    https://www.rfc-editor.org/rfc/rfc9110#section-15.5.15, https://www.rfc-editor.org/rfc/rfc6585#section-5.
    """

    back: Callable[[socket.socket], None] | None = None
    """What takes a connection back over which a query was answered: the next may be lent."""

    readers: SlowReaders | None = None
    """What looks after those who do not read what is written."""

    _head = 0
    _is_refused = False
    _is_at_end = False
    _late: asyncio.TimerHandle | None = None

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._head = 1
        self._late = self.loop.call_later(SLOWEST, self.transport.close)
        super().on_message_begin()
        self.app_state = {}  # what was said of the first request is not true of the next

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        super().on_url(url)
        if len(self.url) > LONGEST_TARGET:
            self._refuse(414, "URI Too Long", f"The address is longer than {LONGEST_TARGET:,} bytes.")

    def on_headers_complete(self) -> None:
        """Stop to count."""
        self._head = 0
        if not self._is_refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait no more."""
        self._in_time()
        if not self._is_refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request, or give the connection back."""
        super().on_response_complete()
        transport = self.transport
        self._watch()
        if self._is_at_end and not self._is_answering:
            transport.close()
        if self.back is None or transport.is_closing() or self._head or not self.url.startswith(_QUERIES):
            return
        if self.cycle.more_body or not self.cycle.response_complete or transport.get_write_buffer_size():
            return
        transport.pause_reading()
        client = socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))
        client.setblocking(False)
        transport.close()
        self.back(client)

    @property
    def _is_answering(self) -> bool:
        """Whether a request, the last that has come, is there whole and its answer is not."""
        return self.cycle is not None and not (self.cycle.more_body or self.cycle.response_complete)

    def pause_writing(self) -> None:
        """Wait until something is read."""
        super().pause_writing()
        self._watch()

    def _watch(self) -> None:
        if self.readers is not None:
            self.readers.watch(self.transport)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Tell whether the connection stays open for what is still to be answered."""
        self._is_at_end = True
        return self._is_answering

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; behind others, end the connection once they are answered."""
        if self._is_answering:
            self._is_at_end = True
            self.transport.pause_reading()
        else:
            self._refuse(400, "Bad Request", "This is no HTTP request.", "Send HTTP/1.1, as RFC 9112 has it.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._in_time()
        super().connection_lost(exc)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()

    def data_received(self, data: bytes) -> None:
        """Read on, unless it is too much."""
        if self._is_refused:
            return
        super().data_received(data)
        if self._head:
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                what = "Request Header Fields Too Large"
                self._refuse(431, what, f"What comes before the body is longer than {LONGEST_HEAD:,} bytes.")

    def _refuse(self, status: int, title: str, detail: str, mend: str = _BY_POST) -> None:
        """Answer at once, and end the connection once the client may have read it."""
        if not self._is_refused:
            self._is_refused = True
            self.transport.write(_problem(status, title, detail, mend))
            self.loop.call_later(_LINGER, self.transport.close)


def _problem(status: int, title: str, detail: str, mend: str) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc9457."""
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, "mend": mend}
    body = json.dumps(problem, indent=2).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status} {title}",
        "Connection: close",
        f"Content-Type: {PROBLEM.content_type}",
        f"Content-Length: {len(body)}",
        "Access-Control-Allow-Origin: *",
    )
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body


class _Server(uvicorn.Server):
    """Lets connections in through a door, and looks after what is lent."""

    def __init__(self, config: uvicorn.Config, loans: Loans, deadline: float) -> None:
        super().__init__(config)
        self._loans = loans
        self._deadline = deadline
        self._readers = SlowReaders()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the door."""
        await super().startup(sockets=[])
        self._door = Door(sockets or [], self._protocol, lambda: self._loans.lender, self._patience)
        self._loans.begin(self._door.back)
        self._tending = asyncio.get_running_loop().create_task(self._tend())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the door, have back what is lent, and let requests under way finish."""
        self._tending.cancel()
        self._door.close()
        self._loans.recall()
        while self._loans.lends:
            await asyncio.sleep(TICK)
            self._loans.tend()
        await super().shutdown(sockets=sockets)

    def _patience(self) -> float:
        """Give how many seconds a query may wait for a session: longer if it would wait for a worker too."""
        seconds, share = (LONGEST_PATIENCE, 1 / 4) if self._loans.others_wait() else (PATIENCE, 1 / 8)
        return min(seconds, share * self._deadline)

    def _protocol(self, begun: float) -> HttpProtocol:
        state = {BEGUN: begun} if begun else {}
        protocol = HttpProtocol(self.config, self.server_state, state, asyncio.get_running_loop())
        protocol.readers = self._readers
        if self._loans.lender is not None:
            protocol.back = self._door.back
        return protocol

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(TICK if self._loans.lends else 10 * TICK)
            self._readers.sweep()
            try:
                self._loans.tend()
            except Exception:  # whatever it is, what is served goes on
                logging.getLogger(__name__).exception("what is lent could not be looked after")


class HttpWorker(UvicornWorker):  # type: ignore[misc]  # it has no types
    """gunicorn's worker class."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": HttpProtocol,
        "ws": "none",
        "lifespan": "off",
        "interface": "asgi3",
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
    }

    async def _serve(self) -> None:
        _allow_connections()
        web = self.app
        self.config.app = Threaded(self.wsgi, web.settings.threads, web.settings.body)
        self.config.timeout_graceful_shutdown = self.cfg.graceful_timeout
        self._install_sigquit_handler()
        await _Server(self.config, web.stack.loans, web.settings.deadline).serve(sockets=self.sockets)


def _allow_connections() -> None:
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if most == resource.RLIM_INFINITY else min(CONNECTIONS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(least, wanted), most))
