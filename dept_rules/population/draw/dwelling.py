"""The income of households, their dwelling and its energy, the works and panels they ask for."""

from __future__ import annotations

import numpy as np

from dept_rules.entities import Famille
from dept_rules.enums import Appreciation, ClasseDPE, StatutOccupationLogement
from dept_rules.people import Array
from dept_rules.population.draw.composition import REFERENCE, SPOUSE
from dept_rules.population.draw.draft import STRATA, Draft, Mask, by_band, pick
from dept_rules.population.draw.resources import monthly
from dept_rules.population.draw.transfers import OTHER, REPLACEMENT, WORK
from dept_rules.system import baseline

OWNERS = ("proprietaire", "primo_accedant")
CLASSES = {"a": "a_b", "b": "a_b", "c": "c", "d": "d", "e": "e", "f": "f", "g": "g"}


def house(draft: Draft) -> None:
    """Draw how households occupy their dwelling, and its energy class."""
    own = draft.sum_by_home(monthly(draft, (*WORK, *REPLACEMENT, *OTHER)))
    rank = _rank(own / consumption_units(draft))
    draft.homes["statut_occupation_logement"] = _tenures(draft, rank)
    draft.enums["statut_occupation_logement"] = StatutOccupationLogement
    ordinary = draft.stratum == 0
    draft.homes["residence_principale"] = ordinary | (draft.stratum == STRATA.index("foyer"))
    draft.homes["classe_dpe"] = _classes(draft, ordinary)
    draft.enums["classe_dpe"] = ClasseDPE
    ages = draft.book["age_du_logement"]
    recent = np.isin(draft.homes["classe_dpe"], (ClasseDPE.a.index, ClasseDPE.b.index))
    new = draft.rng.integers(0, ages["recent_maximum"], draft.households, endpoint=True)
    old = draft.rng.integers(ages["ancien_minimum"], ages["ancien_maximum"], draft.households, endpoint=True)
    draft.homes["anciennete_logement"] = np.where(recent, new, old)
    head = (draft.role == REFERENCE) & ordinary[draft.menage]
    spouse = (draft.role == SPOUSE) & draft.chance(draft.book["titulaire_electricite"]["conjoint"])
    draft.people["titulaire_contrat_electricite"] = head | spouse


def dispose(draft: Draft) -> None:
    """Place the disposable income of households on the distribution of the département, by rank of resources."""
    own = draft.sum_by_home(monthly(draft, (*WORK, *REPLACEMENT, *OTHER, "bourse_enseignement_sup")))
    family = draft.groups[Famille.key]
    heads = np.flatnonzero(family.roles == 0)
    benefits = np.zeros(draft.count)
    for name in ("rsa", "ppa", "aide_logement"):
        benefits[heads] += draft.families[name][family.member_of[heads]]
    units = consumption_units(draft)
    standard = (own + draft.sum_by_home(benefits)) / units
    noise = draft.lognormal(1.0, 0.12, draft.households)  # taxes and savings, which are not drawn
    rank = _rank(standard * noise, weights=draft.sum_by_home(np.ones(draft.count)))
    draft.homes["revenu_disponible"] = _quantile(draft, rank) * units


def heat(draft: Draft) -> None:
    """Draw what households pay for energy, whether they were cold, and what they owe."""
    book, size = draft.book, draft.households
    figures = book["depenses_energie"]
    people = draft.sum_by_home(np.ones(draft.count))
    by_class = np.array([figures["d"], *(figures[name] for name in CLASSES.values())], dtype=float)
    standard = draft.homes["revenu_disponible"] / consumption_units(draft)
    middle = book.margins["niveaux_de_vie"].values["50"]
    wealth = (standard / middle) ** figures["elasticite_revenu"]
    factor = by_class[draft.homes["classe_dpe"]] * (1 + figures["par_personne"] * (people - 2)) * wealth
    spent = draft.lognormal(figures["mediane"], book["dispersion"]["energie"], size) * factor
    ordinary = draft.stratum == 0
    draft.homes["depenses_energie_logement"] = np.where(ordinary, spent, 0.0)
    modest = (
        standard
        < baseline().get_parameters_at_instant(f"{draft.year}-01-01").precarite_energetique.niveau_de_vie
    )
    sieve = np.isin(draft.homes["classe_dpe"], (ClasseDPE.f.index, ClasseDPE.g.index))
    cold = book["froid"]
    chance = np.where(modest, cold["modeste"], cold["autre"]) * np.where(sieve, cold["passoire"], 1)
    draft.homes["froid_ressenti"] = ordinary & draft.chance(chance, size)
    _owe(draft, modest)


def ask(draft: Draft) -> None:
    """Draw who asks in the year for works or for solar panels."""
    owner = np.isin(
        draft.homes["statut_occupation_logement"], [StatutOccupationLogement[name].index for name in OWNERS]
    ) & (draft.stratum == 0)
    _renovate(draft, owner)
    _panels(draft, owner)
    hostel = draft.stratum == STRATA.index("foyer")
    draft.homes["aide_residence_sociale_accordee"] = draft.choose(
        "aide_residence_sociale_accordee",
        [(hostel, Appreciation.oui)],
        Appreciation.non_renseigne,
        draft.households,
    )


def consumption_units(draft: Draft) -> Array:
    """Return the consumption units of households, by the figures of the law."""
    figures = baseline().get_parameters_at_instant(f"{draft.year}-01-01").unites_consommation
    child = (draft.age < figures.age_enfant_exclu).astype(float)
    children = draft.sum_by_home(child)
    others = np.maximum(draft.sum_by_home(1 - child) - 1, 0)
    return np.asarray(figures.premier_adulte + figures.autre_personne * others + figures.enfant * children)


def _rank(values: Array, weights: Array | None = None) -> Array:
    """Return the share of people (or of rows) below each value, strictly between 0 and 1."""
    order = np.argsort(values, kind="stable")
    mass = (np.ones(len(values)) if weights is None else weights)[order]
    ranks = np.empty(len(values))
    ranks[order] = (np.cumsum(mass) - mass / 2) / mass.sum()
    return ranks


def _quantile(draft: Draft, rank: Array) -> Array:
    """Return the standard of living at a rank, in the département.

    The logarithm is straight between the points known: a floor, the poverty line, the first decile,
    the median, the ninth decile; above it the tail is Pareto's.
    """
    book = draft.book
    known = {int(part) / 100: value for part, value in book.margins["niveaux_de_vie"].values.items()}
    line = book["seuil_pauvrete"]["ensemble"] * 12
    poverty = book.margins.get("taux_pauvrete")
    if poverty is not None:
        known[poverty.values["ensemble"] / 100] = line
    known[0.0] = line * book["queue_basse"]["plancher"]
    points = sorted(known)
    levels = np.maximum.accumulate([known[point] for point in points])
    inside = np.exp(np.interp(rank, points, np.log(levels)))
    last = points[-1]
    above = np.maximum((1 - last) / np.maximum(1 - rank, 1e-9), 1)
    return np.asarray(inside * above ** (1 / book["queue_haute"]["pareto"]))


def _tenures(draft: Draft, rank: Array) -> Array:
    book, size = draft.book, draft.households
    shares = book["proprietaires"]
    age = draft.age[draft.reference]
    middle = np.clip(by_band(age, shares, otherwise=1) / 100, 0.01, 0.99)
    slope = shares["pente_du_niveau_de_vie"] * (rank - 0.5)
    owner = draft.rng.random(size) < 1 / (1 + (1 - middle) / middle * np.exp(-slope))
    groups = {
        "proprietaire_jeune": owner & (age < 55),
        "proprietaire_age": owner & (age >= 55),
        "locataire_modeste": ~owner & (rank < 0.5),
        "locataire_autre": ~owner & (rank >= 0.5),
    }
    tenure = np.full(size, StatutOccupationLogement.non_renseigne.index, dtype=np.int16)
    for name, rows in groups.items():
        parts = book["statut_du_logement"][name]
        members = np.array([StatutOccupationLogement[part].index for part in parts])
        tenure[rows] = members[pick(draft.rng, parts, int(rows.sum()))]
    tenure[draft.stratum != 0] = StatutOccupationLogement.non_renseigne.index
    for name, member in (
        ("foyer", StatutOccupationLogement.locataire_foyer),
        ("sans_domicile", StatutOccupationLogement.sans_domicile),
    ):
        tenure[draft.stratum == STRATA.index(name)] = member.index
    return tenure


def _classes(draft: Draft, ordinary: Mask) -> Array:
    shares = draft.book.margins["menages_par_classe_dpe"].values
    first = {name: shares[part] / (2 if part == "a_b" else 1) for name, part in CLASSES.items()}
    members = np.array([ClasseDPE[name].index for name in first], dtype=np.int16)
    drawn = members[pick(draft.rng, first, draft.households)]
    return np.where(ordinary, drawn, ClasseDPE.non_renseigne.index).astype(np.int16)


def _owe(draft: Draft, modest: Mask) -> None:
    figures, size = draft.book["impayes_energie"], draft.households
    young = draft.age[draft.reference] < 35
    risk = np.where(young, figures["jeune"], 1) * np.where(modest, figures["modeste"], 1)
    ordinary = draft.stratum == 0
    chance = figures["part"] * risk / risk[ordinary].mean()
    owes = ordinary & draft.chance(chance, size)
    amounts = draft.lognormal(figures["mediane"], 0.6, size)
    draft.homes["impayes_energie"] = np.where(owes, amounts, 0.0)
    draft.homes["contrat_impaye_au_nom_du_menage"] = owes & draft.chance(figures["au_nom"], size)
    draft.homes["contrat_impaye_en_cours"] = owes & draft.chance(figures["en_cours"], size)


def _days(draft: Draft) -> Array:
    """Draw days of the year of the sample."""
    return np.datetime64(f"{draft.year}-01-01", "D") + draft.rng.integers(0, 365, draft.households)


def _dated(asks: Mask, days: Array) -> Array:
    return np.where(asks, days, np.datetime64("NaT", "D"))


def _renovate(draft: Draft, owner: Mask) -> None:
    figures, size = draft.book["renovation"], draft.households
    dpe = draft.homes["classe_dpe"]
    sieve = np.isin(dpe, (ClasseDPE.f.index, ClasseDPE.g.index))
    asks = owner & draft.chance(figures["demandes"] * np.where(sieve, 3, 1), size)
    works = np.where(asks, draft.lognormal(figures["travaux_mediane"], 0.5, size), 0.0)
    gained = np.clip(np.rint(figures["classes"] + draft.rng.standard_normal(size)), 1, 5)
    after = np.where(asks & (dpe > 1), np.maximum(dpe - gained, 1), 0).astype(np.int16)
    draft.homes["date_demande_renovation"] = _dated(asks, _days(draft))
    draft.homes["travaux_renovation_ht"] = works
    draft.homes["travaux_renovation_ttc"] = works * (1 + figures["tva"] / 100)
    draft.homes["classe_dpe_apres_travaux"] = after
    draft.enums["classe_dpe_apres_travaux"] = ClasseDPE
    draft.homes["gain_energetique"] = np.where(asks, np.clip(0.15 * gained, 0, 0.9), 0.0)
    share = np.where(draft.homes["revenu_disponible"] < np.median(draft.homes["revenu_disponible"]), 1.0, 0.5)
    draft.homes["maprimerenov"] = works * share * figures["part_maprimerenov"] / 100
    draft.homes["autres_aides_renovation"] = works * figures["autres_aides"] / 100
    draft.homes["cout_accompagnement_renovation"] = np.where(asks, float(figures["accompagnement"]), 0.0)
    accepted = draft.chance(figures["accepte"], size)
    draft.homes["projet_renovation_accepte"] = draft.choose(
        "projet_renovation_accepte",
        [(asks & accepted, Appreciation.oui)],
        Appreciation.non,
        size,
    )


def _panels(draft: Draft, owner: Mask) -> None:
    figures, size = draft.book["panneaux"], draft.households
    asks = owner & draft.chance(figures["demandes"], size)
    power = np.round(draft.rng.uniform(figures["puissance_minimum"], figures["puissance_maximum"], size), 1)
    draft.homes["date_demande_raccordement"] = _dated(asks, _days(draft))
    draft.homes["puissance_panneaux"] = np.where(asks, power, 0.0)
    draft.homes["cout_panneaux"] = np.where(asks, power * figures["cout_par_kwc"], 0.0)
    draft.homes["panneaux_en_toiture"] = asks & draft.chance(figures["toiture"], size)
    draft.homes["panneaux_installateur_rge"] = asks & draft.chance(figures["rge"], size)
    draft.homes["panneaux_vente_surplus"] = asks & draft.chance(figures["surplus"], size)
