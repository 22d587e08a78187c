import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.lending.board import PLACES, Board, Note, State


@pytest.fixture
def pair() -> Iterator[tuple[Board, Board]]:
    """The same board as both sides see it."""
    ours = Board()
    theirs = Board(os.dup(ours.descriptor))
    yield ours, theirs
    theirs.close()
    ours.close()


def test_both_see_a_state(pair: tuple[Board, Board]) -> None:
    ours, theirs = pair
    with ours:
        ours[PLACES - 1] = State.LENT
    assert theirs[PLACES - 1] == State.LENT
    assert theirs[0] == State.FREE


def test_both_see_since_when_the_session_is_busy(pair: tuple[Board, Board]) -> None:
    ours, theirs = pair
    assert ours.busy_since == 0
    theirs.busy_since = 12.5
    assert ours.busy_since == 12.5


NOTES = st.builds(
    Note,
    st.sampled_from([200, 304]),
    st.sampled_from(["hit", "miss", ""]),
    st.floats(0, 100, width=32),
    st.floats(-1, 100, width=32),
)


@given(st.lists(st.lists(st.tuples(st.integers(0, PLACES - 1), NOTES), max_size=40), max_size=5))
def test_each_note_is_read_once(batches: list[list[tuple[int, Note]]]) -> None:
    board = Board()
    known = 0
    answers = [0] * PLACES
    try:
        for batch in batches:
            for place, note in batch:
                board.write(place, note)
                answers[place] += 1
            known, found = board.read(known)
            assert found == [note for _, note in batch]
        assert [board.answers(place) for place in range(PLACES)] == answers
    finally:
        board.close()


def test_of_too_many_notes_the_latest_are_there(pair: tuple[Board, Board]) -> None:
    ours, theirs = pair
    for number in range(5000):
        theirs.write(0, Note(200, "hit", float(number), -1.0))
    known, found = ours.read(0)
    assert known == 5000
    assert [note.seconds for note in found] == [float(number) for number in range(5000 - 4096, 5000)]


def test_the_lock_keeps_another_process_out() -> None:
    board = Board()
    reader, writer = os.pipe()
    with board:
        pid = os.fork()
        if pid == 0:
            with board:
                os.write(writer, b"locked")
            os._exit(0)
        os.set_blocking(reader, False)
        with pytest.raises(BlockingIOError):
            os.read(reader, 6)
    os.waitpid(pid, 0)
    assert os.read(reader, 6) == b"locked"
    os.close(reader)
    os.close(writer)
    board.close()
