"""What was computed over a population, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.indexed_enums import EnumArray

from dept_rules.people import Array, Population
from dept_rules.tables.identifiers import Identifiers

if TYPE_CHECKING:
    import pandas as pd


def frame(population: Population, entity_key: str, columns: Mapping[str, Array]) -> pd.DataFrame:
    """Return results of an entity as a table indexed by identifier (`individu_id`…).

    Args:
        population: the people and groups the results are of.
        entity_key: "individu", "famille", "foyer_fiscal" or "menage".
        columns: arrays of results, one element a person or group. Members of an enumeration
            become categoricals of their names.
    """
    import pandas as pd

    ids = population.ids_of(entity_key)
    index = pd.Index(ids.cells if isinstance(ids, Identifiers) else ids, name=f"{entity_key}_id")
    return pd.DataFrame({name: _told(values) for name, values in columns.items()}, index=index)


def _told(values: Array) -> Any:
    import pandas as pd

    if not isinstance(values, EnumArray):
        return values
    names = pd.Index([member.name for member in values.possible_values])
    return pd.Categorical.from_codes(values.view(np.ndarray), categories=names)
