"""`make bench`: the endpoint side by side with others, in one run, over the real graph and larger ones."""
