"""Questions as a page shows them: their words, their kind of field, what was typed, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openfisca_core.indexed_enums import Enum
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entitlements import cents
from dept_rules.explanation.questions import Question
from dept_rules.texts import UNITS, amount_text, day_text, month_text, number_text, sentence_list
from dept_rules.variable import Variable
from dept_rules.web.calculator.answers import State, inputs_of, kind_of
from dept_rules.web.calculator.household import HOME, SELF, Path, whose

SENSITIVE = {
    "sante": "votre santé",
    "handicap": "un handicap",
    "protection_enfance": "la protection de l'enfance",
    "judiciaire": "une décision de justice",
    "nationalite": "votre nationalité",
}


@dataclass(frozen=True)
class Field:
    """One question of a page.

    Attributes:
        name: of its field in the form; `id` is the same for the page.
        kind: see `dept_rules.web.calculator.answers.kind_of`.
        text: the question; `label` is shorter, for a page of several.
        hints: what helps to answer.
        options: values and labels of a choice.
        suffix: unit of a number.
        required: whether "je ne sais pas" is no answer.
        why: what the answer may change, one line a benefit.
        typed: what was typed, by name of the field.
        fault: what is wrong with it; "" where nothing.
    """

    name: str
    kind: str
    text: str
    label: str
    hints: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    suffix: str = ""
    required: bool = False
    why: tuple[str, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def id(self) -> str:
        """Return its identifier in the page."""
        return self.name.replace("/", "-")

    @property
    def focus(self) -> str:
        """Return the identifier of its first control, where a fault leads."""
        return {"radios": f"{self.id}-1", "date": f"{self.id}-jour"}.get(self.kind, self.id)


def fields_of(
    state: State,
    data: Mapping[str, Any],
    law: TaxBenefitSystem,
    paths: Sequence[Path],
    why: Mapping[Path, Question],
    typed: Mapping[str, str] | None = None,
    faults: Mapping[Path, str] | None = None,
) -> list[Field]:
    """Return the questions of a page; what was answered before is typed already."""
    found = []
    same = len({path[2] for path in paths}) == 1
    for path in paths:
        variable, name = inputs_of(law)[path[2]], "/".join(path)
        before = _typed(variable, name, state.answers[path][1]) if path in state.answers else {}
        found.append(
            Field(
                name=name,
                kind=kind_of(variable),
                text=text_of(variable, path if len(paths) == 1 or not same else (path[0], "", path[2])),
                label=_whose(state, data, path) if same else variable.label,
                hints=tuple(_hints(variable, why.get(path))),
                options=_options(variable),
                suffix=UNITS.get(variable.unit or "", ""),
                required=variable.required,
                why=tuple(_why(why[path])) if path in why else (),
                typed=before if typed is None else typed,
                fault=(faults or {}).get(path, ""),
            )
        )
    return found


def _whose(state: State, data: Mapping[str, Any], path: Path) -> str:
    assert state.household is not None
    said = whose(state.household, data, path[0], path[1])
    return said[0].upper() + said[1:]


def text_of(variable: Variable, path: Path) -> str:
    """Return a question, put to the person who answers where it is about them, or about a group of theirs."""
    other = path[0] == "individus" and path[1] != SELF
    return (None if other else variable.question_vous) or variable.question or variable.label


def _options(variable: Variable) -> tuple[tuple[str, str], ...]:
    if variable.value_type is bool:
        return ("true", "Oui"), ("false", "Non")
    if variable.value_type is Enum:
        return tuple((member.name, member.value) for member in variable.possible_values if member.index)
    return ()


def _hints(variable: Variable, question: Question | None) -> list[str]:
    found = [" ".join((variable.documentation or "").split())] if variable.documentation else []
    if question is not None and question.periods:
        found.append(f"{_periods(question.periods)}.")
    if variable.unit == "rate":
        found.append("Un nombre entre 0 et 1.")
    if variable.sensitive:
        found.append(
            f"Cette réponse touche à {SENSITIVE[variable.sensitive]} : vous pouvez ne pas la donner. "
            "Elle n'est pas gardée."
        )
    return found


def _periods(periods: Sequence[str]) -> str:
    """Return the months or years that an answer is about."""
    first, last = periods[0], periods[-1]
    months = "-" in first
    if len(periods) == 1:
        return f"Pour {month_text(first)}" if months else f"Pour l'année {first}"
    if months:
        return f"De {month_text(first)} à {month_text(last)}, la même réponse pour chaque mois"
    return f"Pour les années {sentence_list(list(periods))}, la même réponse pour chacune"


def _why(question: Question) -> list[str]:
    found: dict[str, list[str]] = {}
    for purpose in question.why:
        found.setdefault(purpose.label, []).extend(purpose.conditions)
    return [
        f"{label} : {' ; '.join(dict.fromkeys(conditions))}" if conditions else f"{label} : le montant"
        for label, conditions in found.items()
    ]


def _typed(variable: Variable, name: str, value: Any) -> dict[str, str]:
    """Return an answer as it would be typed."""
    if value is None:
        return {name: "?", f"{name}?": "?"}
    if kind_of(variable) == "date" and isinstance(value, str):
        year, month, day = [*value.split("-"), "", ""][:3]
        return {f"{name}.annee": year, f"{name}.mois": month, f"{name}.jour": day}
    if isinstance(value, bool):
        return {name: "true" if value else "false"}
    return {name: str(value).replace(".", ",")}


def said(variable: Variable, value: Any) -> str:
    """Return an answer in words."""
    if value is None:
        return "Je ne sais pas"
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if variable.value_type is Enum:
        return next((one.value for one in variable.possible_values if one.name == value), "")
    if isinstance(value, int | float):
        each = UNITS.get(variable.unit or "", "").removeprefix("€")
        return f"{amount_of(variable, value)}{each if _is_money(variable) else ''}"
    return day_text(value)


def amount_of(variable: Variable, value: float) -> str:
    """Return a number with its unit, money in euros and cents, without the time it is for."""
    if _is_money(variable):
        return amount_text(cents(value), None) if value != int(value) else f"{number_text(int(value))}\u00a0€"
    number = number_text(round(value, 2) + 0.0 if value != int(value) else int(value))
    return f"{number}\u00a0{UNITS.get(variable.unit or '', '')}".rstrip()


def _is_money(variable: Variable) -> bool:
    return (variable.unit or "").startswith("EUR")


@dataclass(frozen=True)
class Told:
    """An answer, as the result lists it.

    Attributes:
        path: whose answer it is, and to what.
        label: what was asked; `whose` answer it is, or who gave it; "" for the person who answers.
        value: in words.
        nil: whether it is an amount of nothing.
    """

    path: Path
    label: str
    whose: str
    value: str
    nil: bool

    @property
    def name(self) -> str:
        """Return the name of its field."""
        return "/".join(self.path)


def told_of(state: State, data: Mapping[str, Any], law: TaxBenefitSystem) -> list[Told]:
    """Return what was answered, in order; what was answered of who is no more there is left out."""
    known = inputs_of(law)

    def of_whom(path: Path, step: int) -> str:
        if not step:
            return "indiqué par ce service"
        if path[1] in (SELF, HOME) or state.household is None:
            return ""
        return whose(state.household, data, *path[:2])

    return [
        Told(
            path,
            known[path[2]].label,
            of_whom(path, step),
            said(known[path[2]], value),
            known[path[2]].unit == "EUR/month" and value == 0,
        )
        for path, (step, value) in state.answers.items()
        if path[1] in data.get(path[0], {})
    ]
