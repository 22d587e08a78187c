"""Load a release into a SPARQL engine, graph by graph, by Graph Store Protocol or by SPARQL Update.

https://www.w3.org/TR/sparql11-http-rdf-update/, https://www.w3.org/TR/sparql11-update/. Each graph is
replaced whole: its first piece replaces what the engine holds under that name, the others are added.
"""

from __future__ import annotations

import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from kg.errors import KgError, OutputError, StoreUnavailableError
from kg.formats import N_TRIPLES
from kg.release import Release

GRAPH_STORE, UPDATE = "graph-store", "update"
PROTOCOLS = (GRAPH_STORE, UPDATE)

_PIECE = {GRAPH_STORE: 20_000, UPDATE: 1_000}
"""Triples in one request; engines compile an update as a whole, so it has to be small."""

_BUSY = frozenset({429, 502, 503, 504})
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Target:
    """Where to load to: a Graph Store or an update endpoint; user and password for basic or digest."""

    address: str
    protocol: str = GRAPH_STORE
    user: str = ""
    password: str = ""
    timeout: float = 300.0


def graphs_of(release: Release) -> dict[str, list[ox.Triple]]:
    """Give the triples of each named graph of a release, by name."""
    graphs: dict[str, list[ox.Triple]] = defaultdict(list)
    with release.nquads.open("rb") as lines:
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.graph_name, ox.NamedNode):
                graphs[quad.graph_name.value].append(quad.triple)
    return dict(sorted(graphs.items()))


def upload(
    graphs: Mapping[str, Sequence[ox.Triple]],
    target: Target,
    advance: Callable[[int], object] = lambda _: None,
) -> None:
    """Replace each of `graphs` in the engine; `advance` is told how many triples are in after each request.

    What is busy or gone for a moment is tried again. Raises `StoreUnavailableError` if the engine does not
    answer and `OutputError` if it refuses; both say with which graph to go on.
    """
    for name, triples in graphs.items():
        try:
            for number, piece in enumerate(_pieces(triples, target.protocol)):
                _send(target, name, piece, replaces=number == 0)
                advance(len(piece))
        except KgError as error:
            again = f"Graphs before <{name}> are whole. Go on from it with: --from {name}"
            raise type(error)(error.what, mend=again) from None


def _pieces(triples: Sequence[ox.Triple], protocol: str) -> Iterator[Sequence[ox.Triple]]:
    """Cut a graph into requests; one with blank nodes is not cut, since they mean nothing outside of one."""
    nodes = (term for triple in triples for term in (triple.subject, triple.object))
    if any(isinstance(node, ox.BlankNode) for node in nodes):
        return iter([triples])
    size = _PIECE[protocol]
    return (triples[start : start + size] for start in range(0, len(triples), size))


def _send(target: Target, graph: str, triples: Sequence[ox.Triple], *, replaces: bool) -> None:
    content = ox.serialize(triples, format=N_TRIPLES.rdf) or b""
    make = _put if target.protocol == GRAPH_STORE else _update
    opener = _opener(target)
    for attempt in Retrying(
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential(multiplier=0.2, max=10),
        retry=retry_if_exception(_is_passing),
        reraise=True,
    ):
        with attempt:
            _perform(opener, make(target.address, graph, content, replaces), target.timeout)


def _put(address: str, graph: str, content: bytes, replaces: bool) -> urllib.request.Request:
    joint = "&" if urlsplit(address).query else "?"
    return urllib.request.Request(  # noqa: S310  (the address is the user's own)
        f"{address}{joint}graph={quote(graph, safe='')}",
        content,
        {"Content-Type": N_TRIPLES.media_type},
        method="PUT" if replaces else "POST",
    )


def _update(address: str, graph: str, content: bytes, replaces: bool) -> urllib.request.Request:
    """Make an update; the name comes from a parsed release and so cannot hold what would end it."""
    name = str(ox.NamedNode(graph))
    clear = f"DROP SILENT GRAPH {name} ;\n" if replaces else ""
    text = f"{clear}INSERT DATA {{ GRAPH {name} {{\n{content.decode()}}} }}"
    return urllib.request.Request(address, urlencode({"update": text}).encode())  # noqa: S310


def _opener(target: Target) -> urllib.request.OpenerDirector:
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    if target.user:
        passwords.add_password(None, target.address, target.user, target.password)
    return urllib.request.build_opener(_Digest(passwords), _Basic(passwords))


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication that does not leave the first answer, a 401, open."""

    def http_error_401(self, req: Any, fp: Any, *rest: Any) -> Any:
        """Ask again with the password."""
        fp.close()
        return super().http_error_401(req, fp, *rest)


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """The same for basic authentication."""

    def http_error_401(self, req: Any, fp: Any, *rest: Any) -> Any:
        """Ask again with the password."""
        fp.close()
        return super().http_error_401(req, fp, *rest)


def _perform(opener: urllib.request.OpenerDirector, request: urllib.request.Request, timeout: float) -> None:
    host = urlsplit(request.full_url).netloc
    try:
        with opener.open(request, timeout=timeout) as response:
            response.read()
    except HTTPError as error:
        what = f"{host} answers with {error.code} {error.reason}: {_reason(error)}"
        kind = StoreUnavailableError if error.code in _BUSY else OutputError
        raise kind(what) from error
    except (URLError, OSError) as error:
        raise StoreUnavailableError(f"{host} does not answer: {getattr(error, 'reason', error)}.") from error


def _reason(error: HTTPError) -> str:
    """Give the first line of what the other side says."""
    with error:
        said: bytes | str = error.read(300)  # text where urllib itself gave up, in older Pythons
    words = (said if isinstance(said, str) else said.decode("utf-8", "replace")).strip().splitlines()
    return words[0] if words else "no reason given"


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, StoreUnavailableError)
