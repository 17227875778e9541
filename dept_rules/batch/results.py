"""The tables of a result: one schema, one size of row group, whatever was computed at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from dept_rules.batch import output
from dept_rules.batch.question import Column, Question
from dept_rules.batch.source import UNSIGNED
from dept_rules.people import Array, Population
from dept_rules.tables.columns import WEIGHT

#: Rows of a row group.
ROW_GROUP = 100_000
#: Key of what a Parquet file says of itself, in JSON.
METADATA = b"dept_rules"


def schema(question: Question, entity: Any, kinds: Mapping[str, str], about: Mapping[str, Any]) -> Any:
    """Return the schema of the table of an entity.

    First who it is about, in which household, with what weight (where there are weights); then the
    columns of each benefit: money in float64, not rounded; a number of months in int8; yes or no.

    Args:
        question: what is computed.
        entity: individu, famille, foyer_fiscal or menage.
        kinds: of the columns of the source, the kind of their cells.
        about: what the file says of itself.
    """
    import pyarrow as pa

    def identifier(key: str) -> Any:
        told = kinds.get(f"{key}_id", kinds["individu_id"])  # a group that was derived has that of its head
        return {"integer": pa.int64(), UNSIGNED: pa.uint64()}.get(told, pa.string())

    fields = [pa.field(f"{key}_id", identifier(key)) for key in dict.fromkeys((entity.key, "menage"))]
    if WEIGHT.name in kinds:
        fields.append(pa.field(WEIGHT.name, pa.float64()))
    for column in _columns(question, entity):
        kind = question.system.variables[column.benefit].value_type
        value = pa.bool_() if kind is bool else pa.float64()
        fields.append(pa.field(column.name, pa.int8() if column.how == "months" else value))
    return pa.schema(fields, {METADATA: json.dumps(about, ensure_ascii=False).encode()})


class Table:
    """The file of an entity for a part: it takes its name when the context ends without error.

    Attributes:
        name: of the file in the folder of the result.
        totals: of each benefit, summed in the order of the rows.
    """

    def __init__(
        self,
        folder: Path,
        part: str,
        question: Question,
        entity: Any,
        kinds: Mapping[str, str],
        about: Mapping[str, Any],
    ) -> None:
        self.name = f"{entity.plural}/{part}.parquet"
        self.totals: dict[str, dict[str, float]] = {}
        self._path = folder / self.name
        self._entity = entity
        self._columns = _columns(question, entity)
        self._schema = schema(question, entity, kinds, about)
        self._waiting: list[Any] = []
        self._stack = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> Table:
        from pyarrow import parquet

        with ExitStack() as stack:
            path = stack.enter_context(output.whole(self._path))
            writer = parquet.ParquetWriter(path, self._schema, compression="zstd")
            self._writer = stack.enter_context(writer)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        with self._stack:
            if error is None:
                self._write(last=True)
                return None
            raise error

    def add(self, population: Population, values: Mapping[str, Array]) -> None:
        """Add the people or groups of a population."""
        import pyarrow as pa

        found = _identity(population, self._entity.key, weighted=WEIGHT.name in self._schema.names)
        found |= {column.name: values[column.name] for column in self._columns}
        arrays = [pa.array(found[field.name]).cast(field.type) for field in self._schema]
        self._waiting.append(pa.Table.from_arrays(arrays, schema=self._schema))
        if sum(table.num_rows for table in self._waiting) >= ROW_GROUP:
            self._write(last=False)

    def _write(self, *, last: bool) -> None:
        import pyarrow as pa

        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        at = 0
        while table.num_rows - at >= ROW_GROUP or (last and at < table.num_rows):
            group = table.slice(at, ROW_GROUP).combine_chunks()
            self._writer.write_table(group)
            for column in self._columns:
                main = column == next(one for one in self._columns if one.benefit == column.benefit)
                _add(self.totals.setdefault(column.benefit, {}), column, group, counted=main)
            at += ROW_GROUP
        self._waiting = [table.slice(at)]


def _columns(question: Question, entity: Any) -> list[Column]:
    return [column for column in question.columns if column.entity == entity.key]


def _identity(population: Population, entity: str, *, weighted: bool) -> dict[str, Any]:
    """Return who each row of a result is about, in which household, with what weight."""
    menage_of = population.groups["menage"].member_of
    if entity == "individu":
        menages = menage_of
    elif entity == "menage":
        menages = np.arange(population.size("menage"))
    else:
        _, first = np.unique(population.groups[entity].member_of, return_index=True)
        menages = menage_of[first]
    found = {f"{entity}_id": _identifiers(population, entity)}
    if entity != "menage":
        found["menage_id"] = _identifiers(population, "menage").take(menages)
    if weighted and population.weights is not None:
        found[WEIGHT.name] = population.weights[menages]
    return found


def _identifiers(population: Population, entity: str) -> Any:
    import pandas as pd

    ids = population.ids_of(entity)
    return pd.Index(getattr(ids, "cells", ids))


def _add(totals: dict[str, float], column: Column, table: Any, *, counted: bool) -> None:
    """Add a row group to the totals of a benefit: always the same rows, so the same bits."""
    values = table.column(column.name).to_numpy()
    added: dict[str, Any] = {"beneficiaries": values > 0} if counted else {}
    if column.how == "months":
        added["months"] = values
    elif counted and values.dtype.kind == "f":
        added["amount"] = values
    weights = table.column(WEIGHT.name).to_numpy() if WEIGHT.name in table.column_names else None
    for name, each in added.items():
        totals[name] = totals.get(name, 0.0) + float(each.sum())
        if weights is not None:
            weighted = f"weighted_{name}"
            totals[weighted] = totals.get(weighted, 0.0) + float((each * weights).sum())
