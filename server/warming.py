"""What is read once for a release is read before the first visitor comes, in the process that answers.

Labels, catalogues, dated things, places, pairs of claims, the index of names, and the code of templates: the
pages that need them are asked for, as a visitor would, before the process takes its first request.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from werkzeug.test import Client

from kg.dates import bounds
from kg.iris import KINDS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger(__name__)

BUDGET = 20.0
"""Seconds after which no further page is asked for: a server that is slow to begin is worse."""

PAGES = (
    "/",
    "/search?q=a",
    "/timeline",
    "/map",
    "/network",
    "/contradictions",
    "/balance",
    "/perspective",
    "/sparql",
    "/page/dataset",
    "/page/ontology",
    "/page/shapes",
    *(f"/entities/{kind}" for kind in KINDS),
)
"""One page of each sort that keeps something."""

_HTML = {"Accept": "text/html"}


def warm(app: WSGIApplication) -> None:
    """Ask `app` for its pages. What fails is logged, and is read when a visitor asks for it."""
    bounds("2020")  # the grammar of dates is laid out when the first is read
    client = Client(app)
    end = time.monotonic() + BUDGET
    for address in PAGES:
        if time.monotonic() > end:
            _log.warning("not everything was read before the first request: %s and on", address)
            return
        try:
            client.get(address, headers=_HTML).close()
        except Exception:  # a server that begins without it can still answer
            _log.exception("%s could not be read before the first request", address)
