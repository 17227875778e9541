"""One household's change, line by line, with the explanation of each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from openfisca_core.periods import DateUnit, Period

from dept_rules.calculation import Case
from dept_rules.entitlements import cents
from dept_rules.errors import UnknownNameError
from dept_rules.explanation.explain import Explanations, explain_case
from dept_rules.people import Population, linked, of_households
from dept_rules.provenance import figure
from dept_rules.simulation.amounts import Payments, amounts, every, money
from dept_rules.simulation.laws import Law
from dept_rules.simulation.subjects import Subjects
from dept_rules.situations import Situation
from dept_rules.system import inputs
from dept_rules.texts import amount_text, month_text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Breakdown:
    """What laws change for one household, were it to take up everything.

    Attributes:
        menage: its identifier.
        month: the month explained.
        titles: what each law is called in French, that compared with first, by label.
        table: a row a law, an amount and who receives it: ``law``, ``benefit`` (or what it offsets,
            negative), ``label``, ``beneficiary``, ``baseline``, ``reform``, ``change``, in EUR a year.
        explanations: of the month, by label of the law.
    """

    menage: str
    month: str
    titles: Mapping[str, str]
    table: pd.DataFrame
    explanations: Mapping[str, Explanations]

    def to_text(self) -> str:
        """Return the changes and their explanations, in French."""
        lines = [f"Ménage {self.menage}, comparé à « {next(iter(self.titles.values()))} »."]
        for law in self.table["law"].unique():
            rows = self.table[(self.table["law"] == law) & (self.table["change"] != 0)]
            total = float(rows["change"].sum())
            signed = f"{'+' if total > 0 else ''}{amount_text(cents(total), 'EUR/year')}"
            lines += ["", f"{self.titles[law]} : {signed if len(rows) else 'rien ne change'}"]
            for row in rows.itertuples():
                before, after = (amount_text(cents(float(one)), None) for one in (row.baseline, row.reform))
                lines.append(f"  {row.label}, {row.beneficiary} : {before} → {after} pour l'année")
            lines += self._why(law, set(zip(rows["benefit"], rows["beneficiary"], strict=True)))
        return "\n".join(lines)

    def _why(self, law: str, changed: set[tuple[str, str]]) -> list[str]:
        found = [
            one
            for one in self.explanations[law]
            if (one.entitlement.benefit, one.entitlement.beneficiary) in changed
        ]
        if not found:
            return []
        head = f"  Explication de {month_text(self.month)} :"
        return ["", head, *(f"  {line}" for one in found for line in one.to_text().splitlines())]


def breakdown(
    subjects: Subjects,
    payments: Mapping[str, Payments],
    baseline: Law,
    laws: Sequence[Law],
    titles: Mapping[str, str],
    menage: object,
    year: Period,
    month: Period,
) -> Breakdown:
    """Return what laws change for a household; see `dept_rules.simulation.study.Study.breakdown`.

    Raises:
        UnknownNameError: no household has this identifier.
    """
    import pandas as pd

    ids = [str(one) for one in subjects.people.ids_of("menage")]
    if str(menage) not in ids:
        raise UnknownNameError("menage", str(menage), ids)
    rank = ids.index(str(menage))
    entities = {name: one.entity.key for name, one in inputs(baseline.system).items()}
    together = linked(subjects.people, np.array([rank]))
    people = of_households(subjects.people, together, entities)
    places = _places(subjects, rank)
    rows = []
    systems = [law.system for law in (baseline, *laws)]
    paid_out = every(systems)
    for law in laws:
        for name, one in every(systems, amounts).items():
            sign = 1.0 if name in paid_out else -1.0
            before, after = (payments[each.label].get(name) for each in (baseline, law))
            for place in places[one.entity.key]:
                was, now = (
                    0.0 if paid is None else sign * float(paid.total[place]) for paid in (before, after)
                )
                beneficiary = str(subjects.people.ids_of(one.entity.key)[place])
                rows.append((law.label, name, one.label, beneficiary, was, now, now - was))
    names = ["law", "benefit", "label", "beneficiary", "baseline", "reform", "change"]
    table = pd.DataFrame(rows, columns=names)
    explained = {law.label: _explained(law, people, year, month) for law in (baseline, *laws)}
    return Breakdown(str(menage), str(month), titles, table, explained)


def _places(subjects: Subjects, rank: int) -> dict[str, list[int]]:
    """Return the ranks of the persons of a household and of the groups they belong to, by entity."""
    persons = np.flatnonzero(subjects.people.groups["menage"].member_of == rank)
    groups = {key: np.unique(one.member_of[persons]) for key, one in subjects.people.groups.items()}
    return {key: places.tolist() for key, places in ({"individu": persons} | groups).items()}


def _explained(law: Law, people: Population, year: Period, month: Period) -> Explanations:
    applied = {
        name: one
        for name, one in money(law.system).items()
        if one.benefit is not None
        and figure(
            law.system,
            one.benefit.applies,
            (month if one.definition_period == DateUnit.MONTH else year).start,
        ).value
    }
    return explain_case(Case(law.system, law.label, month, Situation(people), applied))
