"""Ids of requests: kept where well-formed, made otherwise, and not twice."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from server.request_id import request_id

FORK = """
import os
from server.request_id import request_id
for _ in range(2):
    if os.fork() == 0:
        os.write(1, request_id("").encode() + b"\\n")
        os._exit(0)
    os.wait()
print(request_id(""))
"""


@pytest.mark.parametrize("sent", ["abc", "abc-1.2_3", "0A.b_c-9", "a" * 64])
def test_that_of_the_client_is_kept_if_it_is_well_formed(sent: str) -> None:
    assert request_id(sent) == sent


@pytest.mark.parametrize("sent", ["", " ", "a" * 65, "-a", "a b", "a\nb", "a\n", "é", "<b>"])
def test_another_is_made_otherwise(sent: str) -> None:
    assert re.fullmatch("[0-9a-f]{32}", request_id(sent))


def test_processes_forked_from_one_make_different_ones() -> None:
    run = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, check=True)
    assert len(set(run.stdout.split())) == 3
