"""What clients and worker processes say to each other over a Unix socket.

A worker that takes a connection sends `ACCEPTED`, the monotonic time at which it set its deadline;
all else is messages: two lengths, a JSON header, a body of bytes. A client may put one question after
another. A worker for whom others wait says `FAREWELL` instead of taking the next. Standard library and
pyoxigraph only.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterable, Mapping
from socket import SO_RCVTIMEO, SOL_SOCKET, socket
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg import errors, formats
from kg.store import Answer, Formats

if TYPE_CHECKING:
    from kg.terms import OxTerm

ACCEPTED = struct.Struct("!d")
_LENGTHS = struct.Struct("!IQ")
FAREWELL = _LENGTHS.pack(0, 0)
_TIME = struct.Struct("@ll")
_PIECE = 65536
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class ClosedError(Exception):
    """The other side closed the connection in the middle."""


class LeftError(Exception):
    """The other side took leave before it read the question."""


class Message(NamedTuple):
    """What came over a connection; `left`: whoever sent it has taken leave since."""

    header: dict[str, Any]
    body: bytes
    left: bool = False


def session_path(address: str, number: int) -> str:
    """Give where the session of a number listens, beside the workers at `address`."""
    return f"{address}-{number}"


def busy_path(address: str) -> str:
    """Give where it stands which workers at `address` are at a question (`kg.busy`)."""
    return f"{address}-busy"


def send(connection: socket, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one message; `header` must be JSON."""
    head = _ENCODER.encode(header).encode("utf-8", "surrogatepass")
    start = _LENGTHS.pack(len(head), len(body)) + head
    if len(body) < _PIECE:
        connection.sendall(start + body)
    else:  # a large body is not copied
        connection.sendall(start)
        connection.sendall(body)


def receive(connection: socket, until: float | None = None) -> Message:
    """Receive one message, and the leave that a worker may take right behind its answer.

    Raises `ClosedError` if the other side goes away before its end, `LeftError` if it took leave,
    `TimeoutError` if the message is not whole by `until`, a monotonic time.
    """
    data = _read(connection, _LENGTHS.size, until)
    head_length, body_length = _LENGTHS.unpack_from(data)
    if not head_length:
        raise LeftError
    start = _LENGTHS.size + head_length
    if len(data) < start:
        data += _read(connection, start - len(data), until)
    header: dict[str, Any] = json.loads(data[_LENGTHS.size : start].decode("utf-8", "surrogatepass"))
    body, behind = data[start : start + body_length], data[start + body_length :]
    if len(body) < body_length:
        body += receive_exactly(connection, body_length - len(body), until)
    return Message(header, body, bool(behind))


def receive_exactly(connection: socket, length: int, until: float | None = None) -> bytes:
    """Receive `length` bytes. Raises `ClosedError` if fewer come, `TimeoutError` if not all by `until`."""
    data = bytearray(length)
    view = memoryview(data)
    done = 0
    while done < length:
        limit(connection, until)
        try:
            count = connection.recv_into(view[done:])
        except BlockingIOError:
            raise TimeoutError from None
        if not count:
            raise ClosedError
        done += count
    return bytes(data)


def seconds_until(until: float) -> float:
    """Give the seconds until a monotonic time; a time-out of 0 would mean something else."""
    return max(until - time.monotonic(), 0.001)


def limit(connection: socket, until: float | None) -> None:
    """Let the kernel wait no longer than `until`: half the system calls of Python's own time-out."""
    if until is not None:
        left = seconds_until(until)
        connection.setsockopt(SOL_SOCKET, SO_RCVTIMEO, _TIME.pack(int(left), int(left % 1 * 1e6)))


def _read(connection: socket, least: int, until: float | None) -> bytes:
    """Receive at least so many bytes, and more if they are there."""
    limit(connection, until)
    data = b""
    while len(data) < least:
        try:
            piece = connection.recv(_PIECE)
        except BlockingIOError:
            raise TimeoutError from None
        if not piece:
            raise ClosedError
        data += piece
    return data


def request(
    text: str,
    wanted: Formats,
    substitutions: Mapping[str, OxTerm] | None,
    default_graphs: Iterable[str],
    named_graphs: Iterable[str],
) -> dict[str, Any]:
    """Give the header for the arguments of `Store.query`."""
    return {
        "text": text,
        "results": wanted.results.name,
        "graph": wanted.graph.name,
        "rows": wanted.rows,
        "size": wanted.size,
        "substitutions": {name: term_json(term) for name, term in (substitutions or {}).items()},
        "default_graphs": list(default_graphs),
        "named_graphs": list(named_graphs),
    }


def arguments(header: Mapping[str, Any]) -> tuple[str, Formats, dict[str, Any]]:
    """Give the arguments of `Store.query` (text, formats, keywords) for what `request` gave."""
    results, graph = formats.named(header["results"]), formats.named(header["graph"])
    wanted = Formats(results, graph, int(header["rows"]), int(header["size"]))
    keywords = {
        "substitutions": {name: json_term(t) for name, t in header["substitutions"].items()},
        "default_graphs": header["default_graphs"],
        "named_graphs": header["named_graphs"],
    }
    return header["text"], wanted, keywords


def answer_json(answer: Answer) -> dict[str, Any]:
    """Give the header for an answer; its bytes are the body."""
    return {
        "form": answer.form,
        "format": answer.format.name,
        "counted": answer.counted,
        "truncated": answer.truncated,
    }


def json_answer(header: Mapping[str, Any], body: bytes) -> Answer:
    """Give the answer that a message holds. Raises the error that it holds instead, if it does."""
    if "error" in header:
        raise json_error(header)
    syntax = formats.named(header["format"])
    return Answer(header["form"], syntax, body, header["counted"], header["truncated"])


def error_json(error: errors.KgError) -> dict[str, Any]:
    """Give the header for an error: its class and what it says."""
    fields = vars(error)
    place: dict[str, Any] = {key: fields[key] for key in ("line", "column") if key in fields}
    what = f"{error.where}: {error.what}" if error.where else error.what
    return {"error": type(error).__name__, "what": what, "mend": error.mend, **place}


def json_error(header: Mapping[str, Any]) -> errors.KgError:
    """Give the error again, of the same class if it is one of `kg.errors`."""
    kind = getattr(errors, header["error"], None)
    if not (isinstance(kind, type) and issubclass(kind, errors.KgError)):
        kind = errors.QueryError
    if issubclass(kind, errors.ProblemsError):
        kind = errors.DataError
    place = {key: header[key] for key in ("line", "column") if key in header}
    error: errors.KgError = kind(header["what"], mend=header["mend"], **place)
    return error


def term_json(term: OxTerm) -> dict[str, str]:
    """Give a term as in SPARQL results in JSON
    (https://www.w3.org/TR/sparql11-results-json/#select-encode-terms)."""
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal(language=str(language)):
            return {"type": "literal", "value": term.value, "xml:lang": language}
        case _:
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def json_term(entry: Mapping[str, str]) -> OxTerm:
    """Give the term for what `term_json` gave."""
    value = entry["value"]
    match entry["type"]:
        case "uri":
            return ox.NamedNode(value)
        case "bnode":
            return ox.BlankNode(value)
        case _ if "xml:lang" in entry:
            return ox.Literal(value, language=entry["xml:lang"])
        case _:
            return ox.Literal(value, datatype=ox.NamedNode(entry["datatype"]))
