"""CAPA and contrat jeune majeur, where the verdict counts or figures must change."""

from __future__ import annotations

import pytest

from dept_rules import evaluate

LOU = {"date_naissance": "2007-02-11", "hebergement": "autonome"}
PLACED = LOU | {"ase_avant_majorite": True}


def ask(benefit: str, answers: dict, period: str = "2026-11", reform=None):
    situation = {"individus": {"lou": answers}, "menages": {"m": {"personne_de_reference": "lou"}}}
    return evaluate(situation, period, reform, benefits=[benefit])[benefit]["lou"]


def waiting_for(benefit: str, answers: dict, period: str = "2026-11") -> list[str]:
    found = ask(benefit, answers, period)
    assert found.verdict.value in ("conditional", "eligible")
    return [one.variable.removeprefix(f"{benefit}_condition_") for one in found.subject_to]


@pytest.mark.parametrize(
    ("answers", "period", "waits"),
    [
        (PLACED, "2026-11", ["besoin"]),
        (PLACED | {"ressources_ou_soutien_insuffisants": "oui"}, "2026-11", []),
        (PLACED | {"obligation_quitter_territoire": True}, "2026-11", ["besoin", "accord"]),
        (LOU, "2026-11", ["besoin", "accord"]),
        (PLACED | {"date_naissance": "2002-02-11"}, "2022-02", ["besoin", "accord"]),
        (PLACED | {"date_naissance": "2002-02-11"}, "2022-03", ["besoin"]),
        (PLACED | {"annee_scolaire_engagee_sous_ase": True}, "2026-11", []),
    ],
)
def test_the_law_waits_for_an_agreement_only_where_it_leaves_the_choice(answers, period, waits):
    assert waiting_for("contrat_jeune_majeur", answers, period) == waits
    assert ask("contrat_jeune_majeur", answers, period).in_force


@pytest.mark.parametrize("born", ["2005-10-31", "2001-11-02"])
def test_whoever_the_ase_accompanied_is_never_plainly_refused_from_21_to_25(born):
    found = ask("contrat_jeune_majeur_extension", PLACED | {"date_naissance": born})
    assert found.verdict.value == "conditional"
    assert not found.in_force


def test_allowances_wait_for_the_decision():
    need = "contrat_jeune_majeur_condition_besoin"  # of the right that the aids rest on
    assert waiting_for("contrat_jeune_majeur_allocation", PLACED) == ["decision", need]
    earning = PLACED | {"salaire_net": 500}
    assert waiting_for("contrat_jeune_majeur_aide_logement", earning) == ["decision", "quittance", need]


def test_the_extension_may_have_no_upper_bound():
    still = PLACED | {"date_naissance": "1996-02-11", "ase_prise_en_charge_en_cours": True}
    reform = {"contrat_jeune_majeur.extension.age_maximum_exclu": {"2021-07-01": float("inf")}}
    assert not ask("contrat_jeune_majeur_extension", still).eligible
    assert ask("contrat_jeune_majeur_extension", still, reform=reform).eligible
    left = still | {"ase_prise_en_charge_en_cours": False}
    assert not ask("contrat_jeune_majeur_extension", left, reform=reform).eligible


def test_a_raise_for_young_parents_counts_children_under_age():
    situation = {
        "individus": {"lou": PLACED, "bebe": {"date_naissance": "2026-03-03"}, "oncle": PLACED},
        "menages": {"m": {"personne_de_reference": "lou", "enfants": ["bebe"], "autres": ["oncle"]}},
    }
    reform = {"contrat_jeune_majeur.allocation.majoration_par_enfant": {"2021-07-01": 50}}
    found = evaluate(situation, "2026-11", reform, benefits=["contrat_jeune_majeur_allocation"])
    amounts = {name: str(one.amount) for name, one in found["contrat_jeune_majeur_allocation"].items()}
    assert amounts == {"lou": "470.00", "bebe": "0.00", "oncle": "420.00"}


def test_capa_pays_by_the_month_once_no_basic_income_is_paid():
    off = {"revenu_de_base.applique": {"2021-07-01": False}}
    assert str(ask("capa_aide_mensuelle", LOU).amount) == "0.00"
    assert str(ask("capa_aide_mensuelle", LOU, reform=off).amount) == "300.00"
    departmental = ["revenu_jeunes_loire_atlantique", {"capa.applique": {"2021-07-01": True}}]
    found = ask("capa_aide_mensuelle", LOU | {"mois_residence_departement": 24}, reform=departmental)
    assert [one.variable for one in found.unmet] == ["capa_aide_mensuelle_condition_revenu_de_base"]


def test_capa_waits_for_the_signed_project():
    assert waiting_for("capa", LOU) == ["projet"]
    assert waiting_for("capa", LOU | {"capa_projet_signe": "oui"}) == []
    waits = waiting_for("capa_aide_projet", LOU | {"capa_cout_projet": 100})
    assert waits == ["accord", "capa_condition_projet"]
