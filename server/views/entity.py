"""All that the page about one thing shows."""

from __future__ import annotations

from dataclasses import dataclass

from kg.iris import KINDS
from server.description import Description
from server.site import Site
from server.solutions import Term
from server.views import claims as claims_view
from server.views.claims import Assessment, Claim, Group, assessments, groups, reading_order
from server.views.dates import Dates, dates
from server.views.facts import Fact, Value, facts, linked
from server.views.incoming import Incoming, incoming
from server.views.names import Name, names
from server.views.participants import Participant, participants
from server.views.situations import Situation, situations
from server.views.terms import IS_DEFINED_BY, LABEL, TYPE, kcg

CLAIM_LIMIT = 300
"""How many claims `claims.rq` gives."""

_OWN_SECTION = frozenset(kcg(name) for name in ("kind", "when", "hasName", "participation", "provision"))


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
    kind: str
    labels: tuple[Term, ...]
    types: tuple[str, ...]
    kinds: tuple[Value, ...]
    dates: Dates
    names: tuple[Name, ...]
    facts: tuple[Fact, ...]
    participants: tuple[Participant, ...]
    provisions: tuple[Part, ...]
    terms: tuple[Part, ...]
    situations: tuple[Situation, ...]
    claim: Claim | None
    claims_about: tuple[Group, ...]
    claims_in: tuple[Claim, ...]
    claims_by: tuple[Claim, ...]
    findings: tuple[Assessment, ...]
    incoming: Incoming

    @property
    def title(self) -> Term:
        """The first label, or a name made from the IRI."""
        return self.labels[0]

    @property
    def claims_complete(self) -> bool:
        """Whether all claims are shown."""
        shown = (sum(len(group.claims) for group in self.claims_about), len(self.claims_in))
        return max(*shown, len(self.claims_by)) < CLAIM_LIMIT


def entity(site: Site, iri: str) -> Entity:
    """Ask the store for all that the page about `iri` shows."""
    own = Description(site.vocabulary, site.select("thing", entity=iri))
    kind = _kind(site, iri)
    compared = Description(site.vocabulary, site.select("comparisons", entity=iri))
    is_claim = kind == "claim"
    return Entity(
        iri=iri,
        kind=kind,
        labels=_labels(own, iri),
        types=_types(own, iri),
        kinds=linked(own, iri, "kind"),
        dates=dates(own, iri),
        names=names(own, iri),
        facts=facts(own, iri, _OWN_SECTION),
        participants=participants(own, iri),
        provisions=_parts(own, own.values(iri, kcg("provision"))),
        terms=_parts(own, _defined(own, iri)),
        situations=_situations(site, iri, kind),
        claim=claims_view.claim(own, Term("uri", iri)) if is_claim else None,
        claims_about=_about(site, iri, compared),
        claims_in=_reading(site, iri, "reportedIn") if kind == "source" else (),
        claims_by=_reading(site, iri, "claimedBy") if kind == "actor" else (),
        findings=assessments(compared, [iri]) if is_claim else (),
        incoming=incoming(site.select("incoming", entity=iri), site.vocabulary),
    )


def _kind(site: Site, iri: str) -> str:
    first, _, rest = site.iris.path(iri).removeprefix("id/").partition("/")
    return first if rest and first in KINDS else ""


def _labels(own: Description, iri: str) -> tuple[Term, ...]:
    thing = Term("uri", iri)
    first = own.label(thing)
    return (first, *(each for each in own.values(iri, LABEL) if each != first))


def _types(own: Description, subject: str) -> tuple[str, ...]:
    narrowest = own.vocabulary.narrowest(term.value for term in own.values(subject, TYPE))
    return tuple(own.vocabulary.name(each) for each in narrowest)


def _defined(own: Description, iri: str) -> list[Term]:
    found = (Term("uri", each) for each in own.subjects if each != iri)
    defined = (each for each in found if own.text(each.key, IS_DEFINED_BY) == iri)
    return sorted(defined, key=own.name)


def _parts(own: Description, terms: list[Term]) -> tuple[Part, ...]:
    return tuple(
        Part(
            term.value.partition("#")[2],
            term,
            own.label(term),
            tuple(own.name(each) for each in own.values(term.key, TYPE)),
            facts(own, term.key),
        )
        for term in terms
    )


def _situations(site: Site, iri: str, kind: str) -> tuple[Situation, ...]:
    if kind not in {"actor", "place"}:
        return ()
    rows = site.select("situations", entity=iri)
    return situations(Description(site.vocabulary, rows), rows)


def _claims(site: Site, iri: str, link: str) -> tuple[list[Term], Description]:
    rows = site.select("claims", entity=iri, link=kcg(link))
    told = Description(site.vocabulary, rows)
    return [Term("uri", each) for each in told.subjects if told.one(each, kcg("reportedIn"))], told


def _about(site: Site, iri: str, compared: Description) -> tuple[Group, ...]:
    claims, told = _claims(site, iri, "about")
    return groups(claims, told, compared)


def _reading(site: Site, iri: str, link: str) -> tuple[Claim, ...]:
    return reading_order(*_claims(site, iri, link))
