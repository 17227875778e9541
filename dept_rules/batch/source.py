"""Parquet files of people, read by whole households in little memory.

A part of a file is a run of its row groups. Households that straddle two parts belong to the
first: a part skips the people of the household that began before it, and reads on to the end
of its own last one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.errors import BatchError, Fault
from dept_rules.tables.columns import questions, value_type
from dept_rules.tables.faults import Faults
from dept_rules.tables.files import beside

if TYPE_CHECKING:
    import pandas as pd

#: People of a part: what is lost when a process dies, and what a worker takes at once.
PART_ROWS = 500_000
#: Rows read at a time to finish a household that the next row group goes on with.
TAIL_ROWS = 4_096
IDENTIFIERS = ("individu_id", "menage_id")
NEEDED = (*IDENTIFIERS, "menage_role")
#: The kind of identifiers of 64 bits without a sign: half of them are no int64.
UNSIGNED = "unsigned integer"
#: Columns that pandas adds for an index without a name.
NAMELESS = "__index_level_"


@dataclass(frozen=True)
class Part:
    """Some row groups of a file, computed at once and written as one file.

    Attributes:
        rank: among all parts, from 0.
        path: of the file.
        file: its name in the source.
        first, last: the row groups, the last excluded.
        row: rank in the file of its first row, from 0.
        rows: how many it has.
    """

    rank: int
    path: str
    file: str
    first: int
    last: int
    row: int
    rows: int

    @property
    def name(self) -> str:
        """Return what its files are called, without extension."""
        return f"part-{self.rank:05}"


@dataclass(frozen=True)
class Source:
    """The files of a population, their columns checked as far as their footers tell.

    Attributes:
        names: of the files, in order.
        marks: of each file, its size and hash: another content has another mark.
        parts: in order.
        columns: their columns.
        kinds: of each column, the kind of its cells ("integer", "unsigned integer", "text"…).
    """

    names: tuple[str, ...]
    marks: tuple[tuple[int, str], ...]
    parts: tuple[Part, ...]
    columns: tuple[str, ...]
    kinds: dict[str, str]

    @property
    def rows(self) -> int:
        """Return how many people there are."""
        return sum(part.rows for part in self.parts)


def open_source(path: str | Path, system: TaxBenefitSystem) -> Source:
    """Return the files of a source, checked: a Parquet file, or a folder of them and of folders.

    Raises:
        BatchError: with all that is wrong with the files and their columns.
    """
    _needs_pyarrow()
    files = _files(Path(path))
    faults: list[Fault] = []
    footers = [(name, file, _footer(name, file, faults)) for name, file in files]
    sound = [(name, file, footer) for name, file, footer in footers if footer is not None]
    kinds = [(name, _kinds(footer.schema_arrow)) for name, _, footer in sound]
    faults += [fault for name, found in kinds for fault in _column_faults(name, found, system)]
    faults += _different(kinds)
    if not faults and not sum(footer.metadata.num_rows for _, _, footer in sound):
        faults.append(Fault(Path(path).name, "there is nobody", "at least one row"))
    if faults:
        raise BatchError(faults)
    return Source(
        names=tuple(name for name, _, _ in sound),
        marks=tuple(_mark(name, file) for name, file, _ in sound),
        parts=tuple(_parts(sound)),
        columns=tuple(kinds[0][1]),
        kinds=kinds[0][1],
    )


def blocks(part: Part, rows: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield the whole households of a part, `rows` people at a time, or a quarter more.

    Each block comes with the rank in the file of its first row.

    Raises:
        BatchError: the file cannot be read to its end.
    """
    import pyarrow as pa

    try:
        for at, table in _joined(_whole_households(part, rows), rows + rows // 4):
            yield at, table.to_pandas(date_as_object=False, ignore_metadata=True)
    except (OSError, pa.ArrowException) as error:
        raise BatchError([_unreadable(part.file, error)]) from None


def identifiers_of(path: str, columns: Sequence[str], rows: int = 1 << 18) -> Iterator[Any]:
    """Yield the identifiers of a file as record batches."""
    yield from _open(path).iter_batches(batch_size=rows, columns=list(columns), use_threads=False)


def unreadable(file: str, error: Exception) -> BatchError:
    """Return the error of a file that cannot be read."""
    return BatchError([_unreadable(file, error)])


# --- files -----------------------------------------------------------------------------------


def _files(path: Path) -> list[tuple[str, Path]]:
    if path.is_dir():
        found = [file for file in sorted(path.rglob("*.parquet")) if file.is_file()]
        hidden = [file for file in found if any(one[0] in "._" for one in file.relative_to(path).parts)]
        files = [(file.relative_to(path).as_posix(), file) for file in found if file not in hidden]
        if files:
            return files
        raise BatchError([Fault(path.name, "there is no Parquet file in this folder", "at least one")])
    if not path.exists():
        raise BatchError([Fault(path.name, "there is no such file or folder", "the path of a population")])
    return [(path.name, path)]


def _needs_pyarrow() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        problem = "a batch needs pyarrow, which cannot be imported"
        raise BatchError([Fault("source", problem, 'pip install "dept-rules[parquet]"')]) from None


def _open(path: str | Path, texts: Sequence[str] = ()) -> Any:
    from pyarrow import parquet

    return parquet.ParquetFile(path, pre_buffer=False, buffer_size=1 << 16, read_dictionary=list(texts))


def _footer(name: str, path: Path, faults: list[Fault]) -> Any:
    import pyarrow as pa

    try:
        return _open(path)
    except (OSError, pa.ArrowException) as error:
        faults.append(_unreadable(name, error))
        return None


def _unreadable(file: str, error: Exception) -> Fault:
    why = "permission denied" if isinstance(error, PermissionError) else "not Parquet, truncated or damaged"
    return Fault(file, f"the file cannot be read ({why})", "a Parquet file that was written to its end")


def _mark(name: str, path: Path) -> tuple[int, str]:
    """Return the size of a file and its hash, all of it: the footer is the same if two cells are swapped."""
    try:
        with path.open("rb") as file:
            return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(name, error) from None


def _parts(files: Sequence[tuple[str, Path, Any]]) -> Iterator[Part]:
    rank = 0
    for name, path, footer in files:
        counts = [footer.metadata.row_group(group).num_rows for group in range(footer.num_row_groups)]
        first = row = rows = 0
        for group, count in enumerate(counts, 1):
            rows += count
            if rows >= PART_ROWS or (group == len(counts) and rows):
                yield Part(rank, str(path.resolve()), name, first, group, row, rows)
                rank, first, row, rows = rank + 1, group, row + rows, 0


# --- columns ---------------------------------------------------------------------------------


def _kinds(schema: Any) -> dict[str, str]:
    left_out = set(beside(schema))
    return {
        field.name: _kind(field.type, identifier=field.name.endswith("_id"))
        for field in schema
        if field.name not in left_out and not field.name.startswith(NAMELESS)
    }


def _kind(kind: Any, *, identifier: bool) -> str:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _kind(kind.value_type, identifier=identifier)
    if identifier and types.is_uint64(kind):  # the identifiers of a result are those of its source
        return UNSIGNED
    tests = {
        "boolean": types.is_boolean,
        "integer": types.is_integer,
        "number": lambda one: types.is_floating(one) or types.is_decimal(one),
        "text": lambda one: types.is_string(one) or types.is_large_string(one),
        "date": lambda one: types.is_date(one) or types.is_timestamp(one),
        "nothing": types.is_null,
    }
    return next((name for name, test in tests.items() if test(kind)), "of another type")


def _column_faults(file: str, kinds: dict[str, str], system: TaxBenefitSystem) -> Iterator[Fault]:
    """Yield what is wrong with the columns of a file, whatever their rows hold."""
    import pandas as pd

    for name in NEEDED:
        if name not in kinds:
            yield Fault(f"{file}/{name}", "the column is missing", "a flat table of people")
    noted = Faults()
    questions("individus", pd.DataFrame(columns=list(kinds)), system, noted)
    for fault in noted.found:
        yield Fault(f"{file}/{fault.path.removeprefix('individus.')}", fault.problem, fault.expected)
    for name, kind in kinds.items():
        allowed = _allowed(name, system)
        if kind not in (*allowed, UNSIGNED, "nothing") or (kind == "nothing" and name in NEEDED):
            yield Fault(f"{file}/{name}", f"the column is {kind}", " or ".join(allowed))


def _allowed(column: str, system: TaxBenefitSystem) -> tuple[str, ...]:
    if column in IDENTIFIERS or column.endswith("_id"):
        return ("integer", "text")
    kind = value_type(system, column)
    number = ("integer", "number")
    return {float: number, int: number, bool: ("boolean",), date: ("date", "text"), Enum: ("text",)}.get(
        kind, ("text",)
    )


def _different(kinds: Sequence[tuple[str, dict[str, str]]]) -> Iterator[Fault]:
    """Yield the columns of the first file that others lack, or the contrary, and identifiers that differ."""
    if not kinds:
        return
    reference, columns = kinds[0]
    for file, others in kinds[1:]:
        for name in sorted(columns.keys() ^ others.keys()):
            lacking, having = (file, reference) if name in columns else (reference, file)
            yield Fault(f"{lacking}/{name}", f"the column is missing, and {having} has it", "the same in all")
        for name in others.keys() & columns.keys():
            if name.endswith("_id") and others[name] != columns[name]:
                problem = f"the column is {others[name]}, and {columns[name]} in {reference}"
                yield Fault(f"{file}/{name}", problem, "the same in all")


# --- rows ------------------------------------------------------------------------------------


def _joined(tables: Iterable[tuple[int, Any]], most: int) -> Iterator[tuple[int, Any]]:
    """Yield tables joined to those before them up to `most` rows: each has a cost, however few its rows."""
    import pyarrow as pa

    at, held = 0, None
    for rank, table in tables:
        if held is not None and held.num_rows + table.num_rows <= most:
            held = pa.concat_tables([held, table])
            continue
        if held is not None:
            yield at, held
        at, held = rank, table
    if held is not None:
        yield at, held


def _whole_households(part: Part, rows: int) -> Iterator[tuple[int, Any]]:
    """Yield tables of whole households, with the rank in the file of their first row."""
    import pyarrow as pa

    footer = _open(part.path)
    texts = [name for name, kind in _kinds(footer.schema_arrow).items() if kind == "text"]
    file = _open(part.path, [name for name in texts if not name.endswith("_id")])
    columns = list(_kinds(footer.schema_arrow))
    before = _last_household(file, part.first - 1) if part.first else None
    at, skipping, kept = part.row, part.first > 0, None
    groups = range(part.first, part.last)
    for batch in file.iter_batches(batch_size=rows, row_groups=groups, columns=columns, use_threads=False):
        table = pa.Table.from_batches([batch])
        if skipping:
            skip = _leading(_households(table), before)
            table, skipping, at = table.slice(skip), skip == table.num_rows, at + skip
        if not table.num_rows:
            continue
        table = table if kept is None else pa.concat_tables([kept, table])
        start = _last_start(_households(table))
        if start:
            yield at, table.slice(0, start)
        kept, at = table.slice(start), at + start
    if kept is None:
        return
    yield at, pa.concat_tables([kept, *_rest(file, part.last, _households(kept)[-1], columns)])


def _rest(file: Any, group: int, household: Any, columns: list[str]) -> Iterator[Any]:
    """Yield the people of a household that stand in the row groups after its first ones."""
    import pyarrow as pa

    groups = range(group, file.num_row_groups)
    if not len(groups):
        return
    read = file.iter_batches(batch_size=TAIL_ROWS, row_groups=groups, columns=columns, use_threads=False)
    for batch in read:
        table = pa.Table.from_batches([batch])
        count = _leading(_households(table), household)
        yield table.slice(0, count)
        if count < table.num_rows:
            return


def _households(table: Any) -> Any:
    """Return the identifiers of households of a table as an array."""
    column = table.column("menage_id").combine_chunks()
    return column.to_numpy(zero_copy_only=False)


def _last_household(file: Any, group: int) -> Any:
    """Return the household of the last person of a row group (or of the one before, if it is empty)."""
    while True:
        table = file.read_row_group(group, columns=["menage_id"], use_threads=False)
        if table.num_rows or not group:
            return _households(table)[-1] if table.num_rows else None
        group -= 1


def _leading(households: Any, household: Any) -> int:
    """Return how many of the first rows are of a household."""
    others = np.flatnonzero(households != household)
    return int(others[0]) if len(others) else len(households)


def _last_start(households: Any) -> int:
    """Return the row at which the last household begins."""
    changes = np.flatnonzero(households[1:] != households[:-1])
    return int(changes[-1]) + 1 if len(changes) else 0
