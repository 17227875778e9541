"""Aids to renovation: the order of the cuts as a reform, the verdict, its standing."""

from __future__ import annotations

from dept_rules import evaluate

MAISON = {
    "departement": "d54",
    "statut_occupation_logement": "proprietaire",
    "residence_principale": True,
    "anciennete_logement": 60,
    "classe_dpe": "g",
    "classe_dpe_apres_travaux": "c",
    "travaux_renovation_ht": 30_000,
    "travaux_renovation_ttc": 31_650,
    "maprimerenov": 31_650,
}
WHOLE = {"aide_renovation_energetique.limitee_a_la_place": {"2018-01-01": False}}


def ask(benefit: str, *, period: str = "2026-11", reform=None, **answers):
    situation = {
        "individus": {"rose": {"date_naissance": "1950-03-12"}},
        "foyers_fiscaux": {"f": {"declarants": ["rose"], "rfr": 12_000}},
        "menages": {"m": {"personne_de_reference": "rose", **MAISON, **answers}},
    }
    return evaluate(situation, period, reform, benefits=[benefit])[benefit]["m"]


def test_the_aid_is_whole_where_it_is_not_limited_to_the_room_left():
    assert not ask("aide_renovation_energetique").eligible
    assert ask("aide_renovation_energetique", reform=WHOLE).amount == 5_000
    assert ask("aide_foyers_en_difficulte", reform=WHOLE).amount == 1_000


def test_the_aid_waits_for_the_project_to_be_accepted():
    for benefit in ("aide_renovation_energetique", "aide_foyers_en_difficulte"):
        found = ask(benefit, maprimerenov=20_000)
        assert found.verdict.value == "conditional"
        assert [one.variable for one in found.subject_to] == ["aide_renovation_energetique_condition_projet"]
        settled = ask(benefit, maprimerenov=20_000, projet_renovation_accepte="oui")
        assert settled.subject_to == ()
        assert not settled.in_force


def test_the_support_waits_for_the_project_to_be_accepted():
    found = ask("aide_accompagnement_renovation", cout_accompagnement_renovation=4_300)
    assert (found.verdict.value, found.amount, found.unit, found.period) == (
        "conditional",
        250,
        "EUR",
        "2026",
    )


def test_the_aids_are_not_in_force_before_the_platform():
    for benefit in (
        "aide_renovation_energetique",
        "aide_accompagnement_renovation",
        "aide_foyers_en_difficulte",
        "aide_autoconsommation",
    ):
        assert ask(benefit, period="2019-06").verdict.value == "not_in_force"
