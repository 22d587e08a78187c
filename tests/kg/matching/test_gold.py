"""The figures on real names of the region, over a real slice of Wikidata that lies beside the project."""

from __future__ import annotations

import pytest

from kg.linking.wikidata import whole
from kg.matching.evaluation import Figures, evaluate, figures, read_cases
from kg.matching.matcher import Matcher
from kg.matching.territories import with_territory_names
from tests.kg.matching.slices import SHARED, select_from

FILES = [SHARED / name for name in ("wikidata_slice.nt.gz", "wikidata_slice_derived.nt.gz")]
NAMES = SHARED / "wikidata_gold.csv"

pytestmark = pytest.mark.skipif(
    not all(path.is_file() for path in [*FILES, NAMES]), reason=f"no slice of Wikidata in {SHARED}"
)


@pytest.fixture(scope="module")
def measured() -> Figures:
    matcher = Matcher(with_territory_names(whole(select_from(*FILES))))
    return figures(evaluate(read_cases(NAMES), matcher.match))


@pytest.mark.parametrize(
    ("measure", "least"), [("precision", 0.99), ("recall", 0.80), ("first", 0.95), ("nil", 0.95)]
)
def test_the_share_is_high_enough(measured: Figures, measure: str, least: float) -> None:
    part, whole_of = getattr(measured, measure)
    assert part / whole_of >= least


def test_no_hard_name_is_linked_wrongly(measured: Figures) -> None:
    assert measured.hard_wrong[0] == 0
