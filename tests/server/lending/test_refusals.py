from __future__ import annotations

import pytest

from server.lending import refusals
from server.lending.refusals import HELD_AGAINST, Refusals
from tests.clock import Clock

ONE, LIKE, OTHER = (
    b"GET /sparql?query=ASK%%7B%%7D%%23%b HTTP/1.1\r\nHost: x\r\n\r\n" % each for each in (b"1", b"22", b"a")
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(refusals, "time", clock)
    return clock


def test_what_was_returned_is_held_against_nothing_else() -> None:
    known = Refusals()
    known.add(ONE, ended=False)
    assert ONE in known
    assert LIKE not in known


def test_what_a_session_ended_at_is_held_against_its_like_for_a_while(clock: Clock) -> None:
    known = Refusals()
    known.add(ONE, ended=True)
    assert ONE in known
    assert LIKE in known
    assert OTHER not in known
    clock.now += HELD_AGAINST
    assert LIKE not in known
    assert ONE in known
