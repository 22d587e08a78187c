"""Pages and data that one web process has made, for the others: files in a folder of this run.

A page takes a hundred times longer to make than to read, and each process would make each of them. What is
read here goes on into the cache of the process (`server.cache`).
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from server.reply import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PLACES = ("/page/", "/data/")
_LEVEL = 1

_log = logging.getLogger(__name__)


class Stock:
    """Replies by key in `folder`, of which this process adds `room` bytes at most.

    What cannot be read or written is as if it were not there: then each process makes its own.
    """

    def __init__(self, folder: Path, room: int) -> None:
        self._folder = folder
        self._room = room
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, exist_ok=True)

    def take(self, key: Sequence[str | None]) -> Reply | None:
        """Give the reply that a process has added under this key."""
        try:
            data = self._path(key).read_bytes()
        except OSError:
            return None
        head, _, body = data.partition(b"\n")
        said = json.loads(head)
        headers = tuple((name, value) for name, value in said["headers"])
        return Reply(said["status"], headers, zstandard.ZstdDecompressor().decompress(body), said["etag"])

    def add(self, key: Sequence[str | None], reply: Reply) -> None:
        """Add a reply whole or not at all, as long as there is room."""
        head = {"status": reply.status, "headers": reply.headers, "etag": reply.etag}
        body = zstandard.ZstdCompressor(level=_LEVEL).compress(reply.body)
        data = json.dumps(head).encode() + b"\n" + body
        with self._lock:
            if len(data) > self._room:
                return
            self._room -= len(data)
        path = self._path(key)
        aside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            aside.write_bytes(data)
            aside.replace(path)
        except OSError as error:  # the folder goes when its release does
            _log.debug("%s is not written: %s", path, error)

    def _path(self, key: Sequence[str | None]) -> Path:
        return self._folder / sha256(json.dumps(key).encode()).hexdigest()


def is_stocked(environ: WSGIEnvironment) -> bool:
    """Tell whether a page or data about a thing is asked for, without any parameter."""
    path = environ.get("PATH_INFO", "")
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and path.startswith(_PLACES)
        and not environ.get("QUERY_STRING")
    )
