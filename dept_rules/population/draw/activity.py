"""What people do: studies, work, unemployment; where each of them lives; who is attached to whose taxes."""

from __future__ import annotations

import numpy as np

from dept_rules.enums import Appreciation, Departement, Hebergement, StatutActivite
from dept_rules.people import Array
from dept_rules.population.draw.composition import CHILD, LONE_PARENT, PARENTS, REFERENCE
from dept_rules.population.draw.draft import STRATA, Draft, along, by_band, limits, pick

#: Ages whose activity is drawn by single age; younger people are at school, older ones by band.
YOUNG = (16, 29)
#: Ages of tax attachment, for students and for others (code général des impôts, article 6).
ATTACHED_STUDENT, ATTACHED_OTHER = 25, 21


def occupy(draft: Draft) -> None:
    """Draw what people do and where they live."""
    draft.people["statut_activite"] = _activities(draft)
    draft.enums["statut_activite"] = StatutActivite
    draft.people["hebergement"] = _lodgings(draft)
    draft.people["rattachement_fiscal"] = _attachments(draft)
    draft.people["mois_residence_departement"] = _residence(draft)
    draft.homes["departement"] = np.full(
        draft.households, Departement[f"d{draft.book.departement}"].index, dtype=np.int16
    )
    draft.enums["departement"] = Departement
    minor = draft.age < 18
    shared = draft.book["garde_alternee"]
    kind = draft.kind[draft.menage]
    chance = np.select(
        [kind == LONE_PARENT, kind == PARENTS], [shared["monoparental"], shared["couple_avec_enfants"]]
    )
    draft.people["garde_alternee"] = minor & (draft.role == CHILD) & draft.chance(chance)
    emancipated = draft.chance(draft.book["emancipes"]["part"])
    draft.people["emancipe"] = emancipated & minor & (draft.age >= YOUNG[0])


def _activities(draft: Draft) -> Array:
    status = np.full(draft.count, StatutActivite.non_renseigne.index, dtype=np.int16)
    status[(draft.age >= 11) & (draft.age < YOUNG[0])] = StatutActivite.eleve.index
    for span, shares in draft.book["activite_des_adultes"].items():
        low, high = limits(span)
        rows = (draft.age >= low) & (draft.age <= high)
        members = np.array([StatutActivite[name].index for name in shares])
        status[rows] = members[pick(draft.rng, shares, int(rows.sum()))]
    young = (draft.age >= YOUNG[0]) & (draft.age <= YOUNG[1])
    status[young] = _young(draft, draft.age[young])
    prison = draft.stratum[draft.menage] == STRATA.index("detention")
    inactive = prison | (draft.stratum[draft.menage] == STRATA.index("etablissement"))
    status[inactive & (status != StatutActivite.retraite.index)] = StatutActivite.inactif.index
    return status


def _young(draft: Draft, age: Array) -> Array:
    """Draw the activity of 16–29s: at school, neither at school nor at work, or else at work."""
    book, size = draft.book, len(age)
    enrolled, neither = along(age, book["scolarisation"]), along(age, book["ni_emploi_ni_etudes"])
    drawn = draft.rng.random(size) * 100
    others = book["autres_activites_des_jeunes"]
    apprentice = draft.chance(others["apprenti"], size) & (age <= 25)
    higher = draft.chance(np.where(age < 18, 0.0, along(age, book["part_du_superieur"])), size)
    at_school = np.select(
        [apprentice, higher],
        [StatutActivite.apprenti.index, StatutActivite.etudiant.index],
        StatutActivite.eleve.index,
    )
    names = ("formation", "service_civique", "stagiaire")
    rest = {**{name: others[name] for name in names}, "actif": 100 - sum(others[name] for name in names)}
    at_work = np.array([StatutActivite[name].index for name in rest])[pick(draft.rng, rest, size)]
    at_work[age > 25] = StatutActivite.actif.index
    parts = book["composition_ni_emploi_ni_etudes"]
    without = np.array([StatutActivite[name].index for name in parts])[pick(draft.rng, parts, size)]
    return np.select([drawn < enrolled, drawn < enrolled + neither], [at_school, without], at_work)


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
    student = _student(draft)
    shares = draft.book["rattachement_fiscal"]
    of_age = np.where(student, draft.age < ATTACHED_STUDENT, draft.age < ATTACHED_OTHER)
    grown = (draft.role == CHILD) & (draft.age >= 18)
    attached = grown & of_age & draft.chance(np.where(student, shares["etudiant"], shares["autre"]))
    return draft.choose(
        "rattachement_fiscal",
        [(attached, Appreciation.oui), (draft.age >= 18, Appreciation.non)],
        Appreciation.non_renseigne,
        draft.count,
    )


def _student(draft: Draft) -> Array:
    return np.isin(
        draft.people["statut_activite"], (StatutActivite.etudiant.index, StatutActivite.eleve.index)
    )


def _residence(draft: Draft) -> Array:
    """Draw for how many months people have lived in the département; children as long as their parent."""
    yearly = np.maximum(by_band(draft.age, draft.book["anciennete_residence"], otherwise=2), 0.5) / 100
    months = 12 * draft.rng.exponential(1 / yearly)
    months = np.where(draft.role == CHILD, months[draft.reference[draft.menage]], months)
    assert REFERENCE == 0
    return np.minimum(months, 12 * draft.age + 6).astype(np.int64)
