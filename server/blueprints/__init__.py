"""The parts of the site; none of them imports another."""

from flask import Blueprint

from server.blueprints import (
    cite,
    descriptions,
    documents,
    dumps,
    feeds,
    graph_store,
    health,
    home,
    lists,
    memento,
    overviews,
    perspectives,
    reconcile,
    releases,
    reports,
    search,
    sparql,
    things,
    visuals,
    wikidata,
)

ALL: tuple[Blueprint, ...] = (
    home.blueprint,
    things.blueprint,
    wikidata.blueprint,
    documents.blueprint,
    lists.blueprint,
    perspectives.blueprint,
    reconcile.blueprint,
    search.blueprint,
    visuals.blueprint,
    overviews.blueprint,
    sparql.blueprint,
    graph_store.blueprint,
    dumps.blueprint,
    releases.blueprint,
    feeds.blueprint,
    memento.blueprint,
    cite.blueprint,
    health.blueprint,
    descriptions.blueprint,
    reports.blueprint,
)
"""Every blueprint, in the order of registration."""

__all__ = ["ALL"]
