"""A query as it is sent from elsewhere: the code around it for curl, Python and R."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """Code in one language; the query stands between `before` and `after`, as it is."""

    language: str
    before: str
    after: str

    def text(self, query: str) -> str:
        """The whole code."""
        return f"{self.before}{query.strip()}{self.after}"


def calls(endpoint: str, accept: str) -> tuple[Call, ...]:
    """Give the ways to send a query to `endpoint` and have the answer in the media type `accept`."""
    reading = "pandas.read_csv(io.StringIO(answer.text))" if accept == "text/csv" else "answer.text"
    tabular = accept == "text/csv"
    return (
        Call(
            "curl",
            f"curl '{endpoint}' -H 'Accept: {accept}' --data-urlencode query@- <<'END-OF-QUERY'\n",
            "\nEND-OF-QUERY",
        ),
        Call(
            "Python",
            ("import io\n\nimport pandas\nimport requests\n\n" if tabular else "import requests\n\n")
            + "query = r'''\n",
            f"\n'''\nanswer = requests.post(\n    '{endpoint}',\n    data={{'query': query}},\n"
            f"    headers={{'Accept': '{accept}'}},\n    timeout=60,\n)\nanswer.raise_for_status()\n"
            f"print({reading})",
        ),
        Call(
            "R",
            'library(httr2)\n\nquery <- r"---(\n',
            f')---"\nanswer <- request("{endpoint}") |>\n  req_body_form(query = query) |>\n'
            f'  req_headers(Accept = "{accept}") |>\n  req_perform()\n'
            + ("read.csv(text = resp_body_string(answer))" if tabular else "cat(resp_body_string(answer))"),
        ),
    )
