"""Populations, and studies of reforms over them."""
