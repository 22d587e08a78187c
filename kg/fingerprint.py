"""The hash of a result: the same for the same answer, whatever syntax and order it was given in.

Solutions are taken as the rows of SPARQL TSV, sorted, the header first: a bag of rows, so that ORDER BY does
not count. Triples are taken as sorted N-Triples. Labels of blank nodes say nothing and are left out.
https://www.w3.org/TR/sparql11-results-csv-tsv/, https://www.w3.org/TR/rdf-canon/.
"""

from __future__ import annotations

import re
from hashlib import sha256

from kg.formats import N_TRIPLES, RESULTS_TSV
from kg.store import Answer, Formats

WANTED = Formats(RESULTS_TSV, N_TRIPLES)
"""The formats of the answer that `hash_of` reads."""

_LABEL = re.compile(rb'("(?:[^"\\]|\\.)*"|<[^>]*>)|_:[^\s"]+')


def hash_of(answer: Answer) -> str:
    """Give the SHA-256 of an answer in the formats `WANTED`, in hexadecimal digits."""
    header, _, rest = answer.body.partition(b"\n") if answer.form == "solutions" else (b"", b"", answer.body)
    plain = _LABEL.sub(lambda found: found[1] or b"_:", rest.removesuffix(b"\n"))
    rows = sorted(plain.split(b"\n")) if rest else []
    canonical = b"\n".join([answer.form.encode(), header, *rows])
    return sha256(canonical).hexdigest()
