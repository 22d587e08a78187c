"""The process that matches: it holds the index and answers over a socket.

`python -m kg.matching.process FD MEGABYTES` is started by the server. While it makes its index it asks the
server for what the store holds; from then on the server asks it. Whatever happens to it, the server lives.
Messages are JSON; the end of the connection ends it.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from kg.linking.described import described
from kg.linking.wikidata import ENTITY, whole
from kg.matching.candidate import Candidate
from kg.matching.decision import Match
from kg.matching.matcher import Matcher
from kg.matching.query import Query
from kg.matching.reading import read
from kg.matching.surroundings import surroundings_of
from kg.matching.territories import with_territory_names
from kg.rows import Solution, parse_solutions


class MatchingProcess:
    """One side of the conversation."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        candidates = described(self._select) or whole(self._select)
        self.matcher = Matcher(with_territory_names(candidates))
        types = Counter(kind for each in candidates for kind in each.kinds)
        sample = candidates[0].id if candidates else ""
        self._say({"ready": len(candidates), "kinds": dict(sorted(types.items())), "sample": sample})

    def serve(self) -> None:
        """Answer until the other side goes away."""
        while True:
            asked = json.loads(self.connection.recv_bytes())
            self._say({"results": [self._answer(each) for each in asked["queries"]]})

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if "prefix" in asked:
            return {"candidates": list(self._beginning_with(asked["prefix"], asked["limit"]))}
        if "id" in asked:
            found = self.matcher.index.candidates.get(asked["id"])
            return {"candidates": [_described(found)] if found else []}
        query = Query(
            asked["name"],
            asked.get("language", ""),
            asked.get("kind", ""),
            asked.get("context", ""),
            surroundings=surroundings_of(asked.get("known", {}), ENTITY),
        )
        return _matched(self.matcher.match(query, asked["limit"]))

    def _beginning_with(self, text: str, limit: int) -> Iterator[dict[str, Any]]:
        """Give what has a name that begins with `text`, then what `text` may mean."""
        wanted = read(text).spelling
        index = self.matcher.index
        begun = [e.candidate for e in index.entries if wanted and e.reading.spelling.startswith(wanted)]
        matched = [each.candidate for each in self.matcher.match(Query(text), limit).ranked]
        begun.sort(key=lambda each: (len(each.label), each.id))
        unique = dict.fromkeys(each.id for each in (*begun, *matched))
        for identifier in list(unique)[:limit]:
            yield _described(index.candidates[identifier])

    def _select(self, query: str) -> list[Solution]:
        self._say({"select": query})
        return list(parse_solutions(self.connection.recv_bytes()).rows)

    def _say(self, message: dict[str, Any]) -> None:
        self.connection.send_bytes(json.dumps(message, ensure_ascii=False).encode())


def _matched(match: Match) -> dict[str, Any]:
    return {
        "decision": match.decision,
        "why": match.why,
        "candidates": [
            _described(each.candidate) | {"score": each.score, "reasons": list(each.reasons)}
            for each in match.worth_showing
        ],
    }


def _described(candidate: Candidate) -> dict[str, Any]:
    return {
        "id": candidate.id,
        "label": candidate.label,
        "description": candidate.description,
        "kinds": sorted(candidate.kinds),
        "names": list(dict.fromkeys(name.text for name in candidate.names))[:40],
    }


def limit(megabytes: int) -> None:
    """Take no more memory than this from now on; 0 is no limit."""
    if megabytes:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def main(arguments: list[str]) -> None:
    """Run until the server goes away."""
    descriptor, megabytes = (int(each) for each in arguments)
    limit(megabytes)
    try:
        MatchingProcess(Connection(descriptor)).serve()
    except (EOFError, OSError, KeyboardInterrupt):
        sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
