"""Each household in one piece, each person once: told before anything is computed.

Identifiers that grow along the files, which is how most files are written, are checked as they
are read. Others are taken by shares of those that fit in memory, one share a reading of the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dept_rules.batch.source import IDENTIFIERS, Part, identifiers_of, unreadable
from dept_rules.errors import BatchError, Fault
from dept_rules.tables.faults import NAMED

Array = npt.NDArray[Any]

#: Memory that a share takes for each identifier: it, and its sorted copy.
EACH = 24
#: How many repeated identifiers are looked for again, to say where they are.
SOUGHT = 1_000

PROBLEMS = {
    "menage_id": ("a household begins again", "the people of a household in consecutive rows of one file"),
    "individu_id": ("is the identifier of somebody else", "each identifier once"),
}


def check(parts: Sequence[Part], memory: int) -> None:
    """Check that identifiers are never missing, people there once, households in one piece.

    Args:
        parts: of the source.
        memory: bytes that may be taken.

    Raises:
        BatchError: with the files and rows where an identifier comes again.
    """
    files = list(dict.fromkeys((part.file, part.path) for part in parts))
    counts = _grow(files)
    faults = []
    for column, count in counts.items():
        shares = -(-count * EACH // memory)
        for share in range(shares):
            again = _again(files, column, share, shares)
            if again and (told := _told(files, column, again)):
                faults += told
                break
    if faults:
        raise BatchError(faults)


def _grow(files: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the columns whose identifiers do not always grow, and how many they have."""
    last: dict[str, Any] = dict.fromkeys(IDENTIFIERS)
    counts = dict.fromkeys(IDENTIFIERS, 0)
    unordered = set()
    for column, _, _, keys, whole in _runs(files, IDENTIFIERS):
        if not len(keys):
            continue
        counts[column] += len(keys)
        grows = whole and bool((keys[1:] > keys[:-1]).all())
        if not grows or (last[column] is not None and keys[0] <= last[column]):
            unordered.add(column)
        last[column] = keys[-1]
    return {column: count for column, count in counts.items() if column in unordered}


def _again(files: Sequence[tuple[str, str]], column: str, share: int, shares: int) -> set[int]:
    """Return the first identifiers of a share that come twice (or, for texts, might)."""
    taken = []
    for _, _, _, keys, _ in _runs(files, [column]):
        unsigned = keys.view(np.uint64)
        taken.append(keys[unsigned % np.uint64(shares) == share] if shares > 1 else keys)
    sorted_keys = np.sort(np.concatenate(taken))
    found = np.unique(sorted_keys[1:][sorted_keys[1:] == sorted_keys[:-1]])
    return set(found[:SOUGHT].tolist())


def _told(files: Sequence[tuple[str, str]], column: str, again: set[int]) -> list[Fault]:
    """Return where these identifiers come again, file by file."""
    seen: set[Any] = set()
    rows: dict[str, list[int]] = {}
    for _, file, at, keys, _ in _runs(files, [column], exact=True):
        for place in np.flatnonzero(np.isin(keys, list(again))).tolist():
            identifier = at.names[place]
            if identifier in seen:
                rows.setdefault(file, []).append(int(at.rows[place]) + 1)
            seen.add(identifier)
    problem, expected = PROBLEMS[column]
    faults = []
    for file, found in rows.items():
        first = ", ".join(map(str, found[:NAMED]))
        more = ", …" if len(found) > NAMED else ""
        faults.append(Fault(f"{file}/{column}", f"{problem} at row {first}{more}", expected))
    return faults


class _Place:
    """Where the identifiers of a batch stand, and what they are."""

    def __init__(self, rows: Array, names: list[Any]) -> None:
        self.rows = rows
        self.names = names


def _runs(
    files: Sequence[tuple[str, str]], columns: Sequence[str], *, exact: bool = False
) -> Iterator[tuple[str, str, Any, Array, bool]]:
    """Yield, batch by batch, a number for each person, or for each household as it begins.

    With each: the column, the file, where they stand (if `exact`), and whether the numbers are
    the identifiers themselves: those of texts are hashes.
    """
    import pyarrow as pa

    previous: Any = None
    for file, path in files:
        row = 0
        try:
            for batch in identifiers_of(path, columns):
                for column in columns:
                    cells = batch.column(column)
                    if cells.null_count:
                        raise BatchError([_missing(file, column, row, cells)])
                    keys, whole = _numbers(cells)
                    begins = np.ones(len(keys), dtype=bool)
                    if column == "menage_id" and len(keys):
                        begins[1:] = keys[1:] != keys[:-1]
                        begins[0] = (file, keys[0]) != previous
                        previous = (file, keys[-1])
                    place = None
                    if exact:
                        rows = np.flatnonzero(begins)
                        place = _Place(row + rows, cells.take(pa.array(rows)).to_pylist())
                    yield column, file, place, keys[begins], whole
                row += batch.num_rows
        except (OSError, pa.ArrowException) as error:
            raise unreadable(file, error) from None


def _numbers(cells: Any) -> tuple[Array, bool]:
    """Return identifiers as integers, or the hashes of texts, and whether they are the former."""
    import pyarrow as pa
    from pandas.util import hash_array

    if pa.types.is_integer(cells.type):
        return cells.to_numpy(zero_copy_only=False).astype(np.int64), True
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    return hash_array(cells.to_numpy(zero_copy_only=False), categorize=False).view(np.int64), False


def _missing(file: str, column: str, row: int, cells: Any) -> Fault:
    at = row + int(np.flatnonzero(cells.is_null().to_numpy(zero_copy_only=False))[0]) + 1
    return Fault(f"{file}/{column}", f"is missing from row {at}", "an identifier in each row")
