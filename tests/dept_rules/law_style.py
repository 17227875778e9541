"""The rules of the house for law files, checked on their syntax tree and on the system they make.

A formula is read in several ways, so it may only say what every reading understands. What is
not allowed here by name is refused. Each check returns sentences, one per fault, none where
all is well.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from openfisca_core.entities import CoreEntity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import Parameter, ParameterNode, ParameterScale
from openfisca_core.periods import DateUnit

from dept_rules import base
from dept_rules.entities import ENTITIES, GROUPS
from dept_rules.enums import Appreciation
from dept_rules.variable import Variable

ENTITY_KEYS = {name: value.key for name, value in vars(base).items() if isinstance(value, CoreEntity)}
GROUP_KEYS = {group.key for group in GROUPS}
UNIQUE_ROLES = {group.key: {role.key for role in group.flattened_roles if role.max == 1} for group in GROUPS}
FUNCTIONS = {name for name in base.__all__ if name.islower() and callable(getattr(base, name))}
#: Functions of the vocabulary whose result is a period.
PERIODS = {"annee_revenus_n_2", "douze_derniers_mois", "trois_derniers_mois"}
NAMED_PERIODS = {"this_year", "first_month", "last_month", "n_2"}
AGGREGATES = {"sum", "any", "all", "min", "max", "nb_persons"}
#: Nothing, one, half, a quarter of a year, a year: not figures of the law.
PLAIN_NUMBERS = {0, 1, 2, 3, 12}
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr)
COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
ATTRIBUTES = {
    *("value_type", "possible_values", "default_value", "entity", "definition_period", "end"),
    *("unit", "label", "reference", "documentation"),
    *Variable.EXTRA,
}
REFORM_METHODS = {"add_variable", "update_variable", "replace_variable", "neutralize_variable"}
#: Figures that the library reads, not the formulas.
READ_BY_THE_LIBRARY = ("couverture", "jeune_a_charge", "non_recours")


@dataclass(frozen=True)
class Law:
    """What a formula may name: the variables and the parameters of a system."""

    variables: Mapping[str, Variable]
    parameters: ParameterNode


@dataclass
class Reading:
    """What was found in law files: their faults, and what each variable reads."""

    faults: list[str] = field(default_factory=list)
    variables: dict[str, set[str]] = field(default_factory=dict)
    figures: dict[str, set[str]] = field(default_factory=dict)

    def add(self, other: Reading) -> None:
        """Take what was found in another file."""
        self.faults += other.faults
        self.variables |= other.variables
        self.figures |= other.figures

    def behind(self, name: str) -> set[str]:
        """Return the variables that `name` reads, and those that they read."""
        found: set[str] = set()
        pending = [name]
        while pending:
            for read in self.variables.get(pending.pop(), set()) - found:
                found.add(read)
                pending.append(read)
        return found


# --- what an expression of a formula stands for ----------------------------------------------------


@dataclass(frozen=True)
class View:
    """An entity that answers with its variables: ``individu``, ``individu.menage``, ``menage.members``."""

    key: str


@dataclass(frozen=True)
class Node:
    """Parameters at a period, down some path."""

    path: tuple[str, ...] = ()


class Value:
    """An array, a figure, a member of an enumeration."""


class Time:
    """A period."""


class Figures:
    """``parameters``, before it is given a period."""


Kind = View | Node | Value | Time | Figures
VALUE, TIME, FIGURES = Value(), Time(), Figures()


class Refused(Exception):
    """A construct that is not part of the vocabulary."""

    def __init__(self, node: ast.AST, why: str) -> None:
        super().__init__(why)
        self.line = getattr(node, "lineno", 0)


class Formula:
    """One formula: `read` finds what it reads, or raises `Refused` at the first fault."""

    def __init__(self, law: Law, entity: str | None) -> None:
        self.law = law
        self.entity = entity
        self.names: dict[str, Kind] = {}
        self.variables: set[str] = set()
        self.figures: set[str] = set()

    def read(self, function: ast.FunctionDef) -> None:
        """Read a whole formula."""
        arguments = [argument.arg for argument in function.args.args]
        known = {self.entity} if self.entity else {entity.key for entity in ENTITIES}
        if (
            len(arguments) not in (2, 3)
            or arguments[0] not in known
            or arguments[1:] not in (["period"], ["period", "parameters"])
        ):
            raise Refused(
                function, f"the arguments of a formula are {' or '.join(known)}, period[, parameters]"
            )
        self.names = {arguments[0]: View(arguments[0]), "period": TIME}
        if len(arguments) == 3:
            self.names["parameters"] = FIGURES
        *assignments, last = function.body
        for statement in assignments:
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                raise Refused(statement, "a formula is assignments of one name each, then return")
            target = statement.targets[0]
            if not isinstance(target, ast.Name):
                raise Refused(target, "a formula is assignments of one name each, then return")
            self.names[target.id] = self.kind(statement.value)
        if not isinstance(last, ast.Return) or last.value is None:
            raise Refused(last, "a formula ends with return")
        self.value(last.value)

    def value(self, node: ast.expr) -> None:
        """Read an expression that must be a value (a figure counts as one)."""
        kind = self.kind(node)
        if isinstance(kind, Node):
            if not isinstance(self._parameter(node, kind), Parameter):
                raise Refused(node, f"{'.'.join(kind.path)} is not a figure but several")
            self.figures.add(".".join(kind.path))
        elif not isinstance(kind, Value):
            raise Refused(node, f"{ast.unparse(node)} is not a value")

    def time(self, node: ast.expr) -> None:
        """Read an expression that must be a period."""
        if not isinstance(self.kind(node), Time):
            raise Refused(node, f"{ast.unparse(node)} is not a period")

    def kind(self, node: ast.expr) -> Kind:
        """Read an expression and return what it stands for."""
        match node:
            case ast.Name(id=name):
                if name in self.names:
                    return self.names[name]
                raise Refused(
                    node, f"{name} is neither an argument, a local name nor a function of the vocabulary"
                )
            case ast.Constant(value=bool()):
                return VALUE
            case ast.Constant(value=int() | float() as number):
                if number in PLAIN_NUMBERS:
                    return VALUE
                raise Refused(node, f"{number} is a figure: it belongs to the parameters")
            case ast.BinOp(left=left, op=operator, right=right):
                if not isinstance(operator, OPERATORS):
                    raise Refused(node, f"{type(operator).__name__} is not part of the vocabulary")
                self.value(left)
                self.value(right)
                return VALUE
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                self.value(operand)
                return VALUE
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if isinstance(
                operator, COMPARISONS
            ):
                if isinstance(self.kind(left), Node) and _is_text(right):
                    self.value(left)
                else:
                    self.value(left)
                    self.value(right)
                return VALUE
            case ast.Attribute(value=owner, attr=name):
                return self._attribute(node, owner, name)
            case ast.Call():
                return self._call(node)
        raise Refused(node, f"{type(node).__name__} is not part of the vocabulary")

    def _attribute(self, node: ast.Attribute, owner: ast.expr, name: str) -> Kind:
        if isinstance(owner, ast.Name) and owner.id not in self.names:
            return self._member(node, owner.id, name)
        kind = self.kind(owner)
        match kind:
            case Node(path=path):
                below = Node((*path, name))
                self._parameter(node, below)
                return below
            case Time() if name in NAMED_PERIODS:
                return TIME
            case View(key="individu") if name in GROUP_KEYS:
                return View(name)
            case View(key=key) if key in GROUP_KEYS and (name == "members" or name in UNIQUE_ROLES[key]):
                return View("individu")
        raise Refused(node, f"{ast.unparse(node)} is not part of the vocabulary")

    def _member(self, node: ast.Attribute, owner: str, name: str) -> Kind:
        """Read ``StatutActivite.etudiant``: a member of an enumeration."""
        found = getattr(base, owner, None) if owner in base.__all__ else None
        if isinstance(found, type) and issubclass(found, Enum) and name in found.__members__:
            return VALUE
        raise Refused(
            node, f"{owner}.{name} is neither a figure, a projection nor a member of an enumeration"
        )

    def _parameter(self, node: ast.AST, kind: Node) -> Any:
        found: Any = self.law.parameters
        for name in kind.path:
            found = found.children.get(name) if isinstance(found, ParameterNode) else None
        if found is None:
            raise Refused(node, f"there is no parameter {'.'.join(kind.path)}")
        return found

    def _call(self, node: ast.Call) -> Kind:
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if not isinstance(owner, ast.Name) or owner.id in self.names:
                kind = self.kind(owner)
                if isinstance(kind, View) and (node.func.attr == "has_role" or node.func.attr in AGGREGATES):
                    return self._aggregate(node, kind, node.func.attr)
        if isinstance(node.func, ast.Name) and node.func.id not in self.names:
            return self._function(node, node.func.id)
        match self.kind(node.func):
            case View(key=key):
                return self._question(node, key)
            case Figures() if len(node.args) == 1 and not node.keywords:
                self.time(node.args[0])
                return Node()
        raise Refused(node, f"{ast.unparse(node.func)} cannot be called")

    def _question(self, node: ast.Call, key: str) -> Kind:
        """Read ``individu("salaire_net", period, options=[ADD])``."""
        if len(node.args) != 2 or any(keyword.arg != "options" for keyword in node.keywords):
            raise Refused(node, "a variable is read by its name, a period and perhaps options=[ADD]")
        if any(ast.unparse(keyword.value) != "[ADD]" for keyword in node.keywords):
            raise Refused(node, "the only option is [ADD]")
        self._variable(node.args[0], key)
        self.time(node.args[1])
        return VALUE

    def _variable(self, node: ast.expr, key: str) -> None:
        if not _is_text(node):
            raise Refused(node, "a variable is read by its name, written in full")
        name = node.value
        found = self.law.variables.get(name)
        if found is None:
            raise Refused(node, f"there is no variable {name}")
        if found.entity.key != key:
            raise Refused(node, f"{name} is a variable of {found.entity.key}, not of {key}")
        self.variables.add(name)

    def _aggregate(self, node: ast.Call, view: View, name: str) -> Kind:
        """Read ``famille.sum(…, role=Famille.ENFANT)`` or ``individu.has_role(…)``."""
        if (view.key == "individu") != (name == "has_role"):
            raise Refused(node, f"{view.key} has no {name}")
        arguments = list(node.args)
        roles = [keyword.value for keyword in node.keywords if keyword.arg == "role"]
        if len(roles) != len(node.keywords):
            raise Refused(node, f"{name} takes no option but role")
        if name in ("has_role", "nb_persons"):
            roles += arguments
        elif len(arguments) == 1:
            self.value(arguments[0])
        else:
            raise Refused(node, f"{name} takes one array and perhaps a role")
        for role in roles:
            match role:
                case ast.Attribute(value=ast.Name(id=owner), attr=attribute) if (
                    owner in ENTITY_KEYS and attribute.isupper() and hasattr(getattr(base, owner), attribute)
                ):
                    continue
            raise Refused(role, f"{ast.unparse(role)} is not a role")
        return VALUE

    def _function(self, node: ast.Call, name: str) -> Kind:
        """Read a call of a function of the vocabulary."""
        if name not in FUNCTIONS:
            raise Refused(node, f"{name} is not a function of the vocabulary")
        if name in PERIODS:
            for argument in node.args:
                self.time(argument)
            return TIME
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name == "moyenne" and len(arguments) > 1:
            view = self.kind(arguments[0])
            if not isinstance(view, View):
                raise Refused(arguments[0], "moyenne is asked of an entity")
            self._variable(arguments[1], view.key)
            arguments = arguments[2:]
        for argument in arguments:
            items = argument.elts if name == "select" and isinstance(argument, ast.List) else [argument]
            for item in items:
                self._given(item)
        return VALUE

    def _given(self, node: ast.expr) -> None:
        """Read what is given to a function: a value, a period, or the whole of some figures."""
        kind = self.kind(node)
        if isinstance(kind, Node):
            self.figures.add(".".join(kind.path))
        elif not isinstance(kind, Time):
            self.value(node)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# --- a file of the law --------------------------------------------------------------------------------


def read_file(source: str, path: Path, law: Law) -> Reading:
    """Check a file of ``variables/`` or ``reforms/``.

    Args:
        source: its text.
        path: where it lies, from the root (``variables/situation/identite.py``).
        law: what its formulas may name.
    """
    reading = Reading()
    tree = ast.parse(source)

    def fault(node: ast.AST, why: str) -> None:
        reading.faults.append(f"{path}:{getattr(node, 'lineno', 1)}: {why}")

    if not ast.get_docstring(tree):
        fault(tree, "a law file begins with its notice, in French")
    for node in tree.body:
        match node:
            case ast.Expr(value=value) if _is_text(value):
                pass
            case ast.ImportFrom(module="dept_rules.base", level=0):
                pass
            case ast.ImportFrom(module="datetime", names=[ast.alias(name="date", asname=None)]):
                if "value_type = date" not in source:
                    fault(node, "date is imported only where a date variable is declared")
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
                if not _is_plain_text(value):
                    fault(
                        node, f"{name}: a constant of a law file is text; a figure belongs to the parameters"
                    )
            case ast.ClassDef(bases=[ast.Name(id="Variable")]):
                _read_variable(node, path, law, reading, fault)
            case ast.ClassDef(bases=[ast.Name(id="Reform")]) if path.parts[0] == "reforms":
                _check_reform(node, fault)
            case ast.ClassDef():
                fault(
                    node,
                    f"{node.name}: a law file declares variables; enumerations live in dept_rules/enums.py",
                )
            case _:
                fault(
                    node,
                    f"{type(node).__name__} has no place in a law file, which imports from dept_rules.base",
                )
    return reading


def _is_plain_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List):
        return all(_is_plain_text(item) for item in node.elts)
    return _is_text(node)


def _attributes(node: ast.ClassDef) -> dict[str, ast.expr]:
    return {
        target.id: statement.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _read_variable(
    node: ast.ClassDef, path: Path, law: Law, reading: Reading, fault: Callable[[ast.AST, str], None]
) -> None:
    attributes = _attributes(node)
    formulas = [statement for statement in node.body if isinstance(statement, ast.FunctionDef)]
    for statement in node.body:
        if not isinstance(statement, ast.Assign | ast.FunctionDef):
            fault(statement, f"{node.name}: a variable is attributes and formulas")
    for name in attributes.keys() - ATTRIBUTES:
        fault(node, f"{node.name}: unknown attribute {name}")
    if not formulas and path.parts[:2] != ("variables", "situation"):
        fault(node, f"{node.name}: an input (no formula) lives in variables/situation/")

    entity = attributes.get("entity")
    key = ENTITY_KEYS.get(entity.id) if isinstance(entity, ast.Name) else None
    reading.variables[node.name] = set()
    reading.figures[node.name] = set()
    for function in formulas:
        if not function.name.startswith("formula") or function.decorator_list:
            fault(function, f"{node.name}: {function.name} is not a formula")
            continue
        formula = Formula(law, key)
        try:
            formula.read(function)
        except Refused as refused:
            reading.faults.append(f"{path}:{refused.line}: {node.name}: {refused}")
        reading.variables[node.name] |= formula.variables
        reading.figures[node.name] |= formula.figures


def _check_reform(node: ast.ClassDef, fault: Callable[[ast.AST, str], None]) -> None:
    for statement in node.body:
        match statement:
            case ast.Assign() | ast.Expr(value=ast.Constant()):
                pass
            case ast.FunctionDef(name="apply", body=body):
                for step in body:
                    match step:
                        case ast.Expr(value=ast.Constant()):
                            pass
                        case ast.Expr(
                            value=ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=method))
                        ) if method in REFORM_METHODS:
                            pass
                        case _:
                            fault(step, f"{node.name}: a reform only {', '.join(sorted(REFORM_METHODS))}")
            case _:
                fault(statement, f"{node.name}: a reform is attributes and apply()")


def check_notices(sources: Mapping[Path, str]) -> Iterator[str]:
    """Check that every benefit, a file or a folder of ``variables/``, says what is not modelled."""
    homes: dict[str, list[ast.Module]] = {}
    for path, source in sources.items():
        homes.setdefault(Path(path.parts[1]).stem, []).append(ast.parse(source))
    for home, trees in homes.items():
        notices = "".join(ast.get_docstring(tree) or "" for tree in trees)
        classes = [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
        if any("benefit" in _attributes(node) for node in classes) and "Non modélisé" not in notices:
            yield f"{home}: the notice of a benefit says what is « Non modélisé »"


# --- the system that the files make ------------------------------------------------------------------


def check_variables(law: Law) -> Iterator[str]:
    """Check what each variable declares."""
    for name, variable in law.variables.items():
        if not variable.label:
            yield f"{name}: a variable has a label"
        if not variable.is_input_variable() and variable.definition_period == DateUnit.ETERNITY:
            yield f"{name}: what is computed has a month or a year"
        if variable.value_type is Enum and variable.default_value.name != "non_renseigne":
            yield f"{name}: an enumeration defaults to non_renseigne"
        if "_condition_" in name and variable.value_type is not bool:
            yield f"{name}: a condition is a boolean"
        if variable.judgement and not _is_appreciation(law.variables.get(variable.judgement.answer)):
            yield f"{name}: judgement.answer names an input of type Appreciation"
        if variable.is_input_variable():
            yield from _check_input(name, variable)
        if variable.benefit:
            yield from _check_benefit(name, variable, law)


def _check_input(name: str, variable: Variable) -> Iterator[str]:
    if not variable.question:
        yield f"{name}: an input has a question"
    if not (isinstance(variable.burden, int) and 1 <= variable.burden <= 5):
        yield f"{name}: the burden of an input goes from 1 to 5"
    if variable.value_type in (int, float) and not variable.unit:
        yield f"{name}: a number has a unit"
    if variable.value_type in (bool, int, float) and variable.default_value != 0:
        yield f"{name}: silence opens no right: the default is False or 0"
    if variable.value_type is str:
        yield f"{name}: an input is a boolean, a number, a date or a member of an enumeration"
    if variable.value_type is date and variable.definition_period != DateUnit.ETERNITY:
        yield f"{name}: a date does not change with the month (ETERNITY)"


def _check_benefit(name: str, variable: Variable, law: Law) -> Iterator[str]:
    eligibility = law.variables.get(f"{name}_eligibilite")
    if eligibility is None or eligibility.value_type is not bool:
        yield f"{name}: a benefit has {name}_eligibilite, a boolean"
    if not any(other.startswith(f"{name}_condition_") for other in law.variables):
        yield f"{name}: a benefit has at least one {name}_condition_…"
    if variable.value_type is not bool and not variable.unit:
        yield f"{name}: a benefit that is paid has a unit"
    switch = _leaves(law.parameters).get(variable.benefit.applies)
    if not isinstance(switch, Parameter):
        yield f"{name}: benefit.applies names a parameter; there is no {variable.benefit.applies}"
    elif not all(isinstance(value.value, bool) for value in switch.values_list):
        yield f"{name}: benefit.applies names a boolean parameter; {variable.benefit.applies} is not"


def _is_appreciation(variable: Variable | None) -> bool:
    return variable is not None and variable.is_input_variable() and variable.possible_values is Appreciation


def check_conditions(law: Law, reading: Reading) -> Iterator[str]:
    """Check that conditions and switches are used by the eligibility they belong to."""
    for name in law.variables:
        owner, found, _ = name.partition("_condition_")
        if found:
            user = f"{owner}_eligibilite" if f"{owner}_eligibilite" in law.variables else owner
            if name not in reading.behind(user):
                yield f"{name}: {user} does not depend on this condition"
    for name, variable in law.variables.items():
        if variable.benefit:
            eligibility = f"{name}_eligibilite"
            read = [reading.figures.get(one, set()) for one in {eligibility} | reading.behind(eligibility)]
            if variable.benefit.applies not in set().union(*read):
                yield f"{name}: {eligibility} does not depend on {variable.benefit.applies}"


def check_figures(law: Law, figures: Iterable[str]) -> Iterator[str]:
    """Check that every parameter is read; `figures` are names of figures or of whole nodes."""
    used = {*figures, *(v.benefit.applies for v in law.variables.values() if v.benefit), *READ_BY_THE_LIBRARY}
    for name in _leaves(law.parameters):
        parts = name.split(".")
        if not any(".".join(parts[:length]) in used for length in range(1, len(parts) + 1)):
            yield f"{name}: no formula reads this parameter"


def _leaves(node: ParameterNode) -> dict[str, Parameter | ParameterScale]:
    found: dict[str, Parameter | ParameterScale] = {}
    for child in node.children.values():
        if isinstance(child, ParameterNode):
            found |= _leaves(child)
        else:
            found[child.name] = child
    return found


def check_enums(source: str) -> Iterator[str]:
    """Check the module of enumerations: unique names, first member ``non_renseigne``."""
    seen: set[str] = set()
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        if node.name in seen:
            yield f"{node.name}: two enumerations of one name are taken for each other"
        seen.add(node.name)
        if next(iter(_attributes(node)), None) != "non_renseigne":
            yield f"{node.name}: the first member is non_renseigne"
