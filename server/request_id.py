"""The id of a request, the client's if well-formed: it joins response, problem and log."""

from __future__ import annotations

import os
import random
import re

HEADER = "X-Request-ID"
ENVIRON_KEY = "kcg.request_id"

_SOURCE = random.Random()  # noqa: S311  # ids are no secrets; `uuid4` lets go of the GIL each time
os.register_at_fork(after_in_child=_SOURCE.seed)  # else web processes would give the same ids
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def request_id(sent: str) -> str:
    """Give the id for a request whose header `X-Request-ID` is `sent`."""
    return sent if sent and _WELL_FORMED.fullmatch(sent) else f"{_SOURCE.getrandbits(128):032x}"
