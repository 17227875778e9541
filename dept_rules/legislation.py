"""What the law and its reforms have in common: figures kept by instant, reforms called by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openfisca_core import reforms
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import Instant, Period, instant
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

#: What a system keeps of its figures and variables: see `system`, `provenance`, `calculation` and
#: `engine.replay`.
OF_FIGURES = ("_instants", "_figures", "_coverage", "_drawings", "_asked")
OF_VARIABLES = ("_judged", "_eternal", "_benefits", "_inputs_by_name")


class Legislation:
    """Mixed into every system of ours, reformed or not.

    openfisca-core keeps the figures of an instant for good, keyed by the identity of the
    system: stale once a figure changes, and no reform is ever freed. Here they are kept
    by the system they belong to, and go with it.
    """

    parameters: Any
    variables: dict[str, Any]
    #: What was applied last, told by `dept_rules.reforms_loader`; None for the platform itself.
    info: Any = None

    def get_parameters_at_instant(self, at: Any) -> Any:
        """Return the figures at `at` (Instant, Period or "YYYY-MM-DD")."""
        key = at if isinstance(at, Instant) else at.start if isinstance(at, Period) else instant(at)
        cache = self.__dict__.setdefault("_instants", {})
        if key not in cache:
            cache[key] = self.parameters.get_at_instant(key)
        return cache[key]

    def forget_instants(self) -> None:
        """Drop what was kept, after a change of the parameters or of the variables."""
        for kept in (*OF_FIGURES, *OF_VARIABLES):
            self.__dict__.pop(kept, None)

    def clone(self) -> Any:
        """Return a copy that shares no figure, no variable, and nothing that was kept of them."""
        copy = super().clone()  # type: ignore[misc]
        copy.forget_instants()
        return copy

    def load_variable(self, variable_class: Any, update: bool = False) -> Any:
        """Add a variable, or (`update`) change one; see openfisca-core."""
        self.forget_instants()
        return super().load_variable(variable_class, update=update)  # type: ignore[misc]

    def neutralize_variable(self, variable_name: str) -> None:
        """Make a variable worth its default, whatever is answered or computed.

        It keeps its label, of which openfisca-core makes a tuple in English.
        """
        self.forget_instants()
        label = self.variables[variable_name].label
        super().neutralize_variable(variable_name)  # type: ignore[misc]
        self.variables[variable_name].label = label

    def apply_reform(self, reform_path: str) -> TaxBenefitSystem:
        """Return this system with a reform named shortly (``rsj_lyon``) or by its Python path.

        Raises:
            UnknownNameError: no reform has this name; the nearest ones are given.
            ReformError: the reform has faults, all of them listed.
        """
        from dept_rules.reforms_loader import apply, find_class

        short = reform_path.removeprefix("dept_rules.reforms.")
        dotted = "." in short and not short.endswith((".yaml", ".yml", ".json"))
        return apply(find_class(reform_path) if dotted else short, self)


class Reform(Legislation, reforms.Reform):
    """A structural reform: other formulas. Subclasses define ``apply()``.

    Attributes:
        label: its name, in French.
        description: what it changes, in French.
        status: its standing, one of `dept_rules.provenance.STANDINGS`.
        reference: where it was published, ``{"title": …, "href": …}``.
        non_lu: what its sources do not say, in French.
        notes: choices made, in French.
    """

    label: str = ""
    description: str = ""
    status: str = "hypothese"
    reference: Mapping[str, str] | None = None
    non_lu: Sequence[str] = ()
    notes: str = ""

    def __init__(self, baseline: TaxBenefitSystem) -> None:
        super().__init__(baseline)
        self.open_api_config = baseline.open_api_config

    def modify_parameters(self, modifier_function: Callable[[ParameterNode], ParameterNode]) -> None:
        """Replace the figures by what `modifier_function` makes of a copy of them.

        Unlike openfisca-core's, a second call keeps what the first one changed.
        """
        self.parameters = modifier_function(self.parameters.clone())
        self.forget_instants()
