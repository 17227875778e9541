"""Families and tax households, and what national benefits they receive, imputed by a stated rule.

RSA, prime d'activité and housing aid are inputs of the law: they are drawn once, here, and no
reading recomputes them. The rule is told by the structures ``rsa_impute``,
``prime_activite_imputee`` and ``aide_logement_imputee`` and repeated in the notes of a sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dept_rules.derivation import Ages, derive_familles, derive_foyers
from dept_rules.entities import Famille, FoyerFiscal, Menage
from dept_rules.enums import Appreciation, StatutMarital, StatutOccupationLogement
from dept_rules.people import Array, Group
from dept_rules.population.draw.draft import Draft
from dept_rules.population.draw.resources import monthly
from dept_rules.system import baseline

WORK = (
    "salaire_net",
    "remuneration_apprenti",
    "indemnites_stage",
    "revenus_stage_formation_pro",
    "revenus_non_salaries",
)
REPLACEMENT = ("chomage_net", "retraite_nette")
OTHER = ("pensions_alimentaires_percues", "revenus_patrimoine", "aah")
TAXED = ("salaire_net", "revenus_non_salaries", "chomage_net", "retraite_nette")
TENANTS = ("locataire_hlm", "locataire_vide", "locataire_meuble", "locataire_foyer")


def group(draft: Draft) -> None:
    """Make the families and the tax households, by the rule that reads tables of households."""
    figures = baseline().get_parameters_at_instant(f"{draft.year}-01-01")
    months = draft.age * 12
    ages = Ages(months, figures.majorite * 12, figures.jeune_a_charge * 12)
    homes = Group(Menage, range(draft.households), draft.menage, draft.role)
    status = draft.people["statut_marital"]
    united = np.isin(status, [StatutMarital.marie.index, StatutMarital.pacse.index])
    couple = united | (status == StatutMarital.union_libre.index)
    attached = draft.people["rattachement_fiscal"] == Appreciation.oui.index
    families = derive_familles(homes, ages, couple)
    declarations = derive_foyers(homes, ages, united, attached)
    assert not len(families.unclear)
    assert not len(declarations.unclear)
    for entity, made in ((Famille, families), (FoyerFiscal, declarations)):
        ids = range(int(made.member_of.max()) + 1)
        draft.groups[entity.key] = Group(entity, ids, made.member_of, made.roles)


def impute(draft: Draft) -> None:
    """Impute RSA, prime d'activité and housing aid of families, and the tax income of tax households."""
    family = draft.groups[Famille.key]
    parents = family.roles < 2
    work = _sum(family, monthly(draft, WORK) * parents)
    other = _sum(family, monthly(draft, (*REPLACEMENT, *OTHER)) * parents)
    size = _Sizes(draft, family)
    housing = _housing_aid(draft, family, size, work + other)
    draft.families["aide_logement"] = housing
    rsa = _rsa(draft, size, work + other, housing)
    draft.families["rsa"] = rsa
    draft.families["ppa"] = _ppa(draft, family, size, work, other, housing)
    benefits = rsa + draft.families["ppa"] + housing
    parts = 2 + 0.5 * np.minimum(size.children, 2) + np.maximum(size.children - 2, 0)
    kept = 1 - draft.book["abattement_fiscal"]["ensemble"] / 100
    draft.families["quotient_familial"] = ((work + other) * kept + benefits) / parts
    _declare(draft, kept)


class _Sizes:
    """Who families are made of."""

    def __init__(self, draft: Draft, family: Group) -> None:
        self.adults = _sum(family, family.roles < 2)
        self.children = _sum(family, family.roles == 2)
        oldest = np.zeros(family.count)
        np.maximum.at(oldest, family.member_of, draft.age * (family.roles < 2))
        self.oldest = oldest
        studies = draft.people["bourse_enseignement_sup"] > 0
        self.students = _sum(family, studies & (family.roles < 2)) > 0
        outside = (draft.stratum[draft.menage] != 0).astype(float)
        self.outside = _sum(family, outside) > 0

    def coefficient(self, figures: Any) -> Array:
        """Return what the amount of one person is multiplied by (CASF, article R262-1)."""
        more = figures.rsa.majoration
        people, couple = self.adults + self.children, self.adults > 1
        return np.asarray(
            1
            + more.deuxieme_personne * (people >= 2)
            + more.troisieme_personne * np.clip(people - 2, 0, 1 + couple)
            + more.personne_supplementaire * np.maximum(self.children - 2, 0)
        )

    def housing_forfait(self, figures: Any) -> Array:
        """Return what housing counts for in the resources of a family (CASF, article R262-9)."""
        rsa = figures.rsa
        two = 1 + rsa.majoration.deuxieme_personne
        three = two + rsa.majoration.troisieme_personne
        people = self.adults + self.children
        share = np.select(
            [people == 1, people == 2],
            [rsa.forfait_logement.une_personne, rsa.forfait_logement.deux_personnes * two],
            rsa.forfait_logement.trois_personnes_ou_plus * three,
        )
        return np.asarray(share * rsa.montant_forfaitaire)


def _rsa(draft: Draft, size: _Sizes, income: Array, housing: Array) -> Array:
    figures, rule = _figures(draft), draft.book["rsa_impute"]
    whole = figures.rsa.montant_forfaitaire * size.coefficient(figures)
    due = whole - income - np.minimum(size.housing_forfait(figures), housing)
    old = (size.oldest >= rule["age_minimum"]) | (size.children > 0)
    open_to = old & (size.oldest < 65) & ~size.students
    claimed = draft.chance(rule["recours"], len(due))
    return np.where(open_to & claimed & (due >= rule["minimum_verse"]), due, 0.0)


def _ppa(draft: Draft, family: Group, size: _Sizes, work: Array, other: Array, housing: Array) -> Array:
    figures, rule = _figures(draft), draft.book["prime_activite_imputee"]
    wages = monthly(draft, WORK) * (family.roles < 2)
    span = rule["bonus_fin"] - rule["bonus_debut"]
    bonus = rule["bonus_maximum"] * np.clip((wages - rule["bonus_debut"]) / span, 0, 1)
    whole = rule["forfait"] * size.coefficient(figures)
    counted = work + other + np.minimum(size.housing_forfait(figures), housing)
    due = whole + rule["part_revenus"] * work + _sum(family, bonus) - np.maximum(counted, whole)
    claimed = draft.chance(rule["recours"], len(due))
    open_to = (work > 0) & claimed & (size.oldest >= 18) & (due >= rule["minimum_verse"])
    return np.where(open_to, due, 0.0)


def _housing_aid(draft: Draft, family: Group, size: _Sizes, income: Array) -> Array:
    """Return the housing aid of families which head the household of a tenant."""
    rule = draft.book["aide_logement_imputee"]
    tenants = [StatutOccupationLogement[name].index for name in TENANTS]
    heads = (draft.role == 0) & (family.roles == 0)
    tenant = np.isin(draft.homes["statut_occupation_logement"], tenants)[draft.menage] & heads
    couple = size.adults > 1
    whole = np.where(couple, rule["couple"], rule["seule"]) + rule["par_enfant"] * size.children
    out = np.where(couple, rule["sortie_couple"], rule["sortie_seule"])
    out = out + rule["sortie_par_enfant"] * size.children
    return (_sum(family, tenant) > 0) * whole * np.clip(1 - income / out, 0, 1)


def _declare(draft: Draft, kept: float) -> None:
    declaration = draft.groups[FoyerFiscal.key]
    declares = declaration.roles < 2
    taxed = monthly(draft, TAXED) * kept + draft.people["revenus_patrimoine"]
    adults, dependants = _sum(declaration, declares), _sum(declaration, declaration.roles == 2)
    draft.declarations["rfr"] = 12 * _sum(declaration, taxed * declares)
    draft.declarations["nombre_parts"] = (
        np.maximum(adults, 1) + 0.5 * np.minimum(dependants, 2) + np.maximum(dependants - 2, 0)
    )


def _figures(draft: Draft) -> Any:
    return baseline().get_parameters_at_instant(f"{draft.year}-07-01")


def _sum(group: Group, values: Array) -> Array:
    return np.bincount(group.member_of, weights=values, minlength=group.count)
