"""Frontiers and tests of hypotheses: each point is what a plain comparison gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from five_households import ONLY, TOTAL, table

import dept_rules as dr
from dept_rules.simulation import frontiers, report
from dept_rules.simulation.sensitivity import hypotheses
from dept_rules.simulation.variants import BATCH, around

RATE = "revenu_de_base.degressivite.revenus_activite"
AGE = "revenu_de_base.age.minimum"
CAPA = "capa.aide_mensuelle.maximum"


@pytest.fixture(scope="module")
def sample():
    return dr.population.synthetic(departement="54", households=2_000, seed=1)


def plain(population, figures, **options) -> pd.Series:
    study = dr.compare(
        population,
        {name: {"2026-01-01": x} for name, x in figures.items()},
        "2026",
        replications=0,
        **options,
    )
    poverty = study.poverty_by(None).set_index("law")
    law = study.compared[0].label
    return pd.concat(
        [
            study.totals.set_index("law").loc[law, ["change", "offset", "net"]],
            poverty.loc[law, ["poor", "rate", "gap"]],
        ]
    )


def test_a_hand_computed_sweep():
    # Only bilal (50 households, 400 €) and elio (40, 1,200 €) have wages.
    found = dr.sweep(table(), {RATE: [0, 0.3, 1]}, "2026", [ONLY], measures=["budget"])
    without = 100 * 7804.77 + 10 * 4204.77
    elio_entire = 3 * 646.52 + 4 * 651.69
    assert found["net"].tolist() == pytest.approx(
        [
            without + 50 * 7804.77 + 40 * elio_entire,
            TOTAL,
            without + 50 * (7804.77 - 12 * 400),  # 1,200 € eat it all
        ]
    )
    assert (found["gross"] == found["net"]).all()


@pytest.mark.parametrize("take_up", [None, {"revenu_de_base": 0.66, "capa_aide_mensuelle": 0.5}])
def test_a_point_of_a_sweep_is_a_plain_comparison(sample, take_up):
    values = {RATE: [0.2, 0.9], AGE: [17, 21], CAPA: [500]}
    found = dr.sweep(sample, values, "2026", measures=["budget", "poverty", "gains"], take_up=take_up)
    assert len(found) == 4
    for row in found.to_dict("records"):
        expected = plain(sample, {name: row[name] for name in values}, take_up=take_up)
        got = [row[name] for name in ("gross", "offset", "net", "poor", "poverty_rate", "poverty_gap")]
        assert got == pytest.approx(expected.tolist(), rel=1e-9, abs=1e-6)


def test_more_points_than_a_batch_keep_their_order(sample):
    rates = np.linspace(0, 1, BATCH + 3)
    seen = []
    found = dr.sweep(
        sample, {RATE: rates}, "2026", measures=["budget"], progress=lambda *now: seen.append(now)
    )
    assert found[RATE].tolist() == rates.tolist()
    assert (np.diff(found["net"]) < 0).all()
    assert seen == [(BATCH, BATCH + 3), (BATCH + 3, BATCH + 3)]


def test_figures_taken_together_and_every_combination(sample):
    values = {RATE: [0.2, 0.4], AGE: [18, 21]}
    together = dr.sweep(sample, values, "2026", measures=["budget"], together=True)
    every = dr.sweep(sample, values, "2026", measures=["budget"])
    assert together[[RATE, AGE]].values.tolist() == [[0.2, 18], [0.4, 21]]
    assert every[[RATE, AGE]].values.tolist() == [[0.2, 18], [0.2, 21], [0.4, 18], [0.4, 21]]
    assert together["net"].tolist() == pytest.approx(every["net"].iloc[[0, 3]].tolist())


def test_only_what_hangs_on_a_figure_is_computed_again(sample):
    variants = around(dr.compare(sample, "plateforme", "2026", replications=0))
    assert variants.touched(["bonus_solidaire.forfait[1].amount"]) == ["bonus_solidaire"]
    assert "revenu_de_base" in variants.touched([RATE])
    assert "bonus_solidaire" not in variants.touched([RATE])
    (study,) = variants.studies([{RATE: 0.5}])
    paid, before = study.ledger.payments["0"], variants.study.ledger.payments["plateforme"]
    assert paid["bonus_solidaire"] is before["bonus_solidaire"]
    assert paid["revenu_de_base"] is not before["revenu_de_base"]


def test_a_measure_of_ones_own_and_marginal_rates(sample):
    def poorest(study):
        gains = study.winners_losers("decile")
        return gains[gains["group"] == 1].set_index("law")[["share_winners"]]

    found = dr.sweep(sample, {RATE: [0.1, 0.9]}, "2026", measures=["marginal_rates", poorest])
    assert found["marginal_rate"].is_monotonic_increasing
    assert found["share_winners"].between(0, 1).all()
    assert found["above_80"].iloc[0] < found["above_80"].iloc[1]


def test_sweeps_are_the_same_each_time(sample):
    one, other = (dr.sweep(sample, {RATE: [0.2, 0.3]}, "2026") for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("parameters", "options", "error", "said"),
    [
        ({}, {}, dr.StudyError, "no figure varies"),
        ({RATE: []}, {}, dr.StudyError, "has no values"),
        ({RATE: 0.5}, {}, dr.StudyError, "has no values"),
        ({RATE: [1.5]}, {}, dr.ReformError, "out of range"),
        ({"revenu_de_base.degresivite": [1]}, {}, dr.ReformError, "did you mean"),
        ({RATE: [0.1, 0.2], AGE: [18]}, {"together": True}, dr.StudyError, "different numbers"),
        ({RATE: [0.1]}, {"measures": ["budjet"]}, dr.UnknownNameError, "did you mean 'budget'"),
        ({RATE: [0.1]}, {"reform": ["plateforme", "rsj_lyon"]}, dr.StudyError, "2 reforms"),
    ],
)
def test_what_cannot_be_swept_is_refused(parameters, options, error, said):
    with pytest.raises(error, match=said):
        dr.sweep(table(), parameters, "2026", **options)


# --- sensitivity ---------------------------------------------------------------------------------


def test_how_much_hangs_on_a_figure_is_what_comparisons_give(sample):
    found = dr.sensitivity(sample, {RATE: (0.2, 0.5), AGE: [21, 18]}, "2026").set_index("parameter")
    now = dr.compare(sample, "plateforme", "2026", replications=0).totals["net"].iloc[0]
    assert found.attrs["budget"] == pytest.approx(now)
    assert found.loc[RATE, "at_low"] == pytest.approx(plain(sample, {RATE: 0.2})["net"])
    assert found.loc[RATE, "at_high"] == pytest.approx(plain(sample, {RATE: 0.5})["net"])
    assert found.loc[AGE, ["low", "high"]].tolist() == [18, 21]
    assert found.loc[AGE, "least"] == pytest.approx(plain(sample, {AGE: 21})["net"])
    assert (found["swing"] == found["greatest"] - found["least"]).all()
    assert found["swing"].is_monotonic_decreasing


def test_by_default_every_hypothesis_behind_the_benefits_is_tried(sample):
    study = dr.compare(sample, "plateforme", "2026", replications=0)
    tried, untested = hypotheses(around(study))
    known = study.figures[(study.figures["law"] == "plateforme") & (study.figures["standing"] == "hypothese")]
    switches = {name for name in known["name"] if name.endswith(".applique")}
    assert set(known["name"]) - switches <= {name.split("[")[0] for name in [*tried, *untested]}
    amount = known.set_index("name").loc[CAPA, "value"]
    assert tried[CAPA] == pytest.approx([0.8 * amount, 1.2 * amount])
    assert tried["revenu_de_base.unite"] == ["individu", "famille"]
    assert tried["capa.duree_maximale"] == [11, 13]
    assert tried["revenu_de_base.garantie_de_non_perte"] == [False, True]


def test_each_figure_says_of_which_aid_it_is(sample):
    ceiling = "plafonds_ressources_anah.autres_regions.modeste.personnes_3"  # of somebody drawn
    found = dr.sensitivity(sample, {RATE: [0.2], CAPA: [100], ceiling: [1, 2]}, "2026").set_index("parameter")
    assert found.loc[RATE, "aid"] == "Revenu de base"
    assert found.loc[CAPA, "aid"].startswith("Contrat d'accompagnement personnalisé")
    assert "Aide à la rénovation énergétique" in found.loc[ceiling, "aid"]
    shown = report.render(
        dr.compare(table(), [ONLY], "2026", replications=0), sensitivity=found.reset_index()
    )
    assert ceiling in shown
    assert frontiers.tornado(found.reset_index()).told.count("(Revenu de base)") == 1
    assert "Budget net de départ" in frontiers.tornado(found.reset_index()).told


def test_without_incomes_a_frontier_tells_the_budget():
    people = table().drop(columns="revenu_disponible")
    found = dr.sweep(people, {RATE: [0, 0.3]}, "2026", [ONLY])
    assert list(found.columns) == [RATE, "gross", "offset", "net"]
    with pytest.raises(dr.StudyError, match="revenu_disponible"):
        dr.sweep(people, {RATE: [0, 0.3]}, "2026", [ONLY], measures=["poverty"])


def test_hypotheses_are_tried_where_none_are_named():
    found = dr.sensitivity(table(), None, "2026", [ONLY])
    assert set(found["standing"]) == {"hypothese"}
    assert found["parameter"].str.startswith("revenu_de_base.").any()
    assert found["swing"].iloc[0] > 0


@pytest.mark.parametrize(
    ("parameters", "options", "error", "said"),
    [
        ({RATE: []}, {}, dr.StudyError, "has no values"),
        ({"nothing.of.that.name": [1]}, {}, dr.ReformError, "unknown parameter"),
        ({RATE: [0.1]}, {"kind": "brut"}, dr.StudyError, "one of net, gross"),
    ],
)
def test_what_cannot_be_tested_is_refused(parameters, options, error, said):
    with pytest.raises(error, match=said):
        dr.sensitivity(table(), parameters, "2026", **options)
