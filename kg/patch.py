"""The difference between two releases as a patch: sorted N-Quads that go and that come.

The N-Quads of a release are canonical (RDFC-1.0) and sorted, so two are compared line by line as they are
read, however large they are. The same with standard tools, in the C locale:

    comm -23 old.nq new.nq > removed.nq;  comm -13 old.nq new.nq > added.nq
    comm -23 old.nq removed.nq | sort --merge - added.nq > new.nq
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge

from kg.errors import DataError

REMOVED, ADDED = b"-", b"+"


def differences(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Give `(REMOVED, line)` and `(ADDED, line)` in the order of the lines, from two sorted iterables."""
    olds, news = iter(old), iter(new)
    left, right = next(olds, None), next(news, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(olds, None), next(news, None)
        elif right is None or (left is not None and left < right):
            yield REMOVED, left or b""
            left = next(olds, None)
        else:
            yield ADDED, right
            right = next(news, None)


def patched(old: Iterable[bytes], removed: Iterable[bytes], added: Iterable[bytes]) -> Iterator[bytes]:
    """Apply a patch: give the lines of the new dataset, from sorted iterables.

    Raises `DataError` if the patch does not fit: what it removes is not there, what it adds is.
    """
    last = b""
    for line in merge(_without(old, removed), added):
        if line == last:
            raise _misfit("adds what is there already", line)
        yield line
        last = line


def rdf_patch(changes: Iterable[tuple[bytes, bytes]], identifier: str, previous: str) -> Iterator[bytes]:
    """Give the same as RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html), as one transaction."""
    yield f"H id <{identifier}> .\nH prev <{previous}> .\nTX .\n".encode()
    for sign, line in changes:
        yield (b"D " if sign == REMOVED else b"A ") + line
    yield b"TC .\n"


def _without(old: Iterable[bytes], removed: Iterable[bytes]) -> Iterator[bytes]:
    going = iter(removed)
    wanted = next(going, None)
    for line in old:
        if line == wanted:
            wanted = next(going, None)
        else:
            yield line
    if wanted is not None:
        raise _misfit("removes what is not there", wanted)


def _misfit(what: str, line: bytes) -> DataError:
    return DataError(
        f"The patch does not fit: it {what}: {line.decode().strip()}",
        mend="Apply it to the very release that it was made from.",
    )
