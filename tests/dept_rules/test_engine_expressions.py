"""What a formula may say comes, by its graph, to what NumPy makes of it on the same answers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
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


def drawn(texts: list[str]) -> list[Any]:
    """Return what some expressions come to, drawn in one graph."""
    graph = Graph()
    names: dict[str, Any] = {"menages": PromisedGroup(graph, Menage)}
    for name, values in ANSWERS.items():
        entity = "menage" if len(values) == HOMES else "individu"
        names[name] = Promise(graph, graph.input(name, None, entity, values.dtype))
    for name, value in DEFAULTS.items():
        names[name] = Promise(graph, node_of(graph, value))
    nodes = [node_of(graph, eval(text, {**VOCABULARY, **names})) for text in texts]
    program = Program(nodes)
    answers = {(name, None): values for name, values in ANSWERS.items()}
    registers = program.run(answers, {"menage": MENAGES}, PEOPLE)
    return [registers[program.register[node.rank]] for node in nodes]


KINDS = st.sampled_from(["nombre", "condition", "nombre_du_menage"])


@settings(max_examples=400)
@given(st.lists(KINDS.flatmap(expressions), min_size=1, max_size=3))
def test_any_expression(texts: list[str]) -> None:
    with np.errstate(all="ignore"):
        for text, found in zip(texts, drawn(texts), strict=True):
            expected = plain(text)
            assert same(np.broadcast_to(found, expected.shape), expected), text
