"""The answers as they travel in a form: read anew at each step, and never trusted.

An answer is a hidden field, ``step|entity/identifier/variable|JSON``; null is "je ne sais pas".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from werkzeug.datastructures import MultiDict

from dept_rules.answers import coerce_one
from dept_rules.calculation import read_month
from dept_rules.entities import GROUPS
from dept_rules.errors import DeptRulesError
from dept_rules.provenance import check_period
from dept_rules.system import inputs
from dept_rules.variable import Variable
from dept_rules.web.calculator.household import MOST, Household, Path, is_of

#: A form carries no more answers than this, nor questions, nor benefits.
MOST_ANSWERS = 400
REPEATED = ("r", "q", "coche", "aide", "regle")
#: A choice among more than this is a list to unfold, not buttons.
BUTTONS = 12
#: What the option "je ne sais pas" sends.
UNKNOWN = "?"
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
PLURALS = ("individus", *(group.plural for group in GROUPS))

#: What is said of a fault that `dept_rules.answers` tells, in words for everybody.
FAULTS = {
    "is in the future": "La date ne peut pas être dans le futur.",
    "is before 1900-01-01": "L'année doit être 1900 ou après.",
    "is a date that does not exist": "Cette date n'existe pas.",
    "is not a whole number": "Écrivez un nombre entier, sans virgule.",
    "is negative": "Le nombre ne peut pas être négatif.",
    "is too small": "Le nombre est trop petit.",
    "is too large": "Le nombre est trop grand.",
}
NOTHING = "Répondez, ou choisissez « Je ne sais pas »."
NOTHING_REQUIRED = "Cette réponse est nécessaire au calcul."


class FormError(DeptRulesError):
    """A form that no page of ours has sent."""


@dataclass(frozen=True)
class State:
    """What a form carries.

    Attributes:
        month: the month asked.
        household: who lives there; None before it is told.
        answers: by path, the step they were given at (0 where the service gave it) and the value; None
            for "je ne sais pas".
        ticked: incomes that were said to exist, and whose amount is still to be told.
        benefits: those asked about.
        done: those about which nothing was left to ask.
    """

    month: Period
    household: Household | None = None
    answers: Mapping[Path, tuple[int, Any]] = field(default_factory=dict)
    ticked: tuple[Path, ...] = ()
    benefits: tuple[str, ...] = ()
    done: tuple[str, ...] = ()

    @property
    def given(self) -> dict[Path, Any]:
        """Return the answers that say something."""
        return {path: value for path, (_, value) in self.answers.items() if value is not None}

    @property
    def unknown(self) -> frozenset[Path]:
        """Return what the person does not know."""
        return frozenset(path for path, (_, value) in self.answers.items() if value is None)

    @property
    def step(self) -> int:
        """Return the number of the last step."""
        return max((step for step, _ in self.answers.values()), default=0)

    def with_answers(self, found: Mapping[Path, Any], ticked: Iterable[Path] = ()) -> State:
        """Return the state once a screen is answered; an answer that is given anew keeps its step.

        One that the service had given takes that of the screen: it is the person's.
        """
        step = self.step + 1
        added = {
            path: (self.answers.get(path, (step, None))[0] or step, value) for path, value in found.items()
        }
        kept = [one for one in (*self.ticked, *ticked) if one not in found]
        return replace(self, answers={**self.answers, **added}, ticked=tuple(dict.fromkeys(kept)))

    def before_last(self) -> tuple[State, dict[Path, Any]]:
        """Return the state before the last step, and what was answered then."""
        last = {path: value for path, (step, value) in self.answers.items() if step == self.step}
        kept = {path: one for path, one in self.answers.items() if path not in last}
        return replace(self, answers=kept, ticked=(), done=()), last

    def fields(self) -> list[tuple[str, str]]:
        """Return the hidden fields that carry the state."""
        found = [("mois", str(self.month)), *(("aide", name) for name in self.benefits)]
        found += [("regle", name) for name in self.done]
        if self.household is not None:
            found += [(f"foyer.{name}", str(getattr(self.household, name))) for name in MOST]
        found += [
            ("r", f"{step}|{'/'.join(path)}|{json.dumps(value, ensure_ascii=False)}")
            for path, (step, value) in self.answers.items()
        ]
        return found + [("coche", "/".join(path)) for path in self.ticked]


def read_state(form: MultiDict[str, str], system: TaxBenefitSystem, benefits: Iterable[str]) -> State:
    """Read the state of a form.

    Args:
        form: what was sent.
        system: the law whose inputs may be answered.
        benefits: those that may be asked about.

    Raises:
        FormError: no page of ours has sent it.
        PeriodError: the month is none, or outside what is modelled.
    """
    asked = form.getlist("aide")
    known = tuple(benefits)
    if any(len(form.getlist(name)) > MOST_ANSWERS for name in REPEATED):
        raise FormError("more answers than a page sends")
    if not {*asked, *form.getlist("regle")} <= set(known):
        raise FormError("benefits of another page")
    answers = {}
    for text in form.getlist("r"):
        step, path, value = _answer(text, system)
        answers[path] = (step, value)
    ticked = tuple(read_path(text, system) for text in form.getlist("coche"))
    household = _household(form)
    if household is None:
        known_people = "foyer" in form or not (answers or ticked)
    else:
        known_people = all(is_of(household, path) for path in (*answers, *ticked))
    if not known_people:
        raise FormError("answers of nobody")
    month = read_month(form.get("mois", ""))
    check_period(system, month)
    return State(
        month, household, answers, ticked, tuple(dict.fromkeys(asked)) or known, tuple(form.getlist("regle"))
    )


def _household(form: MultiDict[str, str]) -> Household | None:
    if "foyer.parents" not in form:
        return None
    try:
        return Household(**{name: int(form.get(f"foyer.{name}", "")) for name in MOST})
    except ValueError:
        raise FormError("a household that no page has sent") from None


def _answer(text: str, system: TaxBenefitSystem) -> tuple[int, Path, Any]:
    step, _, rest = text.partition("|")
    path, _, value = rest.partition("|")
    if not re.fullmatch("[0-9]{1,3}", step) or len(value) > 200:
        raise FormError("an answer that no page has sent")
    try:
        read = json.loads(value, parse_constant=lambda _: [])
    except (ValueError, RecursionError):
        raise FormError("an answer that no page has sent") from None
    if isinstance(read, list | dict) or (isinstance(read, str) and not read.isprintable()):
        raise FormError("an answer that no page has sent")
    return int(step), read_path(path, system), read


def read_path(text: str, system: TaxBenefitSystem) -> Path:
    """Return whose answer a field is, and to what.

    Raises:
        FormError: nothing of that name is asked.
    """
    parts = text.split("/")
    variable = inputs_of(system).get(parts[2]) if len(parts) == 3 else None
    if (
        variable is None
        or variable.entity.plural != parts[0]
        or not re.fullmatch("[a-z0-9_]{1,40}", parts[1])
    ):
        raise FormError("a question that no page asks")
    return parts[0], parts[1], parts[2]


def inputs_of(system: TaxBenefitSystem) -> Mapping[str, Variable]:
    """Return the inputs of a law, found once."""
    kept = system.__dict__.get("_inputs_by_name")
    if kept is None:
        kept = system.__dict__["_inputs_by_name"] = inputs(system)
    return kept  # type: ignore[no-any-return]


# --- what a screen sends ---------------------------------------------------------------------


def read_household(form: MultiDict[str, str]) -> tuple[Household, dict[str, str]]:
    """Read the screen that asks who lives there; return it, and what is wrong by field."""
    counts, faults = {}, {}
    for name, most in MOST.items():
        text = form.get(name, "").strip() or "0"
        if not re.fullmatch("[0-9]{1,2}", text) or int(text) > most:
            faults[name] = f"Écrivez un nombre entre 0 et {most}."
        counts[name] = 0 if name in faults else int(text)
    return Household(**counts), faults


def read_field(
    variable: Variable, name: str, form: MultiDict[str, str], month: Period, *, empty: Any = None
) -> tuple[Any, str]:
    """Read the answer to one question of a screen.

    Args:
        variable: the input asked.
        name: of its field.
        form: what was sent.
        month: the month asked.

    Returns:
        The answer as a situation tells it, None for "je ne sais pas"; and what is wrong, "" where nothing.
    """
    if not variable.required and UNKNOWN in form.getlist(name) + form.getlist(f"{name}?"):
        return None, ""
    value, fault = _READERS[kind_of(variable)](variable, name, form)
    if value is None:
        return None, fault or (NOTHING_REQUIRED if variable.required else NOTHING)
    _, problem = coerce_one(variable, value, today=month.stop.date)
    if problem is None:
        return value, ""
    return None, FAULTS.get(problem.problem, "Cette réponse n'est pas possible.")


def kind_of(variable: Variable) -> str:
    """Return the kind of field that an input is asked with: "radios", "select", "number" or "date"."""
    if variable.value_type is Enum:
        return "select" if len(list(variable.possible_values)) > BUTTONS else "radios"
    return {bool: "radios", float: "number", int: "number"}.get(variable.value_type, "date")


def _choice(variable: Variable, name: str, form: MultiDict[str, str]) -> tuple[Any, str]:
    text = form.get(name, "")
    if variable.value_type is bool:
        return {"true": True, "false": False}.get(text), ""
    known = [member.name for member in variable.possible_values if member.index]
    return (text, "") if text in known else (None, "")


def _number(variable: Variable, name: str, form: MultiDict[str, str]) -> tuple[Any, str]:
    text = re.sub(r"[\s\u00a0\u202f€]", "", form.get(name, "")).replace(",", ".").replace("−", "-")
    if not text:
        return None, ""
    if not NUMBER.fullmatch(text):
        return None, "Écrivez un nombre, par exemple 400 ou 512,50."
    return float(text) if "." in text else int(text), ""


def _date(variable: Variable, name: str, form: MultiDict[str, str]) -> tuple[Any, str]:
    parts = [form.get(f"{name}.{part}", "").strip() for part in ("annee", "mois", "jour")]
    if not any(parts):
        return None, ""
    if not re.fullmatch("[0-9]{4}", parts[0]):
        return None, "Écrivez l'année en quatre chiffres, par exemple 2003."
    if not all(re.fullmatch("[0-9]{1,2}", part) for part in parts[1:]):
        return None, "Écrivez le jour et le mois en chiffres, par exemple 14 et 5."
    return f"{parts[0]}-{int(parts[1]):02}-{int(parts[2]):02}", ""


_READERS = {"radios": _choice, "select": _choice, "number": _number, "date": _date}
