"""Entitlements of populations that do not fit in memory: streamed by whole households, resumable."""

from dept_rules.batch.run import run_batch

__all__ = ["run_batch"]
