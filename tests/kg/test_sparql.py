"""What is refused before parsing, and what must not be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import MissingInputError, QueryRefusedError, QueryTooLargeError
from kg.sparql import Limits, check, has_dataset_clause, read_query, tokens, undeclared_prefixes

SERVICE_QUERIES = [
    "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://e/> { ?s ?p ?o } }",
    "SELECT * { service silent ?where { ?s ?p ?o } }",
    "SELECT * {SERVICE<http://e/>{?s ?p ?o}}",
    "SELECT * {SERVICESILENT<http://e/>{?s ?p ?o}}",
    "SELECT * { SERVICE#comment\n\t\r\n#more\n<http://e/> { ?s ?p ?o } }",
    "SELECT * # 'quote in a comment\n { SERVICE <http://e/> { ?s ?p ?o } }",
    r"SELECT * { \u0053ERVICE <http://e/> { ?s ?p ?o } }",
    r"SELECT * { SERV\U00000049CE <http://e/> { ?s ?p ?o } }",
    r'SELECT * { ?s ?p "\u0022 SERVICE <http://e/> { ?s ?p ?o } #" }',
    r'SELECT * { ?s ?p "a\u0022" SERVICE <http://e/> { ?s ?p "b" } }',
    # A long string that a wrong reading ends early, so that another hides what follows.
    'SELECT * { BIND(""" " """ AS ?x) SERVICE <http://e/> { ?s ?p ?o } } #"',
    "SELECT * { BIND(''' ' ''' AS ?x) SERVICE <http://e/> { ?s ?p ?o } } #'",
    # The engine's parser wants no space after the keyword...
    "PREFIX a: <http://e/> SELECT * {SERVICEa:b{?s ?p ?o}}",
    "PREFIX SERVICEa: <http://f/> PREFIX a: <http://e/> SELECT * {SERVICEa:b {?s ?p ?o}}",
    "PREFIX : <http://e/> SELECT * {SERVICE:b{?s ?p ?o}}",
    "SELECT * {?s ?p trueSERVICE<http://e/>{?s ?p ?o}}",
    "SELECT * {?s ?p 1.SERVICE<http://e/>{?s ?p ?o}}",
    # ...reads a prefixed name shorter where the longer one makes no IRI...
    "PREFIX e: <http://a:> SELECT * { ?s ?p e:SERVICE <http://e/> {?s ?p ?o} }",
    # ...and takes `<` for "less than" where that works out.
    "SELECT * { ?s ?p ?a FILTER(?a<'x>')SERVICE <http://e/> {?s ?p ?o} }",
    "SELECT * { ?s ?p ?a FILTER(?a<?b)SERVICE#>\n<http://e/>{?s ?p ?o} }",
    "SELECT * { ?s ?p ?a FILTER(?a<?b#>'''\n)SERVICE <http://e/> {?s ?p ?o} #'''\n}",
]

INNOCENT_QUERIES = [
    'SELECT * { ?s ?p "SERVICE <http://e/> { ?s ?p ?o }" }',
    'SELECT * { ?s ?p """a " SERVICE <http://e/> { }""" , \'it\\\'s SERVICE\' }',
    "SELECT * { ?s ?p <http://e/SERVICE> } # SERVICE <http://e/> {}",
    "SELECT ?service { ?service ?p $SERVICE { ?s ?p ?o } }",
    "PREFIX service: <http://e/> SELECT * { service:x service:y service:z . }",
    "PREFIX service: <http://e/> SELECT * FROM service:g { GRAPH service:h { ?s ?p ?o } }",
    "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT * { ?s a sd:Service }",
    "PREFIX x: <http://e/a#> SELECT * { ?s x:p 'SERVICE' FILTER(?s < 3 && ?o > 4) }",
]


@pytest.fixture
def canary() -> Iterator[tuple[str, list[object]]]:
    """A loopback listener: its address, and a list that grows with each connection."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def listen() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                seen.append(address)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", seen
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("query", SERVICE_QUERIES)
def test_service_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        check(query)


@pytest.mark.parametrize("query", INNOCENT_QUERIES)
def test_what_only_looks_like_service_passes(query: str) -> None:
    check(query)


FRAGMENTS = [
    *["SERVICE", "service", "SILENT", "<http://127.0.0.1:9/>", "a:b", ":b", "a:", "?a", "{", "}"],
    *["?s ?p ?o", " ", "\n", "#", "'", '"', "'''", "<", ">", "(", ")", "FILTER(", "FILTER(?a<", "."],
    *["OPTIONAL", "UNION", "GRAPH", "true", "1", "VALUES ?a", "x:", "\\", "@en", "BIND(1 AS ?z)"],
    *["{?s ?p ?o}", "\\u0022", "\\u0053", "a:c", "^^", ",", ";"],
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14), st.integers(0, 13))
def test_no_text_with_service_that_passes_is_read_as_service(parts: list[str], place: int) -> None:
    """The engine itself is the judge: to it, SERVICE without a network is an error of its own."""
    parts = [*parts[:place], "SERVICE", "<http://127.0.0.1:1/>", "{?s ?p ?o}", *parts[place:]]
    prologue = "PREFIX a: <http://127.0.0.1:1/> PREFIX : <http://127.0.0.1:1/> PREFIX x: <http://x:>"
    text = f"{prologue} SELECT * {{ {''.join(parts)} }}"
    try:
        check(text)
    except QueryRefusedError:
        return
    node = ox.NamedNode("http://e/a")
    store = ox.Store()
    store.add(ox.Quad(node, node, node))  # something to join with, or SERVICE may be skipped
    try:
        list(store.query(text))  # type: ignore[arg-type]
    except OSError as error:
        raise AssertionError(f"SERVICE got through: {text}") from error
    except (SyntaxError, RuntimeError, ValueError):
        pass


def test_from_a_remote_graph_fetches_nothing(canary: tuple[str, list[object]]) -> None:
    address, seen = canary
    for clause in ("FROM", "FROM NAMED"):
        query = f"SELECT * {clause} <{address}> {{ {{?s ?p ?o}} UNION {{GRAPH ?g {{?s ?p ?o}}}} }}"
        assert list(ox.Store().query(query)) == []  # type: ignore[arg-type]
    assert seen == []


ALLOWED = Limits(services=frozenset({"http://allowed.example/sparql"}))
CALL = "SERVICE <http://allowed.example/sparql> { ?s ?p ?o }"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {CALL} }}",
        f"SELECT * {{ {CALL.replace('SERVICE', 'service silent')} }}",
        f"ASK {{ {CALL} OPTIONAL {{ {CALL.replace(' <', chr(10) + '# SERVICE' + chr(10) + '<')} }} }}",
    ],
)
def test_a_service_that_is_allowed_passes(query: str) -> None:
    check(query, ALLOWED)
    with pytest.raises(QueryRefusedError):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://other.example/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://allowed.example/sparql/> { ?s ?p ?o } }",
        "SELECT * { SERVICE <http://allowed.example/sparql?x> { ?s ?p ?o } }",
        "SELECT * { SERVICE <http://allowed.example/%73parql> { ?s ?p ?o } }",
        "SELECT * { SERVICE <http://allowed.example/\\u0073parql> { ?s ?p ?o } }",
        "SELECT * { VALUES ?u { <http://allowed.example/sparql> } SERVICE ?u { ?s ?p ?o } }",
        "SELECT * { BIND(<http://allowed.example/sparql> AS ?u) SERVICE SILENT ?u { ?s ?p ?o } }",
        "PREFIX a: <http://allowed.example/sparql> SELECT * { SERVICE a: { ?s ?p ?o } }",
        "BASE <http://allowed.example/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<http://allowed.example/sparql>{ ?s ?p ?o } }",
        f"SELECT * {{ {CALL} SERVICE <http://other.example/> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ {CALL[:-1]} SERVICE ?s {{ ?a ?b ?c }} }} }}",
        f"SELECT * {{ FILTER(?a<'x>') {CALL} }}",
        f"SELECT * {{ FILTER(?a<'x>')SERVICE <http://other.example/> {{ ?a ?b '{CALL}' }} }}",
        f"SELECT * {{ \\u0053ERVICE <http://other.example/> {{ {CALL} }} }}",
        "SELECT * { SERVICE 'http://allowed.example/sparql' { ?s ?p ?o } }",
    ],
)
def test_other_services_stay_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError, match="these endpoints only"):
        check(query, ALLOWED)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://e/a> <http://e/b> 1 }",
        "delete where { ?s ?p ?o }",
        "PREFIX e: <http://e/> # note\nBASE <http://e/> LOAD <http://e/x>",
        *(f"{verb} ALL" for verb in ("CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")),
        "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(update: str) -> None:
    with pytest.raises(QueryRefusedError, match="Update"):
        check(update)


def test_update_words_elsewhere_pass() -> None:
    check("PREFIX insert: <http://e/> SELECT ?delete { ?delete insert:load 'drop' } # clear")


def test_length_is_limited() -> None:
    check("ASK {}" + " " * 10, Limits(max_length=16))
    with pytest.raises(QueryTooLargeError, match="17 characters"):
        check("ASK {}" + " " * 11, Limits(max_length=16))


@pytest.mark.parametrize("brackets", ["{}", "()", "[]"])
def test_nesting_is_limited(brackets: str) -> None:
    opening, closing = brackets
    check(opening * 100 + closing * 100)
    with pytest.raises(QueryTooLargeError, match="100 deep"):
        check(opening * 101 + closing * 101)


def test_brackets_that_do_not_nest_pass() -> None:
    check("ASK { ?s ?p '" + "{" * 500 + "' } #" + "(" * 500)
    check("ASK {" + "{ ?s ?p ?o } " * 500 + "}")


@pytest.mark.parametrize(
    "piece",
    [
        *['"', "'", '\\"', "\\'", '\\"""\n', "\\'''\n", "'''\\'", '"\'"""\n', "<", "<a", "a.", "a:"],
        *["service", "service:", "service:a ", "?", "#", "#\n", "{", "\\u0022", "@a-", "%41", "_:", " "],
    ],
)
def test_a_megabyte_of_anything_is_lexed(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert sum(len(token.text) for token in tokens(text)) <= len(text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("@en-", ["@en", "-"]),
        ("@en-US-", ["@en-US", "-"]),
        (":a%4 b", [":a", "%", "4", "b"]),
        ("ex:a\\b", ["ex:a", "\\", "b"]),
        ("'a\\\n'", ["'", "a", "\\", "'"]),
        ('"""a " b""" c', ['"""a " b"""', "c"]),
        ("'''a '' b''' c", ["'''a '' b'''", "c"]),
        ('""""""', ['""""""']),
    ],
)
def test_what_a_terminal_only_begins_is_not_part_of_it(text: str, pieces: list[str]) -> None:
    """Python before 3.11.5 takes too much where a group is repeated possessively."""
    assert [token.text for token in tokens(text)] == pieces


@given(st.text(max_size=60))
def test_tokens_lose_nothing_but_white_space(text: str) -> None:
    kept = "".join(token.text for token in tokens(text))
    assert "".join(kept.split()) == "".join(text.split())


def test_dataset_clauses_are_found() -> None:
    assert has_dataset_clause("SELECT * FROM <http://e/> { ?s ?p ?o }")
    assert has_dataset_clause("ASK from named <http://e/> {}")
    assert not has_dataset_clause("SELECT ?from { ?from <http://e/from> 'FROM' } # FROM <http://e/>")


def test_undeclared_prefixes_are_named() -> None:
    text = "PREFIX a: <http://e/> SELECT * { a:x b:y _:n . ?s :p c:d }"
    assert undeclared_prefixes(text) == ["", "b", "c"]
    assert undeclared_prefixes(text, {"b": "http://b/", "": "http://c/"}) == ["c"]


def test_a_query_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("ASK {} # Ստեփանակերտ", "utf-8")
    assert read_query(path).endswith("Ստեփանակերտ")
    with pytest.raises(MissingInputError, match=r"none\.rq"):
        read_query(tmp_path / "none.rq")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(MissingInputError):
        read_query(path)
