"""What every blueprint needs: settings, publication, store, and the questions put to the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, TypeVar

import pyoxigraph as ox
from flask import current_app, request

from kg.catalogue import About
from kg.errors import NotFoundError
from kg.formats import N_TRIPLES, RESULTS_JSON, TURTLE, Format
from kg.iris import KINDS, Iris
from kg.jsonld import Context, Term, context
from kg.store import Answer, Formats, Store
from server.matching import Matching
from server.negotiation import Preference
from server.publication import Publication
from server.reconciliation import Spaces, properties
from server.settings import Settings
from server.solutions import Solution, read_boolean, read_solutions
from server.vocabulary import Vocabulary
from server.withdrawn import Tombstone, tombstones

_NAME = "kcg-site"

T = TypeVar("T")


@cache
def question(name: str) -> str:
    """Give the text of `queries/{name}.rq`."""
    return files("server").joinpath("queries", f"{name}.rq").read_text("utf-8")


@dataclass(frozen=True)
class Site:
    """One running site; its store never changes while it runs."""

    settings: Settings
    publication: Publication
    store: Store

    @property
    def iris(self) -> Iris:
        """The IRIs of the data set."""
        return self.publication.iris

    def select(self, name: str, **substitutions: str | ox.Literal) -> tuple[Solution, ...]:
        """Put the SELECT `name` and give its rows; the keywords are variables and what they stand for:
        IRIs, as text, or literals. The rows are without them: in each they would be the same."""
        return read_solutions(self._put(name, substitutions), without=substitutions).rows

    def ask(self, name: str, **substitutions: str | ox.Literal) -> bool:
        """Put the ASK `name`."""
        return read_boolean(self._put(name, substitutions))

    def construct(self, name: str, graph: Format, **substitutions: str | ox.Literal) -> Answer:
        """Put the CONSTRUCT `name` and give its triples in the format `graph`."""
        return self._put(name, substitutions, graph)

    def constructed(self, name: str, **substitutions: str | ox.Literal) -> tuple[ox.Triple, ...]:
        """Put the CONSTRUCT `name` and give its triples."""
        return _triples(self.construct(name, N_TRIPLES, **substitutions))

    def knows(self, iri: str) -> bool:
        """Tell whether the dataset says anything of `iri`; what is no IRI is not known either."""
        try:
            return self.ask("exists", entity=iri)
        except ValueError:
            return False

    def require(self, iri: str) -> None:
        """Raise `GoneError` if the entity was withdrawn, `NotFoundError` if nothing is known of `iri`."""
        if iri in self.withdrawn:
            raise self.withdrawn[iri].error()
        if not self.knows(iri):
            mend = "Look for it in the lists on the home page."
            raise NotFoundError(f"Nothing is known of {iri}.", mend=mend)

    def token(self, iri: str) -> str:
        """Give how an IRI stands in addresses: the path of one of ours (`actor/x`), others as they are."""
        return self.iris.path(iri).removeprefix("id/") if self.iris.is_ours(iri) else iri

    def kind(self, iri: str) -> str:
        """Give the kind of entity that `iri` is: `actor`, `claim`...; empty if it is no entity of ours."""
        return self.kind_and_name(iri)[0]

    def kind_and_name(self, iri: str) -> tuple[str, str]:
        """Give the kind of an entity of ours and its short name: `source`, `dw-2016`; of others the IRI."""
        if self.iris.is_ours(iri):
            kind, _, name = self.iris.path(iri).removeprefix("id/").partition("/")
            if name and kind in KINDS:
                return kind, name
        return "", iri

    def graph(self, name: str) -> tuple[ox.Triple, ...]:
        """Give the triples of a named graph."""
        answer = self.store.query(
            question("graph"), Formats(RESULTS_JSON, N_TRIPLES), default_graphs=[self.iris.graph(name)]
        )
        return _triples(answer)

    @cached_property
    def schemes(self) -> tuple[Solution, ...]:
        """The code lists, `thing` and `label`. Asked for once."""
        return self.select("schemes")

    @cached_property
    def about_dataset(self) -> About:
        """What is said of the data set in prose. Asked for once."""
        publication = self.publication
        row = next(iter(self.select("dataset", dataset=self.iris.dataset)), {})
        said = {name: term.value for name, term in row.items()}
        return About(
            self.iris,
            publication.version,
            publication.title,
            publication.license,
            said.get("description", ""),
            said.get("publisher", ""),
            said.get("name", ""),
        )

    @cached_property
    def withdrawn(self) -> dict[str, Tombstone]:
        """What was withdrawn, by IRI. Asked for once."""
        return {
            iri: stone
            for iri, stone in tombstones(self.select("withdrawn")).items()
            if self.iris.is_entity(iri)
        }

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context: our terms and prefixes. Asked for once."""
        terms: dict[str, Term] = {}
        for row in self.select("context", ontology=self.iris.ontology):
            term = terms.setdefault(row["term"].value, Term(row["term"].value))
            term.kinds.add(row["kind"].value)
            term.ranges.update([row["range"].value] if "range" in row else [])
        return context(terms.values(), self.publication.prefixes)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Labels of the ontology's terms, asked for once: a store does not change."""
        rows = self.select("vocabulary", ontology=self.iris.ontology)
        return Vocabulary.read(rows, self.publication.prefixes)

    @cached_property
    def matching(self) -> Matching:
        """What names mean: answered by a process of its own, started at the first question."""
        return Matching(self.store, self.settings.matcher, self.iris)

    @cached_property
    def reconcilable(self) -> list[dict[str, str]]:
        """Identifier and name of the properties that things can be extended by."""
        return self._properties("properties")

    @cached_property
    def proposed(self) -> list[dict[str, str]]:
        """Those that the things that names are matched to have themselves, the commonest first."""
        return self._properties("proposed")

    def _properties(self, name: str) -> list[dict[str, str]]:
        return properties(self.select(name), Spaces.of(self.iris, "", self.matching.is_ours))

    @cached_property
    def graphs(self) -> tuple[int, tuple[tuple[str, int], ...]]:
        """Triples of the default graph; name and triples of each named graph. Counted once."""
        total = sum(int(row["triples"].value) for row in self.select("size"))
        rows = self.select("graphs")
        return total, tuple((row["graph"].value, int(row["triples"].value)) for row in rows if "graph" in row)

    @cached_property
    def examples(self) -> tuple[Solution, ...]:
        """The events with the most claims: `thing`, `label` and the number of `claims`. Asked for once."""
        return self.select("example")

    @property
    def example(self) -> Solution:
        """The event with the most claims; empty if there is none."""
        return next(iter(self.examples), {})

    def remembered(self, make: Callable[[Site], T]) -> T:
        """Give what `make` makes of this site, made once: a store does not change."""
        if make not in self._remembered:
            self._remembered[make] = make(self)
        made: T = self._remembered[make]
        return made

    @cached_property
    def _remembered(self) -> dict[Callable[[Site], Any], Any]:
        return {}

    def _put(self, name: str, substitutions: dict[str, str | ox.Literal], graph: Format = TURTLE) -> Answer:
        terms = {
            variable: ox.NamedNode(value) if isinstance(value, str) else value
            for variable, value in substitutions.items()
        }
        return self.store.query(question(name), Formats(RESULTS_JSON, graph), substitutions=terms)


def _triples(answer: Answer) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES))


def install(site: Site) -> None:
    """Make `site` the site of the current application."""
    current_app.extensions[_NAME] = site


def current_site() -> Site:
    """Give the site of the application that answers the request."""
    site: Site = current_app.extensions[_NAME]
    return site


def preference() -> Preference:
    """Give what the current request asks for."""
    return Preference.read(request.headers.get("Accept"), *request.args.getlist("format"))
