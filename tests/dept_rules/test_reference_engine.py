"""The project's own execution of the law gives what openfisca-core's ``Simulation`` gives, to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pytest
from households import random_population
from openfisca_core.errors import CycleError
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
from dept_rules.errors import LawError
from dept_rules.execution import ETERNAL, Execution
from dept_rules.people import Population
from dept_rules.system import CountryTaxBenefitSystem, baseline, benefits, law_folder

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


def differences(system: TaxBenefitSystem, population: Population, **options: Any) -> list[str]:
    """Return the first variables and periods on which the two engines do not agree to the bit."""
    ours = Execution(system, population, **options)
    theirs = simulation_of(system, population)
    found = (
        f"{name}@{at}"
        for name, at in computed(system)
        if not _same(ours.value(name, at), theirs.calculate(name, at))
    )
    return list(islice(found, 10))


def _same(ours: Any, theirs: Any) -> bool:
    exact = ours.dtype.kind == "f"
    return ours.dtype == theirs.dtype and np.array_equal(
        np.asarray(ours), np.asarray(theirs), equal_nan=exact
    )


def all_reforms() -> list[str]:
    folder = law_folder("reforms")
    return sorted(
        path.stem for path in folder.iterdir() if path.suffix in {".py", ".yaml"} and path.stem[0] != "_"
    )


@pytest.mark.parametrize("record", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_every_variable_of_the_law(seed: int, record: bool) -> None:
    population = random_population(seed, 400, years=ANSWERED)
    assert differences(baseline(), population, record=record) == []


def test_a_single_household() -> None:
    for seed in range(3):
        assert differences(baseline(), random_population(seed, 1, years=ANSWERED)) == []


@pytest.mark.parametrize("reform", all_reforms())
def test_every_variable_of_every_reform(reform: str) -> None:
    system = baseline().apply_reform(reform)
    assert differences(system, random_population(7, 100, years=ANSWERED, system=system)) == []


def test_the_random_households_open_every_benefit_to_somebody() -> None:
    """Else the comparison would compare zeros."""
    run = Execution(baseline(), random_population(0, 5_000))
    applied = {name for name, variable in benefits(baseline()).items() if _ever_applied(variable)}
    paid = {name for name, at in computed(baseline()) if name in applied and run.value(name, at).any()}
    assert applied - paid == set()


def _ever_applied(variable: Variable) -> bool:
    switch = baseline().parameters
    for name in variable.benefit.applies.split("."):
        switch = switch.children[name]
    return any(value.value for value in switch.values_list)


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


@pytest.mark.parametrize("record", [False, True])
def test_every_construct_of_the_vocabulary(record: bool) -> None:
    system = CountryTaxBenefitSystem()
    for trial in TRIALS:
        system.add_variable(trial)
    assert differences(system, random_population(11, 300, years=ANSWERED), record=record) == []


def test_a_neutralized_variable() -> None:
    system = CountryTaxBenefitSystem()
    system.neutralize_variable("revenus_activite")
    assert differences(system, random_population(12, 50, years=ANSWERED)) == []


# --- where the two are meant to differ ---------------------------------------------------------------


class essai_cycle(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Se lit elle-même au même mois"

    def formula(individu, period):
        return individu("essai_cycle", period) + 1


class essai_spirale(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Se lit elle-même au mois précédent, sans fin"

    def formula(individu, period):
        return individu("essai_spirale", period.last_month) + 1


class essai_trimestre(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Lit trois mois sans dire qu'il les ajoute"

    def formula(individu, period):
        return individu("salaire_net", trois_derniers_mois(period))


def _both(trial: type[Variable]) -> tuple[Execution, Simulation]:
    system = CountryTaxBenefitSystem()
    system.add_variable(trial)
    population = random_population(13, 1, years=ANSWERED)
    return Execution(system, population), simulation_of(system, population)


def test_a_cycle_raises_in_both() -> None:
    ours, theirs = _both(essai_cycle)
    with pytest.raises(LawError, match="essai_cycle"):
        ours.value("essai_cycle", MONTHS[0])
    with pytest.raises(CycleError):
        theirs.calculate("essai_cycle", MONTHS[0])


def test_a_spiral_raises_where_the_core_silently_gives_the_default() -> None:
    ours, theirs = _both(essai_spirale)
    with pytest.raises(LawError, match="essai_spirale"):
        ours.value("essai_spirale", MONTHS[0])
    assert (theirs.calculate("essai_spirale", MONTHS[0]) < 3).all()


def test_a_longer_period_without_add_raises_in_both() -> None:
    ours, theirs = _both(essai_trimestre)
    with pytest.raises(LawError, match="salaire_net"):
        ours.value("essai_trimestre", MONTHS[0])
    with pytest.raises(ValueError, match="salaire_net"):
        theirs.calculate("essai_trimestre", MONTHS[0])
