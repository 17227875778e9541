"""What people do: studies, work, unemployment; where each of them lives; who is attached to whose taxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dept_rules.enums import Appreciation, Departement, Hebergement, StatutActivite
from dept_rules.people import Array
from dept_rules.population.draw.composition import CHILD, LONE_PARENT, PARENTS
from dept_rules.population.draw.draft import (
    STRATA,
    Draft,
    Mask,
    along,
    between,
    by_band,
    index,
    indices,
    limits,
    pick,
)


def occupy(draft: Draft) -> None:
    """Draw what people do and where they live."""
    draft.people["statut_activite"] = _activities(draft)
    draft.enums["statut_activite"] = StatutActivite
    draft.people["hebergement"] = _lodgings(draft)
    draft.people["rattachement_fiscal"] = _attachments(draft)
    draft.people["mois_residence_departement"] = _residence(draft)
    here = index(Departement, f"d{draft.book.departement}")
    draft.homes["departement"] = np.full(draft.households, here, dtype=np.int16)
    draft.enums["departement"] = Departement
    shared = draft.book["garde_alternee"]
    kind = draft.kind[draft.menage]
    chance = np.select(
        [kind == LONE_PARENT, kind == PARENTS], [shared["monoparental"], shared["couple_avec_enfants"]]
    )
    draft.people["garde_alternee"] = ~draft.adult & (draft.role == CHILD) & draft.chance(chance)
    emancipated = draft.book["emancipes"]
    old_enough = ~draft.adult & (draft.age >= emancipated["age_minimum"])
    draft.people["emancipe"] = old_enough & draft.chance(emancipated["part"])


def is_(draft: Draft, *names: str) -> Mask:
    """Return, for each person, whether their activity is one of those named."""
    return np.isin(draft.people["statut_activite"], indices(StatutActivite, names))


def _activities(draft: Draft) -> Array:
    ages = draft.book["ages"]
    young = between(draft.age, ages["tirage_minimum"], ages["tirage_maximum"])
    status = np.full(draft.count, index(StatutActivite, "non_renseigne"), dtype=np.int16)
    status[(draft.age >= ages["secondaire"]) & ~young] = index(StatutActivite, "eleve")
    for span, shares in draft.book["activite_des_adultes"].items():
        rows = between(draft.age, *limits(span))
        status[rows] = indices(StatutActivite, shares)[pick(draft.rng, shares, int(rows.sum()))]
    status[young] = _young(draft, draft.age[young])
    kept_in = np.isin(draft.stratum, [STRATA.index("detention"), STRATA.index("etablissement")])[draft.menage]
    status[kept_in & (status != index(StatutActivite, "retraite"))] = index(StatutActivite, "inactif")
    return status


def _young(draft: Draft, age: Array) -> Array:
    """Draw an activity by single age: at school, neither at school nor at work, or else at work."""
    book, size = draft.book, len(age)
    enrolled, neither = along(age, book["scolarisation"]), along(age, book["ni_emploi_ni_etudes"])
    drawn = draft.rng.random(size) * 100
    return np.select(
        [drawn < enrolled, drawn < enrolled + neither],
        [_at_school(draft, age), _named(draft, book["composition_ni_emploi_ni_etudes"], size)],
        _at_work(draft, age),
    )


def _at_school(draft: Draft, age: Array) -> Array:
    book, size = draft.book, len(age)
    others, higher = book["autres_activites_des_jeunes"], book["part_du_superieur"]
    apprentice = draft.chance(others["apprenti"], size) & (age <= others["age_maximum"])
    first = int(next(iter(higher)))
    studies = draft.chance(np.where(age < first, 0.0, along(age, higher)), size)
    apprenti, etudiant, eleve = indices(StatutActivite, ("apprenti", "etudiant", "eleve"))
    return np.select([apprentice, studies], [apprenti, etudiant], eleve)


def _at_work(draft: Draft, age: Array) -> Array:
    others = draft.book["autres_activites_des_jeunes"]
    shares = {name: float(others[name]) for name in ("formation", "service_civique", "stagiaire")}
    shares["actif"] = 100 - sum(shares.values())
    return np.where(
        age <= others["age_maximum"], _named(draft, shares, len(age)), index(StatutActivite, "actif")
    )


def _named(draft: Draft, shares: Mapping[str, Any], size: int) -> Array:
    return np.asarray(indices(StatutActivite, shares)[pick(draft.rng, shares, size)])


def _lodgings(draft: Draft) -> Array:
    places = {
        "etablissement": Hebergement.etablissement,
        "foyer": Hebergement.foyer,
        "ase": Hebergement.ase,
        "detention": Hebergement.detention,
        "sans_domicile": Hebergement.sans_domicile,
    }
    stratum = draft.stratum[draft.menage]
    conditions = [(stratum == STRATA.index(name), member) for name, member in places.items()]
    conditions.append((draft.role == CHILD, Hebergement.parents))
    return draft.choose("hebergement", conditions, Hebergement.autonome, draft.count)


def _attachments(draft: Draft) -> Array:
    """Draw which grown children at home are attached to the tax household of their parents."""
    figures, student = draft.book["rattachement_fiscal"], is_(draft, "etudiant", "eleve")
    young = draft.age < np.where(student, figures["age_etudiant_exclu"], figures["age_autre_exclu"])
    chance = np.where(student, figures["etudiant"], figures["autre"])
    attached = (draft.role == CHILD) & draft.adult & young & draft.chance(chance)
    return draft.choose(
        "rattachement_fiscal",
        [(attached, Appreciation.oui), (draft.adult, Appreciation.non)],
        Appreciation.non_renseigne,
        draft.count,
    )


def _residence(draft: Draft) -> Array:
    """Draw for how many months people have lived in the département; children as long as their parent."""
    chances = draft.book["anciennete_residence"]
    yearly = by_band(draft.age, chances, otherwise=min(chances.values())) / 100
    months = 12 * draft.rng.exponential(1 / yearly)
    months = np.where(draft.role == CHILD, months[draft.reference[draft.menage]], months)
    return np.asarray(np.minimum(months, 12 * draft.age), dtype=np.int64)
