"""The faults of tables, gathered so that all are told at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dept_rules.errors import Fault, TableError
from dept_rules.people import Array

#: How many of the rows that share a fault are named.
NAMED = 3


class Faults:
    """The faults found so far; false while there are none."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, path: str, problem: str, expected: str = "") -> None:
        """Note a fault. `path` is a table and a column ("individus.salaire_net")."""
        self._found.append(Fault(path, problem, expected))

    def add_rows(self, path: str, problem: str, rows: Array, expected: str = "") -> None:
        """Note a fault of some rows, told by their ranks from 0; none is no fault."""
        if not len(rows):
            return
        first = ", ".join(f"{row + 1}" for row in rows[:NAMED])
        more = ", …" if len(rows) > NAMED else ""
        where = f"row {first}" if len(rows) == 1 else f"{len(rows)} rows ({first}{more})"
        self.add(path, f"{problem} in {where}", expected)

    def add_where(self, path: str, problem: str, rows: npt.NDArray[np.bool_], expected: str = "") -> None:
        """Note a fault of the rows where `rows` holds."""
        self.add_rows(path, problem, np.flatnonzero(rows), expected)

    def stop(self) -> None:
        """End here if there is a fault.

        Raises:
            TableError: with every fault noted.
        """
        if self._found:
            raise TableError(self._found)
