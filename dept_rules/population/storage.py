"""A sample in one file: the people, one a row, and beside them all that is known of the sample.

A Parquet file holds the latter in its metadata; beside ``pop.csv`` stands ``pop.csv.json``.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dept_rules.entities import ENTITIES, Individu, Menage
from dept_rules.errors import Fault, TableError
from dept_rules.population.sample import MARGINS, Sample
from dept_rules.tables.files import BESIDE, SUFFIXES

if TYPE_CHECKING:
    import pandas as pd

KEY = b"dept_rules"
FORMAT = 1
#: How hard zlib tries (of 9): more takes seconds for a tenth less.
PACKING = 3


def write(sample: Sample, path: Path) -> None:
    """Write a sample.

    Raises:
        TableError: the extension is unknown, pyarrow is missing, the file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise TableError([Fault(path.name, "the extension is unknown", " or ".join(SUFFIXES))])
    flat, known = flatten(sample)
    text = json.dumps(known, ensure_ascii=False, default=str)
    try:
        if path.suffix == ".csv":
            flat.to_csv(path, index=False)
            beside(path).write_text(text, encoding="utf-8")
        else:
            extras = [name for place, names in known["places"].items() if "extras" in place for name in names]
            _write_parquet(flat, text, extras, path)
    except OSError as error:
        problem = f"the file cannot be written ({type(error).__name__})"
        raise TableError([Fault(path.name, problem, "a folder that exists")]) from None


def beside(path: Path) -> Path:
    """Return where what is known of a sample in CSV stands."""
    return path.with_name(f"{path.name}.json")


def flatten(sample: Sample) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return one table of people with the columns of their groups, and what restores the sample from it."""
    import pandas as pd

    people = sample.tables[Individu.plural]
    columns: dict[str, Any] = {}
    places: dict[str, list[str]] = {}
    for entity in ENTITIES:
        key = f"{entity.key}_id"
        for part, tables in (("tables", sample.tables), ("extras", sample.extras)):
            table = tables.get(entity.plural)
            if table is None:
                continue
            rows = (table.set_index(key) if key in table else table).reindex(people[key])
            names = [name for name in rows.columns if name not in columns]
            places[f"{part}/{entity.plural}"] = names
            if entity is Individu and part == "tables":
                columns[key] = people[key].reset_index(drop=True)
            columns |= {name: rows[name].reset_index(drop=True) for name in names}
    flat = pd.DataFrame(columns)
    known = {
        "format": FORMAT,
        "places": places,
        "categories": {
            name: list(flat[name].cat.categories)
            for name in flat
            if isinstance(flat[name].dtype, pd.CategoricalDtype)
        },
        "types": {name: str(flat[name].dtype) for name in flat},
        "margins": json.loads(sample.margins.to_json(orient="records")),
        "notes": list(sample.notes),
        "about": dict(sample.about),
        "calibrated": None
        if sample.calibrated is None
        else _packed(sample.calibrated.reindex(flat["menage_id"].drop_duplicates())),
    }
    return flat, known


def restore(flat: pd.DataFrame, known: dict[str, Any]) -> Sample:
    """Return the sample that `flatten` made a table of."""
    import pandas as pd

    flat = flat.copy()
    for name, kind in known["types"].items():
        if name in known["categories"]:
            flat[name] = pd.Categorical(flat[name], categories=known["categories"][name])
        elif kind.startswith("datetime"):
            flat[name] = pd.to_datetime(flat[name]).astype(kind)
        elif kind not in (str(flat[name].dtype), "str"):  # text has another type in pandas 2
            flat[name] = flat[name].astype(kind)
    parts: dict[str, dict[str, pd.DataFrame]] = {"tables": {}, "extras": {}}
    for entity in ENTITIES:
        key = f"{entity.key}_id"
        for part, tables in parts.items():
            names = known["places"].get(f"{part}/{entity.plural}")
            if names is None:
                continue
            table = flat[[key, *(name for name in names if name != key)]]
            if entity is not Individu:
                table = table.drop_duplicates(key)
            table = table.reset_index(drop=True)
            tables[entity.plural] = table if part == "tables" else table.set_index(key)
    margins = pd.DataFrame(known["margins"], columns=list(MARGINS))
    packed = known.get("calibrated")
    homes = parts["tables"][Menage.plural]["menage_id"]
    calibrated = None if packed is None else _unpacked(packed, homes)
    return Sample(
        parts["tables"], parts["extras"], margins, tuple(known["notes"]), known["about"], calibrated
    )


def _packed(calibrated: pd.DataFrame) -> dict[str, Any]:
    """Return as text a table by household that holds few different numbers: as columns, it would be long."""
    numbers = np.ascontiguousarray(calibrated.to_numpy(dtype="<f4").T)
    text = base64.b64encode(zlib.compress(numbers.tobytes(), PACKING)).decode("ascii")
    return {"names": [str(name) for name in calibrated.columns], "numbers": text}


def _unpacked(packed: dict[str, Any], homes: pd.Series[Any]) -> pd.DataFrame:
    """Return the table that `_packed` made a text of; households are in the order of the file."""
    import pandas as pd

    numbers = np.frombuffer(zlib.decompress(base64.b64decode(packed["numbers"])), dtype="<f4")
    rows = numbers.reshape(len(packed["names"]), -1).T
    return pd.DataFrame(rows, columns=packed["names"], index=pd.Index(homes, name="menage_id"))


def told(text: str | bytes, name: str) -> dict[str, Any]:
    """Read what is known of a sample.

    Raises:
        TableError: this version does not read it.
    """
    try:
        known = json.loads(text)
    except ValueError:
        known = None
    if not isinstance(known, dict) or known.get("format") != FORMAT:
        problem = "what is known of the sample cannot be read"
        raise TableError([Fault(name, problem, "a file that this version of dept-rules wrote")])
    return known


def _write_parquet(flat: pd.DataFrame, text: str, beside_law: list[str], path: Path) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise TableError(
            [
                Fault(
                    path.name,
                    "Parquet needs pyarrow, which cannot be imported",
                    'pip install "dept-rules[parquet]"',
                )
            ]
        ) from None
    table = pyarrow.Table.from_pandas(flat, preserve_index=False)
    told = {KEY: text.encode(), BESIDE: json.dumps(beside_law).encode()}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **told})
    pyarrow.parquet.write_table(table, path)
