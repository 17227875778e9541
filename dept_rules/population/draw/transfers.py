"""Families and tax households, and what national benefits they receive, imputed by a stated rule.

RSA, prime d'activité and housing aid are inputs of the law: they are imputed once, here, and no
reading recomputes them. The rule is told by the structures ``rsa_impute``,
``prime_activite_imputee`` and ``aide_logement_imputee`` and repeated in the notes of a sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.periods import DateUnit, Instant, Period

from dept_rules.derivation import Ages, derive_familles, derive_foyers
from dept_rules.entities import Famille, FoyerFiscal, Menage
from dept_rules.enums import Appreciation, StatutMarital, StatutOccupationLogement
from dept_rules.execution import Execution
from dept_rules.people import Array, Group, Population
from dept_rules.population.draw.activity import is_
from dept_rules.population.draw.draft import STRATA, Draft, Mask, index, indices
from dept_rules.population.draw.resources import OTHER, REPLACEMENT, WORK, minimum_wage, monthly
from dept_rules.system import baseline

TAXED = ("salaire_net", "revenus_non_salaries", "chomage_net", "retraite_nette")
#: Strata whose people are given no RSA.
KEPT = ("detention", "etablissement")
TENANTS = ("locataire_hlm", "locataire_vide", "locataire_meuble", "locataire_foyer")


def group(draft: Draft) -> None:
    """Make the families and the tax households, by the rule that reads tables of households."""
    figures = draft.figures
    ages = Ages(draft.age * 12, figures.majorite * 12, figures.jeune_a_charge * 12)
    homes = Group(Menage, range(draft.households), draft.menage, draft.role)
    status = draft.people["statut_marital"]
    united = np.isin(status, indices(StatutMarital, ("marie", "pacse")))
    couple = united | (status == index(StatutMarital, "union_libre"))
    attached = draft.people["rattachement_fiscal"] == index(Appreciation, "oui")
    families = derive_familles(homes, ages, couple)
    declarations = derive_foyers(homes, ages, united, attached)
    for entity, made in ((Famille, families), (FoyerFiscal, declarations)):
        assert not len(made.unclear), f"{entity.plural} that the draw leaves unclear"
        ids = range(int(made.member_of.max()) + 1)
        draft.groups[entity.key] = Group(entity, ids, made.member_of, made.roles)


def impute(draft: Draft) -> None:
    """Impute benefits of families, then the tax income of tax households."""
    families = _Families(draft)
    draft.families["aide_logement"] = families.housing
    draft.families["rsa"] = families.rsa()
    draft.families["ppa"] = families.ppa()
    parts = draft.book["parts"]
    kept = 1 - draft.book["abattement_fiscal"]["ensemble"] / 100
    benefits = sum(draft.families[name] for name in ("aide_logement", "rsa", "ppa"))
    draft.families["quotient_familial"] = (families.income * kept + benefits) / _parts(
        parts, np.full(len(families.income), parts["minimum_quotient_familial"]), families.children
    )
    _declare(draft, kept)


class _Families:
    """Who families are made of, what they have, and what is due to them."""

    def __init__(self, draft: Draft) -> None:
        family = draft.groups[Famille.key]
        parent = family.roles < 2
        self.draft, self.family, self.parent = draft, family, parent
        self.figures: Any = baseline().get_parameters_at_instant(f"{draft.year}-07-01")
        self.adults = _sum(family, parent)
        self.children = _sum(family, ~parent)
        self.couple = self.adults > 1
        self.oldest = np.zeros(family.count)
        np.maximum.at(self.oldest, family.member_of, draft.age * parent)
        self.work = _sum(family, monthly(draft, WORK) * parent)
        self.income = self.work + _sum(family, monthly(draft, (*REPLACEMENT, *OTHER)) * parent)
        self.housing = self._housing()
        self.multiple, forfait = self._law()
        self.forfait = np.minimum(forfait, self.housing)

    def rsa(self) -> Array:
        """Return the RSA: what resources leave of the amount of the family, for those who claim it.

        One parent who may ask for it opens it to the family.
        """
        rule = self.draft.book["rsa_impute"]
        kept = np.isin(self.draft.stratum, [STRATA.index(name) for name in KEPT])[self.draft.menage]
        parenthood = (self.children > 0)[self.family.member_of]
        asks = (self.draft.age >= rule["age_minimum"]) | parenthood
        asks &= ~is_(self.draft, "etudiant", "eleve") & ~kept
        due = self.figures.rsa.montant_forfaitaire * self.multiple - self.income - self.forfait
        open_to = self._any_parent(asks) & (self.oldest <= rule["age_maximum"])
        claimed = self.draft.chance(rule["recours"], len(due))
        return np.where(open_to & claimed & (due >= rule["minimum_verse"]), due, 0.0)

    def ppa(self) -> Array:
        """Return the prime d'activité: the amount of the family, a share of earnings, less resources."""
        rule = self.draft.book["prime_activite_imputee"]
        wages = monthly(self.draft, WORK) * self.parent
        ramp = np.clip((wages - rule["bonus_debut"]) / (rule["bonus_fin"] - rule["bonus_debut"]), 0, 1)
        whole = rule["forfait"] * self.multiple
        due = (
            whole
            + rule["part_revenus"] * self.work
            + rule["bonus_maximum"] * _sum(self.family, ramp)
            - np.maximum(self.income + self.forfait, whole)
        )
        claimed = self.draft.chance(rule["recours"], len(due))
        learns = is_(self.draft, "etudiant", "eleve", "apprenti")
        floor = rule["part_smic_en_etudes"] * minimum_wage(self.draft.year)
        asks = self.draft.adult & (wages > np.where(learns, floor, 0.0))
        return np.where(self._any_parent(asks) & claimed & (due >= rule["minimum_verse"]), due, 0.0)

    def _any_parent(self, those: Mask) -> Mask:
        """Return, for each family, whether one of its parents is of those."""
        return np.asarray(_sum(self.family, those & self.parent) > 0)

    def _housing(self) -> Array:
        """Return the housing aid of the families which head the household of a tenant."""
        draft, rule = self.draft, self.draft.book["aide_logement_imputee"]
        rented = np.isin(
            draft.homes["statut_occupation_logement"], indices(StatutOccupationLogement, TENANTS)
        )
        heads = (draft.role == 0) & (self.family.roles == 0) & rented[draft.menage]
        whole = np.where(self.couple, rule["couple"], rule["seule"]) + rule["par_enfant"] * self.children
        out = np.where(self.couple, rule["sortie_couple"], rule["sortie_seule"])
        out = out + rule["sortie_par_enfant"] * self.children
        left = np.clip(1 - self.income / out, 0, 1)
        return np.asarray((_sum(self.family, heads) > 0) * whole * left)

    def _law(self) -> tuple[Array, Array]:
        """Return the multiple of the amount of one person, and what housing counts for at most (EUR a month).

        The law says both of a person; here a person stands for a family, of which it is told the size.
        """
        month = Period((DateUnit.MONTH, Instant((self.draft.year, 7, 1)), 1))
        run = Execution(baseline(), Population(range(self.family.count), {}, {}))
        sizes = {"en_couple": self.couple, "enfants": self.children.astype(np.int64)}
        run.take({(f"revenu_de_base_{name}", month): values for name, values in sizes.items()})
        names = ("revenu_de_base_majoration", "revenu_de_base_forfait_logement")
        multiple, housing = (run.value(name, month) for name in names)
        return multiple, housing


def _declare(draft: Draft, kept: float) -> None:
    """Impute the tax income and the parts of tax households."""
    declaration = draft.groups[FoyerFiscal.key]
    declares = declaration.roles < 2
    taxed = monthly(draft, TAXED) * kept + draft.people["revenus_patrimoine"]
    parts = draft.book["parts"]
    adults = np.maximum(_sum(declaration, declares), parts["minimum_fiscal"])
    draft.declarations["rfr"] = 12 * _sum(declaration, taxed * declares)
    draft.declarations["nombre_parts"] = _parts(parts, adults, _sum(declaration, ~declares))


def _parts(figures: Any, adults: Array, children: Array) -> Array:
    first, next_ones = np.minimum(children, 2), np.maximum(children - 2, 0)
    return np.asarray(adults + figures["premiers_enfants"] * first + figures["enfants_suivants"] * next_ones)


def _sum(group: Group, values: Array) -> Array:
    return np.bincount(group.member_of, weights=values, minlength=group.count)
