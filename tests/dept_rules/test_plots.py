"""Charts of a study in a notebook: those of the report, in words too, or refused with a sentence."""

from __future__ import annotations

import doctest

import pytest
from five_households import ONLY, table

import dept_rules as dr
from dept_rules.simulation import french, frontiers
from dept_rules.simulation.report import incentives

RATE = "revenu_de_base.degressivite.revenus_activite"


@pytest.fixture(scope="module")
def study() -> dr.Study:
    return dr.compare(table(), [ONLY], "2026", replications=40)


@pytest.mark.parametrize("name", ["budget", "winners_losers", "poverty", "beneficiaries", "ramp_up"])
def test_a_chart_shows_itself_and_says_what_it_shows(study, name, tmp_path):
    chart = getattr(study.plot, name)()
    assert chart.told in chart._repr_html_().replace("&#x27;", "'")
    assert chart.svg() == chart.svg()
    chart.save(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def told(chart) -> str:
    return chart.told.replace("\u202f", " ").replace("\xa0", " ")


def test_a_chart_tells_the_numbers_of_its_table(study):
    assert "Revenu de base, 1,22 M€" in told(study.plot.budget())
    assert "18 à 20 ans, 110 ; 21 à 24 ans, 90" in told(study.plot.beneficiaries())


def test_a_typical_case_along_its_wage(study):
    chart = study.plot.budget_constraint("jeune_sans_ressources")
    assert "les aides vont de 647 € à 0 € (30 % repris)" in told(chart)
    with pytest.raises(dr.UnknownNameError, match="did you mean 'jeune_sans_ressources'"):
        study.plot.budget_constraint("jeune_sans_ressource")


def test_a_gross_sensitivity_is_told_gross(study):
    tested = dr.sensitivity(table(), {RATE: [0.2, 0.5]}, "2026", [ONLY], kind="gross")
    chart = frontiers.tornado(tested)
    assert chart.told.startswith("Budget brut de départ")
    assert chart.figure.axes[0].get_xlabel().startswith("Budget brut")
    (block,) = [one for one in incentives.hypotheses(tested).blocks if one.kind == "table"]
    assert block.caption.startswith("Le budget brut")


def test_a_tornado_and_a_frontier(study):
    tested = dr.sensitivity(table(), {RATE: (0.2, 0.5)}, "2026", [ONLY])
    assert "Part des revenus d'activité déduite : de" in study.plot.tornado(tested).told
    swept = dr.sweep(table(), {RATE: [0.1, 0.2, 0.3]}, "2026", [ONLY], measures=["budget"])
    assert study.plot.frontier(swept, "net", RATE).told.startswith("3 lois.")
    with pytest.raises(dr.UnknownNameError, match="did you mean 'net'"):
        study.plot.frontier(swept, "nett", RATE)


def test_what_has_nothing_to_draw_is_refused():
    nothing = dr.compare(table(), "droit_en_vigueur", "2026", replications=0)
    with pytest.raises(dr.StudyChartError, match="no benefit costs"):
        nothing.plot.budget()
    with pytest.raises(dr.StudyChartError, match="no monthly benefit"):
        nothing.plot.beneficiaries()
    still = dr.sensitivity(table(), {"bonus_solidaire.forfait[0].amount": [1, 2]}, "2026", [ONLY])
    with pytest.raises(dr.StudyChartError, match="no figure moves"):
        nothing.plot.tornado(still)


def test_numbers_are_written_as_they_say():
    assert doctest.testmod(french).failed == 0
    assert doctest.testmod(french).attempted > 5
