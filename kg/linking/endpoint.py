"""A SPARQL endpoint of somebody else, asked politely: https://www.w3.org/TR/sparql11-protocol/.

Every answer is kept on disk before it is used, so that a run that was ended asks nothing twice. What
the endpoint is asked for and how often follows the rules of the Wikidata Query Service
(https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual): a user agent that says who asks, one
request at a time, a pause between them, and `Retry-After` honoured.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from SPARQLWrapper import GET, JSON, POST, SPARQLWrapper
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from kg.dump import replacing
from kg.errors import (
    EndpointAwayError,
    EndpointBusyError,
    EndpointError,
    EndpointNonsenseError,
    MalformedError,
    UsageError,
)
from kg.rows import Solution, parse_solutions

WIKIDATA = "https://query.wikidata.org/sparql"
AGENT = "karabakh-conflict-graph (https://w3id.org/kcg/; {contact})"
ATTEMPTS = 5
LONGEST_WAIT = 300.0
"""Seconds; an endpoint that asks for a longer pause is not waited for."""
LARGEST = 64 << 20
"""Bytes of an answer; more is refused."""
_LONG = 1500
"""Characters of a query above which it is sent by POST."""
_PIECE = 1 << 20
_LATER = frozenset({429, 502, 503, 504})


class _Again(Exception):  # noqa: N818
    """The request failed in a way that may pass; `pause` is what the endpoint asked for."""

    def __init__(self, error: EndpointError, pause: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


@dataclass(slots=True)
class Endpoint:
    """Answers SELECT queries from the disk where it can, else from `url`.

    `pause` is the least time between two requests, `timeout` the longest time that one may take, both in
    seconds; `contact` stands in the user agent; without a `cache` nothing is kept.
    """

    url: str = WIKIDATA
    contact: str = "no contact given"
    cache: Path | None = None
    pause: float = 1.0
    timeout: float = 70.0
    sleep: Callable[[float], None] = time.sleep
    requests: int = 0
    """Requests that were really sent."""
    _last: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(
                f"'{self.url}' is no address of an endpoint.", mend="Give http://... or https://..."
            )

    def select(self, query: str) -> list[Solution]:
        """Give the solutions of `query`.

        Raises an `EndpointError`: `EndpointAwayError`, `EndpointBusyError`, `EndpointNonsenseError`, or the
        class itself for a query that the endpoint refuses or fails at.
        """
        kept = self._kept(query)
        if kept is not None and kept.is_file():
            try:
                return list(parse_solutions(kept.read_bytes()).rows)
            except MalformedError:
                kept.unlink(missing_ok=True)
        body = self._ask_with_patience(query)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with replacing(kept) as file:
                file.write(body)
        return list(parse_solutions(body).rows)

    def _kept(self, query: str) -> Path | None:
        if self.cache is None:
            return None
        name = sha256(f"{self.url}\n{query}".encode()).hexdigest()
        return self.cache / name[:2] / f"{name}.srj"

    def _ask_with_patience(self, query: str) -> bytes:
        tries = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause_before_next,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return bytes(tries(self._ask, query))
        except _Again as again:
            raise again.error from again

    def _ask(self, query: str) -> bytes:
        """Send one request; give the body, which is known to be a result of a SELECT."""
        self._keep_distance()
        wrapper = _Wrapper(self.url, agent=AGENT.format(contact=self.contact))
        wrapper.setQuery(query)
        wrapper.setReturnFormat(JSON)
        wrapper.setMethod(POST if len(query) > _LONG else GET)
        self.requests += 1
        try:
            body = wrapper.body(self.timeout)
        except HTTPError as error:
            self._refused(error)
        except (TimeoutError, URLError, HTTPException, OSError) as error:
            self._away(error)
        finally:
            self._last = time.monotonic()
        return self._checked(body)

    def _keep_distance(self) -> None:
        wait = self._last + self.pause - time.monotonic()
        if self._last and wait > 0:
            self.sleep(wait)

    def _checked(self, body: bytes) -> bytes:
        if len(body) > LARGEST:
            raise EndpointNonsenseError(f"{self.url} sent more than {LARGEST >> 20} MB.")
        try:
            parse_solutions(body)
        except MalformedError as error:
            start = " ".join(body[:80].decode("utf-8", "replace").split())
            what = f"{self.url} sent no whole SPARQL result in JSON but {len(body)} bytes: '{start}'."
            mend = "Check that the address is that of a SPARQL endpoint; a slow query may have been cut."
            raise _Again(EndpointNonsenseError(what, mend=mend)) from error
        return body

    def _refused(self, error: HTTPError) -> NoReturn:
        """Tell what to make of a status that is no success."""
        with error:
            said = " ".join(error.read(300).decode("utf-8", "replace").split())
        if 300 <= error.code < 400:
            target = urljoin(self.url, error.headers.get("Location") or "")
            raise EndpointNonsenseError(
                f"{self.url} redirects to {target}, which was not followed.",
                mend="If that is where the endpoint is now, give its address with --endpoint.",
            )
        what = f"{self.url} answered {error.code}: {said[:200] or error.reason}."
        if error.code in _LATER:
            pause = retry_after(error.headers.get("Retry-After"))
            later = EndpointBusyError(what, mend="Run again later; what was answered so far is kept.")
            if pause > LONGEST_WAIT:
                raise EndpointBusyError(f"{what} It asks to wait {pause:.0f} s.", mend=later.mend)
            raise _Again(later, pause)
        failure = EndpointError(what, mend="Run again later, or with smaller batches.")
        raise _Again(failure) if error.code >= 500 else failure

    def _away(self, error: Exception) -> NoReturn:
        reason = error.reason if isinstance(error, URLError) else error
        what = f"{self.url} does not answer: {reason or type(error).__name__}."
        raise _Again(EndpointAwayError(what, mend="Check the address and the network.")) from error


def retry_after(value: str | None) -> float:
    """Give the seconds that a `Retry-After` asks for, 0 if it asks for nothing that can be read.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    text = (value or "").strip()
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _pause_before_next(state: RetryCallState) -> float:
    """Wait as long as the endpoint asked for, else twice as long each time."""
    raised = state.outcome.exception() if state.outcome else None
    asked = raised.pause if isinstance(raised, _Again) else 0.0
    return max(asked, min(2.0 ** (state.attempt_number - 1), LONGEST_WAIT))


class _SameHost(HTTPRedirectHandler):
    """Follows a redirection only to the same scheme, host and port: else a query could be led anywhere."""

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        """Give the request to follow, or none, which leaves the redirection as an error."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper, whose request is sent with an opener of ours."""

    opener: OpenerDirector = build_opener(_SameHost)

    def body(self, timeout: float) -> bytes:
        """Send the query and give the bytes that came back, at most about one piece more than `LARGEST`.

        Raises `TimeoutError` if it is not whole after `timeout` seconds, however busily it drips.
        """
        until = time.monotonic() + timeout
        pieces: list[bytes] = []
        with self.opener.open(self._createRequest(), timeout=timeout) as response:
            while sum(map(len, pieces)) <= LARGEST and (piece := response.read1(_PIECE)):
                pieces.append(piece)
                if time.monotonic() > until:
                    raise TimeoutError(f"not whole after {timeout:.0f} s")
        return b"".join(pieces)
