"""The project's own execution of the law gives what openfisca-core's ``Simulation`` gives, to the bit."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from engines import ANSWERED, MONTHS, TRIALS, all_reforms, computed, same, simulation_of
from households import random_population
from openfisca_core.errors import CycleError
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.base import MONTH, Individu, Variable, trois_derniers_mois
from dept_rules.errors import LawError
from dept_rules.execution import Execution
from dept_rules.people import Population
from dept_rules.system import CountryTaxBenefitSystem, baseline, benefits


def differences(system: TaxBenefitSystem, population: Population, **options: Any) -> list[str]:
    """Return the first variables and periods on which the two engines do not agree to the bit."""
    ours = Execution(system, population, **options)
    theirs = simulation_of(system, population)
    found = (
        f"{name}@{at}"
        for name, at in computed(system)
        if not same(ours.value(name, at), theirs.calculate(name, at))
    )
    return list(islice(found, 10))


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
