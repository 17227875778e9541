"""Identifiers of millions of rows, held as a table holds them: a list would cost more than the law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd


class Identifiers(Sequence[Any]):
    """Identifiers of people or groups, in order; read as a list of text or of integers.

    Attributes:
        cells: the same, as pandas holds them.
    """

    def __init__(self, cells: pd.Index[Any]) -> None:
        self.cells = cells

    @overload
    def __getitem__(self, rank: int) -> Any: ...
    @overload
    def __getitem__(self, rank: slice) -> Identifiers: ...
    def __getitem__(self, rank: int | slice) -> Any:
        if isinstance(rank, slice):
            return Identifiers(self.cells[rank])
        found = self.cells[rank]
        return found.item() if isinstance(found, np.generic) else found

    def __len__(self) -> int:
        return len(self.cells)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and self.cells.tolist() == list(other)

    __hash__ = None  # type: ignore[assignment] # equal to lists, which have none

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(self.cells, dtype=dtype)

    def __repr__(self) -> str:
        return f"Identifiers({len(self)})"


def taken(ids: Sequence[Any], ranks: npt.NDArray[Any]) -> Sequence[Any]:
    """Return the identifiers of some ranks."""
    if isinstance(ids, Identifiers):
        return Identifiers(ids.cells.take(ranks))
    return [ids[rank] for rank in ranks.tolist()]
