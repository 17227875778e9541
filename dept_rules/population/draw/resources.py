"""What people have of their own, month by month: wages, pensions, grants, help from parents."""

from __future__ import annotations

import numpy as np

from dept_rules.enums import ContratEnCours, StatutActivite
from dept_rules.people import Array
from dept_rules.population.draw.composition import CHILD
from dept_rules.population.draw.draft import Draft, Mask, by_band, pick
from dept_rules.system import baseline


def earn(draft: Draft) -> None:
    """Draw the resources of each person."""
    _wages(draft)
    _replacement(draft)
    _of_students(draft)
    _of_parents(draft)
    _of_young_unemployed(draft)
    disabled = draft.book["aah"]
    able = is_(draft, "inactif") & (draft.age >= 20) & (draft.age <= 61)
    draft.people["aah"] = np.where(
        able & draft.chance(disabled["part_des_inactifs"]), disabled["montant"], 0.0
    )
    child = draft.book["aeeh"]["part"]
    draft.people["ouvre_droit_aeeh"] = (draft.age < 20) & (draft.role == CHILD) & draft.chance(child)
    wealth = draft.book["patrimoine"]
    owns = (draft.age >= 30) & draft.chance(wealth["part"])
    amounts = draft.lognormal(wealth["mediane"], 1.0, draft.count)
    draft.people["revenus_patrimoine"] = np.where(owns, amounts, 0.0)


def is_(draft: Draft, *names: str) -> Mask:
    """Return, for each person, whether their activity is one of those named."""
    return np.isin(draft.people["statut_activite"], [StatutActivite[name].index for name in names])


def minimum_wage(year: int) -> float:
    """Return the gross monthly minimum wage of January of a year."""
    return float(baseline().get_parameters_at_instant(f"{year}-01-01").smic.mensuel_brut)


def _wages(draft: Draft) -> None:
    book, size = draft.book, draft.count
    part_time, spread = book["temps_partiel"], book["dispersion"]
    median = by_band(draft.age, book["salaire_median"])
    deviation = np.where(draft.age < 25, spread["salaire_jeune"], spread["salaire"])
    full = draft.lognormal(1.0, 1.0, size) ** deviation * median
    lowest, highest = part_time["part_minimum"], part_time["part_maximum"]
    hours = np.where(
        draft.chance(by_band(draft.age, part_time)), draft.rng.uniform(lowest, highest, size) / 100, 1.0
    )
    wages = full * hours
    own = book["independants"]
    independent = is_(draft, "actif") & (draft.age >= 25) & draft.chance(own["part"])
    draft.people["salaire_net"] = np.where(is_(draft, "actif") & ~independent, wages, 0.0)
    profits = draft.lognormal(own["mediane"], 0.7, size)
    draft.people["revenus_non_salaries"] = np.where(independent, profits, 0.0)
    apprentice = book["apprentis"]
    bounds = apprentice["part_smic_minimum"], apprentice["part_smic_maximum"]
    paid = draft.rng.uniform(*bounds, size) * minimum_wage(draft.year)
    draft.people["remuneration_apprenti"] = np.where(is_(draft, "apprenti"), paid, 0.0)
    others = book["autres_remunerations"]
    draft.people["revenus_stage_formation_pro"] = is_(draft, "formation") * float(others["formation"])
    draft.people["indemnites_stage"] = is_(draft, "stagiaire") * float(others["stagiaire"])


def _replacement(draft: Draft) -> None:
    """Draw what replaces a wage: unemployment benefit and pensions."""
    book = draft.book
    benefit = book["chomage_indemnise"]
    insured = is_(draft, "chomeur") & draft.chance(by_band(draft.age, benefit))
    median = by_band(draft.age, book["salaire_median"]) * benefit["taux_remplacement"] / 100
    amounts = draft.lognormal(median, book["dispersion"]["salaire"], draft.count)
    draft.people["chomage_net"] = np.where(insured, amounts, 0.0)
    pension = book["retraite_mediane"]["ensemble"]
    amounts = draft.lognormal(pension, book["dispersion"]["retraite"], draft.count)
    draft.people["retraite_nette"] = np.where(is_(draft, "retraite"), amounts, 0.0)


def _of_students(draft: Draft) -> None:
    book, student = draft.book, is_(draft, "etudiant")
    shares = dict(book["bourse"])
    granted = student & (draft.age < 28) & draft.chance(shares.pop("part"))
    amounts = np.array([book["montant_bourse"][level] for level in shares])
    monthly = amounts[pick(draft.rng, shares, draft.count)] * 10 / 12
    draft.people["bourse_enseignement_sup"] = np.where(granted, monthly, 0.0)
    job = book["emploi_etudiant"]
    works = student & draft.chance(job["part"])
    wage = draft.rng.uniform(job["minimum"], job["maximum"], draft.count)
    draft.people["salaire_net"] += np.where(works, wage, 0.0)


def _of_parents(draft: Draft) -> None:
    """Draw the regular help that 18–24s receive from their parents."""
    book = draft.book
    studies, home = is_(draft, "etudiant", "eleve"), draft.role == CHILD
    shares, amounts = book["soutien_des_parents"], book["montant_soutien_des_parents"]
    young = (draft.age >= 18) & (draft.age <= 24) & (draft.stratum[draft.menage] == 0)
    helped = young & draft.chance(np.where(studies, shares["etudiant"], shares["autre"]))
    mean = np.select(
        [studies & ~home, studies],
        [amounts["etudiant_ailleurs"], amounts["etudiant_chez_parents"]],
        amounts["autre"],
    )
    spread = book["dispersion"]["soutien"]
    drawn = draft.lognormal(mean * np.exp(-(spread**2) / 2), spread, draft.count)
    draft.people["pensions_alimentaires_percues"] = np.where(helped, drawn, 0.0)


def _of_young_unemployed(draft: Draft) -> None:
    figures = draft.book["contrat_engagement_jeune"]
    neither = is_(draft, "chomeur", "inactif") & (draft.age >= 18) & (draft.age <= 25)
    signed = neither & draft.chance(figures["part"])
    draft.people["contrat_engagement_jeune"] = np.where(signed, figures["montant"], 0.0)
    draft.people["contrat_en_cours"] = draft.choose(
        "contrat_en_cours",
        [(signed, ContratEnCours.contrat_engagement_jeune)],
        ContratEnCours.aucun,
        draft.count,
    )


def monthly(draft: Draft, names: tuple[str, ...]) -> Array:
    """Return, for each person, the sum of some of their resources."""
    return np.sum([draft.people[name] for name in names], axis=0)
