"""A `Store` that asks the workers of a `kg.workers.WorkerPool`, from any thread and process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from kg import sparql, wire
from kg.busy import BusyWorkers
from kg.connections import Connections, CrowdedError
from kg.errors import KgError, QueryResourceError, QueryTimeoutError, StoreUnavailableError
from kg.sparql import Limits
from kg.store import Answer, Formats

if TYPE_CHECKING:
    from kg.terms import OxTerm

_REPLY_GRACE = 0.1
"""Seconds that a reply may come late: the kernel frees a dead worker's memory before it closes its socket."""

_LONG_WAIT = 0.2
"""The share of the deadline after which a query that was not finished is said to have waited too long."""

_LEAST = 0.5
"""The share of the deadline that is left, however long a question has waited before it was put."""

_ASKED: ContextVar[float] = ContextVar("asked", default=0.0)


@dataclass(frozen=True, slots=True)
class PooledStore:
    """A `Store` that asks the workers behind `socket_path`, from any thread and process.

    `deadline` must be the pool's; it counts from the call, or from what `asked` says, so that waiting for a
    worker is part of it.
    `queue_timeout` is how long to wait for a free worker (`None`: the deadline). Both in seconds.
    `queue` is how many queries of this process may wait; one too many is refused at once.
    At most as many as there are `workers` are put to them, over connections that stay open.
    """

    socket_path: str
    deadline: float = 10.0
    limits: Limits = field(default_factory=Limits)
    queue_timeout: float | None = None
    queue: int | None = None
    workers: int = 1
    connections: Connections = field(init=False)
    busy: BusyWorkers = field(init=False)
    """Which workers are at a question, whoever put it."""

    def __post_init__(self) -> None:
        """Begin without connections, also where another store is the pattern (`dataclasses.replace`)."""
        object.__setattr__(self, "connections", Connections(self.workers, self.queue))
        object.__setattr__(self, "busy", BusyWorkers(wire.busy_path(self.socket_path)))

    @property
    def address(self) -> str:
        """Where the workers are reached."""
        return self.socket_path

    @property
    def _wait(self) -> float:
        """Seconds for which a question may wait for a worker."""
        return self.deadline if self.queue_timeout is None else min(self.queue_timeout, self.deadline)

    def at(self, address: str) -> Self:
        """Give the same store, asking the workers at another address."""
        return replace(self, socket_path=address)

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Have a worker run `text`; see `kg.store.Store.query`.

        Raises what the worker's store raises, and `QueryTooLargeError` or `QueryRefusedError`
        before asking, `QueryTimeoutError` at the deadline, `QueryResourceError` if the query
        brought its worker down, `StoreUnavailableError` if no worker takes it.
        """
        sparql.check(text, self.limits)
        header = wire.request(text, formats, substitutions, default_graphs, named_graphs)
        now = time.monotonic()
        until = max((_ASKED.get() or now) + self.deadline, now + _LEAST * self.deadline)
        reply = self._put(header | {"until": until}, until)
        return wire.json_answer(reply.header, reply.body)

    def _put(self, header: Mapping[str, object], until: float) -> wire.Message:
        """Put the question over a connection that is there already, else over a new one."""
        # All waiting together ends then: for a turn, and for a worker that takes the connection.
        patience = min(time.monotonic() + self._wait, until)
        connection = self._turn(patience)
        healthy = False
        try:
            armed = time.monotonic()
            if connection is None or not _sent(connection, header):
                connection = self._replaced(connection)
                armed = self._begin(connection, header, patience)
            try:
                answer = self._reply(connection, armed, until)
            except wire.LeftError:  # it left before it saw the question; a new connection is not left so
                connection = self._replaced(connection)
                armed = self._begin(connection, header, patience)
                answer = self._reply(connection, armed, until)
            healthy = not answer.left
            return answer
        finally:
            if not healthy and connection is not None:
                connection.close()
            self.connections.give(connection if healthy else None)

    def _turn(self, patience: float) -> socket.socket | None:
        try:
            return self.connections.take(wire.seconds_until(patience))
        except TimeoutError:
            raise self._none_free() from None
        except CrowdedError:
            raise unavailable("too many queries are waiting already") from None

    @staticmethod
    def _replaced(connection: socket.socket | None) -> socket.socket:
        if connection is not None:
            connection.close()
        return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def _begin(self, connection: socket.socket, header: Mapping[str, object], patience: float) -> float:
        """Send the question, wait for a worker; give the monotonic time at which its timer began."""
        try:
            connection.settimeout(wire.seconds_until(patience))
            connection.connect(self.socket_path)
            wire.send(connection, header)  # a long question fills the socket until somebody reads
            connection.settimeout(None)
            accepted = wire.receive_exactly(connection, wire.ACCEPTED.size, patience)
        except TimeoutError:
            raise self._none_free() from None
        except (OSError, wire.ClosedError) as error:
            raise unavailable(f"it does not answer ({error or 'closed'})") from error
        armed: float = wire.ACCEPTED.unpack(accepted)[0]
        return armed

    def _none_free(self) -> StoreUnavailableError:
        return unavailable(f"no worker was free for {self._wait:g} s")

    def _reply(self, connection: socket.socket, armed: float, until: float) -> wire.Message:
        try:
            return wire.receive(connection, until + _REPLY_GRACE)
        except (OSError, wire.ClosedError) as broken:  # a timeout too
            # Else what has come so far, many megabytes, would live as long as the error that is raised here.
            broken.__traceback__ = None
            # The clock is that of all processes, so this is exact: the timer does not fire early.
            if time.monotonic() >= until:
                raise self._too_slow(armed, until) from None
            raise QueryResourceError(
                "The query needed more memory than a query may have, or broke the engine.",
                mend="Ask for less: fewer variables, a LIMIT, no cross products.",
            ) from None

    def _too_slow(self, armed: float, until: float) -> KgError:
        waited = armed - (until - self.deadline)
        if waited > _LONG_WAIT * self.deadline:
            return unavailable(f"the query waited {waited:.1f} s for a worker and was not finished then")
        return QueryTimeoutError(
            f"The query did not finish within {self.deadline:g} s and was ended.",
            mend="Make it more selective, or add a LIMIT.",
        )


@contextmanager
def asked(since: float) -> Iterator[None]:
    """Say since when, in monotonic time, what this thread puts in the block has waited; 0 if it has not.

    At least half of the deadline is left to it.
    """
    token = _ASKED.set(since)
    try:
        yield
    finally:
        _ASKED.reset(token)


@contextmanager
def place(places: threading.BoundedSemaphore | None) -> Iterator[None]:
    """Take one of the places for a request; raises `StoreUnavailableError` at once if none is free."""
    if places is None:
        yield
        return
    if not places.acquire(blocking=False):
        raise unavailable("too many queries are waiting already")
    try:
        yield
    finally:
        places.release()


def _sent(connection: socket.socket, header: Mapping[str, object]) -> bool:
    try:
        wire.send(connection, header)
    except ConnectionError:  # the worker left meanwhile
        return False
    return True


def unavailable(why: str) -> StoreUnavailableError:
    """Give the error of a store that cannot answer now."""
    return StoreUnavailableError(f"The store is not available: {why}.", mend="Try again later.")
