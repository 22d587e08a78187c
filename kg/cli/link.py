"""`kg link`: find, review, check, compare and export links to Wikidata and other data sets."""

from __future__ import annotations

import click

from kg.cli.group import LazyGroup

_PLACES = {
    "check": "kg.cli.linked:check",
    "compare": "kg.cli.linked:compare",
    "evaluate": "kg.cli.candidates:evaluate_names",
    "export": "kg.cli.linked:export",
    "find": "kg.cli.candidates:find",
    "review": "kg.cli.reviewing:review",
}


class _FindUnlessToldOtherwise(LazyGroup):
    """A group whose first command is meant where none is named: `kg link --names FILE` is `kg link find`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in front of options that are its own."""
        is_command = bool(args) and (args[0] in self.places or not args[0].startswith("-"))
        if not is_command and not {"-h", "--help"} & set(args[:1]):
            args = ["find", *args]
        return super().parse_args(ctx, args)


@click.group(name="link", cls=_FindUnlessToldOtherwise, places=_PLACES)
def link() -> None:
    """Links to Wikidata: candidates (by default), review, checks, comparison and export."""
