"""Laws that differ from one another by a few figures, studied by batches: what does not change is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openfisca_core.periods import DateUnit, Period

from dept_rules import engine, reforms_loader
from dept_rules.errors import Fault, ReformError
from dept_rules.execution import Key, all_reads
from dept_rules.provenance import BRACKET
from dept_rules.simulation import take_up
from dept_rules.simulation.amounts import Paid, amounts
from dept_rules.simulation.laws import Law
from dept_rules.simulation.ledger import concerned
from dept_rules.simulation.resampling import Resampling
from dept_rules.simulation.study import Study
from dept_rules.simulation.subjects import one_household

#: How many laws are computed together: enough to share what they have in common, few enough to fit.
BATCH = 25

#: Values of figures, by name.
Point = Mapping[str, Any]


@dataclass(frozen=True)
class Variants:
    """The laws around the (one) law of a study.

    Attributes:
        study: the law that varies, beside its baseline.
        reads: for each benefit and offset of it, the figures behind it.
    """

    study: Study
    reads: Mapping[str, frozenset[str]]

    @property
    def law(self) -> Law:
        """Return the law that varies."""
        return self.study.compared[0]

    def touched(self, names: Sequence[str]) -> list[str]:
        """Return the benefits and offsets that hang on some figures."""
        figures = {figure_or_scale(name) for name in names}
        return [name for name, read in self.reads.items() if figures & read]

    def check(self, points: Sequence[Point]) -> None:
        """Refuse figures that the law cannot have, all of them told together.

        Raises:
            ReformError: a figure is unknown, or out of its range.
        """
        faults: dict[str, Fault] = {}
        for point in points:
            try:
                self.system(point)
            except ReformError as error:
                faults |= {str(fault): fault for fault in error.faults}
        if faults:
            raise ReformError(faults.values())

    def studies(self, points: Sequence[Point], progress: Any = None) -> Iterator[Study]:
        """Yield studies of batches of variants, labelled by their rank, "0" first.

        Args:
            points: the figures of each variant, from the first day of the year on.
            progress: called with how many variants are done, after each batch.
        """
        for start in range(0, len(points), BATCH):
            batch = points[start : start + BATCH]
            yield self._study({str(start + rank): point for rank, point in enumerate(batch)})
            if progress is not None:
                progress(start + len(batch))

    def _study(self, points: Mapping[str, Point]) -> Study:
        study, reference = self.study, self.study.ledger.payments[self.law.label]
        laws = [replace(self.law, label=label, system=self.system(one)) for label, one in points.items()]
        touched = {label: self.touched(list(point)) for label, point in points.items()}
        systems = {law.label: law.system for law in laws}
        names = list(dict.fromkeys(name for some in touched.values() for name in some))
        # the law itself is drawn first, so that each of the others is drawn only where its own figures count
        around = {self.law.label: self.law.system, **systems}
        again = engine.columns(study.subjects.people, around, [(name, study.year) for name in names])
        paid = {}
        for label, some in touched.items():
            anew = {name: Paid(reference[name].entity, again[label][name, study.year]) for name in some}
            paid[label] = {**reference, **anew}
        return self._with(laws, paid)

    def _with(self, laws: list[Law], paid: Mapping[str, Mapping[str, Paid]]) -> Study:
        study, ledger = self.study, self.study.ledger
        kept = {label: system for label, system in ledger.systems.items() if label != self.law.label}
        rates = {label: ledger.rates[label] for label in kept}
        rates |= {law.label: ledger.rates[self.law.label] for law in laws}
        every = {**{label: ledger.payments[label] for label in kept}, **paid}
        partial = [name for name, rate in ledger.rates[self.law.label].items() if rate < 1]
        cases = ledger.cases
        if partial:
            entitled = concerned(
                study.subjects, every.values(), {name for one in rates.values() for name in one}
            )
            cases = take_up.expected(study.subjects.households, list(rates.values()), entitled)
        systems = {**kept, **{law.label: law.system for law in laws}}
        varied = ledger.with_laws(systems, every, rates, cases)
        return replace(
            study,
            compared=tuple(laws),
            ledger=varied,
            living=replace(study.living, ledger=varied),
            resampling=Resampling(study.subjects.weights, count=0),
        )

    def system(self, point: Point) -> Any:
        """Return the law with other figures from the first day of the year on.

        Raises:
            ReformError: a figure is unknown, or out of its range.
        """
        day = str(self.study.year.start)
        return reforms_loader.apply({name: {day: value} for name, value in point.items()}, self.law.system)


def around(study: Study) -> Variants:
    """Return the variants of the law that a study compares with its baseline."""
    return Variants(study, figures_read(study))


def figures_read(study: Study) -> dict[str, frozenset[str]]:
    """Return the figures behind each benefit and offset of the law of a study."""
    system = study.compared[0].system
    run = one_household(study.subjects.people, system)
    found = {}
    for name, variable in amounts(system).items():
        read: set[str] = set()
        for key in keys(variable, study.year):
            run.value(*key)
            read.update(figure for made in all_reads(run, key) for figure in run.figures.get(made, ()))
        found[name] = frozenset(read)
    return found


def keys(variable: Any, year: Period) -> list[Key]:
    """Return at which periods of a year a variable is computed."""
    if variable.definition_period == DateUnit.YEAR:
        return [(variable.name, year)]
    return [(variable.name, month) for month in year.get_subperiods(DateUnit.MONTH)]


def figure_or_scale(name: str) -> str:
    """Return the name under which a formula reads a figure: that of its scale, for a figure of a scale."""
    bracket = BRACKET.fullmatch(name)
    return bracket["scale"] if bracket else name
