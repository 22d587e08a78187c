"""Commands and their CSV form, part by part."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from kg.linking.ours import Deaths, Evidence
from kg.linking.questions import ENTITY
from kg.linking.quickstatements import Export, Proposal, _no_number, _proposal

CITED = Evidence(
    source="https://w3id.org/kcg/id/source/herald-2020",
    url="https://example.org/herald",
    issued="2020-10-01",
    title='Both "sides" agree',
    wording="en",
    publisher="https://w3id.org/kcg/id/actor/press-house",
)
CLAIMED = Proposal(
    item=f"{ENTITY}Q1",
    predicate="P1336",
    value="Q2",
    thing="https://w3id.org/kcg/id/place/land",
    label="Q1 P1336 Q2",
    cited=CITED,
    holder=f"{ENTITY}Q3",
    deniers=(f"{ENTITY}Q4", f"{ENTITY}Q5"),
    stated_in=f"{ENTITY}Q6",
    publisher=f"{ENTITY}Q7",
)
BARE = Proposal(
    f"{ENTITY}Q8", "P463", "Q9", "", "Q8 P463 Q9", replace(CITED, wording="", issued="[2020-01..2020-03]")
)


def test_a_command_has_qualifiers_then_the_reference() -> None:
    assert CLAIMED.command.split("\t") == [
        "Q1", "P1336", "Q2", "P3680", "Q3", "P1310", "Q4", "P1310", "Q5",
        "S248", "Q6", "S123", "Q7", "S854", '"https://example.org/herald"',
        "S1476", 'en:"Both %22sides%22 agree"', "S577", "+2020-10-01T00:00:00Z/11",
    ]  # fmt: skip


def test_what_is_not_known_is_not_said() -> None:
    assert BARE.command == 'Q8\tP463\tQ9\tS854\t"https://example.org/herald"'


@pytest.mark.parametrize(
    ("issued", "written"),
    [
        ("2020", "+2020-00-00T00:00:00Z/9"),
        ("2020-10", "+2020-10-00T00:00:00Z/10"),
        ("2020-10-01", "+2020-10-01T00:00:00Z/11"),
        ("2020-10~", ""),
        ("2020-23", ""),
        ("[..2020]", ""),
        ("2020/2021", ""),
    ],
)
def test_a_date_keeps_its_precision_or_is_left_out(issued: str, written: str) -> None:
    reference = dict(replace(CLAIMED, cited=replace(CITED, issued=issued)).reference)
    assert reference.get("S577", "") == written


def test_the_table_says_what_the_commands_say() -> None:
    exported = Export((CLAIMED, BARE), ())
    head, *rows = csv.reader(io.StringIO(exported.table()))
    assert head == (
        [
            "qid",
            "P1336",
            "qal1310",
            "qal1310",
            "qal3680",
            "S123",
            "S1476",
            "S248",
            "S577",
            "S854",
            "P463",
            "S854",
        ]
    )
    for proposal, row in zip(exported.proposals, rows, strict=True):
        told = [(name, cell) for name, cell in zip(head, row, strict=True) if cell]
        pairs = [(name.replace("qal", "P"), cell) for name, cell in told[1:]]
        command = proposal.command.split("\t")
        assert told[0] == ("qid", command[0])
        assert sorted(pairs) == sorted(zip(command[1::2], command[2::2], strict=True))


def test_a_publisher_that_the_reference_names_is_no_qualifier_too() -> None:
    items = {CITED.publisher: f"{ENTITY}Q7", "https://w3id.org/kcg/id/actor/ostrovia": f"{ENTITY}Q3"}
    for holder, qualifiers in (
        (CITED.publisher, []),
        ("https://w3id.org/kcg/id/actor/ostrovia", [("P3680", "Q3")]),
    ):
        document = replace(CITED, holder=holder)
        made = _proposal(f"{ENTITY}Q1", "P1336", "Q2", "", "", document, items)
        assert isinstance(made, Proposal)
        assert made.qualifiers == qualifiers
        assert ("S123", "Q7") in made.reference


def test_why_there_is_no_number_of_deaths() -> None:
    said = _no_number([Deaths("all people", "6500", "", ()), Deaths("soldiers", "2700", "2800", ())])
    assert "6500 or more (all people); 2700 to 2800 (soldiers)" in said
