"""What a formula may say comes, by its graph, to what NumPy makes of it on the same answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from engines import same
from hypothesis import given, settings
from hypothesis import strategies as st

from dept_rules.base import Menage, clip, date_en_mois, max_, min_, not_, ratio, where
from dept_rules.engine.graph import Graph
from dept_rules.engine.lazy import Promise, PromisedGroup, node_of
from dept_rules.engine.program import Program
from dept_rules.people import Group

#: What stands for each kind of thing, made of other things or not: numbers, conditions and dates
#: of people; numbers of households (``nombre_du_menage``); constants (``chiffre``, ``oui_ou_non``).
#: No division by what may be nil: 0 and -0 are the same to the graph.
FORMS = {
    "nombre": [
        "({nombre} + {nombre})",
        "({nombre} + {chiffre})",
        "({chiffre} - {nombre})",
        "({nombre} - {chiffre})",
        "({nombre} * {nombre})",
        "({nombre} * {chiffre})",
        "({nombre} * {condition})",
        "({condition} * {nombre})",
        "({condition} + {chiffre} * 1)",
        "({nombre} / {chiffre})",
        "({nombre} / max_({nombre}, 2.5))",
        "({nombre} / ({condition} + 1.0))",
        "(-{nombre})",
        "np.floor({nombre})",
        "np.log({nombre})",
        "min_({nombre}, {nombre})",
        "max_({nombre}, {chiffre})",
        "clip({nombre}, {chiffre}, {nombre})",
        "ratio({nombre}, {nombre})",
        "where({condition}, {nombre}, {chiffre})",
        "where({condition}, {chiffre}, {nombre})",
        "where({condition}, {chiffre}, 2)",
        "{nombre}.astype(np.int32)",
        "{condition}.astype(float)",
        "menages.project({nombre_du_menage})",
        "date_en_mois({date})",
        "revenu",
        "enfants",
        "sans_reponse",
    ],
    "condition": [
        "({nombre} >= {chiffre})",
        "({nombre} > {chiffre})",
        "({nombre} < {chiffre})",
        "({nombre} <= {chiffre})",
        "({nombre} == {nombre})",
        "({nombre} > {nombre})",
        "({condition} & {condition})",
        "({condition} | {condition})",
        "({condition} & {oui_ou_non})",
        "({condition} | {oui_ou_non})",
        "({condition} >= {chiffre})",
        "not_({condition})",
        "menages.project({nombre_du_menage} > {chiffre})",
        "({date} >= JOUR)",
        "({date} == JOUR)",
        "actif",
        "sans_dire",
        "menages.has_role(CONJOINT)",
    ],
    "date": ["where({condition}, {date}, JOUR)", "max_({date}, JOUR)", "naissance"],
    "nombre_du_menage": [
        "({nombre_du_menage} + {nombre_du_menage})",
        "({nombre_du_menage} * {chiffre})",
        "max_({nombre_du_menage}, {chiffre})",
        "where({nombre_du_menage} > {chiffre}, {nombre_du_menage}, {chiffre})",
        "menages.extreme(np.maximum, {nombre} * 1.0)",
        "menages.extreme(np.minimum, {nombre} * 1.0)",
        "menages.of_role({nombre}, CONJOINT)",
        "(menages.of_role({condition}, CONJOINT) + menages.of_role({condition}, PRINCIPAL))",
        "menages.sum({nombre})",
        "menages.sum({condition})",
        "date_en_mois(menages.of_role({date}, CONJOINT))",
        "menages.nb_persons()",
        "menages.nb_persons(CONJOINT)",
        "loyer",
    ],
    "chiffre": ["0", "0.0", "1", "1.0", "-1", "2.5", "np.inf", "np.float64(0)", "np.float64(3)", "True"],
    "oui_ou_non": ["True", "False", "np.False_"],
}
ROLES = {"PRINCIPAL": Menage.PERSONNE_DE_REFERENCE, "CONJOINT": Menage.CONJOINT}
VOCABULARY = {"clip": clip, "max_": max_, "min_": min_, "not_": not_, "ratio": ratio, "where": where}
VOCABULARY |= {"np": np, "date_en_mois": date_en_mois, "JOUR": np.datetime64("2000-05-01"), **ROLES}

PEOPLE, HOMES = 200, 90
RANDOM = np.random.default_rng(0)
ANSWERS = {
    "revenu": RANDOM.choice([-1.5, -1.0, 0.0, 0.25, 1.0, 2.5, 1000.0], PEOPLE),
    "enfants": RANDOM.integers(-2, 4, PEOPLE).astype(np.int32),
    "actif": RANDOM.random(PEOPLE) < 0.5,
    "naissance": np.datetime64("2000-04-29") + RANDOM.integers(0, 5, PEOPLE),
    "loyer": RANDOM.choice([-1.0, 0.0, 2.5], HOMES),
}
DEFAULTS = {"sans_reponse": np.zeros(1), "sans_dire": np.zeros(1, dtype=bool)}
#: Households whose members do not stand together; some without a conjoint, the last ones without anybody.
HOME = np.concatenate([np.arange(80), np.arange(0, 80, 2), RANDOM.integers(0, 80, 80)])
HOME = HOME[RANDOM.permutation(PEOPLE)]
FLAT = [role.key for role in Menage.flattened_roles]
_, FIRST = np.unique(HOME, return_index=True)
ROLE = np.full(PEOPLE, FLAT.index("enfant"))
ROLE[FIRST] = FLAT.index("personne_de_reference")
ROLE[FIRST[::3]] = FLAT.index("conjoint")
MENAGES = Group(Menage, range(HOMES), HOME, ROLE)


@st.composite
def expressions(draw: Any, kind: str, depth: int = 4) -> str:
    """Return an expression: forms filled with one another, `depth` times at most."""
    forms = FORMS[kind] if depth else [form for form in FORMS[kind] if "{" not in form]
    return re.sub(
        r"\{(\w+)\}", lambda found: draw(expressions(found[1], depth - 1)), draw(st.sampled_from(forms))
    )


def plain(text: str) -> Any:
    """Return what an expression comes to, computed at once."""
    defaults = {name: np.repeat(value, PEOPLE) for name, value in DEFAULTS.items()}
    return eval(text, {**VOCABULARY, **ANSWERS, **defaults, "menages": MENAGES})


def names_in(graph: Graph) -> dict[str, Any]:
    """Return what the names of an expression stand for in a graph."""
    names: dict[str, Any] = {"menages": PromisedGroup(graph, Menage)}
    for name, values in ANSWERS.items():
        entity = "menage" if len(values) == HOMES else "individu"
        names[name] = Promise(graph, graph.input(name, None, entity, values.dtype))
    return names | {name: Promise(graph, node_of(graph, value)) for name, value in DEFAULTS.items()}


def drawn(texts: Sequence[str]) -> list[Any]:
    """Return what some expressions come to, drawn in one graph."""
    graph = Graph()
    nodes = [node_of(graph, eval(text, {**VOCABULARY, **names_in(graph)})) for text in texts]
    program = Program(nodes)
    answers = {(name, None): values for name, values in ANSWERS.items()}
    registers = program.run(answers, {"menage": MENAGES}, PEOPLE)
    return [registers[program.register[node.rank]] for node in nodes]


def check(*texts: str) -> None:
    with np.errstate(all="ignore"):
        for text, found in zip(texts, drawn(texts), strict=True):
            expected = plain(text)
            assert same(np.broadcast_to(found, expected.shape), expected), text


KINDS = st.sampled_from(["nombre", "condition", "nombre_du_menage"])


@settings(max_examples=400)
@given(st.lists(KINDS.flatmap(expressions), min_size=1, max_size=3))
def test_any_expression(texts: list[str]) -> None:
    check(*texts)


@pytest.mark.parametrize(
    "text",
    [
        # what is not finite, or no number at all, by a roundabout way: nothing times it is not nothing
        "0 * (np.log(revenu) / 3)",
        "0 * (1 / max_(np.log(revenu), 2.5))",
        "0 * (revenu // 0.0)",
        "0 * where(actif, revenu, np.log(revenu))",
        "0 * where(actif, np.log(revenu), revenu)",
        "0 * menages.extreme(np.minimum, revenu)",
        # what is lower than it seems: whole numbers too large for their type, halves, nobody
        "(actif * np.int32(2_000_000_000) + np.int32(2_000_000_000)) >= 0",
        "(actif + 2.5).astype(np.int32) > 2",
        "menages.of_role(actif + 1.0, CONJOINT) >= 1",
        "menages.extreme(np.maximum, actif + 1.0) >= 1",
        "menages.sum(actif + 1.0) >= 1",
        "menages.nb_persons() >= 1",
        # types
        "np.logical_and(revenu, True)",
        "np.logical_or(enfants, False)",
        "where(True, actif, revenu)",
        "where(actif, 3, 3) * enfants",
        "max_(actif, 0)",
        "(actif + 0) + (actif + 0)",
        "((enfants * actif) * actif) + 0.5",
        "((revenu * enfants) * actif)",
        "((revenu * actif) * enfants)",
        # a constant of everybody
        "menages.sum(sans_reponse + 2)",
        "menages.extreme(np.maximum, sans_reponse + 2)",
        "menages.of_role(sans_reponse + 2, CONJOINT)",
        "menages.of_role(where(sans_dire, naissance, JOUR), CONJOINT)",
        "menages.of_role(naissance, CONJOINT)",
    ],
)
def test_what_is_rare(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("revenu * actif * menages.has_role(CONJOINT)", "revenu * (actif & menages.has_role(CONJOINT))"),
        ("actif * 2.5 >= 0", "True"),
        ("actif * 2.5 > -1", "True"),
        ("menages.nb_persons() < 0", "False"),
        ("menages.sum(actif) <= -1", "False"),
        ("max_(actif * 2.5 / max_(revenu, 1.0), 0)", "actif * 2.5 / max_(revenu, 1.0)"),
        ("max_(np.floor(actif + 1.5), 0)", "np.floor(actif + 1.5)"),
        ("revenu * actif + enfants * actif", "actif * revenu + actif * enfants"),
        ("where(sans_dire, 3, revenu) + 0", "revenu"),
        ("menages.sum(revenu * 0)", "0.0"),
    ],
)
def test_what_is_known_without_doing_it(text: str, known: str) -> None:
    check(text)
    graph = Graph()
    one, other = (node_of(graph, eval(told, {**VOCABULARY, **names_in(graph)})) for told in (text, known))
    assert one is other or (one.op == other.op == "const" and one.of == other.of)
