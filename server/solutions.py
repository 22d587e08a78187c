"""SPARQL results as rows, under the name that the blueprints and views know."""

from kg.rows import Solution, Solutions, Term, read_boolean, read_solutions

__all__ = ["Solution", "Solutions", "Term", "read_boolean", "read_solutions"]
