"""The result of a query as a page shows it: the first rows of a table, yes or no, or Turtle."""

from __future__ import annotations

from dataclasses import dataclass

from kg.store import Answer
from server.solutions import Solution, read_boolean, read_solutions

_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Result:
    """What is shown of an answer; `count` is how much that is, `complete` whether it is all there is."""

    form: str
    count: int
    complete: bool = True
    variables: tuple[str, ...] = ()
    rows: tuple[Solution, ...] = ()
    boolean: bool = False
    text: str = ""


def result(answer: Answer) -> Result:
    """Read `answer`, JSON or Turtle, which holds no more than a page shows."""
    complete = not answer.truncated
    if answer.form == "boolean":
        return Result(answer.form, 1, boolean=read_boolean(answer))
    if answer.form == "triples":
        text = answer.body.decode("utf-8")
        shown = text[:_CHARACTERS]
        return Result(answer.form, answer.count, complete and len(shown) == len(text), text=shown)
    found = read_solutions(answer)
    return Result(answer.form, len(found.rows), complete, found.variables, found.rows)
