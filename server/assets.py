"""Static files: addresses that carry a digest and can be kept for ever, and what the front-end build made.

`make setup` bundles the packages of `frontend/` into `static/vendor` where Node.js is there. Pages work
without, and ask `built` before they load a bundle.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).with_name("static")
FOREVER = "public, max-age=31536000, immutable"
"""For addresses that change with the content: https://www.rfc-editor.org/rfc/rfc8246."""


def asset(name: str) -> str:
    """Give the address of a static file, with the digest of what is in it."""
    return url_for("static", filename=name, v=_digest(name) or None)


def built(name: str) -> bool:
    """Tell whether the front-end build made `vendor/{name}`."""
    return bool(_digest(f"vendor/{name}"))


@cache
def _digest(name: str) -> str:
    path = STATIC / name
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def install(app: Flask) -> None:
    """Let templates name static files, and clients keep them."""
    app.jinja_env.globals.update(asset=asset, built=built)
    app.after_request(_kept)


def _kept(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code not in {200, 304}:
        return response
    name = (request.view_args or {}).get("filename", "")
    if request.args.get("v") == _digest(name):
        response.headers["Cache-Control"] = FOREVER
    return response
