"""Pools for old releases: started when asked for, never too many, never ended under a query."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kg import formats
from kg.errors import StoreUnavailableError
from kg.release import Manifest, publish
from kg.store import Answer, Formats
from server.settings import Settings
from server.shelf import Shelf, ShelvedStore

WANTED = Formats(formats.RESULTS_JSON, formats.TURTLE)


@dataclass
class Pool:
    """Stands in for a pool of workers: its address is the release that it was made for."""

    name: str
    alive: bool = True

    def start(self) -> Any:
        return Store(self.name)

    def stop(self) -> None:
        self.alive = False


@dataclass(frozen=True)
class Store:
    address: str
    waiting: threading.Event = field(default_factory=threading.Event)

    def at(self, address: str) -> Store:
        return Store(address, self.waiting)

    def query(self, text: str, *_: Any, **__: Any) -> Answer:
        if text == "wait":
            self.waiting.wait(10)
        return Answer("boolean", formats.RESULTS_JSON, self.address.encode(), 1)


class Shelves:
    def __init__(self, folder: Path) -> None:
        self.pools: list[Pool] = []
        for number in (1, 2, 3):
            manifest = Manifest(
                "", f"{number}.0", "http://e/", "T", "http://l/", {}, {}, modified="2026-01-01"
            )
            publish(folder / "build", manifest, {})
        settings = Settings(release=folder / "build", archive=1, idle=0.3)
        self.shelf = Shelf(folder / "shelf", settings, self.made)
        self.shelf.watch()

    def made(self, settings: Settings) -> Any:
        self.pools.append(Pool(settings.release.name.partition("-")[0]))
        return self.pools[-1]

    def store(self, version: str, waiting: threading.Event | None = None) -> ShelvedStore:
        proto: Any = Store("", waiting or threading.Event())
        return ShelvedStore(self.shelf.path, version, proto)


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = Shelves(tmp_path)
    yield made
    made.shelf.close()


def test_a_pool_is_started_once_and_asked_again(shelves: Shelves) -> None:
    for _ in range(3):
        assert shelves.store("1.0").query("ASK {}", WANTED).body == b"1.0"
    assert [pool.name for pool in shelves.pools] == ["1.0"]


def test_one_too_many_ends_the_one_that_rests(shelves: Shelves) -> None:
    for version in ("1.0", "2.0"):
        assert shelves.store(version).query("ASK {}", WANTED).body == version.encode()
        time.sleep(0.1)
    assert [pool.alive for pool in shelves.pools] == [False, True]


def test_a_pool_is_not_ended_under_a_query(shelves: Shelves) -> None:
    waiting = threading.Event()
    answers: list[bytes] = []
    store = shelves.store("1.0", waiting)
    thread = threading.Thread(target=lambda: answers.append(store.query("wait", WANTED).body))
    thread.start()
    while not shelves.pools:
        time.sleep(0.01)
    time.sleep(0.5)
    shelves.shelf.tidy()
    with pytest.raises(StoreUnavailableError, match="As many old releases"):
        shelves.store("2.0").query("ASK {}", WANTED)
    assert shelves.pools[0].alive
    waiting.set()
    thread.join()
    assert answers == [b"1.0"]


def test_one_that_nobody_asks_is_ended_and_started_again(shelves: Shelves) -> None:
    shelves.store("1.0").query("ASK {}", WANTED)
    time.sleep(0.6)
    shelves.shelf.tidy()
    assert not shelves.pools[0].alive
    shelves.store("1.0").query("ASK {}", WANTED)
    assert [pool.alive for pool in shelves.pools] == [False, True]


def test_a_pool_that_died_is_replaced(shelves: Shelves) -> None:
    shelves.store("1.0").query("ASK {}", WANTED)
    shelves.pools[0].alive = False
    assert shelves.store("1.0").query("ASK {}", WANTED).body == b"1.0"
    assert len(shelves.pools) == 2


def test_what_is_no_release_and_a_shelf_that_is_gone_are_unavailable(
    shelves: Shelves, tmp_path: Path
) -> None:
    with pytest.raises(StoreUnavailableError, match="no release"):
        shelves.store("9.0").query("ASK {}", WANTED)
    gone: Any = Store("")
    with pytest.raises(StoreUnavailableError, match="cannot be asked"):
        ShelvedStore(tmp_path / "none", "1.0", gone).query("ASK {}", WANTED)
