"""Names in any script and spelling, with slips, while they are typed; and nothing where nothing fits."""

from __future__ import annotations

import pytest

from kg.search import Searchable, SearchIndex

NAMES = {
    "stepanakert": [
        ("Khankendi / Stepanakert", "en"), ("Ստեփանակերտ", "hy"), ("Xankəndi", "az"), ("Степанакерт", "ru"),
    ],
    "shusha-town": [("Shusha / Shushi", "en"), ("Շուշի", "hy"), ("Şuşa", "az")],
    "nagorno-karabakh": [
        ("Artsakh / Nagorno-Karabakh", "en"), ("Dağlıq Qarabağ", "az"), ("Нагорный Карабах", "ru"),
    ],
    "nikol-pashinyan": [("Nikol Pashinyan", "en"), ("Q7035479", "")],
    "serzh-sargsyan": [("Serzh Sargsyan", "en")],
    "yerevan": [("Yerevan", "en"), ("Երևան", "hy")],
    "september-2022-clashes": [("Clashes between Armenia and Azerbaijan, September 2022", "en")],
    "april-2016-clashes": [("Clashes in Artsakh / Nagorno-Karabakh, April 2016", "en")],
    "armenia": [("Armenia", "en")],
}  # fmt: skip


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return SearchIndex(
        Searchable(thing, names[0][0], "event" if "clashes" in thing else "place", text, language)
        for thing, names in NAMES.items()
        for text, language in names
    )


@pytest.mark.parametrize(
    ("asked", "thing"),
    [
        ("Stepanakert", "stepanakert"),
        ("stepanakert", "stepanakert"),
        ("Степанакерт", "stepanakert"),
        ("Ստեփանակերտ", "stepanakert"),
        ("Xankəndi", "stepanakert"),
        ("Khankendi", "stepanakert"),
        ("Stepanakirt", "stepanakert"),
        ("Stepnakert", "stepanakert"),
        ("stepan", "stepanakert"),
        ("Şuşa", "shusha-town"),
        ("Shushi", "shusha-town"),
        ("Шуша", "shusha-town"),
        ("Nagorny Karabakh", "nagorno-karabakh"),
        ("nagornokarabakh", "nagorno-karabakh"),
        ("Pashinian", "nikol-pashinyan"),
        ("Пашинян", "nikol-pashinyan"),
        ("Nikol Pashinyam", "nikol-pashinyan"),
        ("Sarkisian", "serzh-sargsyan"),
        ("Երևան", "yerevan"),
        ("Erevan", "yerevan"),
        ("Q7035479", "nikol-pashinyan"),
        ("clashes september 2022", "september-2022-clashes"),
        ("september 2022 clashes armenia", "september-2022-clashes"),
        ("april clashes", "april-2016-clashes"),
        ("Armenia", "armenia"),
    ],
)
def test_the_first_hit(index: SearchIndex, asked: str, thing: str) -> None:
    hits = index.search(asked)
    assert hits
    assert hits[0].thing == thing


@pytest.mark.parametrize("asked", ["", " ", "?!", "Reykjavik", "Quetzalcoatl", "xyzzy", "Q7035478"])
def test_nothing_where_nothing_fits(index: SearchIndex, asked: str) -> None:
    assert index.search(asked) == []


def test_a_thing_is_found_once_by_its_best_name(index: SearchIndex) -> None:
    things = [hit.thing for hit in index.search("Stepanakert")]
    assert len(things) == len(set(things))
    assert index.search("Xankəndi")[0].name == "Xankəndi"


def test_only_one_kind(index: SearchIndex) -> None:
    assert {hit.kind for hit in index.search("Armenia")} == {"place", "event"}
    assert {hit.kind for hit in index.search("Armenia", kind="event")} == {"event"}


def test_no_more_than_asked_for(index: SearchIndex) -> None:
    assert len(index.search("Armenia", limit=1)) == 1


def test_the_length_counts_names(index: SearchIndex) -> None:
    parted = 3  # names that a slash parts into two
    assert len(index) == sum(map(len, NAMES.values())) + 2 * parted
