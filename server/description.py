"""Triples about one thing and its parts, to read by subject and predicate, with labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.solutions import Solution, Term
from server.vocabulary import RDF, RDFS, Vocabulary, preferred

_TITLE = "http://purl.org/dc/terms/title"
_FIRST, _REST, _NIL = f"{RDF}first", f"{RDF}rest", f"{RDF}nil"


class Description:
    """The rows (?s ?p ?o ?label) of a query of this package."""

    def __init__(self, vocabulary: Vocabulary, rows: Iterable[Solution] = ()) -> None:
        self.vocabulary = vocabulary
        self._values: dict[str, dict[str, dict[Term, None]]] = {}
        self._labels: dict[str, dict[Term, None]] = {}
        self._chosen: dict[Term, Term] = {}
        self.add(rows)

    def add(self, rows: Iterable[Solution]) -> None:
        """Take in more rows; what is there already is not doubled."""
        self._chosen.clear()
        for row in rows:
            values = self._values.setdefault(row["s"].key, {})
            values.setdefault(row["p"].value, {})[row["o"]] = None
            if "label" in row:
                self._labels.setdefault(row["o"].key, {})[row["label"]] = None

    @property
    def subjects(self) -> list[str]:
        """Keys of everything that something is said of, sorted."""
        return sorted(self._values)

    def predicates(self, subject: str) -> list[str]:
        """IRIs of the predicates of `subject`, in the order of what they are called."""
        return sorted(self._values.get(subject, {}), key=self.vocabulary.name)

    def values(self, subject: str, predicate: str) -> list[Term]:
        """Give the values, in the order of what they are called."""
        found = self._values.get(subject, {}).get(predicate, {})
        if len(found) < 2:
            return list(found)
        return sorted(found, key=lambda term: (self.name(term), term.language))

    @property
    def objects(self) -> set[str]:
        """Keys of everything that is a value of something."""
        return {term.key for values in self._values.values() for each in values.values() for term in each}

    def having(self, predicate: str, value: str) -> list[str]:
        """Give the subjects that have the IRI or text `value`, sorted."""
        return [
            each
            for each in self.subjects
            if any(value == term.value for term in self.values(each, predicate))
        ]

    def one(self, subject: str, predicate: str) -> Term | None:
        """Give the first value, or `None`."""
        return next(iter(self.values(subject, predicate)), None)

    def text(self, subject: str, predicate: str) -> str:
        """Give the first value as text, or nothing."""
        found = self.one(subject, predicate)
        return found.value if found else ""

    def label(self, term: Term) -> Term:
        """Give what `term` is called: its label with its language, or a name made from its IRI."""
        chosen = self._chosen.get(term)
        if chosen is None:
            chosen = self._chosen[term] = self._label(term)
        return chosen

    def _label(self, term: Term) -> Term:
        own = self._values.get(term.key, {}).get(f"{RDFS}label", {})
        titles = self._values.get(term.key, {}).get(_TITLE, {})
        found = preferred((*self._labels.get(term.key, {}), *own)) or preferred(titles)
        if found is not None:
            return found
        name = self.vocabulary.name(term.value) if term.is_iri else term.value
        return Term("literal", name)

    def name(self, term: Term) -> str:
        """Give what `term` is called, as text."""
        return term.value if term.is_literal else self.label(term).value

    def items(self, subject: str, predicate: str) -> list[Term]:
        """Give the members of the RDF list that is the value, in its order."""
        return [member for head in self.values(subject, predicate) for member in self._members(head)]

    def is_list(self, term: Term) -> bool:
        """Tell whether `term` is the head of an RDF list that is described here."""
        return not term.is_literal and _FIRST in self._values.get(term.key, {})

    def members(self, head: Term) -> list[Term]:
        """Give the members of the RDF list `head`."""
        return list(self._members(head))

    def _members(self, head: Term | None) -> Iterator[Term]:
        seen: set[str] = set()
        while head is not None and head.value != _NIL and head.key not in seen:
            seen.add(head.key)
            yield from self.values(head.key, _FIRST)[:1]
            head = self.one(head.key, _REST)
