"""`kg link`: find, review, check, compare and export links to Wikidata and other data sets."""

from __future__ import annotations

import click


class _FindUnlessToldOtherwise(click.Group):
    """A group whose first command is meant where none is named: `kg link --names FILE` is `kg link find`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in front of options that are its own."""
        is_command = bool(args) and (args[0] in self.commands or not args[0].startswith("-"))
        if not is_command and not {"-h", "--help"} & set(args[:1]):
            args = ["find", *args]
        return super().parse_args(ctx, args)


@click.group(name="link", cls=_FindUnlessToldOtherwise)
def link() -> None:
    """Links to Wikidata: candidates (by default), review, checks, comparison and export."""
