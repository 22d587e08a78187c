"""A server with a short deadline, and what there is to see of its processes from outside."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

DIRECT = {"Content-Type": "application/sparql-query"}


@dataclass
class Served:
    """A running server; `said` is the file that its standard error goes to."""

    url: str
    pid: int
    said: Path
    web: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        host, port = urlsplit(self.url).hostname, urlsplit(self.url).port
        assert host
        assert port
        self._address = (host, port)
        self.web = frozenset(self.web_processes())

    def connect(self, timeout: float = 60) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(*self._address, timeout=timeout)

    def ask(
        self, query: str | bytes, headers: Mapping[str, str] = {}
    ) -> tuple[int, http.client.HTTPMessage, bytes, float]:
        """Give status, headers, body and seconds."""
        data = query.encode("utf-8", "surrogatepass") if isinstance(query, str) else query
        start = time.monotonic()
        connection = self.connect()
        try:
            connection.request("POST", "/sparql", data, {**DIRECT, **headers})
            response = connection.getresponse()
            body = response.read()
            return response.status, response.headers, body, time.monotonic() - start
        finally:
            connection.close()

    def web_processes(self) -> list[int]:
        """Children of the master that are not the engine."""
        return [pid for pid in _children(self.pid) if b"kg.workers" not in _command(pid)]

    def resident(self) -> int:
        """Bytes that all processes have between them, shared pages counted once."""
        return sum(taken(pid, "Pss") for pid in _tree(self.pid))


@contextmanager
def served(*arguments: str, **settings: object) -> Iterator[Served]:
    """Start `python -m server` with `KG_...` settings; stop it at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    environment |= {f"KG_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "server", "--port", "0", *arguments]
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "stderr"
        with said.open("wb") as error:
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=error, text=True, env=environment
            )
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, said.read_text()
            site = Served(found[0], process.pid, said)
            end = time.monotonic() + 30
            while site.ask("ASK {}")[0] != 200 and time.monotonic() < end:
                time.sleep(0.05)
            site.web = frozenset(site.web_processes())
            yield site
        finally:
            process.terminate()
            process.communicate(timeout=60)


class Health(threading.Thread):
    """Asks `/health` again and again; `seconds` is what each answer took."""

    def __init__(self, site: Served) -> None:
        super().__init__(daemon=True)
        self.seconds: list[float] = []
        self.failed = 0
        self._site = site
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.05):
            start = time.monotonic()
            connection = self._site.connect()
            try:
                connection.request("GET", "/health")
                self.failed += connection.getresponse().status != 200
            except OSError:
                self.failed += 1
            finally:
                connection.close()
            self.seconds.append(time.monotonic() - start)

    def stop(self) -> None:
        self._over.set()
        self.join()

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(each) for each in (task / "children").read_text().split()]
    return found


def _tree(pid: int) -> list[int]:
    return [pid, *(each for child in _children(pid) for each in _tree(child))]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def taken(pid: int, what: str) -> int:
    """Give the bytes that a process has of `what`, a line of its `smaps_rollup`, as `Pss`; 0 without it.

    https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html.
    """
    found = re.search(rf"^{what}:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) << 10 if found else 0
