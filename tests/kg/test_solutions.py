"""Solutions are counted right whatever stands in them."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from kg import formats as f
from kg.solutions import count_solutions

values = st.one_of(st.none(), st.text(alphabet=st.sampled_from("a\"\\{}[],:\n\r\t<>'&"), max_size=12))


@given(st.integers(0, 3).flatmap(lambda n: st.lists(st.tuples(*[values] * n), max_size=5)))
def test_solutions_are_counted_right_in_every_format(rows: list[tuple[str | None, ...]]) -> None:
    width = len(rows[0]) if rows else 1
    names = " ".join(f"?v{index}" for index in range(width))
    lines = " ".join(
        "(" + " ".join("UNDEF" if v is None else str(ox.Literal(v)) for v in row) + ")" for row in rows
    )
    query = f"SELECT * {{ VALUES ({names}) {{ {lines} }} }}"
    for syntax in f.RESULTS_FORMATS:
        result = ox.Store().query(query)
        assert isinstance(result, ox.QuerySolutions)
        body = result.serialize(format=syntax.results)
        assert body is not None
        assert count_solutions(body, syntax) == len(rows)
