"""A session by itself, in a process of its own, lent one end of a pair of sockets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from server.lending.board import Board, State
from server.lending.hello import Hello
from server.lending.session import CLOSED, KEPT, NUDGE

LEASH = 1.0
"""Longer than in truth, so that nothing here hangs on how fast the machine is."""

HELLO = Hello((("X-Before", "b"),), (("Cache-Control", "c"),), 100, cache=1, body=1000)
SCRIPT = """
    import os, socket, sys, time
    import pyoxigraph as ox
    from kg.engine import Settings, _hold_session
    from kg.store import MemoryStore
    from server.lending import session
    from server.lending.session import run

    session.LEASH = float(sys.argv[2])
    session._LONGEST = 20.0

    class Store(MemoryStore):
        def query(self, text, formats, **more):
            while "forever" in text:
                pass
            if "slow" in text:
                time.sleep(0.05)
            if "socket" in text:
                try:
                    socket.socket()
                except OSError as error:
                    text = f"SELECT ('{error.strerror}' AS ?said) {{}}"
            return super().query(text, formats, **more)

    p, o = ox.NamedNode("http://e/p"), ox.Literal("x" * 100)
    quads = [ox.Quad(ox.NamedNode(f"http://e/{n}"), p, o) for n in range(2000)]
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(sys.argv[1])
    listener.listen()
    print("ready", flush=True)
    _hold_session(listener, run, Store.from_quads(quads), Settings([], {}))
"""


class Session:
    """What a web process has of it."""

    def __init__(self, path: str, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.board = Board()
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.control.settimeout(10)
        self.control.connect(path)
        socket.send_fds(self.control, [HELLO.written()], [self.board.descriptor])
        self._ends: list[socket.socket] = []

    def lend(self, place: int = 0) -> socket.socket:
        """Lend a connection; give the client's end."""
        client, ours = socket.socketpair()
        client.settimeout(10)
        self._ends.append(client)
        self.lend_end(ours, place)
        return client

    def lend_end(self, ours: socket.socket, place: int = 0) -> None:
        """Lend the server's end of a connection."""
        self._ends.append(ours)
        self.board[place] = State.LENT
        socket.send_fds(self.control, [bytes([place])], [ours.fileno()])
        self.ours = ours

    def recall(self, place: int) -> None:
        """Call a connection back, once the session does not look at it."""
        while True:
            with self.board:
                if self.board[place] == State.LENT:
                    self.board[place] = State.RECALLED
                    return

    def wait(self, place: int, state: State) -> None:
        """Wait until a place has a state and the session is not busy."""
        deadline = time.monotonic() + 5
        while self.board[place] != state or self.board.busy_since:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def returned(self) -> bytes:
        return self.control.recv(2)

    def close(self) -> None:
        for end in [*self._ends, self.control]:
            end.close()
        self.board.close()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    path = os.path.relpath(tmp_path / "s")
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), path, str(LEASH)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline()
        found = Session(path, process)
        try:
            yield found
        finally:
            found.close()
            process.kill()


def get(query: str, *headers: str) -> bytes:
    lines = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: x", *headers, "", ""]
    return "\r\n".join(lines).encode()


def answer(client: socket.socket) -> tuple[str, bytes]:
    """Give head and body of what comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    text = head.decode()
    length = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Content-Length"))
    while len(body) < length:
        body += client.recv(65536)
    return text, body


def test_answers_over_one_connection(session: Session) -> None:
    client = session.lend()
    for wanted in ("miss", "hit", "hit"):
        client.sendall(get("SELECT (1 AS ?n) {}", "Accept: text/csv"))
        head, body = answer(client)
        assert body == b"n\r\n1\r\n"
        assert head.startswith("HTTP/1.1 200 OK\r\n")
        assert f"\r\nX-Cache: {wanted}" in head
        assert "\r\nX-Before: b" in head
        assert "\r\nCache-Control: c" in head
    assert [note.cache for note in session.board.read(0)[1]] == ["miss", "hit", "hit"]
    session.wait(0, State.LENT)


@pytest.mark.parametrize(
    "data",
    [
        get("SELECT * { ?s ?p ?o } LIMIT 1000"),
        get("SELECT nothing"),
        get("ASK {}", "Accept: text/html"),
        get("ASK { SERVICE <http://127.0.0.1:9/> {} }"),
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: ",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\0\1\2",
    ],
    ids=["large", "no SPARQL", "a page", "SERVICE", "half", "another address", "no HTTP"],
)
def test_what_is_returned_is_still_there(session: Session, data: bytes) -> None:
    client = session.lend(3)
    client.sendall(data)
    assert session.returned() == b"\3" + KEPT
    session.wait(3, State.RETURNED)
    assert session.ours.recv(100_000) == data
    assert session.board.read(0) == (0, [])


def test_what_takes_too_long_ends_the_session_and_is_still_there(session: Session) -> None:
    client = session.lend()
    data = get("ASK {} # forever")
    client.sendall(data)
    begin = time.monotonic()
    assert session.process.wait(10) == -signal.SIGPROF
    assert LEASH <= time.monotonic() - begin < 10
    assert session.board[0] == State.TAKEN
    assert session.ours.recv(1000) == data
    assert session.returned() == b""


def test_no_query_can_open_a_socket(session: Session) -> None:
    client = session.lend()
    client.sendall(get("SELECT ?said { } # socket", "Accept: text/csv"))
    assert b"Too many open files" in answer(client)[1]
    # And yet it can be lent more.
    others = [session.lend(place) for place in range(1, 10)]
    for other in others:
        other.sendall(get("ASK {}"))
        assert b"true" in answer(other)[1]


def test_a_connection_at_its_end_is_returned(session: Session) -> None:
    client = session.lend(2)
    client.sendall(get("ASK {}"))
    answer(client)
    client.shutdown(socket.SHUT_WR)
    assert session.returned() == b"\2" + CLOSED


def test_who_wants_it_closed(session: Session) -> None:
    client = session.lend()
    client.sendall(get("ASK {}", "Connection: close"))
    assert "\r\nConnection: close" in answer(client)[0]
    assert session.returned() == b"\0" + CLOSED


def test_what_was_called_back_is_let_go(session: Session) -> None:
    client = session.lend(5)
    client.sendall(get("ASK {}"))
    answer(client)
    session.recall(5)
    client.sendall(get("ASK {}"))
    session.wait(5, State.FREE)
    assert session.ours.recv(1000) == get("ASK {}")


def test_it_is_told_to_look_what_was_called_back(session: Session) -> None:
    client = session.lend(5)
    client.sendall(get("ASK {}"))
    answer(client)
    session.recall(5)
    session.control.sendall(NUDGE)
    session.ours.close()
    assert client.recv(1) == b""  # its copy was the last
    session.wait(5, State.FREE)


def test_a_client_that_reads_late_has_its_answer(session: Session) -> None:
    """Over TCP with little room at both ends; nobody waits for it meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect(server.getsockname())
        ours, _ = server.accept()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        session.lend_end(ours)
        client.sendall(get("SELECT * { ?s ?p ?o } LIMIT 100"))
        session.wait(0, State.LENT)
        other = session.lend(1)
        other.sendall(get("ASK {}"))
        assert b"true" in answer(other)[1]
        assert len(json.loads(answer(client)[1])["results"]["bindings"]) == 100


def test_a_client_that_reads_nothing_is_not_waited_for(session: Session) -> None:
    client = session.lend()
    number = 0
    deadline = time.monotonic() + 10
    while session.board[0] != State.RETURNED:
        assert session.process.poll() is None
        assert time.monotonic() < deadline, (number, len(session.board.read(0)[1]), session.board[0])
        if session.board[0] == State.LENT and len(session.board.read(0)[1]) == number < 100:
            client.sendall(get(f"SELECT * {{ ?s ?p ?o }} LIMIT 100 # {number}"))
            number += 1
        time.sleep(0.001)
    assert 1 < number < 100
    assert session.returned() == b"\0" + CLOSED


def test_nobody_is_answered_again_before_all_are_answered_once(session: Session) -> None:
    """Each answer takes a while, and those who have one ask again at once."""
    count = 6
    answered = [0] * count
    last = threading.Event()

    def ask(number: int, client: socket.socket) -> None:
        while not last.is_set():
            answered[number] += 1
            if number == count - 1:
                last.set()
            else:
                client.sendall(get(f"ASK {{}} # slow {answered[number]} {number}"))
                answer(client)

    os.kill(session.process.pid, signal.SIGSTOP)
    clients = [session.lend(number) for number in range(count)]
    for number, client in enumerate(clients):
        client.sendall(get(f"ASK {{}} # slow 0 {number}"))
    os.kill(session.process.pid, signal.SIGCONT)

    def begin(number: int) -> None:
        answer(clients[number])
        ask(number, clients[number])

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(answered) <= 2


def test_it_serves_others_when_a_web_process_ends(session: Session) -> None:
    other = Session(os.path.relpath(session.control.getpeername()), session.process)
    try:
        client = other.lend()
        session.control.close()
        client.sendall(get("ASK {}"))
        assert b"true" in answer(client)[1]
    finally:
        other.close()
