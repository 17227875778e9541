"""How households occupy their dwelling: owners or tenants, energy class, age, contract."""

from __future__ import annotations

import numpy as np

from dept_rules.enums import Appreciation, ClasseDPE, StatutOccupationLogement
from dept_rules.people import Array
from dept_rules.population.draw.composition import REFERENCE, SPOUSE
from dept_rules.population.draw.draft import STRATA, Draft, Mask, by_band, index, indices, pick
from dept_rules.population.draw.income import market_rank

OWNERS = ("proprietaire", "primo_accedant")
#: The class of a margin that each class of the law is counted in.
CLASSES = {"a": "a_b", "b": "a_b", "c": "c", "d": "d", "e": "e", "f": "f", "g": "g"}
#: Energy sieves, by law (code de la construction et de l'habitation, L173-1-1).
SIEVES = ("f", "g")


def house(draft: Draft) -> None:
    """Draw how households occupy their dwelling."""
    hostel = draft.stratum == STRATA.index("foyer")
    draft.homes["statut_occupation_logement"] = _tenures(draft, market_rank(draft))
    draft.enums["statut_occupation_logement"] = StatutOccupationLogement
    draft.homes["residence_principale"] = draft.ordinary | hostel
    draft.homes["classe_dpe"] = _classes(draft)
    draft.enums["classe_dpe"] = ClasseDPE
    draft.homes["anciennete_logement"] = _building_ages(draft)
    head = (draft.role == REFERENCE) & draft.ordinary[draft.menage]
    spouse = (draft.role == SPOUSE) & draft.chance(draft.book["titulaire_electricite"]["conjoint"])
    draft.people["titulaire_contrat_electricite"] = head | spouse
    draft.homes["aide_residence_sociale_accordee"] = draft.choose(
        "aide_residence_sociale_accordee",
        [(hostel, Appreciation.oui)],
        Appreciation.non_renseigne,
        draft.households,
    )


def owners(draft: Draft) -> Mask:
    """Return, for each household, whether it owns its dwelling or is buying it."""
    tenure = draft.homes["statut_occupation_logement"]
    return np.isin(tenure, indices(StatutOccupationLogement, OWNERS))


def sieves(draft: Draft) -> Mask:
    """Return, for each household, whether its dwelling is of the worst energy classes."""
    return np.isin(draft.homes["classe_dpe"], indices(ClasseDPE, SIEVES))


def _tenures(draft: Draft, place: Array) -> Array:
    book = draft.book
    shares, limits = book["proprietaires"], book["seuils_du_logement"]
    age = draft.age[draft.reference]
    odds = by_band(age, shares, otherwise=1) / (100 - by_band(age, shares, otherwise=1))
    odds = odds * np.exp(shares["pente_du_niveau_de_vie"] * (place - limits["rang"]))
    owner = draft.chance(100 * odds / (1 + odds), draft.households)
    old, rich = age >= limits["age"], place >= limits["rang"]
    groups = {
        "proprietaire_jeune": owner & ~old,
        "proprietaire_age": owner & old,
        "locataire_modeste": ~owner & ~rich,
        "locataire_autre": ~owner & rich,
    }
    tenure = np.full(draft.households, index(StatutOccupationLogement, "non_renseigne"), dtype=np.int16)
    for name, rows in groups.items():
        parts = book["statut_du_logement"][name]
        rows = rows & draft.ordinary
        members = indices(StatutOccupationLogement, parts)
        tenure[rows] = members[pick(draft.rng, parts, int(rows.sum()))]
    tenure[draft.stratum == STRATA.index("foyer")] = index(StatutOccupationLogement, "locataire_foyer")
    homeless = draft.stratum == STRATA.index("sans_domicile")
    tenure[homeless] = index(StatutOccupationLogement, "sans_domicile")
    return tenure


def _classes(draft: Draft) -> Array:
    shares = draft.book.margins["menages_par_classe_dpe"].values
    merged = list(CLASSES.values())
    first = {name: shares[part] / merged.count(part) for name, part in CLASSES.items()}
    drawn = indices(ClasseDPE, first)[pick(draft.rng, first, draft.households)]
    return np.asarray(np.where(draft.ordinary, drawn, index(ClasseDPE, "non_renseigne")), dtype=np.int16)


def _building_ages(draft: Draft) -> Array:
    """Draw the age of dwellings: the best classes are recent."""
    ages, size = draft.book["age_du_logement"], draft.households
    new = draft.rng.integers(0, ages["recent_maximum"], size, endpoint=True)
    old = draft.rng.integers(ages["ancien_minimum"], ages["ancien_maximum"], size, endpoint=True)
    return np.where(np.isin(draft.homes["classe_dpe"], indices(ClasseDPE, ("a", "b"))), new, old)
