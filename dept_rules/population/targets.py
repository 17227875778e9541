"""What each margin measures in a sample: who it is about, and which category each of them is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dept_rules.entities import Famille
from dept_rules.enums import ClasseDPE, StatutOccupationLogement
from dept_rules.errors import Fault, did_you_mean, nearest
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
from dept_rules.population.draw.resources import OTHER, REPLACEMENT, WORK, monthly, wage_growth
from dept_rules.population.margins import Figure

#: By how much the shares of a whole may miss 100 per cent.
ROUNDING = 0.5


class Measure(NamedTuple):
    """What a margin reads.

    Attributes:
        domain: for each person or household, whether the margin is about them.
        value: what is averaged over the domain: whether they are in the category (a share), or an amount.
    """

    domain: Mask
    value: Array


@dataclass(frozen=True)
class Target:
    """A margin that a sample can be compared with.

    Attributes:
        label: what it is, in French.
        unit: of its values.
        measure: returns what a category reads in a sample.
        of_people: whether it is about people, rather than households.
        calibrated: whether weights are made to reach it; otherwise it is a check.
        categories: those allowed; none where they are ages or bands of ages.
        scaled: returns what its values are multiplied by for a year.
    """

    label: str
    unit: str
    measure: Callable[[Draft, str], Measure]
    of_people: bool = False
    calibrated: bool = True
    categories: tuple[str, ...] = ()
    scaled: Callable[[int], float] = lambda year: 1.0


def faults(figure: Figure) -> Iterator[Fault]:
    """Yield what is wrong with the figure of a margin."""
    path = f"margins.{figure.name}"
    target = TARGETS.get(figure.name)
    if target is None:
        yield Fault(
            path, f"is unknown{did_you_mean(nearest(figure.name, TARGETS))}", f"one of {', '.join(TARGETS)}"
        )
        return
    if figure.unit != target.unit:
        yield Fault(f"{path}.unit", f"is {figure.unit}", target.unit)
    for category in figure.values:
        if target.categories and category not in target.categories:
            yield Fault(
                f"{path}.values.{category}", "is no category", f"one of {', '.join(target.categories)}"
            )
        elif not target.categories and not _is_band(category):
            yield Fault(f"{path}.values.{category}", "is no age", 'one such as "18-24", "75+" or "21"')
    numbers = list(figure.values.values())
    if target.unit == "percent":
        if any(number > 100 for number in numbers):
            yield Fault(f"{path}.values", "a share is above 100", "shares in per cent")
        exclusive = figure.name in PARTITIONS
        total = sum(numbers)
        whole = exclusive and set(figure.values) == set(target.categories)
        if exclusive and (total > 100 + ROUNDING or (whole and total < 100 - ROUNDING)):
            yield Fault(f"{path}.values", f"sum to {total:.1f}", "100 per cent in all")


def columns(draft: Draft, figure: Figure) -> Iterator[tuple[str, Measure, float]]:
    """Yield, for each category of a margin, what it measures in the sample and what it should be."""
    target = TARGETS[figure.name]
    factor = target.scaled(draft.year) / (100 if target.unit == "percent" else 1)
    total = sum(figure.values.values())
    if figure.name in PARTITIONS and abs(total - 100) <= ROUNDING:
        factor *= 100 / total  # published shares are rounded
    for category, value in figure.values.items():
        if figure.name == "niveaux_de_vie":  # a quantile: the share of people below a value
            yield category, _below(draft, float(value)), int(category) / 100
        else:
            yield category, target.measure(draft, category), value * factor


def _is_band(category: str) -> bool:
    try:
        limits(category)
    except ValueError:
        return False
    return True


# --- measures ------------------------------------------------------------------------------------


def _ordinary(draft: Draft) -> Mask:
    return draft.ordinary[draft.menage]


def _aged(draft: Draft, category: str) -> Mask:
    return between(draft.age, *limits(category))


def _size(draft: Draft, category: str) -> Measure:
    people = draft.sum_by_home(np.ones(draft.count))
    return Measure(draft.ordinary, between(people, *limits(category)))


KINDS = {
    "couple_sans_enfant": COUPLE,
    "couple_avec_enfants": PARENTS,
    "monoparental": LONE_PARENT,
    "sans_famille": FLATMATES,
}


def _kind(draft: Draft, category: str) -> Measure:
    several = draft.ordinary & (draft.kind != ALONE)
    return Measure(several, draft.kind == KINDS[category])


def _age(draft: Draft, category: str) -> Measure:
    return Measure(np.ones(draft.count, dtype=bool), _aged(draft, category))


def _adult_age(draft: Draft, category: str) -> Measure:
    return Measure(draft.age >= 18, _aged(draft, category))


def _with_parents(draft: Draft, category: str) -> Measure:
    return Measure(_aged(draft, category) & _ordinary(draft), draft.role == CHILD)


def _enrolled(draft: Draft, category: str) -> Measure:
    return Measure(_aged(draft, category), is_(draft, "eleve", "etudiant", "apprenti"))


def _neither(draft: Draft, category: str) -> Measure:
    return Measure(_aged(draft, category), is_(draft, "chomeur", "inactif"))


def _wage(draft: Draft, _: str) -> Measure:
    wages = monthly(draft, WORK)
    employed = is_(draft, "actif", "apprenti") & _aged(draft, "18-24") & (wages > 0)
    return Measure(employed, wages)


def _employed(draft: Draft, _: str) -> Measure:
    return Measure(_aged(draft, "18-24"), is_(draft, "actif"))


def _class(draft: Draft, category: str) -> Measure:
    members = indices(ClasseDPE, [name for name, part in CLASSES.items() if part == category])
    return Measure(draft.ordinary, np.isin(draft.homes["classe_dpe"], members))


def _below(draft: Draft, value: float) -> Measure:
    return Measure(_ordinary(draft), (standard_of_living(draft) < value)[draft.menage])


def _line(draft: Draft) -> float:
    return float(draft.book["seuil_pauvrete"]["ensemble"]) * 12


def _poor(draft: Draft, _: str) -> Measure:
    return _below(draft, _line(draft))


def _poor_by_reference(draft: Draft, category: str) -> Measure:
    domain, poor = _poor(draft, category)
    age = draft.age[draft.reference][draft.menage]
    return Measure(domain & between(age, *limits(category)), poor)


def _poor_young(draft: Draft, _: str) -> Measure:
    domain, poor = _poor(draft, "")
    return Measure(domain & _aged(draft, "18-24"), poor)


def _owned(draft: Draft, _: str) -> Measure:
    return Measure(_ordinary(draft), owners(draft)[draft.menage])


TENURES = {
    "proprietaire": ("proprietaire",),
    "accedant": ("primo_accedant",),
    "hlm": ("locataire_hlm",),
    "prive": ("locataire_vide", "locataire_meuble"),
    "gratuit": ("loge_gratuitement",),
}


def _tenure(draft: Draft, category: str) -> Measure:
    members = indices(StatutOccupationLogement, TENURES[category])
    return Measure(draft.ordinary, np.isin(draft.homes["statut_occupation_logement"], members))


def _energy(draft: Draft, _: str) -> Measure:
    figures = draft.figures.precarite_energetique
    modest = standard_of_living(draft) < figures.niveau_de_vie
    bill, income = draft.homes["depenses_energie_logement"], draft.homes["revenu_disponible"]
    return Measure(draft.ordinary, modest & (bill > figures.taux_effort * np.maximum(income, 0)))


def _in_care(draft: Draft, category: str) -> Measure:
    return Measure(_aged(draft, category), draft.people["ase_prise_en_charge_en_cours"])


def _mean_size(draft: Draft, _: str) -> Measure:
    return Measure(draft.ordinary, draft.sum_by_home(np.ones(draft.count)))


def _not_working_25_29(draft: Draft, _: str) -> Measure:
    return _neither(draft, "25-29")


def _women_in_couple(draft: Draft, category: str) -> Measure:
    partners = (draft.role <= SPOUSE) & np.isin(draft.kind, (COUPLE, PARENTS))[draft.menage]
    return Measure(_aged(draft, category) & draft.female, partners)


def _students_with_parents(draft: Draft, _: str) -> Measure:
    return Measure(is_(draft, "etudiant"), draft.role == CHILD)


def _resources(draft: Draft, category: str) -> Measure:
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


def _cheque(draft: Draft, _: str) -> Measure:
    return Measure(draft.ordinary, draft.outputs["cheque_energie"] > 0)


def _households(draft: Draft, _: str) -> Measure:
    return Measure(np.ones(draft.households, dtype=bool), draft.ordinary)


def _outside(draft: Draft, _: str) -> Measure:
    return Measure(np.ones(draft.count, dtype=bool), ~_ordinary(draft))


ALL = ("ensemble",)
TARGETS: Mapping[str, Target] = {
    "menages": Target("Ménages ordinaires", "count", _households, categories=ALL),
    "personnes_hors_menages": Target(
        "Personnes hors ménages ordinaires", "percent", _outside, of_people=True, categories=ALL
    ),
    "menages_par_taille": Target(
        "Ménages selon leur taille", "percent", _size, categories=("1", "2", "3-4", "5+")
    ),
    "menages_de_plusieurs_par_type": Target(
        "Ménages de plusieurs personnes selon leur type", "percent", _kind, categories=tuple(KINDS)
    ),
    "personnes_par_age": Target("Personnes selon leur âge", "percent", _age, of_people=True),
    "adultes_par_age": Target(
        "Jeunes adultes parmi les 18 ans et plus", "percent", _adult_age, of_people=True
    ),
    "jeunes_chez_leurs_parents": Target(
        "Jeunes chez leurs parents", "percent", _with_parents, of_people=True
    ),
    "jeunes_chez_leurs_parents_par_age": Target(
        "Jeunes chez leurs parents, par âge", "percent", _with_parents, of_people=True
    ),
    "scolarisation_par_age": Target("Jeunes scolarisés, par âge", "percent", _enrolled, of_people=True),
    "ni_emploi_ni_etudes_par_age": Target(
        "Jeunes ni en emploi, ni en études, ni en formation, par âge", "percent", _neither, of_people=True
    ),
    "salaire_moyen_18_24": Target(
        "Salaire net moyen des 18–24 ans en emploi",
        "EUR/month",
        _wage,
        of_people=True,
        categories=ALL,
        scaled=wage_growth,
    ),
    "niveaux_de_vie": Target(
        "Personnes sous ce quantile de niveau de vie",
        "EUR/year",
        lambda draft, category: _below(draft, 0.0),
        of_people=True,
        categories=("10", "20", "25", "30", "40", "50", "60", "70", "75", "80", "90"),
    ),
    "pauvrete_par_age_du_referent": Target(
        "Taux de pauvreté selon l'âge du référent du ménage", "percent", _poor_by_reference, of_people=True
    ),
    "personnes_de_menages_proprietaires": Target(
        "Personnes de ménages propriétaires ou accédants", "percent", _owned, of_people=True, categories=ALL
    ),
    "menages_par_classe_dpe": Target(
        "Ménages selon la classe du logement (DPE)",
        "percent",
        _class,
        categories=("a_b", "c", "d", "e", "f", "g"),
    ),
    "precarite_energetique_tee3d": Target(
        "Ménages en précarité énergétique (TEE_3D)", "percent", _energy, categories=ALL
    ),
    "jeunes_en_prise_en_charge_ase": Target(
        "Jeunes majeurs pris en charge par l'ASE", "percent", _in_care, of_people=True
    ),
    "taux_pauvrete": Target(
        "Taux de pauvreté", "percent", _poor, of_people=True, calibrated=False, categories=ALL
    ),
    "taux_pauvrete_18_24": Target(
        "Taux de pauvreté des 18–24 ans",
        "percent",
        _poor_young,
        of_people=True,
        calibrated=False,
        categories=ALL,
    ),
    "taille_moyenne_menages": Target(
        "Taille moyenne des ménages", "persons", _mean_size, calibrated=False, categories=ALL
    ),
    "ni_emploi_ni_etudes_25_29": Target(
        "25–29 ans ni en emploi, ni en études, ni en formation",
        "percent",
        _not_working_25_29,
        of_people=True,
        calibrated=False,
        categories=ALL,
    ),
    "emploi_18_24": Target(
        "18–24 ans surtout en emploi", "percent", _employed, of_people=True, calibrated=False, categories=ALL
    ),
    "femmes_en_couple_par_age": Target(
        "Femmes en couple, par âge", "percent", _women_in_couple, of_people=True, calibrated=False
    ),
    "etudiants_chez_leurs_parents": Target(
        "Étudiants chez leurs parents",
        "percent",
        _students_with_parents,
        of_people=True,
        calibrated=False,
        categories=ALL,
    ),
    "ressources_18_24": Target(
        "Ressources annuelles moyennes des 18–24 ans",
        "EUR/year",
        _resources,
        of_people=True,
        calibrated=False,
        categories=tuple(
            f"{status}_{place}"
            for status in ("etudiant", "emploi", "inoccupe")
            for place in ("chez_parents", "ailleurs")
        ),
        scaled=wage_growth,
    ),
    "menages_cheque_energie": Target(
        "Ménages qui ont droit au chèque énergie (calculé par les règles)",
        "percent",
        _cheque,
        calibrated=False,
        categories=ALL,
    ),
    "menages_par_statut_occupation": Target(
        "Ménages selon le statut d'occupation",
        "percent",
        _tenure,
        calibrated=False,
        categories=tuple(TENURES),
    ),
}
#: What the law computes, and checks read.
OUTPUTS = ("cheque_energie",)
#: Margins whose categories exclude one another within one domain.
PARTITIONS = frozenset(
    {
        "menages_par_taille",
        "menages_de_plusieurs_par_type",
        "personnes_par_age",
        "adultes_par_age",
        "menages_par_classe_dpe",
        "menages_par_statut_occupation",
    }
)
