"""The command line: `kg COMMAND`.

Exit codes: 0 done, 1 something is wrong with the data or the machine, 2 the command was used wrongly,
130 interrupted. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import sys

import click

from kg.cli.ask import dump, query, show, stats
from kg.cli.candidates import evaluate_names, find
from kg.cli.console import report_error
from kg.cli.curate import coverage, new
from kg.cli.link import link
from kg.cli.linked import check, compare, export
from kg.cli.make import build, format_files, validate_files, verify_documents
from kg.cli.neutrality import neutrality
from kg.cli.publish import publish
from kg.cli.releases import diff, release, releases
from kg.cli.reviewing import review
from kg.cli.serve import serve
from kg.cli.site import site
from kg.errors import KgError

INTERRUPTED = 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n  kg build\n  kg query --example who-says-how-many-were-killed\n  kg serve",
)
@click.version_option(package_name="karabakh-conflict-graph", prog_name="kg")
def commands() -> None:
    """Build, check, query and serve a knowledge graph of contested history."""


for command in (
    build,
    validate_files,
    verify_documents,
    format_files,
    coverage,
    new,
    neutrality,
    query,
    dump,
    stats,
    show,
    release,
    releases,
    diff,
    serve,
    link,
    publish,
    site,
):
    commands.add_command(command)

for command in (find, review, evaluate_names, check, compare, export):
    link.add_command(command)


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
