from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.matching.fold import fold, rough, strict
from kg.matching.lexicon import stems

FOLDS = [
    ("Stepanakert", "", "stepanakert"),
    ("Ստեփանակերտ", "hy", "stepanakert"),
    ("Степанакерт", "ru", "stepanakert"),
    ("სტეფანაკერტი", "ka", "stepanakerti"),
    ("Xankəndi", "az", "khankandi"),
    ("Xankəndi", "", "khankandi"),
    ("Ağcabədi", "mul", "aghjabadi"),
    ("Charles", "en", "charles"),
    ("İstanbul", "tr", "istanbul"),
    ("Şuşa", "tr", "shusha"),
    ("Լեռնային Ղարաբաղ", "hy", "lernayin gharabagh"),
    ("Mets Mant'ash", "en", "mets mantash"),
    ("Ter-Petrosyan", "en", "ter petrosyan"),
    ("Iraq's war", "en", "iraq war"),
    ("", "", ""),
    ("…", "", ""),
]


@pytest.mark.parametrize(("text", "language", "folded"), FOLDS)
def test_fold(text: str, language: str, folded: str) -> None:
    assert fold(text, language) == folded


STRICTLY_ALIKE = [
    ("pashinyan", "pashinian"),
    ("khojaly", "khojali"),
    ("petrosjan", "petrosyan"),
    ("aghjabadi", "agjabadi"),
    ("dzhalal", "jalal"),
    ("noradouz", "noraduz"),
    ("harutyunyan", "harutiunian"),
    ("voskanyan", "oskanyan"),
    ("tsaghkadzor", "tzaghkadzor"),
]
ROUGHLY_ALIKE = [("gubadli", "kubatly"), ("qakh", "gakh"), ("barda", "berde"), ("shamakhi", "shemakhi")]
UNALIKE = [("arman", "artur"), ("shusha", "shaumyan"), ("874", "884"), ("ganja", "goris")]


@pytest.mark.parametrize(("one", "other"), STRICTLY_ALIKE)
def test_romanisations_of_one_word(one: str, other: str) -> None:
    assert strict(one) == strict(other)


@pytest.mark.parametrize(("one", "other"), ROUGHLY_ALIKE)
def test_near_spellings(one: str, other: str) -> None:
    assert strict(one) != strict(other)
    assert rough(one) == rough(other)


@pytest.mark.parametrize(("one", "other"), UNALIKE)
def test_other_words(one: str, other: str) -> None:
    assert rough(one) != rough(other)


@pytest.mark.parametrize(
    ("adjective", "noun"),
    [("kyurdamirskiy", "kyurdamir"), ("shemakhinskiy", "shemakh"), ("karabakhskaya", "karabakh")],
)
def test_russian_adjectives(adjective: str, noun: str) -> None:
    assert strict(noun) in stems(adjective)
    assert stems(noun) == ()


@given(st.text(), st.sampled_from(["", "az", "hy", "ru", "en", "mul"]))
def test_a_fold_is_plain(text: str, language: str) -> None:
    folded = fold(text, language)
    assert folded.isascii()
    assert folded == folded.strip()
    assert all(part.isalnum() and part == part.lower() for part in folded.split())
    assert fold(folded, "en") == folded


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"]), max_size=20))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text, "en") == fold(text.casefold(), "en")


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True), st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_one_spelling_has_one_form(one: str, other: str) -> None:
    assert len(rough(one)) <= len(one)
    assert one != other or strict(one) == strict(other)


@given(st.integers(0, 10**6))
def test_numbers_stay(number: int) -> None:
    assert strict(str(number)) == rough(str(number)) == str(number)
