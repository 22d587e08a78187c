"""Overviews of the whole record: what stands against what, and how much of it is whose."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request

from kg.errors import NotFoundError
from server.site import current_site
from server.tabular import Rows, table
from server.views.balance import Balance, Share, balance
from server.views.contradictions import Asked, Overview, overview
from server.views.disputes import Dispute
from server.views.facts import Value

blueprint = Blueprint("overviews", __name__)

CONTRADICTIONS = (
    *("grade", "gravity", "about", "about_label", "claim", "claim_label", "holders", "sources"),
    *("other_claim", "other_claim_label", "other_holders", "other_sources", "why", "rule", "found_by", "iri"),
    "grades",
)
"""Columns of the contradictions as data; `grade` is the gravest of `grades`; `; ` stands between values."""

BALANCE = (
    "who",
    "label",
    "side",
    "side_label",
    "holders",
    "claims",
    "accusations",
    "denials",
    "names",
    "documents",
)
"""Columns of the balance as data, before one for each document."""

TABLES = ("sides", "holders")


@blueprint.get("/contradictions")
def contradictions() -> str:
    """Show what stands against what."""
    return render_template("contradictions.html", overview=_overview())


@blueprint.get("/contradictions.<extension>")
def contradictions_data(extension: str) -> Response:
    """Give exactly the pairs that are shown."""
    return table([_pair(each) for each in _overview().disputes], CONTRADICTIONS, extension, "contradictions")


@blueprint.get("/balance")
def show_balance() -> str:
    """Show how much of the record is whose."""
    return render_template("balance.html", balance=balance(current_site()))


@blueprint.get("/balance-<name>.<extension>")
def balance_data(name: str, extension: str) -> Response:
    """Give exactly the rows of one table of the balance."""
    if name not in TABLES:
        raise NotFoundError(f"There is no table called '{name}'.", mend=f"Use one of: {', '.join(TABLES)}.")
    return _balance_table(balance(current_site()), name, extension)


def _overview() -> Overview:
    """Give what the address asks for; raises `NotFoundError` for a value that there is none of."""
    asked = Asked.read(request.args)
    found = overview(current_site(), asked)
    for name, choices in (("grade", found.grades), ("about", found.matters), ("source", found.sources)):
        value = getattr(asked, name)
        if value and value not in {choice.token for choice in choices}:
            raise NotFoundError(
                f"No contradiction has '{value}' as its {name}.",
                mend="Choose one of those on /contradictions.",
            )
    return found


def _pair(dispute: Dispute) -> dict[str, str]:
    first, *others = dispute.sides
    holders = (each for other in others for each in other.holders)
    sources = (each for other in others for each in other.sources)
    return {
        "grade": dispute.first.code,
        "gravity": dispute.first.gravity,
        "about": _iris(dispute.matters),
        "about_label": _labels(dispute.matters),
        "claim": first.claim.term.value,
        "claim_label": first.claim.label.value,
        "holders": _labels(first.holders),
        "sources": _iris(first.sources),
        "other_claim": _iris(other.claim for other in others),
        "other_claim_label": _labels(other.claim for other in others),
        "other_holders": _labels(dict.fromkeys(holders)),
        "other_sources": _iris(dict.fromkeys(sources)),
        "why": "; ".join(text.value for ground in dispute.grounds for text in ground.texts),
        "rule": _iris(rule for ground in dispute.grounds for rule in ground.rules),
        "found_by": _labels(who for ground in dispute.grounds for who in ground.by),
        "iri": "; ".join(ground.iri for ground in dispute.grounds),
        "grades": "; ".join(dispute.codes),
    }


def _balance_table(found: Balance, name: str, extension: str) -> Response:
    shares = found.sides if name == "sides" else found.holders
    documents = [each.label.value for each in found.documents]
    rows: Rows = [
        _share(each) | {one.label.value: str(each.sources[one.term.value]) for one in found.documents}
        for each in shares
    ]
    return table(rows, (*BALANCE, *documents), extension, f"balance-{name}")


def _share(share: Share) -> dict[str, str]:
    return {
        "who": share.who.term.value if share.who else "",
        "label": share.who.label.value if share.who else "no side is recorded",
        "side": share.side.term.value if share.side else "",
        "side_label": share.side.label.value if share.side else "",
        "holders": str(len(share.holders) or 1),
        "claims": str(share.claims),
        "accusations": str(share.accusations),
        "denials": str(share.denials),
        "names": str(share.names),
        "documents": str(len(share.sources)),
    }


def _iris(values: Iterable[Value]) -> str:
    return "; ".join(each.term.value for each in values)


def _labels(values: Iterable[Value]) -> str:
    return "; ".join(each.label.value for each in values)
