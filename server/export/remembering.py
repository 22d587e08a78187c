"""A store that remembers its last answers: the six syntaxes of one thing are made from the same ones."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

from cachetools import LRUCache

from kg.store import Answer, Formats, Store

if TYPE_CHECKING:
    from kg.terms import OxTerm

_ANSWERS = 256


class RememberingStore:
    """A `Store` that asks another one, but not what was asked a moment ago."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: LRUCache[Hashable, Answer] = LRUCache(_ANSWERS)
        self._lock = threading.Lock()

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Give the answer; see `kg.store.Store.query`."""
        default, named = tuple(default_graphs), tuple(named_graphs)
        terms = tuple(sorted((name, str(term)) for name, term in (substitutions or {}).items()))
        key = (text, formats, terms, default, named)
        with self._lock:
            known = self._kept.get(key)
        if known is not None:
            return known
        answer = self._store.query(
            text, formats, substitutions=substitutions, default_graphs=default, named_graphs=named
        )
        with self._lock:
            self._kept[key] = answer
        return answer
