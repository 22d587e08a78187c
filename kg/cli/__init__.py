"""The command line: `kg COMMAND`.

Exit codes: 0 done, 1 something is wrong with the data or the machine, 2 the command was used wrongly,
130 interrupted. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import sys

import click

from kg.cli.console import report_error
from kg.cli.group import LazyGroup
from kg.errors import KgError

INTERRUPTED = 130

_PLACES = {
    "build": "kg.cli.make:build",
    "coverage": "kg.cli.curate:coverage",
    "diff": "kg.cli.releases:diff",
    "dump": "kg.cli.ask:dump",
    "format": "kg.cli.make:format_files",
    "link": "kg.cli.link:link",
    "neutrality": "kg.cli.neutrality:neutrality",
    "new": "kg.cli.curate:new",
    "publish": "kg.cli.publish:publish",
    "query": "kg.cli.ask:query",
    "release": "kg.cli.releases:release",
    "releases": "kg.cli.releases:releases",
    "serve": "kg.cli.serve:serve",
    "show": "kg.cli.ask:show",
    "site": "kg.cli.site:site",
    "stats": "kg.cli.ask:stats",
    "validate": "kg.cli.make:validate_files",
    "verify": "kg.cli.make:verify_documents",
}


@click.group(
    cls=LazyGroup,
    places=_PLACES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n  kg build\n  kg query --example who-says-how-many-were-killed\n  kg serve",
)
@click.version_option(package_name="karabakh-conflict-graph", prog_name="kg")
def commands() -> None:
    """Build, check, query and serve a knowledge graph of contested history."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        code = commands.main(standalone_mode=False)
    except KgError as error:
        report_error(error)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted; nothing was changed.", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    sys.exit(code or 0)
