"""What is rare, and must not be wrong: laws that differ in odd places, odd formulas, nobody at all."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from engines import MONTHS, same
from households import random_population
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit, period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine, reforms_loader
from dept_rules.base import (
    MONTH,
    Enum,
    Hebergement,
    Individu,
    Menage,
    Reform,
    StatutActivite,
    Variable,
    bareme,
    grille,
    par_taille,
    where,
)
from dept_rules.batch import question
from dept_rules.engine import replay
from dept_rules.errors import LawError
from dept_rules.execution import Execution
from dept_rules.people import Answers, Group, Population
from dept_rules.system import CountryTaxBenefitSystem, baseline

MONTH_ASKED = MONTHS[-1]


def with_variables(*trials: type[Variable]) -> CountryTaxBenefitSystem:
    system = CountryTaxBenefitSystem()
    for trial in trials:
        system.add_variable(trial)
    return system


def differences(laws: dict[str, TaxBenefitSystem], name: str, population: Population) -> list[str]:
    """Return the laws under which the engine does not compute a variable as a plain run does."""
    key = (name, MONTH_ASKED)
    found = engine.columns(population, laws, [key])
    return [
        label
        for label, law in laws.items()
        if not same(found[label][key], Execution(law, population).value(*key))
    ]


def figures(**dated: Any) -> dict[str, Any]:
    """Return the data of parameters: for each name, values by day."""
    return {
        name: {"values": {day: {"value": value} for day, value in of.items()}, "metadata": {"unit": "EUR"}}
        for name, of in dated.items()
    }


# --- laws that differ in figures -----------------------------------------------------------------------


class essai_tailles(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Lit tous les chiffres d'un tableau"

    def formula(menage, period, parameters):
        return par_taille(parameters(period).essai, menage.nb_persons())


class essai_deux_dates(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Lit un chiffre à deux dates"

    def formula(menage, period, parameters):
        before = parameters(period.last_month).essai.personnes_1
        return menage("impayes_energie", period.this_year) * before + parameters(period).essai.personnes_1


class essai_bareme(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Lit un barème"

    def formula(menage, period, parameters):
        return bareme(parameters(period).essai.bareme, menage("impayes_energie", period.this_year))


class essai_grille(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Lit un tableau par membre d'une énumération, avec un chiffre pour les autres"

    def formula(menage, period, parameters):
        return grille(parameters(period).essai.grille, menage.conjoint("hebergement", period), 7.0)


def tables_of_figures() -> CountryTaxBenefitSystem:
    system = with_variables(essai_tailles, essai_deux_dates, essai_bareme, essai_grille)
    brackets = [
        {"threshold": figures(x={"2000-01-01": low})["x"], "amount": figures(x={"2000-01-01": low / 2})["x"]}
        for low in (100, 500)
    ]
    data: dict[str, Any] = figures(
        personnes_1={"2000-01-01": 1.0},
        personnes_2={"2000-01-01": 10.0},
        personnes_3={"2027-01-01": 100.0},
        par_personne_supplementaire={"2000-01-01": 0.5},
    )
    data |= {"bareme": {"brackets": brackets}, "grille": figures(foyer={"2000-01-01": 3.0})}
    system.parameters.add_child("essai", ParameterNode("essai", data=data))
    return system


def test_a_figure_that_a_reform_begins_earlier_is_read() -> None:
    law = tables_of_figures()
    earlier = reforms_loader.apply({"essai.personnes_3": {"2026-01-01": 100.0}}, law)
    assert differences({"law": law, "reform": earlier}, "essai_tailles", random_population(1, 30)) == []


def test_a_table_by_member_of_an_enumeration() -> None:
    law = tables_of_figures()
    more = reforms_loader.apply({"essai.grille.foyer": {"2026-01-01": 4.0}}, law)
    laws = {"law": law, "reform": more}
    assert differences(laws, "essai_grille", random_population(1, 30)) == []


@pytest.mark.parametrize("days", ["2026-10-01.2026-10-31", "2026-11-01.2026-11-30"])
def test_a_figure_read_at_two_dates_may_change_at_one_of_them(days: str) -> None:
    law = tables_of_figures()
    once = reforms_loader.apply({"essai.personnes_1": {days: 3.0}}, law)
    assert differences({"law": law, "reform": once}, "essai_deux_dates", random_population(1, 30)) == []


def test_a_scale_may_lose_a_bracket_or_be_taken_away() -> None:
    def shorter(parameters: ParameterNode) -> ParameterNode:
        parameters.essai.bareme.brackets.pop()
        return parameters

    def without(parameters: ParameterNode) -> ParameterNode:
        del parameters.essai.children["bareme"]
        return parameters

    def nothing(menage: Any, period: Any) -> Any:
        return menage("impayes_energie", period.this_year) * 0.0

    class shortened(Reform):
        def apply(self) -> None:
            self.modify_parameters(shorter)

    class abolished(Reform):
        def apply(self) -> None:
            self.modify_parameters(without)
            self.replace_variable(
                type("essai_bareme", (essai_bareme,), {**_told(essai_bareme), "formula": nothing})
            )

    law = tables_of_figures()
    laws = {"law": law, "shorter": shortened(law), "none": abolished(law)}
    assert differences(laws, "essai_bareme", random_population(1, 30)) == []


def test_figures_that_are_taken_away_or_not_there_yet_are_missed() -> None:
    def without(parameters: ParameterNode) -> ParameterNode:
        del parameters.children["essai"]
        return parameters

    class abolished(Reform):
        def apply(self) -> None:
            self.modify_parameters(without)

    law = tables_of_figures()
    laws = {"law": law, "reform": abolished(law)}
    with pytest.raises(LawError, match="essai"):
        engine.columns(random_population(1, 3), laws, [("essai_deux_dates", MONTH_ASKED)])
    with pytest.raises(LawError, match=r"essai.personnes_1 has no value on 1999-11-01"):
        engine.columns(random_population(1, 3), {"law": law}, [("essai_deux_dates", period("1999-12"))])


def _told(variable: type[Variable]) -> dict[str, Any]:
    names = ("value_type", "entity", "definition_period", "label")
    return {name: getattr(variable, name) for name in names}


def test_an_input_that_only_a_reform_has() -> None:
    class essai_reponse(Variable):
        value_type = float
        entity = Menage
        definition_period = MONTH
        label = "Demandée par la réforme seule"

    def read(individu: Any, period: Any) -> Any:
        return individu.menage("essai_reponse", period)

    class essai_age(Variable):
        value_type = float
        entity = Individu
        definition_period = MONTH
        label = "Lit ce que la réforme demande"

        def formula(individu, period):
            return individu("age", period) * 1.0

    class asking(Reform):
        def apply(self) -> None:
            self.add_variable(essai_reponse)
            self.replace_variable(type("essai_age", (essai_age,), {**_told(essai_age), "formula": read}))

    population, law = random_population(1, 30), with_variables(essai_age)
    homes = population.size("menage")
    answers = {**population.answers, "essai_reponse": Answers(np.arange(homes) * 1.0, np.ones(homes, bool))}
    wider = Population(population.ids, population.groups, answers)
    assert differences({"law": law, "reform": asking(law)}, "essai_age", wider) == []


def test_a_system_that_changes_forgets_its_drawings() -> None:
    system, population, key = (
        CountryTaxBenefitSystem(),
        random_population(0, 30),
        ("revenu_de_base", MONTH_ASKED),
    )
    before = engine.Replay(system, population, [key]).value(*key)
    copy = system.clone()
    copy.parameters.revenu_de_base.applique.update(start=MONTH_ASKED.start, value=False)
    assert before.any()
    assert not engine.Replay(copy, population, [key]).value(*key).any()
    assert same(engine.Replay(system, population, [key]).value(*key), before)
    system.neutralize_variable("revenu_de_base")
    assert not engine.Replay(system, population, [key]).value(*key).any()


# --- formulas ------------------------------------------------------------------------------------------


class essai_nombre(Variable):
    value_type = int
    entity = Individu
    definition_period = MONTH
    label = "Un nombre entier"


class essai_grand(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Compare un entier à un nombre que son type ne contient pas"

    def formula(individu, period):
        return individu("essai_nombre", period) < 3_000_000_000


class essai_texte(Variable):
    value_type = str
    default_value = "rien"
    entity = Individu
    definition_period = MONTH
    label = "Un texte"


class essai_texte_lu(Variable):
    value_type = str
    default_value = "rien"
    entity = Individu
    definition_period = MONTH
    label = "Un texte, lu ou choisi"

    def formula(individu, period):
        return where(individu("essai_texte", period) == "rien", "vide", individu("essai_texte", period))


class essai_categorie(Variable):
    value_type = Enum
    possible_values = Hebergement
    default_value = Hebergement.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Une catégorie que choisit un chiffre"

    def formula(individu, period, parameters):
        high = parameters(period).rsa.montant_forfaitaire > 0
        return where(high, Hebergement.foyer, Hebergement.ase)


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("trial", [essai_grand, essai_texte_lu, essai_categorie])
def test_odd_types(trial: type[Variable], answered: bool) -> None:
    everybody = np.ones(30, bool)
    answers = {
        "essai_nombre": Answers(np.arange(30, dtype=np.int32), everybody),
        "essai_texte": Answers(np.array(["rien", "tout"] * 15, dtype=object), everybody),
    }
    population = of_people(30, answers if answered else {})
    system = with_variables(essai_nombre, essai_texte, trial)
    assert Execution(system, population).value(trial.__name__, MONTH_ASKED).shape == (30,)
    assert differences({"law": system}, trial.__name__, population) == []


def of_people(count: int, answers: dict[str, Answers]) -> Population:
    """Return people who live alone."""
    alone = np.arange(count)
    groups = {
        entity.key: Group(entity, range(count), alone, np.zeros(count, dtype=np.intp))
        for entity in baseline().entities
        if not entity.is_person
    }
    return Population(range(count), groups, answers)


class essai_melange(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Ajoute ce qu'a une personne à ce qu'a un ménage"

    def formula(menage, period):
        return menage("impayes_energie", period.this_year) + menage.members("salaire_net", period)


class essai_non_somme(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Donne ce qu'a chaque personne pour ce qu'a un ménage"

    def formula(menage, period):
        return menage.members("salaire_net", period)


class essai_somme_de_menages(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Somme sur les membres ce qu'a le ménage"

    def formula(menage, period):
        return menage.sum(menage("impayes_energie", period.this_year))


class essai_hors_type(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Donne un hébergement pour un nombre"

    def formula(individu, period):
        return individu("hebergement", period)


def test_a_member_of_an_enumeration_is_not_taken_for_a_number() -> None:
    answers = {"hebergement": Answers(np.zeros(3, np.int16), np.ones(3, bool))}
    with pytest.raises(LawError, match="something else than its type"):
        engine.columns(
            of_people(3, answers),
            {"law": with_variables(essai_hors_type)},
            [("essai_hors_type", MONTH_ASKED)],
        )


@pytest.mark.parametrize("trial", [essai_melange, essai_non_somme, essai_somme_de_menages])
def test_what_a_person_has_is_not_taken_for_what_a_group_has(trial: type[Variable]) -> None:
    """Also of people who live alone, whose arrays have the same length."""
    answers = {name: Answers(np.ones(3), np.ones(3, bool)) for name in ("impayes_energie", "salaire_net")}
    with pytest.raises(LawError, match=r"individu.*menage|menage.*individu"):
        engine.columns(of_people(3, answers), {"law": with_variables(trial)}, [(trial.__name__, MONTH_ASKED)])


class essai_autre_enumeration(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Compare l'hébergement du demandeur à un statut d'activité"

    def formula(individu, period):
        return individu.famille.demandeur("hebergement", period) == StatutActivite.etudiant


@pytest.mark.parametrize("answers", [{}, {"hebergement": Answers(np.zeros(3, np.int16), np.ones(3, bool))}])
def test_members_of_two_enumerations_are_not_compared(answers: dict[str, Answers]) -> None:
    with pytest.raises(LawError, match="Hebergement and StatutActivite"):
        engine.columns(
            of_people(3, answers),
            {"law": with_variables(essai_autre_enumeration)},
            [("essai_autre_enumeration", MONTH_ASKED)],
        )


def test_a_neutralized_input_has_its_default() -> None:
    system, population, key = (
        CountryTaxBenefitSystem(),
        random_population(1, 30),
        ("salaire_net", MONTH_ASKED),
    )
    system.neutralize_variable("salaire_net")
    assert not Execution(system, population).value(*key).any()
    assert differences({"law": baseline(), "other": system}, "salaire_net", population) == []
    run = Execution(system, population)
    run.value("revenus_activite", MONTH_ASKED)
    assert key not in run.inputs_read()


def test_what_is_no_number_has_no_sum() -> None:
    with pytest.raises(LawError, match=r"hebergement .*2026"):
        engine.columns(random_population(1, 3), {"law": baseline()}, [("hebergement", period("2026"))])


# --- runs ----------------------------------------------------------------------------------------------


def test_nobody() -> None:
    assert differences({"law": baseline()}, "revenu_de_base", of_people(0, {})) == []


def drawn(population: Population, *keys: Any) -> Iterator[Execution]:
    yield engine.Replay(baseline(), population, keys)
    yield engine.run(baseline(), population, keys)


def test_what_was_not_drawn_is_recorded_as_by_a_plain_run() -> None:
    population, other = random_population(1, 1), ("revenu_de_base", MONTH_ASKED)
    plain = Execution(baseline(), population, record=True)
    plain.value("revenus_activite", MONTH_ASKED)
    plain.value(*other)
    for run in drawn(population, ("revenus_activite", MONTH_ASKED)):
        assert run.value(*other) == plain.value(*other)
        assert run.calls[other] == plain.calls[other]
        assert run.inputs_read() == plain.inputs_read()
        assert run.unanswered.keys() == plain.unanswered.keys()


def test_the_reads_of_a_run_are_those_of_a_plain_run() -> None:
    population, key = random_population(1, 3), ("revenu_de_base", MONTH_ASKED)
    plain = Execution(baseline(), population)
    plain.value(*key)
    for run in drawn(population, key):
        assert run.inputs_read() == plain.inputs_read()


def test_a_run_is_freed_as_soon_as_it_is_let_go() -> None:
    """It holds millions of values: the collector of cycles would free it too late."""
    population = random_population(1, 1)
    gc.disable()
    try:
        for run in drawn(population, ("revenu_de_base", MONTH_ASKED)):
            run.value("cheque_energie", MONTH_ASKED.this_year)
            gone = weakref.ref(run)
            del run
            assert gone() is None
    finally:
        gc.enable()


def test_threads_share_the_drawings_of_a_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "KEPT", 1)
    system, population, faults = CountryTaxBenefitSystem(), random_population(0, 1), []
    months = list(period("month:2023-01:4").get_subperiods(DateUnit.MONTH))

    def ask(first: int) -> None:
        try:
            for rank in range(200):
                engine.Replay(system, population, [("age", months[(first + rank) % 4])])
        except KeyError as error:
            faults.append(error)

    threads = [threading.Thread(target=ask, args=(rank,)) for rank in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_the_question_of_a_batch_is_drawn_anew_where_the_same_answers_are_dated_otherwise() -> None:
    asked = question.ask(str(MONTH_ASKED), names="revenu_de_base")
    for years in (None, range(2024, 2027), None):
        population = random_population(1, 30, years=years)
        found = asked.compute(population)["revenu_de_base"]
        assert found.any()
        assert same(found, Execution(baseline(), population).value("revenu_de_base", MONTH_ASKED))


def test_defaults_of_many_people_are_not_kept() -> None:
    system, key = CountryTaxBenefitSystem(), ("revenu_de_base", MONTH_ASKED)
    for count in (1, replay.FEW, replay.FEW + 1, 50_000):
        run = engine.Replay(system, of_people(count, {}), [key])
        assert same(run.value(*key), Execution(system, of_people(count, {})).value(*key))
    (drawing,) = system.__dict__["_drawings"].values()
    assert sum(values.nbytes for values in drawing.defaults.values()) < 1_000_000
