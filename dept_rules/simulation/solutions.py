"""Where a budget is met: what `dept_rules.solve` answers."""

from __future__ import annotations

from dataclasses import dataclass

from dept_rules.errors import Fault, StudyError
from dept_rules.simulation.curves import Curve, Jump, Stretch
from dept_rules.simulation.functions import Range
from dept_rules.texts import number_text, sentence_list

#: The budgets there are, and what they are called in French.
KINDS = {"net": "net", "gross": "brut"}


class OutOfReachError(StudyError):
    """A budget that no value of the figure meets."""


@dataclass(frozen=True)
class Solution:
    """The values of a figure that give a budget.

    Attributes:
        parameter, label, unit: the figure.
        between: the range it was looked for in.
        target: the budget, in EUR a year beside the baseline.
        kind: "net" (of what is replaced) or "gross".
        values: the values that give it, from `low` to `high` where a whole stretch does.
        jumps: values at which the budget leaps over the target without being it.
        reachable: the least and the greatest budget over the range.
        exact: whether all the values are there, each exact; else crossings were looked for between
            values tried one by one, and those that come in pairs between two of them are missed.
        curve: the budget as a function of the figure; None where it is not made of lines.
    """

    parameter: str
    label: str
    unit: str
    between: Range
    target: float
    kind: str
    values: tuple[Stretch, ...]
    jumps: tuple[Jump, ...]
    reachable: Range
    exact: bool
    curve: Curve | None = None

    @property
    def value(self) -> float:
        """Return the one value that gives the budget.

        Raises:
            StudyError: several do, or the budget leaps over the target.
        """
        if not self.values:
            where = ", ".join(f"{one.at:g}" for one in self.jumps)
            problem = f"the budget leaps over {self.target:.0f} at {where}"
            raise StudyError([Fault(self.parameter, problem, "a look at `jumps`, or another budget")])
        if len(self.values) > 1 or self.values[0].low < self.values[0].high:
            where = ", ".join(f"{end:g}" for one in self.values for end in dict.fromkeys(one))
            problem = f"several values give this budget: {where}"
            raise StudyError([Fault(self.parameter, problem, "a choice among `values`")])
        return self.values[0].low

    def to_text(self) -> str:
        """Return the answer in a few sentences, in French."""
        low, high = map(_number, self.between)
        lines = [f"{self.label} ({self.parameter}), de {low} à {high}."]
        asked = f"Un budget {KINDS[self.kind]} de {_money(self.target)} par an"
        if self.values:
            lines.append(
                f"{asked} est atteint pour : {sentence_list([_stretch(one) for one in self.values])}."
            )
        for one in self.jumps:
            lines.append(
                f"{asked} n'est pas pris à {_number(one.at)}, où le budget saute de {_money(one.below)} "
                f"à {_money(one.above)} ({_money(one.here)} à cette valeur même)."
            )
        low, high = map(_money, self.reachable)
        lines.append(f"Sur cet intervalle, le budget va de {low} à {high} par an.")
        if not self.exact:
            lines.append("Cherché de proche en proche : deux solutions très voisines peuvent échapper.")
        return "\n".join(lines)


def _stretch(one: Stretch) -> str:
    return _number(one.low) if one.low == one.high else f"de {_number(one.low)} à {_number(one.high)}"


def _money(value: float) -> str:
    return f"{number_text(round(value))}\u00a0€"


def _number(value: float) -> str:
    return number_text(float(f"{value:.6g}"))
