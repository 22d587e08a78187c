"""Turn the files that people write into a release: read, check, derive, validate, describe, write.

Nothing is written before everything has been found good, so that a build that fails changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF

from kg import formats
from kg.changes import record
from kg.derive import derive
from kg.description import Dataset, describe, read_dataset
from kg.downloads import dumps, listed
from kg.dump import sorted_nquads
from kg.errors import InvalidDataError, Location, ProblemsError
from kg.integrity import check_integrity
from kg.iris import DEFAULT_BASE, Iris
from kg.linking.linksets import read_links
from kg.namespaces import KCG, declared_prefixes
from kg.neutrality import REPORT, weigh
from kg.release import NQUADS, Files, Manifest, Release, publish
from kg.rulebook import rulebook
from kg.skolem import skolemise
from kg.sources import DATASET_FILE, Project, Statement, read_data, read_turtle, read_vocabulary
from kg.subjects import SUBJECTS, subjects_in
from kg.tables import tables
from kg.terms import iri_of
from kg.validation import Report, Violation, validate

STEPS = ("read", "check", "derive", "validate", "weigh", "describe", "serialise", "write", "compare")
"""The steps of a build, in order; each is announced as it begins."""

Announce = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A graph that was read, derived and validated, but not yet written."""

    dataset: Dataset
    iris: Iris
    statements: list[Statement]
    quads: list[ox.Quad]
    report: Report
    tables: Path
    """The folder of the queries that make tables."""


def silent(_step: str) -> None:
    """Announce nothing."""


def read_dataset_of(project: Project) -> Dataset:
    """Read what `dataset.ttl` says, which decides the base IRI of everything else."""
    path = project.data / DATASET_FILE
    return read_dataset(read_turtle(path, f"{DEFAULT_BASE}graph/description"), project)


def read(project: Project, announce: Announce = silent) -> tuple[Dataset, list[Statement]]:
    """Read all files, name their blank nodes and check them; raises `ProblemsError`."""
    announce("read")
    dataset = read_dataset_of(project)
    iris = Iris(dataset.base)
    files = [*read_data(project, iris), *read_links(project, iris), *read_vocabulary(project, iris)]
    statements = skolemise(files)
    announce("check")
    check_integrity(statements, iris)
    return dataset, statements


def check(project: Project, announce: Announce = silent) -> Checked:
    """Read, derive and validate; the report tells what was found, whether or not it conforms."""
    dataset, statements = read(project, announce)
    iris = Iris(dataset.base)
    quads = [each.quad for each in statements]
    announce("derive")
    quads += derive(quads, project.rules, iris.graph("derived"))
    announce("validate")
    report = validate(quads, project.shapes)
    return Checked(dataset, iris, statements, quads, report, project.tables)


def refuse_violations(checked: Checked) -> None:
    """Raise `ProblemsError` with the place of every violation; warnings pass."""
    problems = [
        located(violation, checked.statements)
        for violation in checked.report.violations
        if violation.severity == "Violation"
    ]
    if problems:
        raise ProblemsError(problems)


def located(violation: Violation, statements: Iterable[Statement]) -> InvalidDataError:
    """Give a violation as an error that points at the line where its focus node is described."""
    lines = [each for each in statements if iri_of(each.quad.subject) == violation.focus_node]
    on_path = [each for each in lines if each.quad.predicate.value == violation.path]
    where = (on_path or lines)[0].where if lines else _near(violation.focus_node, statements)
    rule = violation.constraint.rpartition("#")[2] or violation.constraint
    value = f" (found: {violation.value})" if violation.value else ""
    return InvalidDataError(
        f"<{violation.focus_node}> breaks the rule {rule}{value}.",
        where=where,
        mend=violation.message,
    )


def build(project: Project, out: Path, announce: Announce = silent) -> Release:
    """Build a release into `out` and make it the current one.

    Raises a `DataError` if the files cannot be published and `OutputError` if they cannot be written;
    in both cases what was there stays as it was.
    """
    checked = check(project, announce)
    refuse_violations(checked)
    announce("weigh")
    neutrality = _neutrality_files(checked, project)
    announce("describe")
    told = [*checked.quads, *rulebook(project, checked.iris)]
    quads = [*told, *describe(told, checked.iris, checked.dataset.version)]
    announce("serialise")
    prefixes = prefixes_of(project, checked.iris)
    files = {**_files(quads, checked, prefixes), **neutrality}
    announce("write")
    release = publish(out, _manifest(quads, checked, prefixes), files)
    announce("compare")
    record(out)
    return release


def prefixes_of(project: Project, iris: Iris) -> dict[str, str]:
    """Give the declared prefixes; those of entities and graphs stand for this data set's own base."""
    return {
        prefix: iris.rebased(namespace) for prefix, namespace in declared_prefixes(project.prefixes).items()
    }


def _files(quads: list[ox.Quad], checked: Checked, prefixes: dict[str, str]) -> Files:
    files: Files = {NQUADS: (sorted_nquads(quads), formats.N_QUADS.media_type)}
    offered = dumps(quads, checked.dataset.identifier, checked.iris, prefixes)
    files |= listed(offered | tables(quads, checked.tables, _package_head(checked)))
    files[SUBJECTS] = (subjects_in(quads), "text/plain")
    report = checked.report.to_graph(checked.iris.graph("report"))
    files["report.ttl"] = (report.serialize(format="longturtle", encoding="utf-8"), "text/turtle")
    return files


def _package_head(checked: Checked) -> dict[str, object]:
    """Give what the data dictionary of the tables says of the whole."""
    dataset, iris = checked.dataset, checked.iris
    return {
        "name": dataset.identifier,
        "id": iris.release(dataset.version),
        "title": dataset.title,
        "version": dataset.version,
        "homepage": iris.dataset,
        "licenses": [{"path": dataset.license}],
    }


def _neutrality_files(checked: Checked, project: Project) -> Files:
    """Give the neutrality report; without file and line, which depend on where a build runs."""
    report = weigh([each.quad for each in checked.statements], project.shapes)
    graph = report.to_graph(checked.iris.graph(REPORT), checked.iris.release(checked.dataset.version))
    return {
        f"{REPORT}.ttl": (graph.serialize(format="longturtle", encoding="utf-8"), "text/turtle"),
        f"{REPORT}.txt": (report.to_text().encode(), "text/plain"),
    }


def _manifest(quads: list[ox.Quad], checked: Checked, prefixes: dict[str, str]) -> Manifest:
    dataset = checked.dataset
    return Manifest(
        id="",
        version=dataset.version,
        base=dataset.base,
        title=dataset.title,
        license=dataset.license,
        counts=count(quads, checked.iris),
        prefixes=prefixes,
        modified=dataset.modified,
    )


def count(quads: Iterable[ox.Quad], iris: Iris) -> dict[str, int]:
    """Count quads, distinct triples, named graphs, claims and described entities."""
    listed = set(quads)
    types = [quad for quad in listed if quad.predicate.value == str(RDF.type)]
    claims = {quad.subject for quad in types if quad.object == ox.NamedNode(str(KCG.Claim))}
    entities = {
        iri for iri in (iri_of(quad.subject) for quad in types) if iris.is_entity(iri) and "#" not in iri
    }
    return {
        "quads": len(listed),
        "triples": len({(quad.subject, quad.predicate, quad.object) for quad in listed}),
        "graphs": len({quad.graph_name for quad in listed}),
        "claims": len(claims),
        "entities": len(entities),
    }


def _near(focus_node: str, statements: Iterable[Statement]) -> Location | None:
    """Give the place of a derived node's parent, `x` for `x#range-killed`."""
    parent = focus_node.partition("#")[0]
    return next((each.where for each in statements if iri_of(each.quad.subject) == parent), None)
