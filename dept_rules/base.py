"""All that a law file may import.

The vocabulary is small and closed so that one formula can be read in several ways:
every function here is written with operations that NumPy dispatches
(``__array_ufunc__``, ``__array_function__``) and never looks inside its arrays.
A law file contains no ``np.``, no ``if`` on data and no loop over people.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import ETERNITY, MONTH, YEAR, Period
from openfisca_core.populations import ADD

from dept_rules.entities import Famille, FoyerFiscal, Individu, Menage
from dept_rules.enums import (
    Appreciation,
    CategorieRevenusAnah,
    ClasseDPE,
    ContratEnCours,
    Departement,
    Hebergement,
    SituationRevenuJeunes,
    StatutActivite,
    StatutMarital,
    StatutOccupationLogement,
)
from dept_rules.legislation import Reform
from dept_rules.variable import Benefit, Judgement, Offset, Variable

__all__ = [
    "ADD",
    "ETERNITY",
    "MONTH",
    "YEAR",
    "Appreciation",
    "Benefit",
    "CategorieRevenusAnah",
    "ClasseDPE",
    "ContratEnCours",
    "Departement",
    "Enum",
    "Famille",
    "FoyerFiscal",
    "Hebergement",
    "Individu",
    "Judgement",
    "Menage",
    "Offset",
    "Reform",
    "SituationRevenuJeunes",
    "StatutActivite",
    "StatutMarital",
    "StatutOccupationLogement",
    "Variable",
    "annee_revenus_n_2",
    "arrondi",
    "bareme",
    "clip",
    "date_en_mois",
    "douze_derniers_mois",
    "grille",
    "max_",
    "min_",
    "mois_depuis",
    "mois_revolus",
    "moyenne",
    "not_",
    "par_taille",
    "ratio",
    "select",
    "trois_derniers_mois",
    "where",
]

#: The date that stands for "no date given" in OpenFisca; no birth or contract of ours is that old.
NO_DATE = np.datetime64("1970-01-01", "D")

#: Days from 1 March of year 0 to 1 January 1970.
DAYS_BEFORE_1970 = 719_468


# --- choosing ----------------------------------------------------------------------------


def where(condition: Any, then: Any, otherwise: Any) -> Any:
    """Return `then` where `condition` holds, else `otherwise` (numbers, or members of an enumeration)."""
    if isinstance(then, Enum):
        return _enum_array(np.where(condition, _index(then), _index(otherwise)), type(then))
    if isinstance(then, EnumArray):
        return _enum_array(np.where(condition, then, _index(otherwise)), then.possible_values)
    return np.where(condition, then, otherwise)


def select(conditions: list[Any], choices: list[Any], default: Any = 0) -> Any:
    """Return the choice of the first condition that holds, else `default`."""
    result = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = where(condition, choice, result)
    return result


def _index(member: Any) -> Any:
    return member.index if isinstance(member, Enum) else member


def _enum_array(indices: Any, enum: Any) -> Any:
    if isinstance(indices, np.ndarray):
        return EnumArray(np.asarray(indices, dtype=np.int16), enum)
    return indices.as_members_of(enum)


def min_(left: Any, right: Any) -> Any:
    """Return the smaller of two amounts, element by element."""
    return np.minimum(left, right)


def max_(left: Any, right: Any) -> Any:
    """Return the greater of two amounts, element by element."""
    return np.maximum(left, right)


def clip(value: Any, low: Any, high: Any) -> Any:
    """Bring `value` between `low` and `high`."""
    return np.minimum(np.maximum(value, low), high)


def not_(condition: Any) -> Any:
    """Return the contrary of a condition."""
    return np.logical_not(condition)


def ratio(amount: Any, by: Any) -> Any:
    """Divide `amount` by `by`; where `by` is nil, infinity for a positive amount and 0 otherwise."""
    nil = by <= 0
    return np.where(nil, np.where(amount > 0, np.inf, 0.0), amount / np.where(nil, 1.0, by))


def arrondi(amount: Any, decimals: int = 2) -> Any:
    """Round half up to `decimals`, where the law itself says to round."""
    scale = 10.0**decimals
    return np.floor(amount * scale + 0.5 + 1e-6) / scale


# --- time --------------------------------------------------------------------------------


def date_en_mois(date: Any) -> Any:
    """Return the rank of the month of a date, counted from January 1970."""

    def month(day: Any) -> Any:
        return _month_and_day(day)[0]

    return date.increasing(month) if hasattr(date, "increasing") else month(date)


def mois_revolus(date: Any, period: Period) -> Any:
    """Return the whole months gone from `date` to the first day of `period` (negative before).

    Born on 15 March 2000: 215 months on 1 March 2018, 216 on 1 April 2018.
    """
    start = period.start
    now = (start.year - 1970) * 12 + start.month - 1

    def months(day: Any) -> Any:
        month, day_of_month = _month_and_day(day)
        return now - (month + (day_of_month > 1))

    return date.decreasing(months) if hasattr(date, "decreasing") else months(date)


def _month_and_day(date: Any) -> tuple[Any, Any]:
    """Return the rank of the month of a date, counted from January 1970, and the day of the month.

    The arithmetic of the Gregorian calendar from year 1 on, in whole numbers: years begin in March,
    so that the leap day comes last; NumPy's own conversion takes twenty times as long.
    """
    days = date.astype(np.int64).astype(np.int32) + DAYS_BEFORE_1970
    quarters = 4 * days + 3  # of days, so that 146097 of them make a hundred years
    century = quarters // 146_097
    in_century = 4 * ((quarters - century * 146_097) // 4) + 3
    year = in_century // 1_461
    day_of_year = (in_century - year * 1_461) // 4
    fraction = 2_141 * day_of_year + 197_913  # of months: 65536 make one
    month = fraction // 65_536
    day_of_month = (fraction - month * 65_536) // 2_141
    return (century * 100 + year - 1970) * 12 + month - 1, day_of_month + 1


def mois_depuis(date: Any, period: Period) -> Any:
    """Return the rank of the month of `period` in something begun on `date`: 0 in its first month.

    Negative before it begins; 0 where no date was given (it begins with the month asked).
    """
    start = period.start
    now = (start.year - 1970) * 12 + start.month - 1
    return np.where(date == NO_DATE, 0, now - date_en_mois(date))


def moyenne(entity: Any, name: str, period: Period, months: int, shift: int = 0) -> Any:
    """Return the monthly mean of a variable over a reference period that figures of the law define.

    The reference period has `months` months and ends `shift` months before `period`:
    (1, 0) is the month itself, (3, 1) the three months before it, (12, 0) the year that ends with it.
    Only the months of the reference period are read.
    """
    count, gap = int(months), int(shift)
    if count == 1 and gap == 0:
        return entity(name, period)
    first = period.start.offset(1 - count - gap, "month")
    return entity(name, Period(("month", first, count)), options=[ADD]) / months


def trois_derniers_mois(period: Period) -> Period:
    """Return the three months that come before `period`."""
    return period.last_3_months


def douze_derniers_mois(period: Period) -> Period:
    """Return the twelve months that end with `period`."""
    return Period(("month", period.start.offset(-11, "month"), 12))


def annee_revenus_n_2(period: Period) -> Period:
    """Return the calendar year two years before that of `period` (income year of the reference income)."""
    return period.n_2


# --- tables of figures ---------------------------------------------------------------------


def bareme(scale: Any, value: Any) -> Any:
    """Return the amount of the bracket in which `value` falls (closed below, open above; 0 under the first).

    `scale` is a parameter with brackets (threshold, amount).
    """
    result: Any = value * 0.0
    for threshold, amount in zip(scale.thresholds, scale.amounts, strict=True):
        result = np.where(value >= threshold, amount, result)
    return result


def grille(node: Any, key: Any, default: float = 0.0) -> Any:
    """Return, for each member of the enumeration `key`, the figure of that name under `node`.

    Members without a figure get `default`.
    """
    children = node._children
    known = [member for member in key.possible_values if member.name in children]
    if hasattr(key, "figures"):
        return key.figures({member.index: children[member.name] * 1.0 for member in known}, default)
    result: Any = (key == key) * 0.0 + default
    for member in known:
        result = np.where(key == member, children[member.name] * 1.0, result)
    return result


def par_taille(node: Any, size: Any) -> Any:
    """Return the figure for a household of `size` people.

    `node` holds ``personnes_1``, ``personnes_2``… and ``par_personne_supplementaire``.
    """
    children = node._children
    sizes = sorted(int(name.removeprefix("personnes_")) for name in children if name.startswith("personnes_"))
    result: Any = size * 0.0 + children["personnes_1"]
    for rank in sizes[1:]:
        result = np.where(size >= rank, children[f"personnes_{rank}"] * 1.0, result)
    beyond = np.maximum(size - sizes[-1], 0)
    return result + beyond * children["par_personne_supplementaire"]
