"""Terms, as a person reads them: "22 ans ; de 18 à 24 ans révolus", "651,69 − 30 % × 400,00"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from openfisca_core.indexed_enums import Enum
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance
from dept_rules.explanation.terms import COMPARISONS, Term
from dept_rules.system import variable as find_variable
from dept_rules.texts import UNITS, day_text, number_text

SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "true_divide": "÷", "floor_divide": "÷"}
STRENGTH = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2, "true_divide": 2, "floor_divide": 2}
MIRROR = {"greater_equal": "less_equal", "less_equal": "greater_equal", "greater": "less", "less": "greater"}
CONTRARY = {
    "greater_equal": "less",
    "less": "greater_equal",
    "greater": "less_equal",
    "less_equal": "greater",
    "equal": "not_equal",
    "not_equal": "equal",
}
#: How OpenFisca writes a date that was not given.
NO_DATE = "1970-01-01"
EXPECTED = "attendu : "
OTHER_THAN = "attendu : autre que "
#: What is asked of what is compared with nothing at all.
NONE = {"greater": "plus que rien", "less_equal": "rien", "equal": "rien", "not_equal": "plus que rien"}
#: A variable made of more tests than this is told by its label alone.
FEW = 3
BOUNDS = {
    "greater_equal": "au moins {}",
    "greater": "plus de {}",
    "less_equal": "au plus {}",
    "less": "moins de {}",
    "equal": "{}",
    "not_equal": "autre que « {} »",
}
#: Units of numbers that are no money, within a sentence.
SHORT = {**UNITS, "uc": "UC"}


@dataclass(frozen=True)
class Comparison:
    """One thing a condition looked at.

    Attributes:
        variable: the answer or variable that is compared.
        label: its French label.
        value: what it is, in words.
        expected: what the rule asks, in words.
        holds: whether it is so.
        distance: what separates the two, in words, where both are numbers and it fails or could.
        gap: the same as a number, in the unit of the variable: positive above the threshold.
    """

    variable: str
    label: str
    value: str
    expected: str
    holds: bool
    distance: str = ""
    gap: float | None = None

    def __str__(self) -> str:
        said = f"{self.label} : {self.value}" if self.label else self.value
        return f"{said} ; {self.expected}" if self.expected else said


class Wording:
    """Words for the terms of one law."""

    def __init__(self, system: TaxBenefitSystem) -> None:
        self.system = system

    # --- conditions ------------------------------------------------------------------------

    def comparisons(self, term: Term) -> list[Comparison]:
        """Return what a condition compared, in the order of the rule; both bounds of one value together."""
        found: list[Comparison] = []
        inside = term.args if term.op == "variable" and term.args else (term,)
        between: dict[str, list[Term]] = {}
        tests = [test for each in inside for test in _tests(each)]
        for one in [test for test in tests if not _is_switch(test)] or tests:
            one = _value_first(one)
            if one.op in COMPARISONS and isinstance(one.args[0].value, int | float) and one.args[0].named:
                between.setdefault(one.args[0].name, []).append(one)
                if len(between[one.args[0].name]) == 2 and (
                    both := self._between(*between[one.args[0].name])
                ):
                    found = [other for other in found if other.variable != both.variable]
                    found.append(both)
                    continue
            found.append(self._comparison(one))
        return _joined(list(dict.fromkeys(found)))

    def _between(self, first: Term, second: Term) -> Comparison | None:
        ops = {first.op: first, second.op: second}
        low = ops.get("greater_equal") or ops.get("greater")
        high = ops.get("less_equal") or ops.get("less")
        if low is None or high is None or high.args[1].value == float("inf"):
            return None
        subject = low.args[0]
        unit = self.unit(subject)
        if unit == "years" and (low.op, high.op) == ("greater_equal", "less"):
            last = number_text(high.args[1].value - 1)
            expected = f"de {number_text(low.args[1].value)} à {last} ans révolus"
        else:
            bounds = [BOUNDS[one.op].format(self.value(one.args[1], unit)) for one in (low, high)]
            expected = " et ".join(bounds)
        failing = next((one for one in (low, high) if not one.value), None)
        distance, gap = self._distance(failing) if failing else ("", None)
        return Comparison(
            subject.name,
            self.label(subject),
            self.value(subject, unit),
            expected,
            failing is None,
            distance,
            gap,
        )

    def _comparison(self, test: Term) -> Comparison:
        if test.op == "about":
            told = " ; ".join(f"{self.label(one)} : {self.value(one)}" for one in test.args)
            return Comparison(test.args[0].name if test.args else "", "", told, "", bool(test.value))
        if test.op not in COMPARISONS:
            wanted = "non" if test.op == "not" else "oui"
            subject = test.args[0] if test.op == "not" else test
            return Comparison(
                subject.name,
                self.label(subject),
                self.value(subject),
                f"attendu : {wanted}",
                bool(test.value),
            )
        subject, threshold = test.args
        if threshold.op == "number" and threshold.value == 0 and test.op in NONE:
            words = NONE[test.op]
            return Comparison(
                subject.name, self.label(subject), self.value(subject), f"attendu : {words}", bool(test.value)
            )
        unit = self.unit(subject) or self.unit(threshold)
        expected = (
            self.value(threshold, unit) if threshold.op != "member" else self._member(subject, threshold)
        )
        distance, gap = self._distance(test)
        name = subject.name or next((term.name for term in subject.walk() if term.named), "")
        label = self.label(subject) if subject.named else self.names(subject)
        words = BOUNDS[test.op].format(expected)
        return Comparison(
            name, label, self.value(subject, unit), f"attendu : {words}", bool(test.value), distance, gap
        )

    def _distance(self, test: Term) -> tuple[str, float | None]:
        value, threshold = (one.value for one in test.args)
        if (
            isinstance(value, bool | str)
            or not isinstance(threshold, int | float)
            or threshold == float("inf")
        ):
            return "", None
        if not isinstance(value, int | float) or value == float("inf"):
            return "", None
        gap = float(value) - float(threshold)
        if test.value:
            return "", gap
        words = self.number(abs(gap), self.unit(test.args[0]) or self.unit(test.args[1]))
        return (
            f"{words} de trop" if gap > 0 else f"il manque {words}" if gap < 0 else "juste à la limite"
        ), gap

    # --- operations --------------------------------------------------------------------------

    def numbers(self, term: Term) -> str:
        """Return an operation in numbers: "651,69 − 30 % × 400,00"."""
        return self._operation(term, lambda one: self.number(one.value, self.unit(one), bare=True))

    def names(self, term: Term) -> str:
        """Return an operation in words: "montant forfaitaire du RSA − 30 % × salaire net"."""
        return self._operation(term, self._name)

    def _name(self, term: Term) -> str:
        if term.op in ("capped", "floored"):
            amount, bound = term.args
            return self._name(bound) if bound.named else self.names(amount)
        return self.label(term) if term.named else self.number(term.value, "")

    def _operation(self, term: Term, leaf: Any) -> str:
        if term.op == "variable" and len(term.args) == 1 and not _is_leaf(term.args[0]):
            return self._operation(term.args[0], leaf)
        if term.op not in SIGNS:
            return str(leaf(term))
        parts = []
        for rank, one in enumerate(term.args):
            inner = _unwrapped(one)
            text = self._operation(one, leaf)
            weaker = STRENGTH.get(inner.op, 9) < STRENGTH[term.op]
            same = rank and inner.op in STRENGTH and term.op in ("subtract", "divide", "true_divide")
            grouped = same and STRENGTH[inner.op] == STRENGTH[term.op]
            parts.append(f"({text})" if weaker or grouped else text)
        return f" {SIGNS[term.op]} ".join(parts)

    def bounds(self, term: Term) -> list[str]:
        """Return what a bound replaced, in words: "30 % × 1 500,00 = 450,00, plafonné à 350,00 €"."""
        found = []
        for one in term.walk():
            if one.op in ("capped", "floored"):
                amount, bound = one.args
                verb = "plafonné à" if one.op == "capped" else "ramené à" if bound.value == 0 else "porté à"
                money = self.unit(amount) or self.unit(bound)
                result = self.number(amount.value, money, bare=True)
                operation = self.numbers(amount)
                told = operation if operation == result else f"{operation} = {result}"
                found.append(f"{told}, {verb} {self.number(one.value, money)}")
        return list(dict.fromkeys(found))

    # --- leaves ------------------------------------------------------------------------------

    def label(self, term: Term) -> str:
        """Return what an answer, a variable or a figure is called."""
        if term.op == "figure":
            found = provenance.find(self.system, term.name)
            metadata = found.metadata
            return str(metadata.get("short_label") or term.name)
        if term.named:
            return str(find_variable(self.system, term.name).label)
        return self.number(term.value, "")

    def unit(self, term: Term) -> str:
        """Return the unit of an answer, a variable or a figure; "" where it has none."""
        if term.op == "figure":
            metadata = provenance.find(self.system, term.name).metadata
            return str(metadata.get("unit") or metadata.get("amount_unit") or "")
        if term.named:
            variable = find_variable(self.system, term.name)
            return "months" if term.op == "total" and variable.value_type is bool else variable.unit or ""
        return next((unit for one in term.args if (unit := self.unit(one)) and unit != "rate"), "")

    def value(self, term: Term, unit: str | None = None) -> str:
        """Return a value in words: "oui", "22 ans", "400,00 €", "Étudiant"."""
        if isinstance(term.value, bool):
            return "oui" if term.value else "non"
        if isinstance(term.value, str):
            return "non renseigné" if term.value == NO_DATE else self._member(term, term)
        if isinstance(term.value, date):
            return "non renseigné" if str(term.value) == NO_DATE else day_text(str(term.value))
        if isinstance(term.value, int | float):
            return self.number(term.value, self.unit(term) if unit is None else unit)
        return str(term.value)

    def number(self, value: Any, unit: str, *, bare: bool = False) -> str:
        """Return a number with its unit (without that of money if `bare`)."""
        return number_with_unit(value, unit, bare=bare)

    def _member(self, subject: Term, member: Term) -> str:
        if subject.named and subject.op != "figure":
            variable = find_variable(self.system, subject.name)
            if variable.value_type is Enum and str(member.value) in variable.possible_values.__members__:
                return str(variable.possible_values[str(member.value)].value)
        return str(member.value)


def number_with_unit(value: Any, unit: str, *, bare: bool = False) -> str:
    """Return a number with its unit (without that of money if `bare`)."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if not isinstance(value, int | float):
        return str(value)
    if value == float("inf"):
        return number_text(value)
    if unit == "rate":
        return f"{number_text(round(value * 100, 4))}\u00a0%"
    if unit.startswith("EUR") or (bare and not float(value).is_integer()):
        text = number_text(float(f"{value:.2f}"))
        text = text if "," in text else f"{text},00"
        text = text + "0" if "," in text and len(text.rsplit(",", 1)[1]) == 1 else text
        return text if bare else f"{text}\u00a0€"
    text = number_text(int(value) if float(value).is_integer() else round(float(value), 4))
    name = "an" if unit == "years" and abs(value) < 2 else SHORT.get(unit, "")
    return text if bare or not name else f"{text}\u00a0{name}"


def _joined(comparisons: list[Comparison]) -> list[Comparison]:
    """Return comparisons with the choices that one answer is compared with told together."""
    found: dict[tuple[str, str], Comparison] = {}
    for one in comparisons:
        kind = next(
            (words for words in (OTHER_THAN, EXPECTED) if one.expected.startswith(words)), one.expected
        )
        same = found.get((one.variable, kind)) if one.gap is None and one.variable else None
        if same is None:
            found[one.variable, kind if one.gap is None else one.expected] = one
        elif kind == OTHER_THAN:
            expected = f"{same.expected} et {one.expected.removeprefix(OTHER_THAN)}"
            found[one.variable, kind] = replace(same, expected=expected, holds=same.holds and one.holds)
        elif one.expected != same.expected:
            expected = f"{same.expected} ou {one.expected.removeprefix(EXPECTED)}"
            found[one.variable, kind] = replace(same, expected=expected, holds=same.holds or one.holds)
    return list(found.values())


def _tests(term: Term, *, denied: bool = False) -> list[Term]:
    """Return the comparisons and yes/no values that a condition is made of; `denied`, their contraries.

    A variable is opened only where it holds few of them: past that, its label says more.
    """
    if term.op == "not":
        return _tests(term.args[0], denied=not denied)
    if term.op in ("and", "or"):
        return [test for one in term.args for test in _tests(one, denied=denied)]
    if term.op == "variable" and term.args and isinstance(term.value, bool):
        inside = [test for one in term.args for test in _tests(one, denied=denied)]
        if inside and len(inside) <= FEW:
            return inside
    if not (term.op in COMPARISONS or term.op == "about" or term.named):
        return []
    if not denied:
        return [term]
    if term.op in COMPARISONS:
        return [Term(CONTRARY[term.op], not term.value, term.args)]
    return [Term("not", not term.value, (term,))]


def _is_switch(test: Term) -> bool:
    """Return whether a test looks at figures of the law only: it says nothing of the person."""
    subject = test.args[0] if test.op == "not" else test
    return subject.op == "figure"


def _value_first(test: Term) -> Term:
    """Return a comparison with the value on the left and the figure on the right."""
    if test.op in COMPARISONS and test.args[0].op in ("figure", "number") and test.args[1].named:
        return Term(MIRROR.get(test.op, test.op), test.value, (test.args[1], test.args[0]))
    return test


def _is_leaf(term: Term) -> bool:
    return not term.args and term.op == "number"


def _unwrapped(term: Term) -> Term:
    while term.op == "variable" and len(term.args) == 1 and not _is_leaf(term.args[0]):
        term = term.args[0]
    return term
