"""Claims as they were made: what, by whom, how, through whom, in which document and where in it, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.iris import local_name
from server.description import Description
from server.solutions import Term
from server.views.facts import Value, labelled, linked, value
from server.views.terms import END, EXACT, ISSUED, SELECTOR, START, kcg

_OPEN_ABOVE = frozenset({"at-least", "more-than"})
_OPEN_BELOW = frozenset({"at-most", "fewer-than"})
_BOUNDING = _OPEN_ABOVE | _OPEN_BELOW | {"almost"}
"""Codes of hedges that say themselves on which side a number is open."""

_NOWHERE = 1 << 62


@dataclass(frozen=True, slots=True)
class Passage:
    """Where in its document a claim stands: code points, and a few words where the wording is at issue."""

    start: int
    end: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as it was made."""

    iri: Term
    label: Term
    number: str
    low: float | None
    high: float | None
    values: tuple[Value, ...]
    hedges: tuple[Value, ...]
    stance: tuple[Value, ...]
    polarity: tuple[Value, ...]
    holders: tuple[Value, ...]
    via: tuple[Value, ...]
    sources: tuple[Value, ...]
    issued: tuple[str, ...]
    published: str
    passages: tuple[Passage, ...]
    as_of: tuple[str, ...]
    when: tuple[str, ...]
    about: tuple[Value, ...]
    quantity: tuple[Value, ...]
    population: tuple[Value, ...]
    predicate: tuple[Value, ...]
    responds_to: tuple[Value, ...]
    same_as: tuple[Value, ...]

    @property
    def start(self) -> int:
        """Where the first passage begins; claims without one come last."""
        return min((passage.start for passage in self.passages), default=_NOWHERE)

    @property
    def subject(self) -> tuple[Value, ...]:
        """What is counted, and of whom; or what is said."""
        return (*self.quantity, *self.population, *self.predicate)

    @property
    def is_accusation(self) -> bool:
        """Whether somebody is accused."""
        return "accuses" in self.stance_codes

    @property
    def stance_codes(self) -> frozenset[str]:
        """Codes of the stances."""
        return frozenset(local_name(each.term.value) for each in self.stance)

    @property
    def order(self) -> tuple[str, int, str]:
        """By source, then by passage: an order that says nothing about who is right."""
        return (", ".join(each.label.value for each in self.sources), self.start, self.iri.value)


def reading_order(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Give `claims` in the order in which a reader of their document meets them."""
    return tuple(sorted(claims, key=lambda each: (each.start, each.iri.value)))


def claims_in(told: Description, link: str, entity: str) -> list[Term]:
    """Give the claims in `told` that point at `entity`, or at a part of it, with the property `link`."""
    return [
        Term("uri", subject)
        for subject in told.subjects
        if told.one(subject, kcg("reportedIn"))
        and any(_is_or_part(term.value, entity) for term in told.values(subject, kcg(link)))
    ]


def claim(told: Description, iri: Term) -> Claim:
    """Read one claim."""
    key = iri.key
    low, high = _bounds(told, key)
    return Claim(
        iri=iri,
        label=told.label(iri),
        number=_number(told, key),
        low=low,
        high=high,
        values=tuple(value(told, term, key) for term in told.values(key, kcg("value"))),
        hedges=linked(told, key, "hedge"),
        stance=linked(told, key, "stance"),
        polarity=_polarity(told, key),
        holders=linked(told, key, "claimedBy"),
        via=labelled(told, told.items(key, kcg("via"))),
        sources=linked(told, key, "reportedIn"),
        issued=_of_sources(told, key, ISSUED),
        published=max(_of_sources(told, key, kcg("latestEnd")), default=""),
        passages=_passages(told, key),
        as_of=_texts(told, key, "asOf"),
        when=_texts(told, key, "when"),
        about=linked(told, key, "about"),
        quantity=linked(told, key, "quantity"),
        population=linked(told, key, "population"),
        predicate=linked(told, key, "predicate"),
        responds_to=linked(told, key, "respondsTo"),
        same_as=linked(told, key, "sameClaimAs"),
    )


def grouped(number: str) -> str:
    """Set thousands apart in a whole number, as people read it: 30,000."""
    return f"{int(number):,}" if number.isdecimal() else number


def _is_or_part(iri: str, whole: str) -> bool:
    return iri == whole or iri.startswith(f"{whole}#")


def _polarity(told: Description, key: str) -> tuple[Value, ...]:
    """Give the polarity where it says something: that a thing is so goes without saying."""
    found = linked(told, key, "polarity")
    return tuple(each for each in found if local_name(each.term.value) != "affirmative")


def _of_sources(told: Description, key: str, predicate: str) -> tuple[str, ...]:
    sources = told.values(key, kcg("reportedIn"))
    return tuple(term.value for source in sources for term in told.values(source.key, predicate))


def _number(told: Description, key: str) -> str:
    exact, low, high = (grouped(told.text(key, kcg(name))) for name in ("exact", "low", "high"))
    if exact:
        return exact
    if low and high:
        return low if low == high else f"{low} to {high}"
    if _hedge_codes(told, key) & _BOUNDING:
        # The hedge in front says already which way it is open.
        return low or high
    if low:
        return f"{low} or more"
    return f"{high} or fewer" if high else ""


def _bounds(told: Description, key: str) -> tuple[float | None, float | None]:
    """Give the lowest and highest number that the claim allows; `None` where it sets no bound."""
    exact, low, high = (_figure(told.text(key, kcg(name))) for name in ("exact", "low", "high"))
    codes = _hedge_codes(told, key)
    lowest = low if low is not None else (None if codes & _OPEN_BELOW else exact)
    highest = high if high is not None else (None if codes & _OPEN_ABOVE else exact)
    return lowest, highest


def _figure(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _hedge_codes(told: Description, key: str) -> frozenset[str]:
    return frozenset(local_name(hedge.value) for hedge in told.values(key, kcg("hedge")))


def _passages(told: Description, key: str) -> tuple[Passage, ...]:
    found: list[Passage] = []
    for passage in told.values(key, kcg("passage")):
        selectors = [each.key for each in told.values(passage.key, SELECTOR)]
        words = "".join(told.text(each, EXACT) for each in selectors)
        pairs = ((told.text(each, START), told.text(each, END)) for each in selectors)
        found += [Passage(int(start), int(end), words) for start, end in pairs if start and end]
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def _texts(told: Description, key: str, name: str) -> tuple[str, ...]:
    return tuple(term.value for term in told.values(key, kcg(name)))
