"""The server as a process: it starts with one friendly line, and stops without leaving anything behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from kg.errors import KgError, UsageError
from server import Settings
from server.__main__ import listen, main
from server.settings import SERVERS, table

DATA = Path(__file__).parent / "data"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}


def start(*arguments: str, server: str = SERVERS[0]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "server", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | {"KG_SERVER": server},
        start_new_session=True,
    )


def in_group(group: int) -> list[int]:
    """Process ids of the group, but for those that are only waiting to be reaped."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.fixture(params=SERVERS)
def served(request: pytest.FixtureRequest, release: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    process = start("--release", str(release), server=request.param)
    try:
        assert process.stdout
        line = process.stdout.readline()
        url = re.search(r"http://\S+", line)
        assert url, process.stderr and process.stderr.read()
        yield process, line, url[0]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_told_to_stop(
    served: tuple[subprocess.Popen[str], str, str], number: signal.Signals
) -> None:
    process, line, url = served
    assert line.startswith("Serving An invented world, release 0.1.0-cafe, at http://127.0.0.1:")
    with urlopen(f"{url}health?deep") as response:
        assert json.load(response)["status"] == "ok"
    with urlopen(f"{url}id/event/border-clash") as response:
        assert response.url == f"{url}data/event/border-clash.ttl"
    assert len(in_group(process.pid)) >= 3
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    assert in_group(process.pid) == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_nothing_outlives_a_killed_master(served: tuple[subprocess.Popen[str], str, str]) -> None:
    process, _, url = served
    with urlopen(f"{url}health") as response:
        assert response.status == 200
    process.kill()
    process.wait(10)
    end = time.monotonic() + 10
    while in_group(process.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert in_group(process.pid) == []


def test_loaded_files() -> None:
    process = start("--load", str(DATA / "world.ttl"), str(DATA / "description.ttl"))
    try:
        assert process.stdout
        assert process.stdout.readline().startswith("Serving Loaded: world.ttl, description.ttl at ")
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_port_in_use(capsys: pytest.CaptureFixture[str], release: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--release", str(release)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in error
    assert "--port" in error


def test_no_release(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--release", str(tmp_path)]) == 1
    assert "Build one first: kg build" in capsys.readouterr().err


def test_malformed_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<urn:a> <urn:b>\n")
    process = start("--load", str(broken))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "broken.ttl" in err
    assert "Traceback" not in err


def test_unknown_host() -> None:
    with pytest.raises(KgError, match="cannot listen"):
        listen("host.invalid", 0)


def test_settings() -> None:
    environment = {"KG_PORT": "81", "KG_DEADLINE": "2.5", "KG_LOAD": f"a.ttl{os.pathsep}b.nq"}
    settings = Settings.from_environment(environment)
    assert (settings.port, settings.deadline) == (81, 2.5)
    assert settings.load == (Path("a.ttl"), Path("b.nq"))
    with pytest.raises(UsageError, match="KG_PORT='x'"):
        Settings.from_environment({"KG_PORT": "x"})
    assert all(meaning for _, _, _, meaning in table())
