"""What the tests of the engines share: a population for openfisca-core, what is compared, trial variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from openfisca_core.periods import DateUnit, Period, period
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.base import (
    ADD,
    MONTH,
    YEAR,
    Enum,
    Famille,
    FoyerFiscal,
    Hebergement,
    Individu,
    Menage,
    StatutOccupationLogement,
    Variable,
    annee_revenus_n_2,
    douze_derniers_mois,
    moyenne,
    not_,
    trois_derniers_mois,
    where,
)
from dept_rules.execution import ETERNAL
from dept_rules.people import Population
from dept_rules.system import law_folder

#: Years for which everything is answered: those compared, and those their rules look back to.
ANSWERED = range(2015, 2027)
MONTHS = [
    period(text) for text in ("2018-01", "2021-06", "2021-07", "2022-02", "2024-01", "2025-01", "2026-11")
]
YEARS = [period(year) for year in range(2018, 2027)]


def simulation_of(system: TaxBenefitSystem, population: Population) -> Simulation:
    """Return the core's simulation of the same people, groups and answers."""
    populations = system.instantiate_entities()
    populations["individu"].ids = list(population.ids)
    populations["individu"].count = population.count
    for key, group in population.groups.items():
        populations[key].ids = list(group.ids)
        populations[key].count = group.count
        populations[key].members_entity_id = group.member_of.copy()
        populations[key].members_role = [group.entity.flattened_roles[rank] for rank in group.roles]
    simulation = Simulation(system, populations)
    for name, answers in population.answers.items():
        if answers.answered.any():  # plain answers: none but eternal ones are drawn here
            simulation.set_input(name, ETERNAL, answers.plain.copy())
        for at, (values, _) in answers.by_period.items():
            simulation.set_input(name, at, values.copy())
    return simulation


def computed(system: TaxBenefitSystem) -> Iterator[tuple[str, Period]]:
    """Yield every variable with a formula, at every period compared."""
    periods = {DateUnit.MONTH: MONTHS, DateUnit.YEAR: YEARS}
    for name, variable in system.variables.items():
        if variable.formulas:
            yield from ((name, at) for at in periods[variable.definition_period])


def same(ours: Any, theirs: Any) -> bool:
    exact = ours.dtype.kind == "f"
    return (type(ours), ours.dtype) == (type(theirs), theirs.dtype) and np.array_equal(
        np.asarray(ours), np.asarray(theirs), equal_nan=exact
    )


def all_reforms() -> list[str]:
    folder = law_folder("reforms")
    return sorted(
        path.stem for path in folder.iterdir() if path.suffix in {".py", ".yaml"} and path.stem[0] != "_"
    )


# --- every construct of the vocabulary, whether the law of the day uses it or not ------------------


class essai_individu(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Projections d'un groupe, de sa personne unique et de leurs agrégats"

    def formula(individu, period, parameters):
        logement = individu.menage("statut_occupation_logement", period)
        reference = individu.menage.personne_de_reference("salaire_net", period)
        conjoint = individu.menage.conjoint("hebergement", period)
        voisins = individu.menage.sum(individu.menage.members("salaire_net", period))
        enfants = individu.famille.nb_persons(Famille.ENFANT)
        ages = individu("age", period)
        return (
            reference
            + voisins * individu.has_role(Famille.PARENT)
            + enfants * (logement == StatutOccupationLogement.proprietaire)
            + (conjoint == Hebergement.parents)
            + where(individu.famille.any(ages > 20, role=Famille.ENFANT), 1, 0)
            + individu.menage.max(ages)
            + individu("essai_annuel", annee_revenus_n_2(period))
            + moyenne(individu, "salaire_net", period, 3, 1)
            + moyenne(individu.famille, "rsa", period, 1)
            + parameters(period).rsa.montant_forfaitaire
        )


class essai_annuel(Variable):
    value_type = float
    entity = Individu
    definition_period = YEAR
    label = "Sommes sur l'année, revenus du foyer fiscal, premier mois"

    def formula_2017(individu, period):
        return (
            individu("salaire_net", period, options=[ADD])
            + individu.foyer_fiscal("rfr", period.n_2)
            + individu("chomage_net", period.first_month)
        )


class essai_menage(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Agrégats du ménage, mois passés"

    def formula_2021_07(menage, period):
        salaires = menage.members("salaire_net", period)
        ages = menage.members("age", period)
        rfr = menage.personne_de_reference.foyer_fiscal("rfr", period.this_year)
        return (
            menage.sum(salaires, role=Menage.ENFANT)
            + menage.max(salaires)
            + menage.max(ages, role=Menage.CONJOINT)
            + menage.min(salaires, role=Menage.PERSONNE_DE_REFERENCE)
            + menage.nb_persons()
            + menage.all(ages >= 18)
            + menage.all(ages >= 18, role=Menage.AUTRE)
            + menage.any(not_(ages >= 18))
            + menage.sum(menage.members("salaire_net", trois_derniers_mois(period), options=[ADD]))
            + menage.sum(menage.members.famille("rsa", period))
            + menage.conjoint("chomage_net", period.last_month)
            + (menage.conjoint("emancipe", period) + menage.personne_de_reference("emancipe", period))
            + rfr
        )


class essai_famille(Variable):
    value_type = bool
    entity = Famille
    definition_period = MONTH
    label = "Rôles à sous-rôles, personne unique d'une famille"

    def formula(famille, period):
        rsa = famille("rsa", douze_derniers_mois(period), options=[ADD])
        seul = famille.nb_persons(Famille.PARENT) == 1
        return (rsa > famille.demandeur("salaire_net", period)) & seul


class essai_lieu(Variable):
    value_type = Enum
    possible_values = Hebergement
    default_value = Hebergement.non_renseigne
    entity = FoyerFiscal
    definition_period = MONTH
    label = "Énumération calculée, et lue par la personne de référence d'un groupe"
    end = "2025-12-31"

    def formula(foyer_fiscal, period):
        lieu = foyer_fiscal.declarant_principal("hebergement", period)
        return where(lieu == Hebergement.foyer, lieu, Hebergement.ase)


TRIALS = [essai_individu, essai_annuel, essai_menage, essai_famille, essai_lieu]
