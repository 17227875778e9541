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
        self._rows: list[Array | None] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def found(self) -> list[Fault]:
        """Return the faults noted."""
        return list(self._found)

    def add(self, path: str, problem: str, expected: str = "", rows: Array | None = None) -> None:
        """Note a fault. `path` is a table and a column ("individus.salaire_net").

        Where it is that of some rows only, `rows` has their ranks from 0.
        """
        self._found.append(Fault(path, problem, expected))
        self._rows.append(rows)

    def add_rows(self, path: str, problem: str, rows: Array, expected: str = "") -> None:
        """Note a fault of some rows, told by their ranks from 0; none is no fault."""
        if not len(rows):
            return
        first = ", ".join(f"{row + 1}" for row in rows[:NAMED])
        more = ", …" if len(rows) > NAMED else ""
        where = f"row {first}" if len(rows) == 1 else f"{len(rows)} rows ({first}{more})"
        self.add(path, f"{problem} in {where}", expected, rows)

    def add_where(self, path: str, problem: str, rows: npt.NDArray[np.bool_], expected: str = "") -> None:
        """Note a fault of the rows where `rows` holds."""
        self.add_rows(path, problem, np.flatnonzero(rows), expected)

    def of_rows(self) -> list[tuple[Fault, Array]] | None:
        """Return each fault with the rows that have it; None if one is that of the table."""
        pairs = zip(self._found, self._rows, strict=True)
        found = [(fault, rows) for fault, rows in pairs if rows is not None]
        return found if len(found) == len(self._found) else None

    def stop(self) -> None:
        """End here if there is a fault.

        Raises:
            TableError: with every fault noted.
        """
        if self._found:
            raise TableError(self._found)
