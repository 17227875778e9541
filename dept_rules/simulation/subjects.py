"""Whom a study is about: people and weights, what the study read of them and of the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance, tables
from dept_rules.calculation import with_starts
from dept_rules.errors import Fault, MissingInputError, StudyError
from dept_rules.execution import Execution, Key
from dept_rules.people import Array, Population, of_households
from dept_rules.population.loading import load
from dept_rules.population.sample import REPLICATE, Sample
from dept_rules.provenance import Figure
from dept_rules.system import inputs
from dept_rules.system import variable as find_variable


@dataclass(frozen=True)
class Subjects:
    """The people of a study and the weights of their households.

    Attributes:
        people: the population, its durations opened over the year.
        weights: one a household; ones where the population has none.
        weighted: whether it has some.
        replicates: weights of replications, a row each, where the population has some.
        strata: the rank of the stratum of each household, where they are known.
        reached: what the weights were made to reach, a row a household and a column a sum, where it is known.
        sample: the sample they come from, where there is one: its margins, its own columns.
        notes: what must be known of the population, in French sentences.
    """

    people: Population
    weights: Array
    weighted: bool
    replicates: Array | None = None
    strata: Array | None = None
    reached: Array | None = None
    sample: Sample | None = None
    notes: tuple[str, ...] = ()

    @property
    def households(self) -> int:
        """Return how many households there are."""
        return self.people.size("menage")

    @cached_property
    def sizes(self) -> Array:
        """Return how many people each household has."""
        return np.bincount(self.people.groups["menage"].member_of, minlength=self.households)

    def by_household(self, values: Array, entity: str) -> Array:
        """Return an amount of persons or groups summed by household; a group lives where its head does."""
        if entity == "menage":
            return values
        return np.bincount(self.homes(entity), weights=values, minlength=self.households)

    def homes(self, entity: str) -> Array:
        """Return the household of each person or group; a group lives where its head does."""
        if entity == "menage":
            return np.arange(self.households)
        return self.people.groups["menage"].member_of if entity == "individu" else self._home(entity)

    def by_person(self, values: Array, entity: str) -> Array:
        """Return for each person what their group (or they) have."""
        return values if entity == "individu" else values[self.people.groups[entity].member_of]

    def _home(self, entity: str) -> Array:
        group = self.people.groups[entity]
        order = np.argsort(group.roles, kind="stable")
        _, first = np.unique(group.member_of[order], return_index=True)
        return self.people.groups["menage"].member_of[order[first]]


def read(population: Any, system: TaxBenefitSystem, year: Period) -> Subjects:
    """Return the people of a study.

    Args:
        population: a sample, what `dept_rules.population.load` reads, or arrays already checked.
        system: the law whose inputs may be columns.
        year: the year studied.

    Raises:
        TableError, StudyError: the tables, or the weights, have faults.
    """
    sample = None
    if not isinstance(population, Population):
        sample = population if isinstance(population, Sample) else load(population, year=year.start.year)
        population = tables.read(sample.tables, system, year)
    people: Population = population
    if not people.count:
        raise StudyError([Fault("population", "there is nobody in it", "at least one household")])
    weights = _weights(people)
    opened, started = with_starts(system, people, year)
    notes = sample.notes if sample else ()
    if started:
        notes += (
            "Sans date de début, un contrat ou une mesure est compté depuis le premier mois de l'année : "
            + " ; ".join(sorted(find_variable(system, name).label.partition(" (")[0] for name in started))
            + ".",
        )
    if sample and sample.about.get("year", year.start.year) != year.start.year:
        notes += (f"La population est celle de {sample.about['year']} : seuls les âges avancent.",)
    return Subjects(
        people=opened,
        weights=weights,
        weighted=people.weights is not None,
        replicates=_replicates(people, sample),
        strata=_strata(people, sample),
        reached=_reached(people, sample),
        sample=sample,
        notes=notes,
    )


def _replicates(people: Population, sample: Sample | None) -> Array | None:
    """Return the columns ``poids_replique…`` of the households of a sample, a row each."""
    extra = None if sample is None else sample.extras.get("menages")
    names = [] if extra is None else [one for one in extra.columns if str(one).startswith(REPLICATE)]
    if extra is None or not names:
        return None
    found = extra.loc[list(people.ids_of("menage")), names].to_numpy(dtype=np.float64).T
    wrong = int(np.count_nonzero(~(np.isfinite(found) & (found >= 0))))
    if wrong:
        problem = f"{wrong} weights of replications are negative or no number"
        raise StudyError([Fault(f"menages.{REPLICATE}", problem, "numbers of 0 or more")])
    return found


def _strata(people: Population, sample: Sample | None) -> Array | None:
    stratum = None if sample is None else sample.stratum
    if stratum is None:
        return None
    return np.unique(stratum.loc[list(people.ids_of("menage"))].astype(str), return_inverse=True)[1]


def _reached(people: Population, sample: Sample | None) -> Array | None:
    calibrated = None if sample is None else sample.calibrated
    if calibrated is None or people.weights is None:
        return None
    found = calibrated.reindex(list(people.ids_of("menage"))).to_numpy(dtype=np.float32)
    return found if np.isfinite(found).all() else None


def _weights(people: Population) -> Array:
    count = people.size("menage")
    if people.weights is None:
        return np.ones(count)
    weights = np.asarray(people.weights, dtype=np.float64)
    faults = []
    if weights.shape != (count,):
        faults.append(Fault("weights", f"there are {weights.size} for {count} menages", "one a household"))
    wrong = int(np.count_nonzero(~(np.isfinite(weights) & (weights >= 0))))
    if wrong:
        faults.append(Fault("weights", f"{wrong} are negative or no number", "numbers of 0 or more"))
    elif not weights.sum():
        faults.append(Fault("weights", "all of them are 0", "at least one above 0"))
    if faults:
        raise StudyError(faults)
    return weights


# --- what is read ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reads:
    """What computing some variables read, whoever they are computed for.

    Attributes:
        inputs: the periods at which each input was read, by name.
        figures: the figures of the law, each once a value.
    """

    inputs: Mapping[str, frozenset[Period]]
    figures: tuple[Figure, ...]


def reads(people: Population, system: TaxBenefitSystem, keys: Iterable[Key]) -> Reads:
    """Return what `keys` read: formulas do not branch, one household tells for all."""
    run = one_household(people, system)
    for key in keys:
        run.value(*key)
    asked: dict[str, set[Period]] = {}
    for name, period in run.inputs_read():
        asked.setdefault(name, set()).add(period)
    at = {
        (name, str(getattr(day, "start", day))) for read in run.figures.values() for name, day in read.items()
    }
    figures = (provenance.figure(system, *each) for each in sorted(at))
    return Reads({name: frozenset(some) for name, some in asked.items()}, tuple(dict.fromkeys(figures)))


def one_household(people: Population, system: TaxBenefitSystem) -> Execution:
    """Return a run that records, for one household: formulas do not branch on data, it tells for all."""
    entities = {name: one.entity.key for name, one in inputs(system).items()}
    known = {name: one for name, one in people.answers.items() if name in entities}
    one = of_households(Population(people.ids, people.groups, known), np.array([0]), entities)
    return Execution(system, one, record=True)


def check_answers(
    people: Population, system: TaxBenefitSystem, asked: Mapping[str, frozenset[Period]]
) -> dict[str, int]:
    """Return, for each input that was read, how many persons or groups gave no answer.

    Raises:
        MissingInputError: an answer without which there is no result is missing.
        StudyError: answers are given only for periods that the study does not read.
    """
    lacking: dict[str, int] = {}
    missing, elsewhere = [], []
    for name, periods in sorted(asked.items()):
        one = find_variable(system, name)
        size = people.size(one.entity.key)
        known = people.answers.get(name)
        if known is None:
            lacking[name] = size
        else:
            lacking[name] = max(int(np.count_nonzero(~known.at(period)[1])) for period in periods)
            if known.by_period and not known.answered.any() and not periods & known.by_period.keys():
                given, read = _span(known.by_period), _span(periods)
                problem = f"is given for {given} only, and the study reads {read}"
                elsewhere.append(Fault(name, problem, "answers of the year studied"))
        if one.required and lacking[name]:
            missing.append(Fault(name, f"is missing for {lacking[name]} of {one.entity.plural}", one.label))
    if elsewhere:
        raise StudyError(elsewhere)
    if missing:
        raise MissingInputError(missing)
    return {name: count for name, count in lacking.items() if count}


def _span(periods: Iterable[Period]) -> str:
    ordered = sorted(periods, key=lambda one: one.start)
    return str(ordered[0]) if len(ordered) == 1 else f"{ordered[0]} to {ordered[-1]}"
