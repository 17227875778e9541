"""Entitlements of populations that do not fit in memory: streamed by whole households, resumable."""
