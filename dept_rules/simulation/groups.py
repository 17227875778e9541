"""The groups a table is broken down by: ages, activities, deciles, any column."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine
from dept_rules.errors import Fault, StudyError, UnknownNameError
from dept_rules.execution import ETERNAL
from dept_rules.people import Array
from dept_rules.simulation.subjects import Subjects

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.population.sample import Sample

#: First ages of the bands of a table (a way to show, not a rule).
BANDS = (0, 18, 21, 25, 30, 40, 50, 60, 75)
#: Beyond it a column has too many values to be groups.
MOST = 120
#: What tables call some columns, and the variable behind.
NAMED = {"activity": "statut_activite", "living situation": "hebergement"}
UNKNOWN = "inconnu"


@dataclass(frozen=True)
class Groups:
    """Groups of people.

    Attributes:
        codes: for each person, the rank of their group.
        names: of the groups, in order.
        labels: in French.
    """

    codes: Array
    names: tuple[Any, ...]
    labels: tuple[str, ...]

    def told(self, table: pd.DataFrame, law: str) -> pd.DataFrame:
        """Return a table of a row a group with its law and groups in front."""
        table.insert(0, "law", law)
        table.insert(1, "group", list(self.names))
        table.insert(2, "label", list(self.labels))
        return table

    def count(self, subjects: Subjects, mask: Array | None = None) -> Array:
        """Return how many people of each group live in each household: a row a household."""
        size = len(self.names)
        at = subjects.people.groups["menage"].member_of * size + self.codes
        weights = None if mask is None else mask.astype(np.float64)
        counted = np.bincount(at, weights=weights, minlength=subjects.households * size)
        return counted.reshape(subjects.households, size)


def everybody(subjects: Subjects) -> Groups:
    """Return the one group of all people."""
    return Groups(np.zeros(subjects.people.count, dtype=np.intp), ("ensemble",), ("Ensemble",))


def by_age(ages: Array) -> Groups:
    """Return bands of ages."""
    # a child born in the year studied is -1 in its first month
    codes = np.maximum(np.searchsorted(BANDS, ages, side="right") - 1, 0)
    ends = [f"{low}-{high - 1}" for low, high in itertools.pairwise(BANDS)] + [f"{BANDS[-1]}+"]
    labels = [f"{one.replace('-', ' à ')} ans" for one in ends[:-1]] + [f"{BANDS[-1]} ans et plus"]
    return _used(codes, tuple(ends), tuple(labels))


def by_decile(deciles: Array) -> Groups:
    """Return tenths of people; -1 where the standard of living is not known."""
    codes = np.where(deciles < 0, 10, deciles)
    names: tuple[Any, ...] = (*range(1, 11), UNKNOWN)
    labels = (
        *(f"{rank}{'er' if rank == 1 else 'e'} dixième" for rank in range(1, 11)),
        "Niveau de vie inconnu",
    )
    return _used(codes, names, labels)


def by_column(subjects: Subjects, system: TaxBenefitSystem, name: str, year: Period) -> Groups:
    """Return the groups that a variable makes, in the first month of the year, or a column of the sample.

    Raises:
        UnknownNameError: there is none of this name.
        StudyError: it has too many values.
    """
    name = NAMED.get(name, name)
    own = [] if subjects.sample is None else own_columns(subjects.sample)
    if subjects.sample is not None and name in own and name not in system.variables:
        return by_series(subjects, subjects.sample.column(name))
    if name not in system.variables:
        raise UnknownNameError("column", str(name), [*NAMED, "age", "decile", *own, *system.variables])
    one = system.variables[name]
    period = {DateUnit.ETERNITY: ETERNAL, DateUnit.YEAR: year}.get(one.definition_period, year.first_month)
    key = (name, period)
    values = engine.columns(subjects.people, {"": system}, [key])[""][key]
    if isinstance(values, EnumArray):
        members = list(values.possible_values)
        codes = subjects.by_person(values.view(np.ndarray).astype(np.intp), one.entity.key)
        return _used(codes, tuple(m.name for m in members), tuple(str(m.value) for m in members))
    return by_values(subjects.by_person(np.asarray(values), one.entity.key), name)


def own_columns(sample: Sample) -> list[str]:
    """Return the columns that a sample keeps beside what the law reads."""
    return [str(name) for plural in ("individus", "menages") for name in sample.extras.get(plural, ())]


def by_series(subjects: Subjects, series: pd.Series[Any]) -> Groups:
    """Return the groups that a Series makes, indexed by ``individu_id`` or ``menage_id``.

    Raises:
        StudyError: its index is another, or says nothing of somebody, or says it twice.
    """
    import pandas as pd

    name = str(series.name or "series")
    entity = str(series.index.name).removesuffix("_id")
    if entity not in ("individu", "menage"):
        problem = "a Series of groups is indexed by nobody known"
        raise StudyError([Fault(f"by/{name}", problem, "an index named individu_id or menage_id")])
    ids = pd.Index(subjects.people.ids_of(entity))
    again = int(series.index.duplicated().sum())
    places = series.index.get_indexer(ids) if not again else np.full(len(ids), -1)
    absent = int((places < 0).sum())
    if again or absent:
        problem = f"{again} identifiers are there twice" if again else f"says nothing of {absent} {entity}s"
        raise StudyError([Fault(f"by/{name}", problem, f"a value for each {entity}")])
    return by_values(subjects.by_person(series.to_numpy()[places], entity), name)


def by_values(values: Array, name: str) -> Groups:
    """Return the groups that the values of a column make, one a person.

    Raises:
        StudyError: it has too many values.
    """
    import pandas as pd

    codes, found = pd.factorize(values, sort=True)
    if len(found) > MOST:
        problem = f"has {len(found)} values, too many for groups"
        raise StudyError([Fault(f"by/{name}", problem, "a column of categories")])
    names = [one.item() if hasattr(one, "item") else one for one in found]
    return _used(
        np.where(codes < 0, len(names), codes), (*names, UNKNOWN), tuple(map(_label, (*names, "Inconnu")))
    )


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    return str(value)


def _used(codes: Array, names: Sequence[Any], labels: Sequence[str]) -> Groups:
    """Leave out the groups without anybody."""
    used, inverse = np.unique(codes, return_inverse=True)
    return Groups(inverse.reshape(-1), tuple(names[one] for one in used), tuple(labels[one] for one in used))
