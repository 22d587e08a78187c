"""Who answers queries: a pool of workers on this machine, or an engine elsewhere."""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.release import open_release
from kg.sparql import Limits
from kg.workers import WorkerPool
from server import Publication, Settings, publication_of
from server.disk import stored_on_disk

if TYPE_CHECKING:
    from kg.remote import RemoteEngine
    from server.takeover import AnyPool

_SPARE_THREADS = 4

SESSION = "server.lending.session:run"
"""What sessions run."""


def pool_of(settings: Settings) -> AnyPool:
    """Make what the settings say; it is to be started and stopped."""
    publication = publication_of(settings)
    # Some threads are always left for what asks no store, /health above all.
    queue = min(settings.queue, settings.threads - settings.workers - _SPARE_THREADS)
    if settings.is_remote:
        return _engine(settings, publication, queue)
    files = tuple(Path(path) for path in settings.load) or (open_release(settings.release).nquads,)
    on_disk = settings.store == "disk"
    return WorkerPool(
        [stored_on_disk(files, publication.id)] if on_disk else files,
        mode=settings.store,
        prefixes=publication.prefixes,
        workers=settings.workers,
        deadline=settings.deadline,
        memory_limit=settings.memory << 20,
        queue=queue,
        sessions=settings.sessions,
        session=SESSION,
        limits=Limits(services=frozenset(settings.service_allow)),
    )


def _engine(settings: Settings, publication: Publication, queue: int) -> RemoteEngine:
    """Give the engine elsewhere that holds the graph; what it needs is imported only where it is used."""
    remote = import_module("kg.remote")
    if not remote.is_address(settings.store):
        raise UsageError(f"{settings.store} is no address of an engine.", mend="As https://host/sparql.")
    store = remote.RemoteStore(
        settings.store,
        settings.deadline,
        prefixes=publication.prefixes,
        places=threading.BoundedSemaphore(settings.workers + max(queue, 0)),
    )
    engine: RemoteEngine = remote.RemoteEngine(store)
    return engine
