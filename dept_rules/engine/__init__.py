"""The fast exact reading: variables of one or several laws; what they share is computed once.

Formulas are run once, on promises: they draw a graph (`tracing`), in which laws and months
that say the same meet. The graph is then run over blocks of whole households (`layout`),
small enough for the caches of a processor (`program`).
"""

from dept_rules.engine.columns import columns, run, totals
from dept_rules.engine.replay import Replay

__all__ = ["Replay", "columns", "run", "totals"]
