"""What is known of a thing that a name could mean."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.matching.kinds import kind_of, kinds_of
from kg.matching.times import ALWAYS, Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the tag of its language; `alias` is one that is not the label."""

    text: str
    language: str = ""
    alias: bool = False


@dataclass(frozen=True, slots=True)
class Tenure:
    """An office that somebody held, by the identifier of the office."""

    office: str
    span: Span = ALWAYS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing, as its source describes it. `id` is its IRI or any other identifier."""

    id: str
    names: tuple[Name, ...] = ()
    description: str = ""
    classes: tuple[str, ...] = ()
    """Labels of its classes, in English where there is one."""
    span: Span | None = None
    """When it happened or existed."""
    born: Span | None = None
    died: Span | None = None
    countries: frozenset[str] = frozenset()
    """Identifiers of the countries that it lies in, or that an office belongs to."""
    within: frozenset[str] = frozenset()
    """Identifiers of the divisions that it lies in."""
    tenures: tuple[Tenure, ...] = ()
    code: str = ""
    """ISO 3166-1 alpha-2 code of a country."""
    point: tuple[float, float] | None = None
    """Longitude and latitude."""
    identifiers: frozenset[tuple[str, str]] = frozenset()
    """Property and value, as `("P1566", "616052")`."""
    participants: frozenset[str] = frozenset()
    """Identifiers of those who took part in it."""
    kinds: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        if not self.kinds:
            object.__setattr__(self, "kinds", kinds_of(self.classes) or _guessed(self))

    @property
    def label(self) -> str:
        """The English label, else any."""
        names = [name for name in self.names if not name.alias] or list(self.names)
        english = (name.text for name in names if name.language.startswith("en"))
        return next(english, names[0].text if names else self.id)


def _guessed(candidate: Candidate) -> frozenset[str]:
    """Guess the kind of what has no class from its description: `state of the United States`."""
    kind = kind_of(candidate.description) if candidate.description else ""
    if candidate.born or candidate.tenures:
        return frozenset({"person"})
    if kind == "state" and "sovereign" not in candidate.description:
        return frozenset({"state", "region"})  # a country, or a part of one as in the United States
    return frozenset({kind}) if kind else frozenset()
