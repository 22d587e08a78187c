"""Links to other data sets: mapping sets, candidates, review, checks, comparison, export."""
