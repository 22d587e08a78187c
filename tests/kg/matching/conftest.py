from __future__ import annotations

import pytest

from kg.linking.wikidata import Select, whole
from kg.matching.matcher import Matcher
from tests.kg.matching.slices import MADE_UP, select_from


@pytest.fixture(scope="session")
def select() -> Select:
    return select_from(MADE_UP)


@pytest.fixture(scope="session")
def matcher(select: Select) -> Matcher:
    return Matcher(whole(select, 25))
