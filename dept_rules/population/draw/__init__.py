"""Draws the households of a synthetic département, from the structures of its figures."""
