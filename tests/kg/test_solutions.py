"""Solutions are counted right whatever stands in them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import formats as f
from kg.errors import QueryResourceError
from kg.solutions import count_solutions, write_solutions

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


def solutions(query: str) -> ox.QuerySolutions:
    result = ox.Store().query(query)
    assert isinstance(result, ox.QuerySolutions)
    return result


@given(st.integers(0, 2).flatmap(lambda n: st.lists(st.tuples(*[values] * n), max_size=6)), st.integers(1, 7))
def test_a_cut_result_is_that_of_a_limit(rows: list[tuple[str | None, ...]], most: int) -> None:
    width = len(rows[0]) if rows else 1
    names = " ".join(f"?v{index}" for index in range(width))
    lines = " ".join(
        "(" + " ".join("UNDEF" if v is None else str(ox.Literal(v)) for v in row) + ")" for row in rows
    )
    query = f"SELECT * {{ VALUES ({names}) {{ {lines} }} }}"
    for syntax in f.RESULTS_FORMATS:
        whole = solutions(f"{query} LIMIT {most}").serialize(format=syntax.results)
        body, truncated = write_solutions(solutions(query), syntax, most, 0)
        assert body == whole
        assert truncated == (f"rows={most}" if len(rows) > most else "")


@pytest.mark.parametrize("syntax", f.RESULTS_FORMATS, ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("value", ["?n", "'}, {\\n<result>},{'"], ids=["number", "hard text"])
def test_a_giant_result_ends_where_its_limit_is(syntax: f.Format, value: str) -> None:
    """A thousand million rows: serialising them all would take hours."""
    digits = "VALUES ?{} {{ 0 1 2 3 4 5 6 7 8 9 }}"
    cross = " ".join(digits.format(name) for name in "abcdefgh")
    query = f"SELECT ?a ?b ({value} AS ?n) {{ {cross} }}"
    for rows, size in ((2000, 0), (0, 50_000), (2000, 50_000_000), (10**9, 50_000)):
        body, truncated = write_solutions(solutions(query), syntax, rows, size)
        assert truncated == (f"bytes={size}" if size == 50_000 else f"rows={rows}")
        count = count_solutions(body, syntax)
        assert count == 2000 if size != 50_000 else count > 100
        if syntax in (f.RESULTS_JSON, f.RESULTS_XML):
            again = ox.parse_query_results(body, format=syntax.results)
            assert isinstance(again, ox.QuerySolutions)
            assert len(list(again)) == count


@pytest.mark.parametrize("syntax", [f.RESULTS_JSON, f.RESULTS_XML], ids=lambda syntax: syntax.name)
def test_a_limit_below_the_names_of_the_variables(syntax: f.Format) -> None:
    many = " ".join(f"?variable{n}" for n in range(5000))
    with pytest.raises(QueryResourceError):
        write_solutions(solutions(f"SELECT {many} {{}}"), syntax, 0, 10)
