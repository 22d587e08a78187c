"""All that the page about one thing shows, in at most five questions to the store."""

from __future__ import annotations

from dataclasses import dataclass

from kg.iris import fragment, local_name
from server.description import Description
from server.site import Site
from server.solutions import Term
from server.views.asof import Moment
from server.views.bands import Bands, bands
from server.views.claims import Claim, claim, claims_in, reading_order
from server.views.comparison import Comparison, compare, with_accusations
from server.views.covered import Covered, covered
from server.views.dates import Dates, dates
from server.views.facts import Fact, Value, facts, linked
from server.views.findings import Finding, findings
from server.views.incoming import Incoming, incoming
from server.views.matches import Match, matches, stated
from server.views.names import Name, names
from server.views.participants import Side, sides
from server.views.placemap import PlaceMap, place_map
from server.views.reading import Reading, reading
from server.views.situations import situations
from server.views.terms import ANNOTATED_SOURCE, DCTERMS, HAS_TARGET, IS_DEFINED_BY, LABEL, TYPE, kcg
from server.views.tree import Tree, tree

CLAIM_LIMIT = 60
"""How many claims a page shows; `claims.rq` gives one more."""

_OWN_SECTION = frozenset(
    kcg(name) for name in ("kind", "when", "hasName", "participation", "provision", "partOf", "atPlace")
)

_KEY_FACTS = frozenset(
    {
        *(kcg(name) for name in ("party", "broker", "guarantor", "ends", "actor", "object", "territory")),
        *(kcg(name) for name in ("office", "side", "usedBy", "script")),
        *(f"{DCTERMS}{name}" for name in ("creator", "publisher", "issued", "language")),
    }
)
"""Predicates whose values stand at the head of a page."""

_PLACED = frozenset({ANNOTATED_SOURCE, HAS_TARGET, IS_DEFINED_BY, kcg("about")})
"""Predicates of the parts that have sections of their own although nothing leads to them."""

_LAST = frozenset({kcg("evidence")})
"""Predicates of a part that stand behind the others: what it says comes before what it is taken from."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part with a heading of its own: a provision of an agreement, a term of an ontology."""

    anchor: str
    term: Term
    label: Term
    types: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """The page about one thing."""

    iri: str
    token: str
    kind: str
    classes: frozenset[str]
    labels: tuple[Term, ...]
    types: tuple[str, ...]
    kinds: tuple[Value, ...]
    dates: Dates
    places: tuple[Value, ...]
    wholes: tuple[Value, ...]
    names: tuple[Name, ...]
    facts: tuple[Fact, ...]
    key_facts: tuple[Fact, ...]
    sides: tuple[Side, ...]
    tree: Tree | None
    provisions: tuple[Part, ...]
    terms: tuple[Part, ...]
    apart: tuple[Part, ...]
    matches: tuple[Match, ...]
    bands: Bands | None
    place_map: PlaceMap | None
    claim: Claim | None
    claims_about: Comparison
    claims_by: tuple[Claim, ...]
    about_complete: bool
    by_complete: bool
    reading: Reading | None
    covered: Covered | None
    findings: tuple[Finding, ...]
    replies: tuple[Value, ...]
    incoming: Incoming
    moment: Moment | None

    @property
    def title(self) -> Term:
        """The first label, or a name made from the IRI."""
        return self.labels[0]

    @property
    def also(self) -> tuple[Term, ...]:
        """Its other labels, and its names in every language: none is preferred."""
        names = sorted((name.form for name in self.names), key=lambda form: (form.language, form.value))
        found = {each.value: each for each in (*self.labels[1:], *names)}
        return tuple(each for each in found.values() if each.value != self.title.value)


@dataclass(frozen=True, slots=True)
class View:
    """How the page is asked for: as of a day, and from where in a document on."""

    moment: Moment | None = None
    start: int = 0


def entity(site: Site, iri: str, view: View = View()) -> Entity:
    """Ask the store for all that the page about `iri` shows.

    Raises `GoneError` if it was withdrawn, `NotFoundError` if nothing is known of it.
    """
    own = _own(site, iri)
    kind = site.kind(iri)
    is_claim = kind == "claim"
    elsewhere = matches(own, iri)
    told = facts(own, iri, _OWN_SECTION | stated(own, iri, elsewhere))
    about, complete_about = _about(site, iri, own, view.moment)
    if kind in {"agreement", "event"}:
        about = _accusations(site, iri, about, view.moment)
    by, complete_by = _by(site, iri, view.moment) if kind == "actor" else ((), True)
    return Entity(
        iri=iri,
        token=site.token(iri),
        kind=kind,
        classes=frozenset(local_name(term.value) for term in own.values(iri, TYPE)),
        labels=_labels(own, iri),
        types=_types(own, iri),
        kinds=linked(own, iri, "kind"),
        dates=dates(own, iri),
        places=linked(own, iri, "atPlace"),
        wholes=linked(own, iri, "partOf"),
        names=names(own, iri),
        facts=tuple(each for each in told if each.predicate not in _KEY_FACTS),
        key_facts=tuple(each for each in told if each.predicate in _KEY_FACTS),
        sides=sides(own, iri),
        tree=_tree(site, iri, own) if kind == "event" else None,
        provisions=_parts(own, own.values(iri, kcg("provision"))),
        terms=_parts(own, _defined(own, iri)),
        apart=_parts(own, _apart(own, iri)),
        matches=elsewhere,
        bands=_bands(site, iri, view.moment) if kind in {"actor", "place"} else None,
        place_map=place_map(site, iri, linked(own, iri, "partOf")) if kind == "place" else None,
        claim=claim(own, Term("uri", iri)) if is_claim else None,
        claims_about=about,
        claims_by=by,
        about_complete=complete_about,
        by_complete=complete_by,
        covered=covered(site, iri) if kind == "source" else None,
        reading=reading(site, iri, view.start, view.moment) if kind == "source" else None,
        findings=findings(own, [iri]) if is_claim else (),
        replies=_replies(own, iri) if is_claim else (),
        incoming=incoming(site.select("incoming", entity=iri), site.vocabulary),
        moment=view.moment,
    )


def _own(site: Site, iri: str) -> Description:
    try:
        own = Description(site.vocabulary, site.select("thing", entity=iri))
    except ValueError:  # what is no IRI is not known either
        own = Description(site.vocabulary)
    if not own.predicates(iri) or iri in site.withdrawn:
        site.require(iri)
    return own


def _labels(own: Description, iri: str) -> tuple[Term, ...]:
    thing = Term("uri", iri)
    first = own.label(thing)
    return (first, *(each for each in own.values(iri, LABEL) if each != first))


def _types(own: Description, subject: str) -> tuple[str, ...]:
    narrowest = own.vocabulary.narrowest(term.value for term in own.values(subject, TYPE))
    return tuple(own.vocabulary.name(each) for each in narrowest)


def _defined(own: Description, iri: str) -> list[Term]:
    defined = (Term("uri", each) for each in own.having(IS_DEFINED_BY, iri) if each != iri)
    return sorted(defined, key=own.name)


def _apart(own: Description, iri: str) -> list[Term]:
    """Give the `#` parts that only point back at the whole, and that no other section shows."""
    led_to = own.objects
    return [
        Term("uri", each)
        for each in own.subjects
        if each.startswith(f"{iri}#") and each not in led_to and not _PLACED & set(own.predicates(each))
    ]


def _parts(own: Description, terms: list[Term]) -> tuple[Part, ...]:
    return tuple(
        Part(
            fragment(term.value),
            term,
            own.label(term),
            tuple(own.name(each) for each in own.values(term.key, TYPE)),
            tuple(sorted(facts(own, term.key), key=lambda fact: fact.predicate in _LAST)),
        )
        for term in terms
    )


def _replies(own: Description, iri: str) -> tuple[Value, ...]:
    return tuple(
        Value(term, own.label(term))
        for term in (Term("uri", each) for each in own.having(kcg("respondsTo"), iri))
    )


def _tree(site: Site, iri: str, own: Description) -> Tree | None:
    around = Description(site.vocabulary, site.select("tree", entity=iri))
    return tree(iri, own, around)


def _bands(site: Site, iri: str, when: Moment | None) -> Bands:
    rows = site.select("situations", entity=iri)
    return bands(situations(Description(site.vocabulary, rows), rows), when)


def _claims(site: Site, iri: str, link: str) -> tuple[list[Term], Description, bool]:
    told = Description(site.vocabulary, site.select("claims", entity=iri, link=kcg(link)))
    found = claims_in(told, link, iri)
    return found[:CLAIM_LIMIT], told, len(found) <= CLAIM_LIMIT


def _about(site: Site, iri: str, own: Description, when: Moment | None) -> tuple[Comparison, bool]:
    found, told, complete = _claims(site, iri, "about")
    if when and when.known:
        # What all claims span is no longer what those of the time span.
        found = [each for each in found if when.knows(claim(told, each).published)]
        return compare(found, told, Description(site.vocabulary)), complete
    return compare(found, told, own), complete


def _accusations(site: Site, iri: str, about: Comparison, when: Moment | None) -> Comparison:
    """Add the accusations that name the thing: of what broke an agreement, claims speak as of the accused."""
    found, told, _ = _claims(site, iri, "value")
    if when and when.known:
        found = [each for each in found if when.knows(claim(told, each).published)]
    return with_accusations(about, found, told)


def _by(site: Site, iri: str, when: Moment | None) -> tuple[tuple[Claim, ...], bool]:
    found, told, complete = _claims(site, iri, "claimedBy")
    claims = (claim(told, each) for each in found)
    known = (each for each in claims if when is None or when.knows(each.published))
    return reading_order(known), complete
