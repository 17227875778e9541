"""Amounts, counts and shares as a French reader expects them, no more precise than an estimate is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dept_rules.texts import UNITS, number_text

#: Digits kept of an estimate: the next ones say nothing.
DIGITS = 3
NOTHING = "–"
MILLION = 1e6


def rounded(value: float) -> str:
    r"""Return a number with three significant digits at most.

    >>> rounded(45_993.6)
    '46\u202f000'
    >>> rounded(-0.01309)
    '−0,0131'
    >>> rounded(float("nan"))
    '–'
    """
    if not math.isfinite(value):
        return NOTHING
    if abs(value) < 1e-9:
        return "0"
    kept = float(f"{value:.{DIGITS - 1}e}")
    return number_text(int(kept) if kept == int(kept) else kept)


def millions(value: float) -> str:
    """Return an amount in millions, without its unit."""
    small = 0 < abs(value) < 5e2
    return f"{'−' if value < 0 else ''}< 0,001" if small else rounded(value / MILLION)


def money(value: float) -> str:
    r"""Return an amount of a budget with its unit.

    >>> money(181_113_500)
    '181\xa0M€'
    >>> money(12_345_678_901)
    '12,3\xa0Md€'
    >>> money(312)
    '312\xa0€'
    >>> money(float("nan"))
    '–'
    """
    if not math.isfinite(value):
        return NOTHING
    for least, size, unit in ((1e9, 1e9, "Md€"), (1e5, 1e6, "M€")):
        if abs(value) >= least * 0.9995:
            return f"{rounded(value / size)}\u00a0{unit}"
    return f"{rounded(value)}\u00a0€"


def euros(value: float) -> str:
    """Return an amount that a person receives, to the euro."""
    return NOTHING if not math.isfinite(value) else f"{number_text(round(value))}\u00a0€"


def count(value: float) -> str:
    """Return how many there are."""
    return rounded(round(value)) if math.isfinite(value) else NOTHING


def fixed(value: float, decimals: int) -> str:
    r"""Return a number with as many decimals as asked.

    >>> fixed(94, 1), fixed(-0.04, 1)
    ('94,0', '0,0')
    """
    rounded_off = round(value, decimals) + 0.0
    return f"{rounded_off:,.{decimals}f}".replace(",", "\u202f").replace(".", ",").replace("-", "−")


def percent(share: float, decimals: int = 1) -> str:
    r"""Return a share.

    >>> percent(0.1478)
    '14,8\xa0%'
    """
    if not math.isfinite(share):
        return NOTHING
    return f"{fixed(100 * share, decimals)}\u00a0%"


def points(change: float) -> str:
    r"""Return the difference of two shares.

    >>> points(-0.0123)
    '−1,2\xa0pt'
    """
    if not math.isfinite(change):
        return NOTHING
    text = fixed(100 * change, 1)
    return f"{'' if text.startswith('−') or not float(text.replace(',', '.')) else '+'}{text}\u00a0pt"


def interval(low: float, high: float, said: Callable[[float], str]) -> str:
    r"""Return an interval whose bounds are written by `said`; a dash where there is none.

    >>> interval(1_000, 2_000, euros), interval(1_000, float("inf"), euros)
    ('1\u202f000\xa0€ à 2\u202f000\xa0€', 'au moins 1\u202f000\xa0€, sans borne')
    """
    first, last = said(low), said(high)
    if high == math.inf and first != NOTHING:
        return f"au moins {first}, sans borne"
    if NOTHING in (first, last):
        return NOTHING
    return first if first == last else f"{first} à {last}"


def value_text(value: Any, unit: str) -> str:
    r"""Return the value of a figure, in French.

    >>> value_text(0.3, "rate"), value_text(651.69, "EUR/month"), value_text(True, "boolean")
    ('30\xa0%', '651,69\xa0€ par mois', 'oui')
    >>> value_text(1, "classes"), value_text(1.5, "uc")
    ('1\xa0classe', '1,5\xa0unité de consommation')
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):  # a scale
        return " ; ".join(f"à partir de {number_text(low)} : {value_text(one, unit)}" for low, one in value)
    if unit == "rate":
        return f"{number_text(float(f'{100 * value:.10g}'))}\u00a0%"
    if value == math.inf:
        return "sans limite"
    text = number_text(float(f"{value:.10g}"))
    said = UNITS.get(unit, unit)
    return f"{text}\u00a0{SINGULAR.get(said, said) if abs(value) < 2 else said}".strip()


#: As French says them of less than two.
SINGULAR = {
    "ans": "an",
    "heures": "heure",
    "personnes": "personne",
    "classes": "classe",
    "unités de consommation": "unité de consommation",
}
