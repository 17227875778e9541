"""Reads the tables of an analyst, or a sample that was written, and refuses what is inconsistent."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import period as parse_period

from dept_rules import tables
from dept_rules.answers import BIRTH
from dept_rules.entities import ENTITIES, Individu, Menage
from dept_rules.errors import Fault, TableError
from dept_rules.population import mapping, storage
from dept_rules.population.mapping import Mapped
from dept_rules.population.sample import MARGINS, REPLICATE, STRATUM, Sample
from dept_rules.system import baseline, inputs, rules_version
from dept_rules.tables import files
from dept_rules.tables.columns import value_type
from dept_rules.tables.faults import Faults

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.people import Population

ARROW = "__arrow_c_stream__"


def load(
    data: Any, columns: str | Path | Mapping[str, Any] | None = None, *, year: int | None = None
) -> Sample:
    """Read a population: a file that `Sample.write` made, or the tables of an analyst.

    Args:
        data: the path of a Parquet or CSV file, or of a folder of them; a table (pandas, Polars,
            Arrow: anything of the Arrow PyCapsule protocol); a mapping of tables by plural of
            the entity. See `dept_rules.tables` for what tables hold.
        columns: how columns are told in the words of the law, see `dept_rules.population.mapping`:
            the path of a YAML file, or the same as a mapping.
        year: that of the data: nobody is born after it, and groups that are not given are derived
            as of its first day. By default the current year.

    Raises:
        MappingError: the mapping is faulty.
        TableError: tables are inconsistent; every fault is told with its count and first rows.
    """
    told = Mapped() if columns is None else mapping.read(columns)
    path = Path(data) if isinstance(data, str | Path) else None
    if columns is None and path is not None:
        sample = _written(path)
        if sample is not None:
            return sample
    year = date.today().year if year is None else year
    read, kept = _mapped(_frames(data, told), told)
    read, kept = _split(read, kept)
    flat = read[Individu.plural] if Menage.plural not in read else read
    population = tables.read(flat, baseline(), parse_period(str(year)))
    _check(population, read)
    extras = {
        plural: _extra(plural, read[plural], table) for plural, table in kept.items() if len(table.columns)
    }
    import pandas as pd

    about = {"origin": "tables", "year": year, "rules": rules_version()}
    return Sample(read, extras, pd.DataFrame(columns=list(MARGINS)), _notes(read, told), about)


def _written(path: Path) -> Sample | None:
    """Return the sample that a file holds; None where it is no file that `Sample.write` made."""
    if path.suffix == ".parquet" and path.is_file():
        table = _parquet(path)
        text = (table.schema.metadata or {}).get(storage.KEY)
        return storage.restore(_pandas(table), storage.told(text, path.name)) if text else None
    if path.suffix == ".csv" and storage.beside(path).is_file():
        known = storage.told(storage.beside(path).read_text(encoding="utf-8"), path.name)
        flat = files.load(path, functools.partial(_stored_type, known["types"]))[Individu.plural]
        return storage.restore(flat, known)
    return None


def _stored_type(types: Mapping[str, str], column: str) -> type:
    kinds = {"float64": float, "int64": int, "bool": bool}
    return kinds.get(types.get(column, ""), str)


def _frames(data: Any, told: Mapped) -> dict[str, pd.DataFrame]:
    """Return DataFrames by plural, from whatever holds tables."""
    import pandas as pd

    if isinstance(data, Mapping):
        data = {plural: _frame(str(plural), table) for plural, table in data.items()}
    elif not isinstance(data, str | Path):
        data = _frame(Individu.plural, data)
    elif Path(data).suffix == ".parquet" and Path(data).is_file():
        data = _pandas(_parquet(Path(data)))
    kind = functools.partial(_column_type, told)
    return {plural: pd.DataFrame(table) for plural, table in files.load(data, kind).items()}


def _frame(name: str, table: Any) -> pd.DataFrame:
    import pandas as pd

    if isinstance(table, pd.DataFrame):
        return table
    if not hasattr(table, ARROW):
        raise TableError(
            [Fault(name, "this is not a table", "a DataFrame, or a table of the Arrow protocol")]
        )
    pyarrow = _pyarrow(name)
    try:
        return _pandas(pyarrow.table(table))
    except (NotImplementedError, ValueError, TypeError) as error:  # pyarrow's own are among them
        problem = f"the table cannot be read ({type(error).__name__})"
        raise TableError([Fault(name, problem, "types that this version of pyarrow reads")]) from None


def _column_type(told: Mapped, column: str) -> type:
    """Return the type of the values of a column of CSV: text where the mapping tells each of them."""
    rule = told.rules.get(column)
    if rule is not None and rule.values:
        return str
    if column in told.keep:
        return float if column.startswith(REPLICATE) else str
    return value_type(baseline(), told.name(column))


def _mapped(
    frames: Mapping[str, pd.DataFrame], told: Mapped
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    faults = Faults()
    read, kept = {}, {}
    for plural, table in frames.items():
        read[plural], kept[plural] = told.apply(plural, table, faults)
    known = {str(column) for table in frames.values() for column in table.columns}
    for column in sorted((told.rules.keys() | told.keep | told.drop) - known):
        faults.add(column, "the mapping tells a column that no table has", "a column of the tables")
    faults.stop()
    return read, kept


def _split(
    read: dict[str, pd.DataFrame], kept: dict[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Return tables of people and of households, what is read and what is kept, from one flat table.

    Answers of a household that its members do not tell alike stay with them, for the reading of
    tables to refuse. Of columns kept, only those that a study reads of households move to them: where
    another stands must not hang on whether it happens to be alike.

    Raises:
        TableError: the stratum, or weights of replications, differ within a household, or are missing.
    """
    people, beside, key = read[Individu.plural], kept[Individu.plural], f"{Menage.key}_id"
    if Menage.plural in read or key not in people or people[key].isna().any():
        return read, kept
    known, homes = inputs(baseline()), people[key]
    told = [str(name) for name in people if _of_household(str(name), known)]
    alike = [name for name in told if _alike(homes, people[name])]
    design = [str(name) for name in beside if str(name) == STRATUM or str(name).startswith(REPLICATE)]
    _check_design(homes, beside[design])
    first = ~homes.duplicated()
    return (
        {
            Individu.plural: people.drop(columns=alike),
            Menage.plural: people.loc[first, [key, *alike]].reset_index(drop=True),
        },
        {
            Individu.plural: beside.drop(columns=design),
            Menage.plural: beside.loc[first, design].reset_index(drop=True),
        },
    )


def _of_household(column: str, known: Mapping[str, Any]) -> bool:
    name = column.partition("@")[0]
    return name == "poids" or (name in known and known[name].entity.key == Menage.key)


def _alike(homes: pd.Series[Any], column: pd.Series[Any]) -> bool:
    try:
        return not _differs(homes, column).any()
    except TypeError:  # values that cannot be compared: no answers
        return False


def _differs(homes: pd.Series[Any], column: pd.Series[Any]) -> pd.Series[bool]:
    """Return where a value is not that of the first row of its household; missing ones are all the same."""
    first = column.groupby(homes, sort=False).transform(lambda values: values.iloc[0])
    return (column != first) & ~(column.isna() & first.isna())


def _check_design(homes: pd.Series[Any], design: pd.DataFrame) -> None:
    faults, wanted = Faults(), f"one value for each {Menage.key}"
    for name in design:
        path, column = f"{Individu.plural}.{name}", design[name]
        problem = f"differs from the first row of the same {Menage.key}"
        faults.add_where(path, problem, _differs(homes, column).to_numpy(bool), wanted)
        faults.add_where(path, "is missing", column.isna().to_numpy(bool), wanted)
    faults.stop()


def _check(population: Population, read: Mapping[str, pd.DataFrame]) -> None:
    """Refuse weights that count nobody, and children older than the reference person of their household."""
    faults = Faults()
    if population.weights is not None and not population.weights.sum() > 0:
        faults.add(
            f"{Menage.plural}.poids", "no weight is positive", "the number of households each stands for"
        )
    births = population.answers.get(BIRTH)
    if births is not None:
        home = population.groups[Menage.key]
        reference = np.zeros(home.count, dtype=np.intp)
        heads = np.flatnonzero(home.has_role(Menage.PERSONNE_DE_REFERENCE))
        reference[home.member_of[heads]] = heads
        parent = reference[home.member_of]
        known = births.answered & births.answered[parent] & home.has_role(Menage.ENFANT)
        older = known & (births.plain < births.plain[parent])
        ids = np.asarray(population.ids, dtype=object)[older]
        rows = np.flatnonzero(read[Individu.plural][f"{Individu.key}_id"].isin(list(ids)).to_numpy(bool))
        problem = "a child is older than the reference person of the household"
        faults.add_rows(f"{Individu.plural}.{BIRTH}", problem, rows, "another date of birth, or another role")
    faults.stop()


def _extra(plural: str, read: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    key = next(f"{entity.key}_id" for entity in ENTITIES if entity.plural == plural)
    return kept.set_axis(read[key].to_numpy(), axis=0).rename_axis(key)


def _notes(read: Mapping[str, pd.DataFrame], told: Mapped) -> tuple[str, ...]:
    found = ["Tables apportées par l'analyste : leurs marges et leur qualité ne sont pas connues du moteur."]
    if "poids" not in read[Menage.plural]:
        found.append("Sans poids : chaque ménage compte pour un.")
    if told.drop:
        found.append(f"Colonnes laissées de côté : {', '.join(sorted(told.drop))}.")
    return tuple(found)


# --- Arrow ---------------------------------------------------------------------------------------


def _pyarrow(name: str) -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        needed = "Arrow tables and Parquet need pyarrow, which cannot be imported"
        raise TableError([Fault(name, needed, 'pip install "dept-rules[parquet]"')]) from None
    return pyarrow


def _parquet(path: Path) -> Any:
    pyarrow = _pyarrow(path.name)
    try:
        return pyarrow.parquet.read_table(path)
    except (OSError, ValueError) as error:
        problem = f"the file cannot be read ({type(error).__name__})"
        raise TableError([Fault(path.name, problem, "a well-formed table")]) from None


def _pandas(table: Any) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame
