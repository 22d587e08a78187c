"""What a worker process does with a connection: question after question, each under a kernel timer."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kg import wire
from kg.errors import KgError, QueryError, QueryResourceError
from kg.memory import give_back
from kg.store import Store

_LONG = 0.1
"""Seconds after which a query is taken to have used much memory."""

Mark = Callable[[bool], None]
"""What is told whether a worker is at a question."""


def serve_one(listener: socket.socket, store: Store, deadline: float, mark: Mark) -> None:
    """Answer what comes over one connection, as long as nobody waits for another.

    The timer's signal, left at its default, ends us at the deadline of each question; `mark` is told of each.
    """
    connection, _ = listener.accept()
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    poll.register(listener, select.POLLIN)
    with connection:
        if _hung_up(connection):  # gave up waiting
            return
        armed = time.monotonic()
        with suppress(ConnectionError, wire.ClosedError, wire.LeftError):  # the client went away
            with _at_a_question(deadline, mark):
                connection.sendall(wire.ACCEPTED.pack(armed))
                _answer(connection, store)
            while _is_asked_again(poll, connection, listener):
                with _at_a_question(deadline, mark):
                    _answer(connection, store)


@contextmanager
def _at_a_question(deadline: float, mark: Mark) -> Iterator[None]:
    mark(True)
    signal.setitimer(signal.ITIMER_REAL, deadline)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        mark(False)


def _is_asked_again(poll: select.poll, connection: socket.socket, listener: socket.socket) -> bool:
    """Wait for the next question; take leave if somebody else waits to be taken."""
    ready = dict(poll.poll())
    if listener.fileno() in ready:
        connection.sendall(wire.FAREWELL)
        return False
    return not ready[connection.fileno()] & select.POLLHUP


def _hung_up(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return any(event & select.POLLHUP for _, event in poll.poll(0))


def _answer(connection: socket.socket, store: Store) -> None:
    header = wire.receive(connection).header
    begun = time.monotonic()
    if "until" in header:  # part of the time went by in the queue
        signal.setitimer(signal.ITIMER_REAL, wire.seconds_until(header["until"]))
    try:
        text, wanted, keywords = wire.arguments(header)
        answer = store.query(text, wanted, **keywords)
    except QueryResourceError as error:
        wire.send(connection, wire.error_json(error))
        os._exit(0)  # whatever the heap looks like now, the next worker starts afresh
    except KgError as error:
        wire.send(connection, wire.error_json(error))
    except ValueError as error:
        wire.send(connection, wire.error_json(QueryError(f"Not a request: {error}.")))
    else:
        wire.send(connection, wire.answer_json(answer), answer.body)
    if time.monotonic() - begun > _LONG:
        give_back()
