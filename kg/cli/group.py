"""Groups of commands that are imported when they are asked for: each brings libraries that take time to load.

https://click.palletsprojects.com/en/stable/complex/#defining-the-lazy-group
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows by `places` where its commands are, as `module:name`."""

    def __init__(self, *arguments: Any, places: dict[str, str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands, sorted."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; `None` if there is none of that name."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
