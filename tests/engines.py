"""SPARQL engines of others, started on loopback for tests: Virtuoso 7 and Oxigraph's server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DBA = ("dba", "dba")
"""Virtuoso's first user."""

VIRTUOSO, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt")
OXIGRAPH = Path(sys.executable).with_name("oxigraph")

_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxQueryMem = 256M
ThreadsPerQuery = 2
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""
_GRANTS = """\
GRANT SPARQL_UPDATE TO "SPARQL";
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);
"""


@dataclass(frozen=True)
class Engine:
    """Addresses of a running engine: of its query, update and Graph Store Protocol endpoints."""

    query: str
    update: str
    graphs: str
    rows: int = 0
    """The most rows that it gives; 0 for any number."""
    sql: int = 0
    """The port of its SQL, if it has one."""


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000, buffers: int = 8000) -> Iterator[Engine]:
    """Run Virtuoso with an empty database in `folder`; `rows` is the most that it gives.

    `buffers` is its memory, in pages of 8 KiB.
    """
    assert VIRTUOSO and ISQL
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    dirty = buffers * 3 // 4
    ini.write_text(_INI.format(folder=folder, sql=sql, http=http, rows=rows, buffers=buffers, dirty=dirty))
    with _running([VIRTUOSO, "+foreground", "+configfile", str(ini)], folder, http):
        subprocess.run([ISQL, f"127.0.0.1:{sql}", *DBA], input=_GRANTS, text=True, check=True, **_QUIET)
        root = f"http://127.0.0.1:{http}"
        yield Engine(f"{root}/sparql", f"{root}/sparql", f"{root}/sparql-graph-crud", rows, sql)


@contextmanager
def oxigraph(folder: Path, *, union: bool = False) -> Iterator[Engine]:
    """Run Oxigraph's server with an empty store in `folder`; `union`: its default graph is the union."""
    port = free_port()
    command = [str(OXIGRAPH), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _running([*command, *(["--union-default-graph"] if union else [])], folder, port):
        root = f"http://127.0.0.1:{port}"
        yield Engine(f"{root}/query", f"{root}/update", f"{root}/store")


_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    with subprocess.Popen(command, cwd=folder, **_QUIET) as process:
        try:
            _wait(process, port)
            yield
        finally:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        assert process.poll() is None, "the engine has ended"
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the engine does not listen")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
