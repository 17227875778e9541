"""The law keeps to its closed vocabulary; and each check refuses what it is there to refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from law_style import (
    Law,
    Reading,
    check_conditions,
    check_enums,
    check_figures,
    check_notices,
    check_variables,
    read_file,
)

from dept_rules import enums
from dept_rules.base import (
    ETERNITY,
    MONTH,
    Benefit,
    Enum,
    Individu,
    Judgement,
    StatutActivite,
    Variable,
)
from dept_rules.system import baseline, benefits, law_folder

TESTS = Path(__file__).parents[1]


def _law(system: Any = None) -> Law:
    system = system or baseline()
    return Law(system.variables, system.parameters)


def _files(name: str) -> list[Path]:
    folder = law_folder(name)
    return [folder.parent / path.relative_to(folder.parent) for path in sorted(folder.rglob("*.py"))]


def _relative(path: Path, folder: str) -> Path:
    return path.relative_to(law_folder(folder).parent)


def _read_law() -> Reading:
    reading = Reading()
    for path in _files("variables"):
        reading.add(read_file(path.read_text(encoding="utf-8"), _relative(path, "variables"), _law()))
    return reading


def _read_reform(path: Path) -> Reading:
    law = _law(baseline().apply_reform(path.stem))
    return read_file(path.read_text(encoding="utf-8"), _relative(path, "reforms"), law)


REFORMS = [path for path in _files("reforms") if path.stem[0] != "_"]

# --- the law ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", _files("variables"), ids=lambda path: str(_relative(path, "variables")))
def test_a_file_of_the_law_keeps_to_the_vocabulary(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert read_file(source, _relative(path, "variables"), _law()).faults == []


@pytest.mark.parametrize("path", REFORMS, ids=lambda path: path.stem)
def test_a_structural_reform_keeps_to_the_vocabulary(path: Path) -> None:
    assert _read_reform(path).faults == []


def test_every_variable_declares_what_it_must() -> None:
    assert list(check_variables(_law())) == []


def test_every_condition_and_switch_is_used_by_its_eligibility() -> None:
    assert list(check_conditions(_law(), _read_law())) == []


def test_every_parameter_is_read_by_a_formula() -> None:
    readings = [_read_law(), *map(_read_reform, REFORMS)]
    figures = {name for reading in readings for read in reading.figures.values() for name in read}
    assert list(check_figures(_law(), figures)) == []


def test_enumerations_are_unique_and_begin_with_not_answered() -> None:
    assert list(check_enums(Path(enums.__file__).read_text(encoding="utf-8"))) == []


def test_every_benefit_says_what_is_not_modelled() -> None:
    sources = {_relative(path, "variables"): path.read_text(encoding="utf-8") for path in _files("variables")}
    assert list(check_notices(sources)) == []


def test_every_benefit_has_yaml_tests() -> None:
    expected = {name for path in TESTS.rglob("*.yaml") for name in _outputs(path)}
    assert benefits(baseline()).keys() - expected == set()


def _outputs(path: Path) -> set[str]:
    """Return the names that the YAML tests of a file expect a value of."""
    tests = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name for test in tests for name in _keys(test["output"])}


def _keys(data: Any) -> set[str]:
    if not isinstance(data, dict):
        return set()
    return set(data) | {key for value in data.values() for key in _keys(value)}


# --- what is refused in a formula ---------------------------------------------------------------------

FILE = '''"""Un essai.

Non modélisé : le reste.
"""

from dept_rules.base import (
    ADD, MONTH, Appreciation, Benefit, Famille, Individu, Menage, StatutActivite, Variable,
    bareme, grille, max_, moyenne, select, trois_derniers_mois, where,
)


class essai(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Essai"

    def formula(individu, period, parameters):
        {body}
'''


def _faults(source: str, path: str = "variables/essai.py") -> list[str]:
    return read_file(source, Path(path), _law()).faults


def _formula_faults(body: str) -> list[str]:
    return _faults(FILE.format(body=body.replace("\n", "\n        ")))


@pytest.mark.parametrize(
    "body",
    [
        "return individu('age', period) // 12 - 1",
        "age = individu('age', period)\nreturn where((age > 0) & (age <= 2) | (age == 3), -age, 0)",
        "regles = parameters(period).revenu_de_base\nreturn individu('age', period) >= regles.age.minimum",
        "return parameters(period.this_year).revenu_de_base.unite == 'famille'",
        "exclus = parameters(period).revenu_de_base.statuts_exclus\n"
        "return grille(exclus, individu('statut_activite', period)) == 0",
        "return individu('statut_activite', period) == StatutActivite.etudiant",
        "return individu.foyer_fiscal('rfr', period.n_2)",
        "return individu('salaire_net', trois_derniers_mois(period), options=[ADD])",
        "return individu.menage.personne_de_reference('salaire_net', period.last_month)",
        "return individu.famille.sum(individu('age', period), role=Famille.ENFANT)",
        "return individu.has_role(Famille.PARENT) * individu.famille.nb_persons(Famille.PARENT)",
        "return individu.menage.any(individu.menage.members('age', period) > 0)",
        "return select([individu('majeur', period)], [1], parameters(period).majorite)",
        "return moyenne(individu.famille, 'rsa', period, parameters(period).revenu_de_base.bourse_mois)",
    ],
)
def test_allowed(body: str) -> None:
    assert _formula_faults(body) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return individu('age', period) * 0.3", "0.3 is a figure"),
        ("return individu('age', period) + 25", "25 is a figure"),
        ("return 1 if individu('majeur', period) else 0", "IfExp"),
        ("if individu('majeur', period):\n    return 1\nreturn 0", "assignments"),
        ("for i in period:\n    pass\nreturn 0", "assignments"),
        ("while True:\n    pass\nreturn 0", "assignments"),
        ("try:\n    x = 1\nexcept ValueError:\n    pass\nreturn x", "assignments"),
        ("with period as p:\n    pass\nreturn 0", "assignments"),
        ("a, b = 1, 2\nreturn a", "assignments"),
        ("a = b = 1\nreturn a", "assignments"),
        ("a = 1\na += 1\nreturn a", "assignments"),
        ("import numpy\nreturn 0", "assignments"),
        ("return", "ends with return"),
        ("a = 1", "ends with return"),
        ("return max_([a for a in period], 0)", "ListComp"),
        ("return (lambda: 1)()", "Lambda"),
        ("return individu('majeur', period) and individu('emancipe', period)", "BoolOp"),
        ("return not individu('majeur', period)", "UnaryOp"),
        ("return ~individu('majeur', period)", "UnaryOp"),
        ("return 0 < individu('age', period) < 2", "Compare"),
        ("return individu('age', period) in [1, 2]", "Compare"),
        ("return individu('age', period) ** 2", "Pow"),
        ("return (age := individu('age', period))", "NamedExpr"),
        ("return f'{period}'", "JoinedStr"),
        (
            "return parameters(period).revenu_de_base.statuts_exclus[individu('statut_activite', period)]",
            "Subscript",
        ),
        ("return parameters(period).revenu_de_base.age.calc(individu('age', period))", "no parameter"),
        ("return individu('age', period).astype(int)", "astype"),
        ("return np.maximum(individu('age', period), 0)", "np.maximum"),
        ("return max(individu('age', period), 0)", "max is not a function"),
        ("return getattr(individu, 'x')", "getattr is not a function"),
        ("return individu.simulation", "individu.simulation"),
        ("return individu.value_from_partner(individu('age', period))", "value_from_partner"),
        ("return individu.sum(individu('age', period))", "has no sum"),
        ("return individu.famille.has_role(Famille.PARENT)", "has no has_role"),
        ("return individu.famille.sum(individu('age', period), 0)", "one array"),
        ("return individu.famille.nb_persons(role=Famille.ONCLE)", "is not a role"),
        ("return individu.famille.nb_persons(condition=Famille.PARENT)", "no option but role"),
        ("return individu('rsa', period)", "a variable of famille"),
        ("return individu('salaire', period)", "no variable salaire"),
        ("nom = 'age'\nreturn individu(nom, period)", "Constant"),
        ("return individu('age')", "by its name, a period"),
        ("return individu('age', '2026-11')", "Constant"),
        ("return individu('age', period, options=[DIVIDE])", "only option"),
        ("return individu('age', period.last_3_months)", "last_3_months"),
        ("return individu('age', period.offset(1))", "period.offset"),
        ("return parameters('2026-11').majorite", "Constant"),
        ("return parameters(period).majorites", "no parameter majorites"),
        ("return parameters(period).revenu_de_base", "several"),
        ("return parameters(period).majorite.values_list", "no parameter"),
        ("return StatutActivite.oisif", "StatutActivite.oisif"),
        ("return essai", "essai is neither"),
        ("return individu", "not a value"),
        ("return period", "not a value"),
        ("return None", "Constant"),
        ("return individu('hebergement', period) == 'parents'", "Constant"),
    ],
)
def test_refused(body: str, why: str) -> None:
    faults = _formula_faults(body)
    assert len(faults) == 1
    assert why in faults[0]


# --- what is refused in a file ----------------------------------------------------------------------------


def test_a_fault_tells_where_it_is() -> None:
    assert _formula_faults("return 25")[0].startswith("variables/essai.py:19: essai: ")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("import numpy as np", "Import has no place"),
        ("from numpy import where", "ImportFrom has no place"),
        ("from dept_rules.entities import Individu", "ImportFrom has no place"),
        ("from datetime import date", "only where a date variable"),
        ("PLAFOND = 1200", "a figure belongs to the parameters"),
        ("plafond = 'texte'", "Assign has no place"),
        ("def aide(x):\n    return x", "FunctionDef has no place"),
        ("if True:\n    pass", "If has no place"),
        ("class Statut(Enum):\n    non_renseigne = 'x'", "enumerations live in dept_rules/enums.py"),
        ("class r(Reform):\n    pass", "a law file declares variables"),
        ("class entree(Variable):\n    value_type = bool", "an input (no formula) lives in"),
        (
            "class v(Variable):\n    set_input = x\n    def formula(individu, period):\n        return 0",
            "set_input",
        ),
        (
            "class v(Variable):\n    x: int = 0\n    def formula(individu, period):\n        return 0",
            "attributes and",
        ),
        (
            "class v(Variable):\n    def calcul(individu, period):\n        return 0",
            "calcul is not a formula",
        ),
        (
            "class v(Variable):\n    def formula(person, period):\n        return 0",
            "the arguments of a formula",
        ),
        (
            "class v(Variable):\n    def formula(individu, period, x):\n        return 0",
            "the arguments of a formula",
        ),
        (
            "class v(Variable):\n    entity = Menage\n    def formula(individu, period):\n        return 0",
            "the arguments of a formula",
        ),
    ],
)
def test_refused_in_a_file(line: str, why: str) -> None:
    faults = _faults(FILE.format(body="return 0") + "\n\n" + line + "\n")
    assert len(faults) == 1
    assert why in faults[0]


def test_a_file_without_notice_is_refused() -> None:
    assert "its notice" in _faults("from dept_rules.base import Variable\n")[0]


def test_a_benefit_that_does_not_say_what_is_not_modelled_is_refused() -> None:
    silent = '"""Un essai."""\n\n\nclass essai(Variable):\n    benefit = Benefit(applies="essai.applique")\n'
    said = '"""Conditions.\n\nNon modélisé : le reste.\n"""\n'
    montant, conditions = Path("variables/essai/montant.py"), Path("variables/essai/conditions.py")
    assert len(list(check_notices({montant: silent}))) == 1
    assert list(check_notices({montant: silent, conditions: said})) == []


@pytest.mark.parametrize(
    ("step", "faulty"),
    [
        ("self.update_variable(essai)", False),
        ("self.neutralize_variable('rsa')", False),
        ("self.modify_parameters(figures)", True),
        ("x = 1", True),
    ],
)
def test_a_structural_reform_only_changes_variables(step: str, faulty: bool) -> None:
    reform = f"\n\nclass essai_reforme(Reform):\n    label = 'x'\n\n    def apply(self):\n        {step}\n"
    assert bool(_faults(FILE.format(body="return 0") + reform, "reforms/essai.py")) is faulty


def test_two_enumerations_of_one_name_are_refused() -> None:
    source = "class A(Enum):\n    non_renseigne = 'x'\n\n\nclass A(Enum):\n    oui = 'x'\n"
    assert list(check_enums(source)) == [
        "A: two enumerations of one name are taken for each other",
        "A: the first member is non_renseigne",
    ]


# --- what is refused in a variable -------------------------------------------------------------------------


def _variable(name: str, **attributes: Any) -> Variable:
    usual = {"value_type": bool, "entity": Individu, "definition_period": MONTH, "label": "Essai"}
    return type(name, (Variable,), usual | attributes)()


def _formula(individu: Any, period: Any) -> Any:
    return 0


@pytest.mark.parametrize(
    ("name", "attributes", "why"),
    [
        ("essai", {"label": None, "formula": _formula}, "has a label"),
        ("essai", {"definition_period": ETERNITY, "formula": _formula}, "a month or a year"),
        ("essai", {}, "has a question"),
        ("essai", {"question": "?", "burden": 6}, "burden"),
        ("essai", {"question": "?", "value_type": float}, "has a unit"),
        ("essai", {"question": "?", "default_value": True}, "silence opens no right"),
        ("essai", {"question": "?", "value_type": str}, "a member of an enumeration"),
        (
            "essai",
            {
                "question": "?",
                "value_type": Enum,
                "possible_values": StatutActivite,
                "default_value": StatutActivite.actif,
            },
            "defaults to non_renseigne",
        ),
        ("essai_condition_age", {"value_type": int, "formula": _formula}, "a condition is a boolean"),
        ("essai", {"formula": _formula, "judgement": Judgement("x", "y", "age")}, "of type Appreciation"),
    ],
)
def test_a_variable_that_lacks_something_is_refused(name: str, attributes: dict[str, Any], why: str) -> None:
    variable = _variable(name, **attributes)
    faults = list(check_variables(Law({name: variable}, baseline().parameters)))
    assert len(faults) == 1
    assert why in faults[0]


@pytest.mark.parametrize(
    ("lacking", "applies", "why"),
    [
        ("unit", "revenu_de_base.applique", "that is paid has a unit"),
        ("essai_eligibilite", "revenu_de_base.applique", "essai_eligibilite, a boolean"),
        ("essai_condition_age", "revenu_de_base.applique", "at least one essai_condition_"),
        ("", "revenu_de_base.appliquee", "there is no revenu_de_base.appliquee"),
        ("", "majorite", "majorite is not"),
    ],
)
def test_a_benefit_that_lacks_something_is_refused(lacking: str, applies: str, why: str) -> None:
    benefit = Benefit(applies=applies)
    variables = {
        "essai": _variable("essai", value_type=float, unit="EUR", benefit=benefit, formula=_formula),
        "essai_eligibilite": _variable("essai_eligibilite", formula=_formula),
        "essai_condition_age": _variable("essai_condition_age", formula=_formula),
    }
    variables.pop(lacking, None)
    if lacking == "unit":
        variables["essai"].unit = None
    faults = list(check_variables(Law(variables, baseline().parameters)))
    assert len(faults) == 1
    assert why in faults[0]


def test_a_condition_or_a_switch_that_nothing_reads_is_refused() -> None:
    variables = {
        "essai": _variable("essai", benefit=Benefit(applies="essai.applique"), formula=_formula),
        "essai_eligibilite": _variable("essai_eligibilite", formula=_formula),
        "essai_condition_age": _variable("essai_condition_age", formula=_formula),
        "essai_condition_statut": _variable("essai_condition_statut", formula=_formula),
    }
    law = Law(variables, baseline().parameters)
    unused = Reading(variables={"essai_eligibilite": {"essai_condition_age"}})
    assert list(check_conditions(law, unused)) == [
        "essai_condition_statut: essai_eligibilite does not depend on this condition",
        "essai: essai_eligibilite does not depend on essai.applique",
    ]
    through = Reading(
        variables={
            "essai_eligibilite": {"essai_condition_age"},
            "essai_condition_age": {"essai_condition_statut"},
        },
        figures={"essai_condition_statut": {"essai.applique"}},
    )
    assert list(check_conditions(law, through)) == []


def test_a_parameter_that_no_formula_reads_is_refused() -> None:
    law = Law({}, baseline().parameters)
    read = {name for name in baseline().parameters.children if name != "majorite"}
    assert list(check_figures(law, read)) == ["majorite: no formula reads this parameter"]
