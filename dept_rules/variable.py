"""The ``Variable`` of a law file: OpenFisca's, with what this project asks of inputs and benefits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from openfisca_core import variables
from openfisca_core.holders import set_input_dispatch_by_period, set_input_divide_by_period
from openfisca_core.periods import DateUnit

from dept_rules.errors import LawError

#: Why an input is sensitive (art. 9 of the GDPR, or child protection).
SENSITIVITIES = ("sante", "handicap", "protection_enfance", "nationalite", "judiciaire")


@dataclass(frozen=True)
class Offset:
    """What other public spending loses because a benefit is paid.

    Attributes:
        variable: the amount, positive, of the benefit's period; what people receive less from elsewhere.
        payer: who spends less ("departement", "etat", "caf").
    """

    variable: str
    payer: str


@dataclass(frozen=True)
class Benefit:
    """What makes a variable a benefit: something a person is, or is not, entitled to.

    Attributes:
        applies: the parameter (boolean, dated) that says from when the benefit applies.
            Its standing says whether it is in force: law and existing schemes are,
            proposals and hypotheses are simulations.
        payer: who pays ("departement", "etat", "caf").
        cliffs: French sentences, one per place where earning more loses a lump of the aid.
        caveats: French sentences to say with every positive result.
        beside: variables to show with it where they are not nil (money, or a choice), such as what
            another administration would take back.
        offsets: what other public spending loses because it is paid.
    """

    applies: str
    payer: str = "departement"
    cliffs: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    offsets: tuple[Offset, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A condition that no data can check: somebody assesses it, on some document.

    Attributes:
        by: who decides, in French.
        on: on which document or in what interview, in French.
        answer: the input (enumeration ``Appreciation``) that holds the decision once taken.
        when: the variable (boolean, of the same entity and period, read by the condition) that
            says for whom there is something to judge; None where there always is.
    """

    by: str
    on: str
    answer: str
    when: str | None = None


class Variable(variables.Variable):
    """An OpenFisca variable, in float64, with the extra attributes of this project.

    Attributes:
        question: (inputs) the question to ask, in French.
        question_vous: (inputs) the same, put to the person whom it is about; None where it is no other.
        sensitive: (inputs) why the answer is sensitive, one of ``SENSITIVITIES``; None where it is not.
        burden: (inputs) effort of answering, from 1 (known by heart) to 5 (a document to look for).
        minimum, maximum: (inputs) bounds of a number, included; None where unbounded.
        required: (inputs) True where no default can stand in for the answer.
        decisive: (inputs) True where the default would open a right: without an answer, a benefit
            that hangs on it is at best conditional.
        judgement: (conditions) who judges it and on what, where no data can check it.
        benefit: (benefits) see ``Benefit``.
    """

    EXTRA: ClassVar[dict[str, Any]] = {
        "question": None,
        "question_vous": None,
        "sensitive": None,
        "burden": 1,
        "minimum": None,
        "maximum": None,
        "required": False,
        "decisive": False,
        "judgement": None,
        "benefit": None,
    }

    question: str | None
    question_vous: str | None
    sensitive: str | None
    burden: int
    minimum: float | None
    maximum: float | None
    required: bool
    decisive: bool
    judgement: Judgement | None
    benefit: Benefit | None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Set the extra attributes aside: openfisca-core refuses those it does not know."""
        super().__init_subclass__(**kwargs)
        extra = {name: cls.__dict__[name] for name in Variable.EXTRA if name in cls.__dict__}
        for name in extra:
            delattr(cls, name)
        cls.__extra__ = extra

    def __init__(self, baseline_variable: Any = None) -> None:
        super().__init__(baseline_variable=baseline_variable)
        given = type(self).__extra__
        for name, default in Variable.EXTRA.items():
            inherited = getattr(baseline_variable, name, default)
            setattr(self, name, given.get(name, inherited))
        if self.sensitive is not None and self.sensitive not in SENSITIVITIES:
            raise LawError(f"{self.name}: sensitive must be one of {SENSITIVITIES}")
        if self.value_type is float:
            self.dtype = np.float64
        if not self.formulas and self.definition_period == DateUnit.MONTH:
            self.set_input = set_input_divide_by_period if self.is_flow else set_input_dispatch_by_period

    @property
    def is_flow(self) -> bool:
        """Whether a value given for a longer period is shared between its months (money), not repeated."""
        return bool(self.unit == "EUR/month")
