"""Whose finger is it: matchers, comparisons, and the rates of error that they come to."""
