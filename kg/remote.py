"""A `Store` that asks a SPARQL 1.1 engine elsewhere, over HTTP, by SPARQLWrapper.

https://www.w3.org/TR/sparql11-protocol/#query-operation. The engine holds the graph and does the work; here
an answer is read as it comes, within limits of time and bytes, and written anew, so that every engine
gives the same formats. An answer that is not whole is an error, never a result.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from traceback import clear_frames
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit, urlunsplit

import pyoxigraph as ox
from SPARQLWrapper import POST, SPARQLWrapper

from kg import formats as f
from kg import sparql
from kg.call import LESS, Body, Call, read_result
from kg.errors import KgError, QueryError, QueryResourceError
from kg.pooled import place
from kg.sparql import Limits
from kg.store import Answer, Formats, written
from kg.substitution import substituted

if TYPE_CHECKING:
    from kg.terms import OxTerm

NO_GRAPH = "urn:x-kg:no-graph"
"""A graph that no engine has. Where a request names only default graphs or only named ones, this stands for
the others: engines differ on what an absent list means."""

_TRIPLES = frozenset({"CONSTRUCT", "DESCRIBE"})
_ACCEPT_SOLUTIONS = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_ACCEPT_TRIPLES = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"

_SOME_TRIPLE = "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o FILTER(isIRI(?s) && isIRI(?o)) } } LIMIT 1"
_IN_THE_DEFAULT_GRAPH = "ASK { ?s ?p ?o }"
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"

_Dataset = tuple[Sequence[str], Sequence[str]]
_WHOLE = Formats(f.RESULTS_JSON, f.N_TRIPLES)


def is_address(text: str) -> bool:
    """Tell whether `text` is the address of an engine rather than the name of a kind of store."""
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


class _Graphs:
    """The graphs to name in every request, so that the default graph is their union; found out once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """A `Store` that asks the engine whose query endpoint is `endpoint`.

    `endpoint` may hold a user and password (`https://user:password@host/path`). `deadline` is in seconds for
    the whole of a query, `most` the bytes that an answer of the engine may have; `places` is how many
    requests this process may have under way. `prefixes` shorten what is written in Turtle.
    """

    endpoint: str
    deadline: float = 10.0
    limits: Limits = field(default_factory=Limits)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    places: threading.BoundedSemaphore | None = None
    most: int = 256 << 20
    _graphs: _Graphs = field(default_factory=_Graphs, repr=False, compare=False)

    @property
    def address(self) -> str:
        """Where the engine is reached."""
        return self.endpoint

    def at(self, address: str) -> Self:
        """Give the same store, asking the engine at another address."""
        return replace(self, endpoint=address, _graphs=_Graphs())

    @property
    def host(self) -> str:
        """The engine as errors name it: without user and password."""
        return urlsplit(self.endpoint).netloc.rpartition("@")[2]

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Have the engine run `text`; see `kg.store.Store.query`.

        Raises `QueryTooLargeError` or `QueryRefusedError` before anything is sent, `QueryTimeoutError` at
        the deadline, `StoreUnavailableError` if the engine is not there or breaks off, `QueryResourceError`
        if it gives up or its answer is too large, and a `QueryError` for what it will not answer.
        """
        sparql.check(text, self.limits)
        given = _checked(default_graphs), _checked(named_graphs)
        asked = substituted(text, substitutions or {})
        call = Call.begin(self.host, self.deadline)
        with place(self.places):
            return self._ask(asked, formats, self._dataset(asked, *given, call), call)

    def _ask(self, text: str, formats: Formats, dataset: _Dataset, call: Call) -> Answer:
        form = sparql.query_form(text)
        with call.outages():
            response = self._wrapper(text, form, dataset, call).query().response
        with response:
            body = Body(response, call, self.most)
            try:
                answer = written(read_result(body, boolean=form == "ASK"), formats, self.prefixes)
            except Exception as error:
                # A result may only be let go of in this thread; the frames of an error would keep it longer.
                clear_frames(error.__traceback__)
                if isinstance(error, SyntaxError):
                    raise _unreadable(error, call) from None
                raise
        return _honest(answer, formats, body.row_limit)

    def _wrapper(self, text: str, form: str, dataset: _Dataset, call: Call) -> Any:
        """Give the request, ready to be sent."""
        target = urlsplit(self.endpoint)
        wrapper: Any = SPARQLWrapper(urlunsplit(target._replace(netloc=self.host)))
        if target.username:
            wrapper.setCredentials(target.username, target.password or "")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        # Not by setQuery: it looks for the form with regular expressions that a query can keep busy for ever.
        wrapper.queryString = text
        wrapper.addCustomHttpHeader("Accept", _ACCEPT_TRIPLES if form in _TRIPLES else _ACCEPT_SOLUTIONS)
        for name, graphs in zip(("default-graph-uri", "named-graph-uri"), dataset, strict=True):
            for graph in graphs:
                wrapper.addParameter(name, graph)
        wrapper.timeout = call.left
        return wrapper

    def _dataset(self, text: str, default: Sequence[str], named: Sequence[str], call: Call) -> _Dataset:
        """Give the graphs to name in the request; none where the text or the engine says what is meant."""
        if default or named:
            return default or [NO_GRAPH], named or [NO_GRAPH]
        if sparql.has_dataset_clause(text):
            return (), ()
        with self._graphs.lock:
            if self._graphs.names is None:
                self._graphs.names = self._names(call)
        return self._graphs.names, self._graphs.names

    def _names(self, call: Call) -> tuple[str, ...]:
        """Give every graph; none where what lies in a named graph is found in the default graph as it is."""
        for triple in self._rows(_SOME_TRIPLE, call):
            question = substituted(_IN_THE_DEFAULT_GRAPH, triple)
            if b"true" not in self._ask(question, _WHOLE, ((), ()), call).body:
                return tuple(row["g"].value for row in self._rows(_GRAPHS, call))
        return ()

    def _rows(self, text: str, call: Call) -> list[dict[str, Any]]:
        body = self._ask(text, _WHOLE, ((), ()), call).body
        solutions: Any = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        names = [variable.value for variable in solutions.variables]
        return [{name: row[name] for name in names} for row in solutions]


class RemoteEngine:
    """Stands where a `kg.workers.WorkerPool` does: nothing is to be started or ended, it runs elsewhere."""

    alive = True

    def __init__(self, store: RemoteStore) -> None:
        self._store = store

    def start(self) -> RemoteStore:
        """Give the store; the engine need not be there yet."""
        return self._store

    def stop(self) -> None:
        """Leave the engine alone."""


def _unreadable(error: SyntaxError, call: Call) -> KgError:
    """Give the error of an answer that is not well-formed; Virtuoso makes up names that SPARQL forbids."""
    if "Invalid variable name" in str(error):
        return QueryError("A column of the query has no name.", mend="Name each, as (COUNT(*) AS ?n).")
    return call.broken(f"its answer is not well-formed ({error})")


def _checked(graphs: Iterable[str]) -> list[str]:
    """Give the IRIs of graphs; raises `QueryError` for what is none."""
    try:
        return [ox.NamedNode(iri).value for iri in graphs]
    except ValueError as error:
        raise QueryError(f"A graph is named by an IRI: {error}.") from None


def _honest(answer: Answer, formats: Formats, row_limit: int) -> Answer:
    """Say so where the engine cut its answer; who did not expect that gets an error instead."""
    if answer.truncated or not row_limit or answer.count < row_limit:
        return answer
    if not formats.rows:
        raise QueryResourceError(
            f"The engine gives {row_limit:,} rows at most, and there are more.", mend=LESS
        )
    return replace(answer, truncated=f"rows={row_limit}")
