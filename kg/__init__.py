"""Karabakh Conflict Graph: read, derive, validate, describe and query contested history as RDF."""
