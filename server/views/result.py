"""The result of a query as a page shows it: the first rows of a table, yes or no, or Turtle."""

from __future__ import annotations

from dataclasses import dataclass

from kg.store import Answer
from server.solutions import Solution, read_boolean, read_solutions

_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Result:
    """What is shown of an answer; `count` is all there is, `complete` whether all of it is shown."""

    form: str
    count: int
    complete: bool = True
    variables: tuple[str, ...] = ()
    rows: tuple[Solution, ...] = ()
    boolean: bool = False
    text: str = ""


def result(answer: Answer, limit: int) -> Result:
    """Read `answer`, JSON or Turtle; no more than `limit` rows are shown."""
    if answer.form == "boolean":
        return Result(answer.form, 1, boolean=read_boolean(answer))
    if answer.form == "triples":
        text = answer.body.decode("utf-8")
        shown = text[:_CHARACTERS]
        return Result(answer.form, answer.count, len(shown) == len(text), text=shown)
    found = read_solutions(answer)
    count = len(found.rows)
    return Result(answer.form, count, count <= limit, found.variables, found.rows[:limit])
