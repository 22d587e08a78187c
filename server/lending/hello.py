"""What a web process tells a session: headers, and what of the settings an answer depends on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from server.direct import Headers
from server.settings import Settings

_CACHE = 8
"""MiB of answers that a session keeps for each web process."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Comes first over a connection to a session, with the descriptor of a board.

    `before` and `after` are the headers of every answer (`server.direct.fixed_headers`); the rest is as in
    `server.settings`.
    """

    before: Headers
    after: Headers
    results: int
    cache: int
    body: int

    @classmethod
    def of(cls, fixed: tuple[Headers, Headers], settings: Settings) -> Hello:
        """Make it; `fixed` are the headers."""
        before, after = fixed
        return cls(
            before=before,
            after=after,
            results=settings.results,
            cache=min(settings.cache, _CACHE),
            body=settings.body,
        )

    @classmethod
    def read(cls, text: bytes) -> Hello:
        """Read what `written` gives. Raises `ValueError`, `LookupError` or `TypeError` for anything else."""
        given: dict[str, Any] = json.loads(text)
        for name in ("before", "after"):
            given[name] = tuple((each[0], each[1]) for each in given[name])
        return cls(**given)

    def written(self) -> bytes:
        """Give its bytes."""
        return json.dumps(asdict(self)).encode()
