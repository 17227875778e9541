"""The calculators: pages for the public, rendered by the server, that keep nothing."""

from dept_rules.web.calculator.pages import blueprint

__all__ = ["blueprint"]
