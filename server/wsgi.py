"""What those who call a WSGI application share: https://peps.python.org/pep-3333/."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

FIXED: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
"""What of an environment is the same for every request."""

BEGUN = "kcg.begun"
"""The key in an environment of when a request that had to wait began to, in monotonic time."""


class Started:
    """`start_response` for an application: keeps what it is called with, and what is written."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.written: list[bytes] = []

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """Take status and headers."""
        self.status, self.headers = status, headers
        return self.written.append


@lru_cache(maxsize=256)
def header_key(name: bytes) -> str:
    """Give the key in an environment of the header of a name, in whatever case."""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
