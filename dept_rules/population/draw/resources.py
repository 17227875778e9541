"""What people have of their own, month by month: wages, pensions, grants, help from parents."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dept_rules.enums import ContratEnCours
from dept_rules.people import Array
from dept_rules.population.draw.activity import is_
from dept_rules.population.draw.composition import CHILD
from dept_rules.population.draw.draft import Draft, between, by_band, pick
from dept_rules.system import baseline

#: The first year whose minimum wage the law knows.
FIRST_WAGE = 2018
#: Inputs of the law, by what they are to those who impute a benefit.
WORK = (
    "salaire_net",
    "remuneration_apprenti",
    "indemnites_stage",
    "revenus_stage_formation_pro",
    "revenus_non_salaries",
)
REPLACEMENT = ("chomage_net", "retraite_nette")
OTHER = ("pensions_alimentaires_percues", "revenus_patrimoine", "aah")


def earn(draft: Draft) -> None:
    """Draw the resources of each person."""
    _wages(draft)
    _replacement(draft)
    _of_students(draft)
    _of_parents(draft)
    _of_young_unemployed(draft)
    _of_disability(draft)
    wealth = draft.book["patrimoine"]
    owns = (draft.age >= wealth["age_minimum"]) & draft.chance(wealth["part"])
    spread = draft.book["dispersion"]["patrimoine"]
    draft.people["revenus_patrimoine"] = owns * draft.lognormal(wealth["mediane"], spread, draft.count)


def monthly(draft: Draft, names: Iterable[str]) -> Array:
    """Return, for each person, the sum of some of their resources."""
    return np.asarray(np.sum([draft.people[name] for name in names], axis=0))


def minimum_wage(year: int) -> float:
    """Return the gross monthly minimum wage of January of a year."""
    return float(baseline().get_parameters_at_instant(f"{year}-01-01").smic.mensuel_brut)


def wage_growth(year: int) -> float:
    """Return by how much the minimum wage has grown since the first year of it that the law knows."""
    return minimum_wage(year) / minimum_wage(FIRST_WAGE)


def _wages(draft: Draft) -> None:
    book, size = draft.book, draft.count
    part_time, spread, own = book["temps_partiel"], book["dispersion"], book["independants"]
    deviation = np.where(draft.young, spread["salaire_jeune"], spread["salaire"])
    full = draft.lognormal(by_band(draft.age, book["salaire_median"]), deviation, size)
    reduced = draft.chance(by_band(draft.age, part_time))
    hours = draft.rng.uniform(part_time["part_minimum"], part_time["part_maximum"], size) / 100
    works = is_(draft, "actif")
    independent = works & (draft.age >= own["age_minimum"]) & draft.chance(own["part"])
    draft.people["salaire_net"] = (works & ~independent) * full * np.where(reduced, hours, 1.0)
    profits = draft.lognormal(own["mediane"], spread["independant"], size)
    draft.people["revenus_non_salaries"] = independent * profits
    apprentice = book["apprentis"]
    share = draft.rng.uniform(apprentice["part_smic_minimum"], apprentice["part_smic_maximum"], size)
    draft.people["remuneration_apprenti"] = is_(draft, "apprenti") * share * minimum_wage(draft.year)
    others = book["autres_remunerations"]
    draft.people["revenus_stage_formation_pro"] = is_(draft, "formation") * float(others["formation"])
    draft.people["indemnites_stage"] = is_(draft, "stagiaire") * float(others["stagiaire"])


def _replacement(draft: Draft) -> None:
    """Draw what replaces a wage: unemployment benefit and pensions."""
    book, spread = draft.book, draft.book["dispersion"]
    benefit = book["chomage_indemnise"]
    insured = is_(draft, "chomeur") & draft.chance(by_band(draft.age, benefit))
    median = by_band(draft.age, book["salaire_median"]) * benefit["taux_remplacement"] / 100
    draft.people["chomage_net"] = insured * draft.lognormal(median, spread["salaire"], draft.count)
    pension = draft.lognormal(book["retraite_mediane"]["ensemble"], spread["retraite"], draft.count)
    draft.people["retraite_nette"] = is_(draft, "retraite") * pension


def _of_students(draft: Draft) -> None:
    book, student = draft.book, is_(draft, "etudiant")
    granted, levels, job = book["boursiers"], book["bourse"], book["emploi_etudiant"]
    holds = student & (draft.age <= granted["age_maximum"]) & draft.chance(granted["part"])
    amounts = np.array([book["montant_bourse"][level] for level in levels], dtype=float)
    monthly_amounts = amounts[pick(draft.rng, levels, draft.count)] * granted["mois"] / 12
    draft.people["bourse_enseignement_sup"] = holds * monthly_amounts
    works = student & draft.chance(job["part"])
    draft.people["salaire_net"] += works * draft.rng.uniform(job["minimum"], job["maximum"], draft.count)


def _of_parents(draft: Draft) -> None:
    """Draw the regular help that young adults receive from their parents."""
    book, spread = draft.book, draft.book["dispersion"]["soutien"]
    studies, home = is_(draft, "etudiant", "eleve"), draft.role == CHILD
    shares, amounts = book["soutien_des_parents"], book["montant_soutien_des_parents"]
    ordinary = (draft.stratum == 0)[draft.menage]
    helped = draft.young & ordinary & draft.chance(np.where(studies, shares["etudiant"], shares["autre"]))
    mean = np.select(
        [studies & ~home, studies],
        [amounts["etudiant_ailleurs"], amounts["etudiant_chez_parents"]],
        amounts["autre"],
    )
    mean = mean * wage_growth(draft.year)
    drawn = draft.lognormal(mean * np.exp(-(spread**2) / 2), spread, draft.count)
    draft.people["pensions_alimentaires_percues"] = helped * drawn


def _of_young_unemployed(draft: Draft) -> None:
    figures = draft.book["contrat_engagement_jeune"]
    neither = is_(draft, "chomeur", "inactif") & draft.adult & (draft.age <= figures["age_maximum"])
    signed = neither & draft.chance(figures["part"])
    draft.people["contrat_engagement_jeune"] = signed * float(figures["montant"])
    draft.people["contrat_en_cours"] = draft.choose(
        "contrat_en_cours",
        [(signed, ContratEnCours.contrat_engagement_jeune)],
        ContratEnCours.aucun,
        draft.count,
    )


def _of_disability(draft: Draft) -> None:
    adult, child = draft.book["aah"], draft.book["aeeh"]
    able = is_(draft, "inactif") & between(draft.age, adult["age_minimum"], adult["age_maximum"])
    draft.people["aah"] = (able & draft.chance(adult["part_des_inactifs"])) * float(adult["montant"])
    under_age = (draft.age < child["age_exclu"]) & (draft.role == CHILD)
    draft.people["ouvre_droit_aeeh"] = under_age & draft.chance(child["part"])
