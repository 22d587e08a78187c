"""Our ranges, dates and statements against Wikidata's, with what Wikidata cites for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rdflib import SKOS

from kg.linking.days import between, day_of, shown, within
from kg.linking.finding import AGREES, DIFFERS, MISSING_HERE, MISSING_THERE, Finding, sorted_findings
from kg.linking.ours import Deaths, Linked, Said, deaths, exact_items, linked, statements
from kg.linking.questions import ENTITY, Asked, ask, identifier, value_of
from kg.linking.theirs import DEATHS, OFFICE, Statement, Values, values_of
from kg.store import Store

_SPELLED = {
    "P710": "participant",
    "P1336": "territory claimed by",
    "P463": "member of",
    OFFICE: "position held",
}
_DEATHS = f"{DEATHS} number of deaths"
_ITEMS = ("P710", "P1336", "P463")
"""Properties whose values are compared one by one."""
_BEGINS, _ENDS = ("P580", "P571", "P585"), ("P582", "P585")


def compare(store: Store, endpoint: Asked) -> tuple[Finding, ...]:
    """Compare what a release says of its exact links with what the endpoint says of their items."""
    links = linked(store)
    exact = {each.thing: each for each in links if each.is_exact}
    theirs = values_of(endpoint, [each.item for each in exact.values()])
    numbers, said = deaths(store), statements(store)
    findings: list[Finding] = []
    for thing, link in exact.items():
        findings += _dates(link, theirs)
        findings += _deaths(link, numbers.get(thing, []), theirs)
    findings += _related(exact, said, theirs, exact_items(links), _labels(endpoint, exact, theirs))
    findings += _offices(exact, said, theirs, offices(links))
    return sorted_findings(findings)


def _labels(endpoint: Asked, exact: dict[str, Linked], theirs: Values) -> dict[str, str]:
    """Give what items that are values there are called: as ours if it is linked, else with the number."""
    ours = {link.item: link.label for link in exact.values()}
    others = {
        value
        for (_, name), values in theirs.items()
        if name in _ITEMS
        for value, _ in values
        if value not in ours
    }
    asked = [each for each in others if each.startswith(ENTITY)]
    known = {row["item"].value: value_of(row, "label") for row in ask(endpoint, "item-state", asked)}
    return ours | {item: f"{label} ({identifier(item)})" for item, label in known.items() if label}


def offices(links: Iterable[Linked]) -> dict[str, frozenset[str]]:
    """Give for each office of our code list the items of the offices that are cases of it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in links:
        if each.category == "office" and each.match == str(SKOS.narrowMatch):
            found[each.thing].add(each.item)
    return {office: frozenset(items) for office, items in found.items()}


def _finding(
    link: Linked, aspect: str, verdict: str, ours: str, theirs: str, *, of: Iterable[Statement] = (),
    claims: Iterable[str] = (), note: str = "",
) -> Finding:  # fmt: skip
    references = tuple(sorted({each for statement in of for each in statement.references}))
    listed = tuple(sorted(set(claims)))
    return Finding(link.thing, link.label, link.item, aspect, verdict, ours, theirs, note, references, listed)


def _dates(link: Linked, theirs: Values) -> Iterator[Finding]:
    if link.category not in {"event", "agreement"}:
        return
    ends = link.end if link.end[1] else ("", "")  # an end that may lie ahead is none yet
    for aspect, properties, bounds in (("begin", _BEGINS, link.begin), ("end", _ENDS, ends)):
        if aspect == "end" and link.category == "agreement":
            continue
        given = [each for name in properties for each in theirs.get((link.item, name), {}).values()]
        days = sorted({day for day in (day_of(each.value) for each in given) if day})
        ours, there = between(bounds) if any(bounds) else "", ", ".join(map(shown, days))
        if not ours and not there:
            continue
        fits = any(within(day, bounds) for day in days)
        verdict = _verdict(ours, there, fits)
        yield _finding(link, aspect, verdict, ours, there, of=given)


def _verdict(ours: str, theirs: str, fits: bool) -> str:
    if not theirs:
        return MISSING_THERE
    if not ours:
        return MISSING_HERE
    return AGREES if fits else DIFFERS


def _deaths(link: Linked, ranges: list[Deaths], theirs: Values) -> Iterator[Finding]:
    if link.category != "event":
        return
    given = list(theirs.get((link.item, DEATHS), {}).values())
    claims = [claim for each in ranges for claim in each.claims]
    ours = "; ".join(f"{each.spelled} ({each.population or 'not told whose'})" for each in ranges)
    for statement in given:
        number = _number(statement.value)
        fits = number is not None and any(_spans(each, number) for each in ranges)
        verdict = _verdict(ours, statement.value, fits)
        note = _disputed(statement)
        yield _finding(
            link, _DEATHS, verdict, ours, statement.value, of=[statement], claims=claims, note=note
        )
    if ranges and not given:
        yield _finding(link, _DEATHS, MISSING_THERE, ours, "", claims=claims)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _spans(each: Deaths, number: float) -> bool:
    return (not each.low or float(each.low) <= number) and (not each.high or number <= float(each.high))


def _disputed(statement: Statement) -> str:
    disputed = ", ".join(sorted(map(identifier, statement.disputed)))
    return f"disputed there by {disputed}" if disputed else ""


def _related(
    exact: dict[str, Linked], said: Iterable[Said], theirs: Values, items: dict[str, str],
    labels: dict[str, str],
) -> Iterator[Finding]:  # fmt: skip
    """Compare participants, claimants and memberships, one value at a time."""
    ours: defaultdict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
    for each in said:
        name = identifier(each.property)
        if name != OFFICE and each.thing in exact and each.other in items:
            ours[each.thing, name].setdefault(items[each.other], set()).add(each.node)
    for thing, link in exact.items():
        for name in _ITEMS:
            there = {each.value: each for each in theirs.get((link.item, name), {}).values()}
            here = ours.get((thing, name), {})
            if name == "P463" and not here:
                continue  # what states are members of is no matter of this graph
            aspect = f"{name} {_SPELLED[name]}"
            for value in sorted(here.keys() | there.keys()):
                statement = [there[value]] if value in there else []
                known = labels.get(value, identifier(value))
                verdict = _verdict(known if value in here else "", known if value in there else "", True)
                yield _finding(
                    link,
                    aspect,
                    verdict,
                    known if value in here else "",
                    known if value in there else "",
                    of=statement,
                    claims=here.get(value, ()),
                    note="".join(map(_disputed, statement)),
                )


def _offices(
    exact: dict[str, Linked], said: Iterable[Said], theirs: Values, cases: dict[str, frozenset[str]]
) -> Iterator[Finding]:
    """Compare when somebody held an office: what is recorded here must lie in a time given there."""
    for each in said:
        if identifier(each.property) != OFFICE or each.thing not in exact or not each.begin:
            continue
        link = exact[each.thing]
        given = [
            statement
            for statement in theirs.get((link.item, OFFICE), {}).values()
            if statement.value in cases.get(each.other, frozenset()) and statement.begin
        ]
        if not given:
            continue
        ours = between((each.begin, each.end))
        there = "; ".join(f"{shown(s.begin)} to {shown(s.end) or '…'}" for s in given)
        moments = filter(None, (each.begin, each.end))
        fits = all(any(_covers(statement, moment) for statement in given) for moment in moments)
        aspect = f"{OFFICE} {_SPELLED[OFFICE]}"
        verdict = AGREES if fits else DIFFERS
        yield _finding(link, aspect, verdict, ours, there, of=given, claims=[each.node])


def _covers(statement: Statement, day: str) -> bool:
    """Tell whether a term of office has this day; two terms of one person may follow each other."""
    first = statement.begin[:4] if statement.begin.endswith("-01-01") else statement.begin
    return first <= day and (not statement.end or day <= statement.end)
