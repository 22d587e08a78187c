"""What a page shows in a table, as CSV (https://www.rfc-editor.org/rfc/rfc4180) or JSON, column by column."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from flask import Response, request

from kg.errors import NotFoundError

Rows = Sequence[Mapping[str, str]]

EXTENSIONS = ("csv", "json")
_LEADING = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""


def table(rows: Rows, columns: Sequence[str], extension: str, name: str) -> Response:
    """Give `rows` in the format of the extension. Raises `NotFoundError` for a format that is none here."""
    if extension not in EXTENSIONS:
        raise NotFoundError(
            f"There is no table in the format '{extension}'.", mend=f"Use one of: {', '.join(EXTENSIONS)}."
        )
    if extension == "json":
        return document({"columns": list(columns), "rows": list(rows)})
    response = Response(_csv(rows, columns), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return _tagged(response)


def document(content: object, media_type: str = "application/json") -> Response:
    """Give JSON with a strong tag."""
    return _tagged(Response(json.dumps(content, ensure_ascii=False), content_type=media_type))


def _csv(rows: Rows, columns: Sequence[str]) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([_inert(row.get(column, "")) for column in columns] for row in rows)
    return written.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_LEADING) and not text[1:2].isdigit() else text


def _tagged(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response
