"""The same people in openfisca-core: a plain ``Simulation``, its arrays set directly."""

from __future__ import annotations

from collections.abc import Iterable

from openfisca_core.periods import Period
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.people import Population


def simulation_of(
    system: TaxBenefitSystem, population: Population, reads: Iterable[tuple[str, Period]]
) -> Simulation:
    """Return the core's simulation of the same people, groups and answers.

    Args:
        system: the law.
        population: people, groups and answers.
        reads: the inputs that will be read, and at which period: the core wants each month told.
    """
    populations = system.instantiate_entities()
    populations["individu"].ids = list(population.ids)
    populations["individu"].count = population.count
    for key, group in population.groups.items():
        populations[key].ids = list(group.ids)
        populations[key].count = group.count
        populations[key].members_entity_id = group.member_of.copy()
        populations[key].members_role = [group.entity.flattened_roles[rank] for rank in group.roles]
    simulation = Simulation(system, populations)
    for name, at in reads:
        if name in population.answers:
            simulation.set_input(name, at, population.answers[name].at(at)[0])
    return simulation
