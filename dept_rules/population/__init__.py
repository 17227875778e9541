"""Populations to study: a calibrated synthetic département, or an analyst's own tables.

```python
sample = dr.population.synthetic(departement="54", households=100_000, seed=0)
sample.margins            # each margin, its target and what is reached
sample.write("pop.parquet")
dr.population.load("pop.parquet")
```
"""

from dept_rules.population.loading import load
from dept_rules.population.sample import Sample
from dept_rules.population.synthetic import YEAR, synthetic
from dept_rules.population.territories import departements

__all__ = ["YEAR", "Sample", "departements", "load", "synthetic"]
