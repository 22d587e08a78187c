"""What is checked of a query before any parser sees it: length, nesting, SERVICE and updates.

The engine's parser overflows the stack on deep nesting and its SERVICE cannot be switched off, so
this lexer of the SPARQL terminals (https://www.w3.org/TR/sparql11-query/#grammar) stands in front
of it. It is linear in the length of the text. It errs on the side of refusing where the engine's
parser, which wants no space after a keyword and tries every reading, could find a SERVICE that a
plain reading does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.errors import MissingInputError, QueryRefusedError, QueryTooLargeError


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a query may be: `max_length` in characters, `max_nesting` in open brackets,
    `max_signs` in unary signs before one operand, which nest too; `services` are the endpoints that
    SERVICE may call."""

    max_length: int = 100_000
    max_nesting: int = 100
    max_signs: int = 100
    services: frozenset[str] = frozenset()


class Token(NamedTuple):
    """A terminal: `kind` is `comment`, `iri`, `string`, `variable`, `language`, `digits`, `word`
    (a keyword), `name` (a prefixed name or blank node) or `punctuation`."""

    kind: str
    text: str


_CHAR = r"[\w\-\u00b7\u0300-\u036f\u200c\u200d\u203f\u2040]"
_LOCAL = rf":(?:{_CHAR}|[.:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])*"
# Only single characters are repeated possessively: of groups, Python before 3.11.5 keeps what an unfinished
# last repetition took (https://github.com/python/cpython/issues/106052).
_TOKEN = re.compile(
    rf"""(?P<space>\s++)
    |(?P<comment>\#[^\r\n]*+)
    |(?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    |(?P<quote>\"{{3}}|'{{3}}|["'])
    |(?P<variable>[?$]\w++)
    |(?P<name>[^\W\d](?:{_CHAR}|\.)*(?P<local>{_LOCAL})?|(?P<bare>{_LOCAL}))
    |(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*)
    |(?P<digits>\d++)
    |(?P<punctuation>.)""",
    re.VERBOSE | re.DOTALL,
)
_STRING_REST = {
    '"': re.compile(r'[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*"'),
    "'": re.compile(r"[^'\\\r\n]*+(?:\\[^\r\n][^'\\\r\n]*+)*'"),
    '"""': re.compile(r'[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"""', re.DOTALL),
    "'''": re.compile(r"[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*'''", re.DOTALL),
}
_LINE_REST = re.compile(r"[^\r\n]*+")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")

_UPDATE = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_BEFORE_GRAPH_NAME = frozenset({"GRAPH", "FROM", "NAMED"})


def check(text: str, limits: Limits = Limits()) -> None:
    """Let `text` pass if it is safe to parse; whether it is SPARQL is left to the parser.

    Raises `QueryTooLargeError` for length or nesting, `QueryRefusedError` for SPARQL Update and for
    SERVICE (SERVICE SILENT too), unless it is written plainly, with the whole IRI of an allowed one.
    """
    if len(text) > limits.max_length:
        raise QueryTooLargeError(
            f"The query has {len(text):,} characters; {limits.max_length:,} are allowed."
        )
    for reading in _readings(text):
        _check_nesting(reading, limits.max_nesting)
        _check_signs(reading, limits.max_signs)
        _check_service(reading, limits.services)
        _check_update(reading)


def read_query(path: Path) -> str:
    """Read a `.rq` file as UTF-8 text. Raises `MissingInputError` if that cannot be done."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MissingInputError(f"The query file {path} cannot be read: {error}.") from error


def tokens(text: str) -> Iterator[Token]:
    """Give the terminals of `text` in order, without white space. Never fails; linear in time."""
    position = 0
    # A quote that opens nothing opens nothing further on either: remembered, lest each is tried
    # anew.
    unclosed: dict[str, int] = {}
    while match := _TOKEN.match(text, position):
        start, position = position, match.end()
        kind = match.lastgroup or ""
        if kind == "quote":
            kind, position = _string(text, start, match[0], unclosed)
        if kind != "space":
            yield Token(_named(kind, match), text[start:position])


def query_form(text: str) -> str:
    """Give the form of a query, `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`; `""` if it shows none."""
    return _first_keyword(text)


def has_dataset_clause(text: str) -> bool:
    """Tell whether the query has FROM or FROM NAMED
    (https://www.w3.org/TR/sparql11-query/#rDatasetClause)."""
    if "from" not in text.lower():
        return False
    return any(t.kind == "word" and t.text.upper().endswith("FROM") for t in tokens(text))


def undeclared_prefixes(text: str, known: Mapping[str, str] | None = None) -> list[str]:
    """Give the prefixes that `text` uses but neither it nor `known` declares, sorted."""
    terminals = [t for t in tokens(text) if t.kind in {"word", "name"}]
    declared = {"_", *(known or {})}
    used: set[str] = set()
    previous = ""
    for kind, name in terminals:
        if kind == "name":
            prefix = name.partition(":")[0]
            (declared if previous == "PREFIX" else used).add(prefix)
        previous = name.upper()
    return sorted(used - declared)


def _named(kind: str, match: re.Match[str]) -> str:
    if kind in {"name", "local", "bare"}:
        return "name" if match["local"] or match["bare"] else "word"
    return kind


def _string(text: str, start: int, quote: str, unclosed: dict[str, int]) -> tuple[str, int]:
    """Give kind and end of the string that opens at `start`, or of the lone quote that it is."""
    for opening in dict.fromkeys((quote, quote[0])):
        if start < unclosed.get(opening, 0):
            continue
        rest = start + len(opening)
        if match := _STRING_REST[opening].match(text, rest):
            return "string", match.end()
        unclosed[opening] = len(text) if len(opening) == 3 else _end_of_line(text, rest)
    return "punctuation", start + 1


def _end_of_line(text: str, start: int) -> int:
    match = _LINE_REST.match(text, start)
    return match.end() if match else start


def _readings(text: str) -> Iterator[str]:
    """Give the text as it stands, and with its codepoint escapes replaced: parsers differ on when.

    https://www.w3.org/TR/sparql11-query/#codepointEscape puts them before the grammar, the engine
    after.
    """
    yield text
    if "\\" not in text:
        return
    decoded = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
    if decoded != text:
        yield decoded


def _check_nesting(text: str, most: int) -> None:
    if sum(map(text.count, "({[")) <= most:
        return
    depth = 0
    for kind, sign in tokens(text):
        if kind != "punctuation":
            continue
        depth += (sign in "({[") - (sign in ")}]")
        if depth > most:
            raise QueryTooLargeError(f"The query nests brackets more than {most} deep.")


def _check_signs(text: str, most: int) -> None:
    if sum(map(text.count, "!+-^")) <= most or not re.search(rf"(?:[!+\-^]\s*+){{{most + 1}}}", text):
        return
    run = 0
    for kind, sign in tokens(text):
        if kind != "comment":
            run = run + 1 if kind == "punctuation" and sign in "!+-^" else 0
        if run > most:
            raise QueryTooLargeError(f"The query has more than {most} signs before one operand.")


def _check_service(text: str, allowed: frozenset[str]) -> None:
    if "service" not in text.lower() or not _asks_service(list(tokens(text)), allowed):
        return
    if allowed:
        raise QueryRefusedError(
            f"SERVICE may call these endpoints only: {', '.join(sorted(allowed))}.",
            mend="Write SERVICE <...> { with the whole IRI of one of them.",
        )
    raise QueryRefusedError(
        "This endpoint does not call other endpoints: SERVICE is refused.",
        mend="Run the other part of the query where its data are, or load them here as well.",
    )


def _asks_service(terminals: Sequence[Token], allowed: frozenset[str]) -> bool:
    """Tell whether there is a SERVICE that is not allowed, or could be in another reading."""
    ambiguous = any(_may_be_comparison(token) for token in terminals)
    code = [token for token in terminals if token.kind != "comment"]
    found = [index for index in range(len(code)) if _is_service(code, index)]
    if any(ambiguous or not _is_allowed(code, index, allowed) for index in found):
        return True
    hidden = {"string", "comment", "iri"}
    return ambiguous and any(
        "service" in token.text.lower() and not _ABSOLUTE.match(token.text)
        for token in terminals
        if token.kind in hidden
    )


def _may_be_comparison(token: Token) -> bool:
    """Tell whether `<...>` may also be "less than" and then hide where a string or comment begins.

    `FILTER(?a<'x>')SERVICE...`: one reading has the IRI `'x`, the other the string `x>`.
    """
    risky = token.kind == "iri" and any(sign in token.text for sign in "')#")
    return risky and not _ABSOLUTE.match(token.text)


def _is_service(code: Sequence[Token], index: int) -> bool:
    """Tell whether the token is the keyword, also when glued to what follows: `SERVICEex:a {`."""
    kind, text = code[index]
    if kind not in {"word", "name"} or "service" not in text.lower():
        return False
    if kind == "word":
        return True
    if index and code[index - 1].text.upper() in _BEFORE_GRAPH_NAME:
        return False
    following = code[index + 1 : index + 4]
    if following and following[0].text.upper() == "SILENT":
        following = following[1:]
    if following and following[0].kind in {"variable", "iri", "name"}:
        following = following[1:]
    return bool(following) and following[0].text == "{"


def _is_allowed(code: Sequence[Token], index: int, allowed: frozenset[str]) -> bool:
    """Tell whether the keyword stands by itself before the whole IRI of an allowed endpoint and a brace."""
    following = code[index + 1 : index + 4]
    if following and following[0].kind == "word" and following[0].text.upper() == "SILENT":
        following = following[1:]
    if code[index].text.upper() != "SERVICE" or len(following) < 2:
        return False
    endpoint, brace = following[:2]
    return endpoint.kind == "iri" and endpoint.text[1:-1] in allowed and brace.text == "{"


def _check_update(text: str) -> None:
    # Looking for each is many times faster than one regular expression for all, in any case.
    capitals = text.upper()
    if any(word in capitals for word in _UPDATE) and (keyword := _first_keyword(text)) in _UPDATE:
        raise QueryRefusedError(
            f"{keyword} is SPARQL Update; this endpoint only answers queries.",
            mend="Use SELECT, ASK, CONSTRUCT or DESCRIBE.",
        )


def _first_keyword(text: str) -> str:
    """Give the first keyword after the prologue, in capitals; `""` if there is none."""
    for kind, token in tokens(text):
        if kind == "word" and token.upper() not in {"BASE", "PREFIX"}:
            return token.upper()
        if kind not in {"word", "name", "iri", "comment"}:
            return ""
    return ""
