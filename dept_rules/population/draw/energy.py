"""The energy of dwellings: what it costs, who is cold, who owes; works and solar panels asked for."""

from __future__ import annotations

import numpy as np

from dept_rules.enums import Appreciation, ClasseDPE
from dept_rules.people import Array
from dept_rules.population.draw.draft import Draft, Mask, index
from dept_rules.population.draw.dwelling import CLASSES, owners, sieves
from dept_rules.population.draw.income import median, standard_of_living


def heat(draft: Draft) -> None:
    """Draw what households pay for energy, whether they were cold, and what they owe."""
    book, size = draft.book, draft.households
    figures, cold = book["depenses_energie"], book["froid"]
    unknown = float(figures["d"])
    by_class = np.array([unknown, *(figures[part] for part in CLASSES.values())], dtype=float)
    standard = standard_of_living(draft)
    people = draft.sum_by_home(np.ones(draft.count))
    spent = (
        draft.lognormal(figures["mediane"], book["dispersion"]["energie"], size)
        * by_class[draft.homes["classe_dpe"]]
        * (1 + figures["par_personne"] * (people - figures["personnes"]))
        * (standard / median(draft)) ** figures["elasticite_revenu"]
    )
    draft.homes["depenses_energie_logement"] = draft.ordinary * spent
    modest = standard < draft.figures.precarite_energetique.niveau_de_vie
    chance = np.where(modest, cold["modeste"], cold["autre"]) * np.where(sieves(draft), cold["passoire"], 1)
    draft.homes["froid_ressenti"] = draft.ordinary & draft.chance(chance, size)
    _owe(draft, modest)


def ask(draft: Draft) -> None:
    """Draw who asks in the year for aid to works or for the connection of solar panels."""
    _renovate(draft)
    _panels(draft)


def _owe(draft: Draft, modest: Mask) -> None:
    figures, size = draft.book["impayes_energie"], draft.households
    young = draft.age[draft.reference] < draft.book["seuils_du_logement"]["jeune"]
    risk = np.where(young, figures["jeune"], 1) * np.where(modest, figures["modeste"], 1)
    owes = draft.ordinary & draft.chance(figures["part"] * risk / risk[draft.ordinary].mean(), size)
    amounts = draft.lognormal(figures["mediane"], draft.book["dispersion"]["impayes"], size)
    draft.homes["impayes_energie"] = owes * amounts
    draft.homes["contrat_impaye_au_nom_du_menage"] = owes & draft.chance(figures["au_nom"], size)
    draft.homes["contrat_impaye_en_cours"] = owes & draft.chance(figures["en_cours"], size)


def _renovate(draft: Draft) -> None:
    figures, size, homes = draft.book["renovation"], draft.households, draft.homes
    more = np.where(sieves(draft), figures["passoire"], 1)
    asks = owners(draft) & draft.chance(figures["demandes"] * more, size)
    works = asks * draft.lognormal(figures["travaux_mediane"], draft.book["dispersion"]["travaux"], size)
    drawn = figures["classes"] + figures["ecart_classes"] * draft.rng.standard_normal(size)
    gained = np.clip(np.rint(drawn), 1, figures["classes_maximum"])
    before = homes["classe_dpe"]
    best = index(ClasseDPE, "a")
    homes["date_demande_renovation"] = _dated(draft, asks)
    homes["travaux_renovation_ht"] = works
    homes["travaux_renovation_ttc"] = works * (1 + figures["tva"] / 100)
    homes["classe_dpe_apres_travaux"] = (asks * np.maximum(before - gained, best)).astype(np.int16)
    draft.enums["classe_dpe_apres_travaux"] = ClasseDPE
    homes["gain_energetique"] = asks * np.minimum(figures["gain_par_classe"] * gained, 1)
    rich = standard_of_living(draft) > median(draft)
    share = np.where(rich, figures["part_aises"], 1) * figures["part_maprimerenov"] / 100
    homes["maprimerenov"] = works * share
    homes["autres_aides_renovation"] = works * figures["autres_aides"] / 100
    homes["cout_accompagnement_renovation"] = asks * float(figures["accompagnement"])
    accepted = asks & draft.chance(figures["accepte"], size)
    homes["projet_renovation_accepte"] = draft.choose(
        "projet_renovation_accepte", [(accepted, Appreciation.oui)], Appreciation.non, size
    )


def _panels(draft: Draft) -> None:
    figures, size = draft.book["panneaux"], draft.households
    asks = owners(draft) & draft.chance(figures["demandes"], size)
    bounds = figures["puissance_minimum"], figures["puissance_maximum"]
    power = asks * draft.rng.uniform(*bounds, size).round(1)
    draft.homes["date_demande_raccordement"] = _dated(draft, asks)
    draft.homes["puissance_panneaux"] = power
    draft.homes["cout_panneaux"] = power * figures["cout_par_kwc"]
    draft.homes["panneaux_en_toiture"] = asks & draft.chance(figures["toiture"], size)
    draft.homes["panneaux_installateur_rge"] = asks & draft.chance(figures["rge"], size)
    draft.homes["panneaux_vente_surplus"] = asks & draft.chance(figures["surplus"], size)


def _dated(draft: Draft, asks: Mask) -> Array:
    """Draw a day of the year for those who ask."""
    days = np.datetime64(f"{draft.year}-01-01", "D") + draft.rng.integers(0, 365, draft.households)
    return np.where(asks, days, np.datetime64("NaT", "D"))
