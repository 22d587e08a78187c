"""What a query is answered with: which formats fit a request, and the answer in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kg.formats import RDF_FORMATS, RESULTS_FORMATS, RESULTS_JSON, TURTLE, Format
from kg.store import Answer, Formats, Store
from server.negotiation import HTML, Preference, not_acceptable
from server.query_request import QueryRequest

TRUNCATED = "X-KG-Truncated"
"""The header of a result that was cut, as `rows=100000`, `triples=100000` or `bytes=67108864`."""

FAILURE = "kcg.failure"
"""The key of an error in an environment: a query was put already, and this is what came of it."""

_LONGEST_REMEMBERED = 400
_ALL = (*RESULTS_FORMATS, *RDF_FORMATS, HTML)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The best format for solutions and for triples, `None` where none is acceptable; or a page."""

    results: Format | None
    graph: Format | None
    page: bool


def wanted(accept: str | None, names: tuple[str, ...] = ()) -> Wanted:
    """Give what an `Accept` header and the formats that a request names come to.

    A plain form cannot set headers: a format that it names wins wherever `Accept` admits it.
    Raises `NotAcceptableError` if nothing fits, `UnknownFormatError` as `Preference.named` does.
    """
    if len(accept or "") + sum(map(len, names)) > _LONGEST_REMEMBERED:
        return _weighed(accept, names)
    return _remembered(accept, names)


def _weighed(accept: str | None, names: tuple[str, ...]) -> Wanted:
    wished = Preference.read(accept, *names)
    page = wished.choose(_ALL) is HTML
    return Wanted(_fitting(wished, RESULTS_FORMATS), _fitting(wished, RDF_FORMATS), page)


_remembered = lru_cache(maxsize=256)(_weighed)


def _fitting(wished: Preference, offers: tuple[Format, ...]) -> Format | None:
    """Give the best of `offers`, which the named format need not be among: the form decides later."""
    chosen = wished.named(_ALL)
    if chosen is None or not wished.weight(chosen):
        return wished.best(offers)
    return chosen if chosen in offers else None


def answer_of(store: Store, asked: QueryRequest, choice: Wanted, rows: int, size: int) -> Answer:
    """Put the query, for at most `rows` rows and about `size` bytes.

    Raises what the store raises, `NotAcceptableError` if the result is of a form that nothing wanted holds.
    """
    answer = store.query(
        asked.text,
        Formats(choice.results or RESULTS_JSON, choice.graph or TURTLE, rows, size),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
    if answer.format not in (choice.results, choice.graph):
        raise not_acceptable(RDF_FORMATS if answer.form == "triples" else RESULTS_FORMATS)
    return answer
