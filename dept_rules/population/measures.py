"""What is measured in a sample: who each margin is about, and which category they are in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dept_rules.entities import Famille
from dept_rules.enums import ClasseDPE, StatutOccupationLogement
from dept_rules.people import Array
from dept_rules.population.draw.activity import is_
from dept_rules.population.draw.composition import (
    ALONE,
    CHILD,
    COUPLE,
    FLATMATES,
    LONE_PARENT,
    PARENTS,
    SPOUSE,
)
from dept_rules.population.draw.draft import Draft, Mask, between, indices, limits
from dept_rules.population.draw.dwelling import CLASSES, owners
from dept_rules.population.draw.income import received, standard_of_living
from dept_rules.population.draw.resources import OTHER, REPLACEMENT, WORK, monthly


class Measure(NamedTuple):
    """What a margin reads.

    Attributes:
        domain: for each person or household, whether the margin is about them.
        value: what is averaged over the domain: whether they are in the category (a share), or an amount.
    """

    domain: Mask
    value: Array


def quantile(draft: Draft, weights: Array, share: float) -> float:
    """Return the standard of living below which a share of people in ordinary households lives."""
    kept = _ordinary(draft)
    values, mass = standard_of_living(draft)[draft.menage][kept], weights[draft.menage][kept]
    order = np.argsort(values)
    below = np.cumsum(mass[order])
    return float(values[order][np.searchsorted(below, share * below[-1])])


def _ordinary(draft: Draft) -> Mask:
    return np.asarray(draft.ordinary[draft.menage])


def aged(draft: Draft, category: str) -> Mask:
    """Return, for each person, whether their age is of a band."""
    return between(draft.age, *limits(category))


def size(draft: Draft, category: str) -> Measure:
    """Read the sizes of ordinary households."""
    people = draft.sum_by_home(np.ones(draft.count))
    return Measure(draft.ordinary, between(people, *limits(category)))


KINDS = {
    "couple_sans_enfant": COUPLE,
    "couple_avec_enfants": PARENTS,
    "monoparental": LONE_PARENT,
    "sans_famille": FLATMATES,
}


def kind(draft: Draft, category: str) -> Measure:
    """Read the kinds of ordinary households of several people."""
    several = draft.ordinary & (draft.kind != ALONE)
    return Measure(several, draft.kind == KINDS[category])


def age(draft: Draft, category: str) -> Measure:
    """Read the ages of everybody."""
    return Measure(np.ones(draft.count, dtype=bool), aged(draft, category))


def adult_age(draft: Draft, category: str) -> Measure:
    """Read the ages of adults."""
    return Measure(draft.adult, aged(draft, category))


def with_parents(draft: Draft, category: str) -> Measure:
    """Read who of an age lives with their parents."""
    return Measure(aged(draft, category) & _ordinary(draft), draft.role == CHILD)


def enrolled(draft: Draft, category: str) -> Measure:
    """Read who of an age is at school, at university or in apprenticeship."""
    return Measure(aged(draft, category), is_(draft, "eleve", "etudiant", "apprenti"))


def neither(draft: Draft, category: str) -> Measure:
    """Read who of an age is neither at work nor in training."""
    return Measure(aged(draft, category), is_(draft, "chomeur", "inactif"))


def wage(draft: Draft, _: str) -> Measure:
    """Read the earnings of young adults who work, apprentices included."""
    wages = monthly(draft, WORK)
    employed = is_(draft, "actif", "apprenti") & aged(draft, "18-24") & (wages > 0)
    return Measure(employed, wages)


def employed(draft: Draft, _: str) -> Measure:
    """Read which young adults mostly work."""
    return Measure(aged(draft, "18-24"), is_(draft, "actif"))


def energy_class(draft: Draft, category: str) -> Measure:
    """Read the energy classes of dwellings."""
    members = indices(ClasseDPE, [name for name, part in CLASSES.items() if part == category])
    return Measure(draft.ordinary, np.isin(draft.homes["classe_dpe"], members))


def below(draft: Draft, value: float) -> Measure:
    """Read who has a standard of living under a value."""
    return Measure(_ordinary(draft), (standard_of_living(draft) < value)[draft.menage])


def poor(draft: Draft, _: str) -> Measure:
    """Read who is under the poverty line."""
    return below(draft, draft.poverty_line)


def poor_by_reference(draft: Draft, category: str) -> Measure:
    """Read who is poor, by age of the reference person of their household."""
    domain, below_line = poor(draft, category)
    age = draft.age[draft.reference][draft.menage]
    return Measure(domain & between(age, *limits(category)), below_line)


def poor_young(draft: Draft, _: str) -> Measure:
    """Read which young adults are poor."""
    domain, below_line = poor(draft, "")
    return Measure(domain & aged(draft, "18-24"), below_line)


def owned(draft: Draft, _: str) -> Measure:
    """Read who lives in a dwelling that their household owns, or is buying."""
    return Measure(_ordinary(draft), owners(draft)[draft.menage])


TENURES = {
    "proprietaire": ("proprietaire",),
    "accedant": ("primo_accedant",),
    "hlm": ("locataire_hlm",),
    "prive": ("locataire_vide", "locataire_meuble"),
    "gratuit": ("loge_gratuitement",),
}


def tenure(draft: Draft, category: str) -> Measure:
    """Read how households occupy their dwelling."""
    members = indices(StatutOccupationLogement, TENURES[category])
    return Measure(draft.ordinary, np.isin(draft.homes["statut_occupation_logement"], members))


def energy_poverty(draft: Draft, _: str) -> Measure:
    """Read which modest households spend too large a share of their income on energy."""
    figures = draft.figures.precarite_energetique
    modest = standard_of_living(draft) < figures.niveau_de_vie
    bill, income = draft.homes["depenses_energie_logement"], draft.homes["revenu_disponible"]
    return Measure(draft.ordinary, modest & (bill > figures.taux_effort * np.maximum(income, 0)))


def in_care(draft: Draft, category: str) -> Measure:
    """Read who of an age is in the care of child protection."""
    return Measure(aged(draft, category), draft.people["ase_prise_en_charge_en_cours"])


def mean_size(draft: Draft, _: str) -> Measure:
    """Read how many people live in ordinary households."""
    return Measure(draft.ordinary, draft.sum_by_home(np.ones(draft.count)))


def not_working_25_29(draft: Draft, _: str) -> Measure:
    """Read who of 25 to 29 is neither at work nor in training."""
    return neither(draft, "25-29")


def women_in_couple(draft: Draft, category: str) -> Measure:
    """Read which women of an age live with a partner."""
    partners = (draft.role <= SPOUSE) & np.isin(draft.kind, (COUPLE, PARENTS))[draft.menage]
    return Measure(aged(draft, category) & draft.female, partners)


def students_with_parents(draft: Draft, _: str) -> Measure:
    """Read which students live with their parents."""
    return Measure(is_(draft, "etudiant"), draft.role == CHILD)


def resources(draft: Draft, category: str) -> Measure:
    """Read the yearly resources of young adults by what they do and whether they live with their parents."""
    status, _, place = category.partition("_")
    doing = {
        "etudiant": is_(draft, "etudiant", "eleve") & (monthly(draft, WORK) == 0),
        "emploi": is_(draft, "actif"),
        "inoccupe": is_(draft, "chomeur", "inactif"),
    }[status]
    home = (draft.role == CHILD) == (place == "chez_parents")
    family, parent = draft.groups[Famille.key], draft.groups[Famille.key].roles < 2
    parents = np.bincount(family.member_of, weights=parent)
    shared = (received(draft) / np.maximum(parents, 1))[family.member_of] * parent
    own = monthly(draft, (*WORK, *REPLACEMENT, *OTHER, "bourse_enseignement_sup", "contrat_engagement_jeune"))
    return Measure(draft.young & _ordinary(draft) & doing & home, 12 * (own + shared))


def cheque(draft: Draft, _: str) -> Measure:
    """Read which households the rules give a chèque énergie."""
    return Measure(draft.ordinary, draft.outputs["cheque_energie"] > 0)


def households(draft: Draft, _: str) -> Measure:
    """Read which households live in an ordinary dwelling."""
    return Measure(np.ones(draft.households, dtype=bool), draft.ordinary)


def outside(draft: Draft, _: str) -> Measure:
    """Read who lives outside ordinary dwellings."""
    return Measure(np.ones(draft.count, dtype=bool), ~_ordinary(draft))
