"""Tables in files: CSV and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dept_rules.entities import ENTITIES, Individu, Menage
from dept_rules.errors import did_you_mean, nearest
from dept_rules.tables.faults import Faults

if TYPE_CHECKING:
    import pandas as pd

PLURALS = tuple(entity.plural for entity in ENTITIES)
IDENTIFIERS = tuple(f"{entity.key}_id" for entity in ENTITIES)
SUFFIXES = (".csv", ".parquet")
TRUTHS = {"true": True, "false": False}
#: Where the metadata of a Parquet file lists the columns that the law does not read, in JSON.
BESIDE = b"dept_rules.beside"

#: The type of the values of a column, by its name.
ValueType = Callable[[str], type]


def load(data: Any, value_type: ValueType) -> dict[str, pd.DataFrame]:
    """Return tables by plural of their entity: `individus` alone where it is flat, else `menages` too.

    Args:
        data: a DataFrame, a mapping of DataFrames, the path of a file or of a folder of files.
        value_type: the type of the values of a column. CSV has no types of its own.

    Raises:
        TableError: a file cannot be read, a table is missing, unknown or empty.
    """
    import pandas as pd

    faults = Faults()
    if isinstance(data, pd.DataFrame):
        tables = {Individu.plural: data}
    elif isinstance(data, str | Path):
        tables = _from_path(Path(data), value_type, faults)
    elif isinstance(data, Mapping):
        tables = _several(data, faults)
    else:
        faults.add("", "these are not tables", "a DataFrame, a mapping of DataFrames or a path")
    faults.stop()
    for plural, table in tables.items():
        if table.empty:
            faults.add(plural, "the table is empty", "at least one row")
        for name in table.columns[table.columns.duplicated()].unique():
            faults.add(f"{plural}.{name}", "the column is given twice", "each column once")
    faults.stop()
    return {plural: _with_identifier(table) for plural, table in tables.items()}


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table, with its index, as its extension says: ``.csv`` or ``.parquet``.

    Raises:
        TableError: the extension is another, pyarrow is missing, the file cannot be written.
    """
    path, faults = Path(path), Faults()
    if path.suffix not in SUFFIXES:
        faults.add(path.name, "the extension is unknown", " or ".join(SUFFIXES))
    faults.stop()
    try:
        table.to_csv(path) if path.suffix == ".csv" else table.to_parquet(path)
    except ImportError:
        _needs_pyarrow(path, faults)
    except OSError as error:
        faults.add(path.name, f"the file cannot be written ({type(error).__name__})", "a folder that exists")
    faults.stop()


def _from_path(path: Path, value_type: ValueType, faults: Faults) -> dict[str, Any]:
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.suffix in SUFFIXES]
        for file in files:
            if file.suffix == ".csv" and file.with_suffix(".parquet") in files:
                faults.add(file.stem, "the table is there as CSV and as Parquet", "one of them")
        return _several({file.stem: _from_file(file, value_type, faults) for file in files}, faults)
    if path.suffix in SUFFIXES:
        return {Individu.plural: _from_file(path, value_type, faults)}
    faults.add(
        path.name, "this is neither a folder nor a table", f"a folder, or a {' or '.join(SUFFIXES)} file"
    )
    return {}


def _several(tables: Mapping[Any, Any], faults: Faults) -> dict[str, Any]:
    import pandas as pd

    for name, table in tables.items():
        if name not in PLURALS:
            hint = did_you_mean(nearest(str(name), PLURALS))
            faults.add(str(name), f"unknown table{hint}", f"one of {', '.join(PLURALS)}")
        elif not isinstance(table, pd.DataFrame) and not faults:
            faults.add(name, "this is not a table", "a DataFrame")
    for entity in (Individu, Menage):
        if entity.plural not in tables:
            faults.add(entity.plural, "the table is missing", f"a table with {entity.key}_id")
    return dict(tables)


def _from_file(path: Path, value_type: ValueType, faults: Faults) -> pd.DataFrame | None:

    try:
        if path.suffix == ".csv":
            return _from_csv(path, value_type, faults)
        return _from_parquet(path)
    except ImportError:
        _needs_pyarrow(path, faults)
    except FileNotFoundError:
        faults.add(path.name, "there is no such file", "the path of a table")
    except UnicodeDecodeError:
        faults.add(path.name, "the text is not in UTF-8", "a file saved in UTF-8")
    except (OSError, ValueError) as error:
        faults.add(path.name, f"the file cannot be read ({type(error).__name__})", "a well-formed table")
    return None


def _from_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow
    from pyarrow import parquet

    table = pd.read_parquet(path).drop(columns=beside(parquet.read_schema(path)))
    pyarrow.default_memory_pool().release_unused()  # as much as the table itself
    return table


def beside(schema: Any) -> list[str]:
    """Return the columns of a Parquet schema that whoever wrote it says the law does not read."""
    return list(json.loads((schema.metadata or {}).get(BESIDE, b"[]")))


def _needs_pyarrow(path: Path, faults: Faults) -> None:
    faults.add(
        path.name, "Parquet needs pyarrow, which cannot be imported", 'pip install "dept-rules[parquet]"'
    )


def _from_csv(path: Path, value_type: ValueType, faults: Faults) -> pd.DataFrame | None:
    import pandas as pd

    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if len(header) == 1 and ";" in header[0]:
        faults.add(path.name, "cells are separated by semicolons", "commas, and decimal points")
        return None
    for name in sorted({name for name in header if header.count(name) > 1}):
        faults.add(f"{path.stem}.{name}", "the column is given twice", "each column once")
    types = {name: value_type(name) for name in header}
    texts = {name: kind for name, kind in types.items() if kind not in (bool, int, float)}
    table = pd.read_csv(path, dtype=dict.fromkeys(texts, "str"), encoding="utf-8-sig", low_memory=False)
    if not isinstance(table.index, pd.RangeIndex):
        faults.add(path.name, "rows have more cells than the header", "a cell for each column")
        return None
    for name in types.keys() - texts.keys():
        if not (pd.api.types.is_numeric_dtype(table[name]) or pd.api.types.is_bool_dtype(table[name])):
            table[name] = _parsed(table[name], types[name])
    return table


def _parsed(column: pd.Series[Any], kind: type) -> pd.Series[Any]:
    """Return the numbers or booleans that a column of text stands for; what stands for none remains text."""
    import pandas as pd

    if kind is bool:
        found = column.map(lambda cell: TRUTHS.get(str(cell).lower()))
    else:
        found = pd.to_numeric(column, errors="coerce")
    return found.astype(object).where(found.notna(), column)


def _with_identifier(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its identifiers as a column, where they are its index (as in results)."""
    if table.index.name in IDENTIFIERS and table.index.name not in table.columns:
        return table.reset_index()
    return table
