"""The income of households: their rank by resources, and what the département has at that rank."""

from __future__ import annotations

import numpy as np

from dept_rules.entities import Famille
from dept_rules.people import Array
from dept_rules.population.draw.draft import Draft
from dept_rules.population.draw.resources import OTHER, REPLACEMENT, WORK, monthly
from dept_rules.population.margins import Values

#: Resources that differ from one département to another.
LOCAL = ("salaire_net", "revenus_non_salaries", "chomage_net", "retraite_nette", "revenus_patrimoine")
BENEFITS = ("rsa", "ppa", "aide_logement")


def consumption_units(draft: Draft) -> Array:
    """Return the consumption units of households, by the figures of the law."""
    units = draft.figures.unites_consommation
    child = (draft.age < units.age_enfant_exclu).astype(float)
    others = np.maximum(draft.sum_by_home(1 - child) - 1, 0)
    return np.asarray(
        units.premier_adulte + units.autre_personne * others + units.enfant * draft.sum_by_home(child)
    )


def localise(draft: Draft) -> None:
    """Bring own resources, drawn for the nation, to what the département has at the household's rank.

    Those of young adults, whose mean is calibrated, stay as they were drawn.
    """
    place = market_rank(draft)
    ratio = _quantile(draft, _local(draft), place) / _quantile(draft, _national(draft), place)
    each = np.where(draft.young, 1.0, ratio[draft.menage])
    for name in LOCAL:
        draft.people[name] *= each


def market_rank(draft: Draft) -> Array:
    """Return the rank of households by own resources per unit, between 0 and 1: before any benefit."""
    return rank(_own(draft, (*WORK, *REPLACEMENT, *OTHER)) / consumption_units(draft))


def dispose(draft: Draft) -> None:
    """Place households on the standards of living of the département, by rank of resources and benefits."""
    family = draft.groups[Famille.key]
    heads = np.flatnonzero(family.roles == 0)
    benefits = np.zeros(draft.count)
    benefits[heads] = received(draft)[family.member_of[heads]]
    own = _own(draft, (*WORK, *REPLACEMENT, *OTHER, "bourse_enseignement_sup"))
    units = consumption_units(draft)
    noise = draft.lognormal(1.0, draft.book["dispersion"]["impots"], draft.households)
    place = rank((own + draft.sum_by_home(benefits)) / units * noise, draft.sum_by_home(np.ones(draft.count)))
    draft.homes["revenu_disponible"] = _quantile(draft, _local(draft), place) * units


def received(draft: Draft) -> Array:
    """Return, for each family, the national benefits imputed to it."""
    return np.asarray(np.sum([draft.families[name] for name in BENEFITS], axis=0))


def standard_of_living(draft: Draft) -> Array:
    """Return the disposable income of households by consumption unit."""
    return np.asarray(draft.homes["revenu_disponible"] / consumption_units(draft))


def median(draft: Draft) -> float:
    """Return the median standard of living of the département, EUR a year."""
    return _local(draft)[0.5]


def rank(values: Array, weights: Array | None = None) -> Array:
    """Return the share of weights below each value, strictly between 0 and 1."""
    order = np.argsort(values, kind="stable")
    mass = (np.ones(len(values)) if weights is None else weights)[order]
    ranks = np.empty(len(values))
    ranks[order] = (np.cumsum(mass) - mass / 2) / mass.sum()
    return ranks


def _own(draft: Draft, names: tuple[str, ...]) -> Array:
    return draft.sum_by_home(monthly(draft, names))


def _local(draft: Draft) -> dict[float, float]:
    """Return what is known of the standards of living of the département, by the share of people below."""
    margins = draft.book.margins
    known = _shares(draft, margins["niveaux_de_vie"].values)
    poverty = margins.get("taux_pauvrete")
    if poverty is not None and poverty.scope == "local":
        known[poverty.values["ensemble"] / 100] = draft.poverty_line
    return known


def _national(draft: Draft) -> dict[float, float]:
    """Return the same of metropolitan France."""
    known = _shares(draft, draft.book["niveaux_de_vie_metropole"])
    known[draft.book["pauvrete_nationale"]["ensemble"] / 100] = draft.poverty_line
    return known


def _shares(draft: Draft, quantiles: Values) -> dict[float, float]:
    return {int(part) / 100: float(value) * draft.income_growth for part, value in quantiles.items()}


def _quantile(draft: Draft, known: dict[float, float], place: Array) -> Array:
    """Return the standard of living at a rank.

    Its logarithm is straight between the points known, down to a floor; above the last of them, the
    tail is Pareto's.
    """
    book = draft.book
    points = [0.0, *sorted(known)]
    floor = draft.poverty_line * book["queue_basse"]["plancher"]
    levels = np.maximum.accumulate([floor, *(known[point] for point in points[1:])])
    inside = np.exp(np.interp(place, points, np.log(levels)))
    above = np.maximum((1 - points[-1]) / (1 - place), 1)
    return np.asarray(inside * above ** (1 / book["queue_haute"]["pareto"]))
