"""Where the on-disk store of what is served lies: beside the releases, made once for each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg.store import DiskStore

STORES = "stores"


def stored_on_disk(files: Sequence[Path], release_id: str) -> Path:
    """Give the folder of a store that holds `files`, making it if it is not there yet.

    A release's store lies in `stores/{id}` of its build folder: not in the release, whose bytes are always
    the same, which a RocksDB store's are not. Other files get a folder of their own that is temporary.
    Raises `OutputError` if it cannot be written, and what `DiskStore.build` raises.
    """
    if not release_id:
        return _made(Path(tempfile.mkdtemp(prefix="kg-store-")) / "store", files)
    folder = files[0].resolve().parent.parent.parent / STORES / release_id
    return folder if folder.is_dir() else _made(folder, files)


def _made(folder: Path, files: Sequence[Path]) -> Path:
    """Build aside and move into place, so that a folder of that name is always a whole store."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        DiskStore.build(aside, *files)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder
