"""Populations to study: a calibrated synthetic département, or an analyst's own tables."""
