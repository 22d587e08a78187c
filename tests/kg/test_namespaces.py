from __future__ import annotations

from kg import namespaces
from kg.iris import DEFAULT_BASE, KINDS
from kg.namespaces import declared_prefixes
from kg.sources import locate_project

PREFIXES = declared_prefixes(locate_project().prefixes)


def test_every_kind_of_entity_has_a_prefix() -> None:
    for kind in KINDS:
        assert PREFIXES[kind] == f"{DEFAULT_BASE}id/{kind}/"


def test_every_code_list_has_a_prefix() -> None:
    for path in (locate_project().ontology / "concepts").glob("*.ttl"):
        assert PREFIXES[path.stem] == f"{namespaces.CONCEPT}{path.stem}/"


def test_what_the_code_uses_is_declared() -> None:
    for name in ("KCG", "DCAT", "EDTF", "OA", "SD", "SKOSXL"):
        assert PREFIXES[name.lower()] == str(getattr(namespaces, name))


def test_no_two_prefixes_are_one_namespace() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert list(PREFIXES) == sorted(PREFIXES)
