"""How many queries one client may send: https://www.rfc-editor.org/rfc/rfc6585#section-4.

Off unless the setting `rate` says otherwise. Each web process counts for itself, answers from the cache too.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Sequence
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from server.negotiation import PROBLEM
from server.request_id import ENVIRON_KEY
from server.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_COUNTED = ("/sparql", "/graph-store")
_NETWORK = 64
"""Bits of an IPv6 address that stand for one client: it may choose the others."""


class RateLimit:
    """WSGI middleware: answers 429 with `Retry-After` to who asks too much."""

    def __init__(self, app: WSGIApplication, items: Sequence[RateLimitItem], proxies: int) -> None:
        self._app = app
        self._items = items
        self._proxies = proxies
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    @classmethod
    def around(cls, app: WSGIApplication, settings: Settings) -> WSGIApplication:
        """Give `app`, limited if the settings say so."""
        return cls(app, parse_many(settings.rate), settings.proxies) if settings.rate else app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Count a query, and pass it on if it is not one too many."""
        if not environ.get("PATH_INFO", "").startswith(_COUNTED) or environ["REQUEST_METHOD"] == "OPTIONS":
            return self._app(environ, start_response)
        who = client(environ, self._proxies)
        # All are counted, whatever the first of them says.
        passed = [self._limiter.hit(item, who) for item in self._items]
        full = [item for item, passes in zip(self._items, passed, strict=True) if not passes]
        if not full:
            return self._app(environ, start_response)
        again = max(self._limiter.get_window_stats(item, who).reset_time for item in full)
        return _refuse(max(1, math.ceil(again - time.time())), full[0], environ, start_response)


def client(environ: WSGIEnvironment, proxies: int) -> str:
    """Give the address of the client: what the outermost trusted proxy says, else that of the connection."""
    address: str = environ.get("REMOTE_ADDR", "")
    forwarded = [each.strip() for each in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(forwarded) >= proxies:
        address = forwarded[-proxies]
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((int(parsed), _NETWORK), strict=False))
    return str(parsed)


def _refuse(
    seconds: int, item: RateLimitItem, environ: WSGIEnvironment, start_response: StartResponse
) -> list[bytes]:
    problem = {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": f"More queries than one client may send: {item}.",
        "mend": f"Wait {seconds} s. For many queries take a dump, see /dumps/, or run the server yourself.",
        "id": environ.get(ENVIRON_KEY, ""),
    }
    body = json.dumps(problem, indent=2).encode() + b"\n"
    headers = [
        ("Content-Type", PROBLEM.content_type),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(seconds)),
        ("Cache-Control", "no-store"),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "Retry-After, X-Request-ID"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("429 Too Many Requests", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
