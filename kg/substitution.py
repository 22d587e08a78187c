"""Terms in the place of variables, in the text of a query, for engines that only take text.

`substituted` replaces the tokens that kg's own lexer finds, never a stretch of text, and what it puts in
is what the term's serialiser wrote, checked to be that one term again. See docs/adr/0010-remote-engine.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.sparql import Token, tokens

if TYPE_CHECKING:
    from kg.terms import OxTerm

_MODIFIERS = frozenset({"DISTINCT", "REDUCED"})
_CONDITIONS = frozenset({"GROUP", "ORDER", "HAVING", "BY"})
_AFTER_CONDITIONS = frozenset({"LIMIT", "OFFSET", "VALUES", "HAVING", "GROUP", "ORDER"})


def substituted(text: str, terms: Mapping[str, OxTerm]) -> str:
    """Give `text` with each variable that `terms` names replaced by its term, as SEP-0007 has it.

    https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0007/sep-0007.md. A variable that is projected stays a
    column: `SELECT ?x` becomes `SELECT (<iri> AS ?x)`; in a sub-query under another name, since outside of
    it there is no `?x` any more to join with. Sub-queries are read alike whether or not they project it.
    Raises `QueryError` for a blank node, and where a variable cannot be replaced because the query gives it
    a value itself (`AS ?x`, `VALUES ?x`).
    """
    if not terms:
        return text
    written = {name: _written(name, term) for name, term in terms.items()}
    reader = _Reader()
    pieces, position = [], 0
    for token in tokens(text):
        start = text.index(token.text, position)  # nothing but white space lies between
        pieces += [text[position:start], reader.take(token, written)]
        position = start + len(token.text)
    return "".join(pieces)


def _written(name: str, term: OxTerm) -> str:
    """Serialise a term; what the lexer does not read as one term is refused."""
    text = str(term)
    kinds = [token.kind for token in tokens(text)]
    if kinds == ["iri"] or kinds[:1] == ["string"]:
        rest = kinds[1:]
        if rest in ([], ["language"], ["punctuation", "punctuation", "iri"]):
            return text
    raise QueryError(f"{text} cannot stand for ?{name}: only an IRI or a literal can.")


class _Reader:
    """Knows, token by token, whether a variable stands in a projection, in a condition or in a pattern."""

    def __init__(self) -> None:
        self._depth = 0
        self._projection = -1
        """The depth of brackets at which a projection is being read; -1 outside of one."""
        self._condition = -1
        """The same for GROUP BY, ORDER BY and HAVING."""
        self._values = False
        """Whether the variables of VALUES are being read."""
        self._inner = 0
        """How many columns of sub-queries have got another name."""
        self._previous = ""

    def take(self, token: Token, terms: Mapping[str, str]) -> str:
        """Give what stands in the new text for the next token."""
        if token.kind == "comment":
            return token.text
        if token.kind == "word":
            self._word(token.text.upper())
        elif token.kind == "punctuation":
            self._bracket(token.text)
        written = self._variable(token, terms)
        self._previous = token.text.upper()
        return written

    def _word(self, word: str) -> None:
        if word == "SELECT":
            self._projection = self._depth
        elif word in {"WHERE", "FROM"}:
            self._projection = -1
        if word in _CONDITIONS:
            self._condition = self._depth
        elif word in _AFTER_CONDITIONS:
            self._condition = -1
        self._values = word == "VALUES" or (self._values and word not in _CONDITIONS)

    def _bracket(self, sign: str) -> None:
        if sign == "{":
            self._projection = self._condition = -1
            self._values = False
        if sign in ")}" and self._depth == self._condition:
            self._condition = -1
        self._depth += (sign in "({[") - (sign in ")}]")

    def _suffix(self) -> str:
        if self._depth == 0:
            return ""
        self._inner += 1
        return f"__in_{self._inner}"

    def _variable(self, token: Token, terms: Mapping[str, str]) -> str:
        name = token.text[1:]
        if token.kind != "variable" or name not in terms:
            return token.text
        if self._previous == "AS" or self._values:
            raise QueryError(f"The query gives ?{name} a value itself, so no other can be put in its place.")
        if self._projection == self._depth:
            return f"({terms[name]} AS ?{name}{self._suffix()})"
        if self._condition == self._depth:
            # Any constant groups and orders alike; Virtuoso takes a number for that of a column.
            return f"(STR({terms[name]}))"
        return terms[name]
