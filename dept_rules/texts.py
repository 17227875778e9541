"""Numbers, units, months and lists, as French writes them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
#: Units of figures, answers and statistics, after a number.
UNITS = {
    "EUR": "€",
    "EUR/month": "€ par mois",
    "EUR/year": "€ par an",
    "EUR/hour": "€ par heure",
    "EUR/kWc": "€ par kWc",
    "percent": "%",
    "years": "ans",
    "months": "mois",
    "hours": "heures",
    "persons": "personnes",
    "classes": "classes",
    "parts": "parts",
    "uc": "unités de consommation",
    "kWc": "kWc",
    "count": "",
    "text": "",
    "boolean": "",
}
#: How often an aid is paid, after its amount in euros.
EACH = {"EUR": " en une fois"} | {unit: UNITS[unit].removeprefix("€") for unit in ("EUR/month", "EUR/year")}


def number_text(value: float | Decimal) -> str:
    """Return a number with a decimal comma and thin groups of three.

    >>> number_text(1234.5)
    '1\\u202f234,5'
    """
    if value == float("inf"):
        return "sans limite"
    text = f"{value:,.10g}" if isinstance(value, float) else f"{value:,}"
    return text.replace(",", "\u202f").replace(".", ",").replace("-", "−")


def amount_text(amount: Decimal | tuple[Decimal, Decimal | None], unit: str | None) -> str:
    r"""Return an amount of money, or the bounds of one, with its unit.

    >>> amount_text(Decimal("531.69"), "EUR/month")
    '531,69\xa0€ par mois'
    >>> amount_text((Decimal("0.00"), Decimal("180.00")), "EUR")
    'entre 0,00 et 180,00\xa0€ en une fois'
    """
    if isinstance(amount, tuple):
        low, high = amount
        if high is None:
            return f"au moins {amount_text(low, unit)}"
        if low != high:
            return f"entre {number_text(low)} et {amount_text(high, unit)}"
        amount = low
    return f"{number_text(amount)}\u00a0€{EACH.get(unit or '', '')}"


def month_text(month: str) -> str:
    """Return a month in words.

    >>> month_text("2026-11")
    'novembre 2026'
    """
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def day_text(day: str) -> str:
    """Return a day in words.

    >>> day_text("2026-04-01")
    '1er avril 2026'
    """
    year, month, number = (int(part) for part in day.split("-"))
    return f"{'1er' if number == 1 else number} {MONTHS[month - 1]} {year}"


def sentence_list(items: Sequence[str]) -> str:
    """Return items joined as in a sentence.

    >>> sentence_list(["a", "b", "c"])
    'a, b et c'
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"
