"""How to cite a release, as a citation file: https://github.com/citation-file-format/citation-file-format."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

_LICENSES = {
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
}
"""SPDX identifiers, which the format asks for: https://spdx.org/licenses/."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited; `authors` are names of bodies."""

    title: str
    url: str
    authors: tuple[str, ...]
    version: str = ""
    released: str = ""
    license: str = ""
    abstract: str = ""


def citation(work: Work) -> str:
    """Give the citation file of a data set."""
    optional = {
        "version": work.version,
        "date-released": work.released[:10],
        "license": _LICENSES.get(work.license, ""),
        "license-url": "" if work.license in _LICENSES else work.license,
        "abstract": work.abstract,
    }
    document: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them with the release that you used.",
        "type": "dataset",
        "title": work.title,
        "authors": [{"name": name} for name in work.authors or (work.title,)],
        "url": work.url,
    }
    document |= {name: value for name, value in optional.items() if value}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
