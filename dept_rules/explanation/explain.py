"""Why, and why not: conditions with what they compared, the operations behind an amount, the figures.

Everything comes from the trace of the formulas that ran; nothing is written by hand for a benefit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from openfisca_core.periods import period as parse_period

from dept_rules import provenance
from dept_rules.calculation import Case, Refusal, evaluate_case, open_case
from dept_rules.entitlements import Condition, Entitlement, Result, Verdict
from dept_rules.errors import UnknownNameError
from dept_rules.explanation.certainty import evaluate_partial
from dept_rules.explanation.sentences import Comparison, Wording, number_with_unit
from dept_rules.explanation.symbols import Symbol, TracedExecution
from dept_rules.explanation.terms import Reducer, Term
from dept_rules.people import Population, place_of
from dept_rules.provenance import Figure
from dept_rules.system import variable as find_variable
from dept_rules.texts import amount_text, day_text, month_text, number_text

MODES = ("assume", "partial")
#: What became of a condition, in French and as a sign.
STATUSES = {
    "met": ("remplie", "✓"),
    "not_met": ("non remplie", "✗"),
    "to_judge": ("à apprécier", "?"),
    "not_needed": ("sans objet : une autre condition n'est pas remplie", "–"),
    "unknown": ("inconnue", "…"),
}
VERDICTS = {
    Verdict.ELIGIBLE: "conditions remplies",
    Verdict.CONDITIONAL: "conditions remplies, sous réserve de ce qui reste à apprécier",
    Verdict.NOT_ELIGIBLE: "non",
    Verdict.UNDETERMINED: "à compléter, des réponses manquent",
    Verdict.NOT_IN_FORCE: "pas en vigueur à cette date, ou hors de cette simulation",
}


@dataclass(frozen=True)
class ExplainedCondition:
    """A condition, what it compared and with which figures.

    Attributes:
        condition: as the evaluation gives it.
        status: "met", "not_met", "to_judge", "not_needed" or "unknown".
        comparisons: what was compared.
        figures: the figures it was compared with.
    """

    condition: Condition
    status: str
    comparisons: tuple[Comparison, ...]
    figures: tuple[Figure, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        one = self.condition
        return {
            "variable": one.variable,
            "label": one.label,
            "status": self.status,
            "judged_by": one.judged_by,
            "on": one.on,
            "references": list(one.references),
            "comparisons": [
                {
                    "variable": each.variable,
                    "label": each.label,
                    "value": each.value,
                    "expected": each.expected,
                    "holds": each.holds,
                    "distance": each.distance or None,
                    "gap": each.gap,
                }
                for each in self.comparisons
            ],
            "figures": [figure.name for figure in self.figures],
        }


@dataclass(frozen=True)
class Operation:
    """How an amount was made.

    Attributes:
        words: "Montant forfaitaire du RSA − Dégressivité × Salaire net".
        numbers: "651,69 − 30 % × 400,00 = 531,69 €".
        bounds: what was brought back to a bound, in words.
    """

    words: str
    numbers: str
    bounds: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"words": self.words, "numbers": self.numbers, "bounds": list(self.bounds)}


@dataclass(frozen=True)
class Explanation:
    """Why a person or a group has, or has not, a benefit.

    Attributes:
        entitlement: the result that is explained.
        conditions: in the order of the text.
        operation: how the amount was made; None where there is none.
        figures: those that the conditions and the amount used.
        references: the articles of the benefit.
    """

    entitlement: Entitlement
    conditions: tuple[ExplainedCondition, ...]
    operation: Operation | None
    figures: tuple[Figure, ...]
    references: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            **self.entitlement.to_dict(),
            "conditions": [one.to_dict() for one in self.conditions],
            "operation": self.operation.to_dict() if self.operation else None,
            "figures": [provenance.to_dict(figure) for figure in self.figures],
            "references": list(self.references),
        }

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what there is to say, as pairs (kind of line, sentence)."""
        one = self.entitlement
        when = month_text(one.period) if "-" in one.period else one.period
        yield "title", f"{one.label}, {one.beneficiary}, {when} : {self.answer()}"
        if one.notice:
            yield "notice", f"{one.notice}."
        for caveat in one.caveats:
            yield "notice", caveat
        if one.missing:
            count = len(one.missing)
            yield "notice", f"Suppose {count} réponse{'s' * (count > 1)} qui manque{'nt' * (count > 1)}."
        for each in self.conditions:
            yield "condition", _condition_line(each)
        if self.operation:
            yield "operation", self.operation.words
            yield "operation", self.operation.numbers
            for bound in self.operation.bounds:
                yield "operation", bound
        for label, value in one.beside:
            yield (
                "operation",
                f"{label} : {value if isinstance(value, str) else amount_text(value, one.unit)}",
            )
        if not self.operation and one.verdict is Verdict.NOT_ELIGIBLE and all(c.met for c in one.conditions):
            yield "operation", "Les conditions sont remplies, mais rien n'est à verser."
        for figure in self.figures:
            yield "figure", figure_line(figure)
        for reference in self.references:
            yield "reference", reference

    def answer(self) -> str:
        """Return the verdict and the amount in words."""
        one = self.entitlement
        if one.verdict is not Verdict.NOT_ELIGIBLE and one.amount is not None:
            return f"{amount_text(one.amount, one.unit)}, {VERDICTS[one.verdict]}"
        return VERDICTS[one.verdict]

    def to_text(self) -> str:
        """Return the explanation as plain text, in French."""
        titles = {
            "condition": "Conditions",
            "operation": "Calcul",
            "figure": "Chiffres",
            "reference": "Références",
        }
        found, last = [], ""
        for kind, sentence in self.lines():
            if kind != last and kind in titles:
                found.append(f"  {titles[kind]}")
            found.append(f"{'    ' if kind in titles else '  ' if kind == 'notice' else ''}{sentence}")
            last = kind
        return "\n".join(found)

    def to_html(self) -> str:
        """Return the explanation as a fragment of HTML (a section), in French."""
        titles = {
            "condition": "Conditions",
            "operation": "Calcul",
            "figure": "Chiffres",
            "reference": "Références",
        }
        found, last = ["<section>"], ""
        for kind, sentence in self.lines():
            if last in titles and kind != last:
                found.append("</ul>")
            if kind in titles and kind != last:
                found.append(f"<h3>{titles[kind]}</h3>\n<ul>")
            tag = "li" if kind in titles else "h2" if kind == "title" else "p"
            found.append(f"<{tag}>{escape(sentence)}</{tag}>")
            last = kind
        if last in titles:
            found.append("</ul>")
        return "\n".join([*found, "</section>"])


@dataclass(frozen=True)
class Explanations:
    """The explanations of a situation; ``explanations["revenu_de_base"]["camille"].to_text()``."""

    result: Result
    items: tuple[Explanation, ...]

    def __iter__(self) -> Iterator[Explanation]:
        return iter(self.items)

    def __getitem__(self, benefit: str) -> Mapping[str, Explanation]:
        """Return the explanations of a benefit, by identifier of the beneficiary.

        Raises:
            UnknownNameError: the benefit was not evaluated, or does not exist.
        """
        asked = self.result[benefit]
        return {
            one.entitlement.beneficiary: one
            for one in self.items
            if one.entitlement.benefit == benefit and one.entitlement.beneficiary in asked
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {**self.result.to_dict(), "entitlements": [one.to_dict() for one in self.items]}

    def to_text(self) -> str:
        """Return the explanations as plain text, in French."""
        return "\n\n".join(one.to_text() for one in self.items)

    def to_html(self) -> str:
        """Return the explanations as a fragment of HTML, in French."""
        return "\n".join(one.to_html() for one in self.items)


def explain(
    situation: Mapping[str, Any] | str | Path,
    period: str,
    reform: Any = None,
    *,
    benefits: Iterable[str] | None = None,
    mode: str = "assume",
) -> Explanations:
    """Return why everybody of a situation has, or has not, each benefit.

    Arguments and errors are those of `dept_rules.evaluate`; `mode` is "assume" or "partial".
    """
    if mode not in MODES:
        raise UnknownNameError("mode", mode, MODES)
    return explain_case(open_case(situation, period, reform, benefits), partial=mode == "partial")


def explain_case(
    case: Case,
    *,
    partial: bool = False,
    refuse: Refusal = "required",
    keep: Callable[[Entitlement], bool] = lambda _: True,
) -> Explanations:
    """Explain a checked case; see `explain`, and `evaluate_case` for `refuse`.

    Only the results that `keep` takes are explained, which is what costs.
    """
    result = evaluate_partial(case) if partial else evaluate_case(case, refuse=refuse)
    explainer = _Explainer(case)
    return Explanations(result, tuple(explainer.explain(one) for one in result if keep(one)))


class _Explainer:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.run = TracedExecution(case.system, case.situation.population, record=True)
        self.reducer = Reducer(case.system)
        self.wording = Wording(case.system)

    @property
    def population(self) -> Population:
        return self.case.situation.population

    def explain(self, one: Entitlement) -> Explanation:
        benefit = find_variable(self.case.system, one.benefit)
        references = tuple(benefit.reference or ())
        if one.verdict is Verdict.NOT_IN_FORCE:
            return Explanation(one, (), None, (), references)
        rank = list(self.population.ids_of(one.entity)).index(one.beneficiary)
        conditions = tuple(self._condition(one, condition, rank) for condition in one.conditions)
        operation, term = self._operation(one, rank)
        figures = [figure for each in conditions for figure in each.figures]
        figures += self._figures(term) if term else []
        return Explanation(one, conditions, operation, tuple(dict.fromkeys(figures)), references)

    def _condition(self, one: Entitlement, condition: Condition, rank: int) -> ExplainedCondition:
        variable = find_variable(self.case.system, condition.variable)
        place = place_of(self.population, one.entity, variable.entity.key, rank)
        term = self.reducer.term(self._symbol(condition.variable, condition.period or one.period), place)
        blocked = any(other.variable != condition.variable for other in one.unmet)
        if condition.met is None:
            status = "not_needed" if blocked else "unknown"
        elif not condition.met:
            status = "not_met"
        elif condition.to_judge:
            status = "not_needed" if blocked else "to_judge"
        else:
            status = "met"
        told = not (condition.to_judge or condition.met is None)
        compared = tuple(self.wording.comparisons(term)) if told else ()
        return ExplainedCondition(condition, status, compared, tuple(self._figures(term)))

    def _operation(self, one: Entitlement, rank: int) -> tuple[Operation | None, Term | None]:
        if not isinstance(one.amount, Decimal) or one.unmet:
            return None, None
        term = self.reducer.term(self._symbol(one.benefit, one.period), rank)
        if len(term.args) != 1:
            return None, None
        made = term.args[0]
        if made.op == "number":
            return None, None
        bounds = tuple(self.wording.bounds(made))
        amount = amount_text(one.amount, None)
        return Operation(self.wording.names(made), f"{self.wording.numbers(made)} = {amount}", bounds), made

    def _symbol(self, name: str, period: str) -> Symbol:
        return self.run.symbol((name, parse_period(period)))

    def _figures(self, term: Term) -> list[Figure]:
        read = dict.fromkeys((one.name, one.at) for one in term.walk() if one.op == "figure")
        return [provenance.figure(self.case.system, name, at) for name, at in read]


def _condition_line(each: ExplainedCondition) -> str:
    status, sign = STATUSES[each.status]
    said = f"{sign} {each.condition.label} : {status}"
    if each.status == "to_judge":
        said += f" par {each.condition.judged_by}, sur {each.condition.on}"
    compared = [
        f"{one}{f' ({one.distance})' if one.distance else ''}"
        for one in each.comparisons
        if each.status != "not_met" or not one.holds or len(each.comparisons) == 1
    ]
    return f"{said}. {' ; '.join(compared)}" if compared else said


def figure_line(figure: Figure) -> str:
    """Return a figure, its value, its date, its standing and its source, as a sentence in French."""
    value = figure.value
    if isinstance(value, bool):
        shown = "oui" if value else "non"
    elif isinstance(value, int | float):
        shown = number_with_unit(value, figure.unit)
    elif isinstance(value, tuple):
        shown = " ; ".join(f"dès {number_text(low)} : {number_text(amount)}" for low, amount in value)
    else:
        shown = str(value)
    source = f" ; {figure.reference_title}" if figure.reference_title else ""
    carried = " ; dernier chiffre connu, reconduit" if figure.carried_forward else ""
    standing = provenance.LABELS[figure.standing].lower()
    return f"{figure.short_label} : {shown}, depuis le {day_text(figure.since)} ({standing}{source}{carried})"
