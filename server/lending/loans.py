"""What one web process has lent: always to the sessions of the release in use."""

from __future__ import annotations

from collections.abc import Callable

from server.ahead import Pulse
from server.exchange import Exchange
from server.lending.board import Note
from server.lending.hello import Hello
from server.lending.lender import Back, Lender
from server.metrics import Metrics
from server.takeover import Generation


class Loans:
    """Follows `exchange`; `hello` tells of the release of a generation, unless that is no longer the newest.

    `others_wait` tells whether what is not answered by a session would have to wait for a worker.

    An old generation is held until all is back that was lent to its sessions.
    """

    def __init__(
        self,
        exchange: Exchange,
        hello: Callable[[Generation], Hello | None],
        sessions: int,
        metrics: Metrics,
        pulse: Pulse,
        others_wait: Callable[[], bool],
    ) -> None:
        self._exchange = exchange
        self._hello = hello
        self._sessions = sessions
        self._metrics = metrics
        self._pulse = pulse
        self.others_wait = others_wait
        self._number = 0
        self._back: Back | None = None
        self._past: list[Lender] = []
        self.lender: Lender | None = None
        """Whom to ask now."""

    def begin(self, back: Back) -> None:
        """Begin to lend; `back` is called with what comes back."""
        self._back = back
        self.tend()

    @property
    def lends(self) -> bool:
        """Whether anything is lent now, or has still to come back from an old generation."""
        return bool(self._past) or (self.lender is not None and self.lender.lends)

    def tend(self) -> None:
        """Follow the exchange, and look after what is lent."""
        generation = self._exchange.generation()
        if self._back and self._sessions and generation and generation.number != self._number:
            self._follow(self._back)
        for lender in [*self._past, *filter(None, [self.lender])]:
            lender.tend()
        self._past = [lender for lender in self._past if not lender.is_over]

    def recall(self) -> None:
        """Lend no more, and have everything back."""
        self._back = None
        if self.lender is not None:
            self._retire(self.lender)

    def _follow(self, back: Back) -> None:
        held = self._exchange.hold()
        if held is None:
            return
        generation, release = held
        hello = self._hello(generation)
        if hello is None:  # another is about to be used
            release()
            return
        old, self._number = self.lender, generation.number
        self.lender = Lender(generation.address, self._sessions, hello, back, self._count, release)
        if old is not None:
            self._retire(old)

    def _retire(self, lender: Lender) -> None:
        self._past.append(lender)
        if self.lender is lender:
            self.lender = None
        lender.close()

    def _count(self, notes: list[Note]) -> None:
        self._pulse.beat()
        for note in notes:
            self._metrics.observe(str(note.status), note.cache, note.seconds)
            if note.query_seconds >= 0:
                self._metrics.count_query("ok", note.query_seconds)
