"""`python -m server`: serve a release, or RDF files, until told to stop.

The query workers are started once, before the web processes; web processes reach them by their socket.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from kg.errors import KgError, MissingInputError, UsageError
from server import Publication, Settings, publication_of
from server.pool import pool_of
from server.settings import document, table
from server.takeover import Keeper

_SERVERS = {"granian": ("server.granian_web", "GranianWeb"), "uvicorn": ("server.web", "Web")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; give the exit code."""
    try:
        given = _parser().parse_args(arguments)
        if given.settings:
            print(document(), end="")
            return 0
        serve(_settings(vars(given)))
    except KgError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 0
    return 0


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises `MissingInputError` if there is nothing to serve, `KgError` if the port cannot be had.
    """
    publication = publication_of(settings)
    # While the data load, the server's handlers are not there yet: stop as on Ctrl-C.
    signal.signal(signal.SIGTERM, _interrupt)
    master = os.getpid()
    with listen(settings.host, settings.port) as listener:
        keeper = Keeper(settings, pool_of)
        try:
            store = keeper.start()
            print(_greeting(publication, listener), flush=True)
            _server(settings.server)(settings, keeper, store, listener).run()
        finally:
            # Forked web processes leave through here as well; the workers are not theirs.
            if os.getpid() == master:
                keeper.close()


def _server(name: str) -> Any:
    """Give the class that runs the web processes; only the one that is used is imported."""
    module, attribute = _SERVERS[name]
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise MissingInputError(
            f"The server {name} is not installed: {error}.", mend=f"pip install {name}, or unset KG_SERVER."
        ) from None


def listen(host: str, port: int) -> socket.socket:
    """Give a listening socket.

    Raises `KgError`, exit code 1, with what to do about it if the port is taken or the host unknown.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise KgError(
            f"The server cannot listen on {host} port {port}: {error}.",
            mend="Stop what listens there, or choose another port with --port.",
        ) from None


def _greeting(publication: Publication, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    release = f", release {publication.id}," if publication.id else ""
    return f"Serving {publication.title}{release} at http://{shown}:{port}/"


def _settings(given: dict[str, Any]) -> Settings:
    """Read the environment, then the arguments, which win."""
    chosen: dict[str, Any] = {
        each.name: given[each.name] for each in fields(Settings) if given.get(each.name) is not None
    }
    if chosen.get("load"):
        chosen["load"] = tuple(chosen["load"])
    elif "release" in chosen:
        chosen["load"] = ()
    settings = replace(Settings.from_environment(), **chosen)
    if not 0 <= settings.port <= 65535:
        raise UsageError(f"There is no port {settings.port}.", mend="Use 1 to 65535.")
    return settings


def _parser() -> argparse.ArgumentParser:
    rows = [f"  {variable:<14} {meaning} (default: {default})" for _, variable, default, meaning in table()]
    parser = argparse.ArgumentParser(
        prog="python -m server",
        description="Serve a release, or RDF files, as pages, data, dumps and a SPARQL endpoint.",
        epilog="Environment variables:\n" + "\n".join(rows),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")
    served = parser.add_mutually_exclusive_group()
    served.add_argument("--release", type=Path, help="folder of the release, or of the build")
    served.add_argument("--load", type=Path, nargs="+", metavar="FILE", help="RDF files instead")
    parser.add_argument("--settings", action="store_true", help="print docs/settings.md and stop")
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
