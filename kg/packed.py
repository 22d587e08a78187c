"""Files that may be packed with gzip (RFC 1952), read as if they were not."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, cast

GZIP = ".gz"


def suffix_of(path: Path) -> str:
    """Give the extension that tells the syntax: `.nt` of `slice.nt.gz`."""
    return path.with_suffix("").suffix if path.suffix == GZIP else path.suffix


def opened(path: Path) -> IO[bytes]:
    """Open for reading; a damaged file raises `OSError` or `EOFError` when it is read."""
    return cast(IO[bytes], gzip.open(path)) if path.suffix == GZIP else path.open("rb")
