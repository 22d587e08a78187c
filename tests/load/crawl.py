"""Follow every link from the home page, and ask for entities in every format: nothing may be broken.

    python -m tests.load.crawl URL                      everything linked from the home page, 200 entities
    python -m tests.load.crawl URL --entities 10 --pages 60
    python -m tests.load.crawl URL --without release/   all but the copies of the site below /release/

A page must be HTML whose every link answers; a document must have the media type of its format, be read by
rdflib and by pyoxigraph, and describe the IRI that was asked for. Links to other hosts are not followed. A
link that search engines are asked not to follow (views of lists, windows of the timeline) must answer; from
there it does not go on.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.error import HTTPError
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pyoxigraph as ox
from rdflib import Dataset, Graph, URIRef

from kg.formats import RDF_FORMATS, Format

_LINK = re.compile(r'<(?:a|link|img|script|source)\b[^>]*?\s(?:href|src)="([^"]*)"[^>]*>')
_NO_FURTHER = re.compile(r'\srel="[^"]*\bnofollow\b')
_IDENTIFIER = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Reply:
    """What an address gave."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class _Still(HTTPRedirectHandler):
    """Lets a redirection be seen."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = build_opener(_Still)


def fetch(address: str, accept: str = "text/html, */*;q=0.1") -> Reply:
    """Ask once; what went wrong is a reply too."""
    request = Request(address, headers={"Accept": accept})
    try:
        with _opener.open(request, timeout=60) as response:
            return Reply(
                response.status, {k.lower(): v for k, v in response.headers.items()}, response.read()
            )
    except HTTPError as error:
        return Reply(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


@dataclass(slots=True)
class Crawl:
    """One crawl of the site at `root`, which ends in a slash; `base` is the base of its IRIs."""

    root: str
    base: str
    without: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)
    pages: int = 0
    documents: int = 0
    fragments: int = 0

    def fault(self, address: str, what: str) -> None:
        self.faults.append(f"{address}: {what}")
        print(self.faults[-1], file=sys.stderr)

    def links(self, limit: int, start: str = "") -> None:
        """Follow links from the page at the path `start`, breadth first, to at most `limit` addresses."""
        first = self.root + start
        waiting, seen = deque([(first, True)]), {first: True}
        anchors: dict[str, set[str]] = {}
        wanted: list[tuple[str, str, str]] = []
        while waiting and self.pages < limit:
            address, further = waiting.popleft()
            reply = self._followed(address)
            self.pages += 1
            if self.pages % 500 == 0:
                print(f"{self.pages} addresses, {len(waiting)} wait, now {address}", file=sys.stderr)
            if reply.media_type != "text/html":
                continue
            text = reply.body.decode("utf-8")
            anchors[address] = set(_IDENTIFIER.findall(text))
            for target, fragment, on in self._targets(address, text) if further else ():
                wanted.append((address, target, fragment))
                if target not in seen or on > seen[target]:
                    seen[target] = on
                    waiting.append((target, on))
        for address, target, fragment in wanted:
            if fragment and target in anchors:
                self._led(address, target, unescape(fragment), anchors[target])

    def _led(self, address: str, target: str, fragment: str, there: set[str]) -> None:
        self.fragments += 1
        if fragment not in there:
            self.fault(address, f"links to {target}#{fragment}, which is not there")

    def _targets(self, address: str, text: str) -> Iterator[tuple[str, str, bool]]:
        """Give address, fragment, and whether to go on from there."""
        for link in _LINK.finditer(text):
            target, fragment = urldefrag(urljoin(address, unescape(link[1])))
            ours = target.startswith(self.root) and "?query=" not in target
            if ours and not target.removeprefix(self.root).startswith(self.without):
                yield target, fragment, not _NO_FURTHER.search(link[0])

    def _followed(self, address: str) -> Reply:
        reply = fetch(address)
        for _ in range(5):
            if reply.status not in {301, 302, 303, 307, 308}:
                break
            address = urljoin(address, reply.headers["location"])
            reply = fetch(address)
        if reply.status != 200:
            self.fault(address, f"answers {reply.status}")
        return reply

    def entity(self, iri: str) -> None:
        """Ask for what `iri` names, in every format and by every way."""
        thing = self.root + quote(iri.removeprefix(self.base).partition("#")[0])
        page = fetch(thing, "text/html")
        target = urljoin(thing, page.headers.get("location", ""))
        if page.status != 303 or self._followed(target).media_type != "text/html":
            self.fault(thing, f"has no page: {page.status}")
        sets = [self._document(thing, iri, syntax) for syntax in RDF_FORMATS]
        if len({len(each) for each in sets if each is not None}) > 1:
            self.fault(thing, f"says not the same in each format: {[len(each or ()) for each in sets]}")

    def _document(self, thing: str, iri: str, syntax: Format) -> set[ox.Triple] | None:
        self.documents += 1
        first = fetch(thing, syntax.media_type)
        if first.status != 303:
            self.fault(thing, f"as {syntax.name} answers {first.status}")
            return None
        address = urljoin(thing, first.headers["location"])
        reply = fetch(address, syntax.media_type)
        if (reply.status, reply.media_type) != (200, syntax.media_type):
            self.fault(address, f"answers {reply.status}, {reply.media_type}")
            return None
        try:
            found = {quad.triple for quad in ox.parse(reply.body, format=syntax.rdf)}
            graph = read_by_rdflib(reply.body, syntax)
        except Exception as error:
            self.fault(address, f"cannot be read: {error}")
            return None
        if not any(str(each.subject)[1:-1] == iri for each in found) or not list(
            graph.predicate_objects(URIRef(iri))
        ):
            self.fault(address, f"says nothing of {iri}")
        if len(graph) != len(found):
            self.fault(address, f"has {len(found)} triples for pyoxigraph, {len(graph)} for rdflib")
        return found

    def parse_by_iri(self, iri: str) -> None:
        """Let rdflib load the thing from its IRI alone, as it is at this server."""
        try:
            graph = Graph().parse(self.root + quote(iri.removeprefix(self.base).partition("#")[0]))
        except Exception as error:
            self.fault(iri, f"cannot be loaded by rdflib: {error}")
            return
        if not list(graph.predicate_objects(URIRef(iri))):
            self.fault(iri, "is not described by what rdflib loads from it")


def read_by_rdflib(body: bytes, syntax: Format) -> Graph:
    """Read with rdflib; a dataset's graphs count together."""
    with warnings.catch_warnings():
        # Its own readers use what it warns of.
        warnings.simplefilter("ignore", DeprecationWarning)
        if not syntax.dataset:
            return Graph().parse(data=body, format=syntax.rdflib)
        dataset = Dataset(default_union=True)
        dataset.parse(data=body, format=syntax.rdflib)
        union = Graph()
        for each in dataset.triples((None, None, None)):
            union.add(each)
        return union


def chosen(iris: Iterable[str], base: str, count: int, seed: int = 5) -> list[str]:
    """Choose `count` of the IRIs that are ours, at random but always the same."""
    ours = sorted({iri for iri in iris if iri.startswith(base)})
    return random.Random(seed).sample(ours, min(count, len(ours)))  # noqa: S311  # no secret


def minted(address: str) -> tuple[str, list[str]]:
    """Ask a server for its base IRI and for every IRI that something is said of."""
    query = "SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(isIRI(?s)) }"
    reply = fetch(f"{address}sparql.csv?query={quote(query)}")
    iris = [line.strip('"') for line in reply.body.decode("utf-8").splitlines()[1:]]
    space = "SELECT ?space WHERE { ?dataset <http://rdfs.org/ns/void#uriSpace> ?space }"
    found = fetch(f"{address}sparql.csv?query={quote(space)}").body.decode("utf-8").splitlines()
    return found[1] if len(found) > 1 else address, iris


def main() -> int:
    """Crawl, print faults and numbers, and fail if there are any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("--entities", type=int, default=200)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--without", action="append", default=[], help="paths that begin so are left out")
    options = parser.parse_args()
    root = options.url.rstrip("/") + "/"
    base, iris = minted(root)
    crawl = Crawl(root, base, tuple(options.without))
    for number, iri in enumerate(chosen(iris, base, options.entities, options.seed)):
        crawl.entity(iri)
        if number % 20 == 0:
            crawl.parse_by_iri(iri)
    crawl.links(options.pages)
    sizes = f"{crawl.pages} addresses, {crawl.documents} documents, {len(crawl.faults)} faults"
    sys.stdout.write(f"{urlsplit(root).netloc}: {sizes}\n")
    return bool(crawl.faults)


if __name__ == "__main__":
    sys.exit(main())
