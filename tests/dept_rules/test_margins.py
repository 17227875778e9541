"""Marginal rates and cliffs against the broken-down reading, and typical cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from households import random_population
from openfisca_core.periods import period

import dept_rules as dr
from dept_rules.explanation.piecewise import PiecewiseExecution
from dept_rules.simulation import laws, margins, typical
from dept_rules.simulation.amounts import amounts, money
from dept_rules.simulation.subjects import Subjects

YEAR = period("2026")
HALF = {
    "revenu_de_base.montant.part_rsa": {"2018-01-01": 0},
    "revenu_de_base.montant.socle_propre": {"2018-01-01": 600},
    "revenu_de_base.degressivite.revenus_activite": {"2018-01-01": 0.5},
}
#: Whoever earns little receives something, children and parents too.
WIDE = {
    "revenu_de_base.age.minimum": {"2018-01-01": 0},
    "revenu_de_base.age.maximum_exclu": {"2018-01-01": float("inf")},
    "revenu_de_base.degressivite.autres_revenus": {"2018-01-01": 0.05},
    "revenu_de_base.prestations_remplacees.rsa": {"2018-01-01": True},
}


def singles(wages, reform) -> dr.Study:
    count = len(wages)
    people = pd.DataFrame(
        {
            "individu_id": [f"p{rank}" for rank in range(count)],
            "menage_id": range(count),
            "menage_role": "personne_de_reference",
            "poids": np.arange(1.0, count + 1),
            "date_naissance": "2004-02-02",
            "statut_activite": "actif",
            "mois_residence_departement": 24,
            "salaire_net": wages,
        }
    )
    return dr.compare(people, [reform], "2026", replications=0)


def test_rates_are_told_on_both_sides_of_a_bend():
    # the revenu de base is 600 − 50 % of the wage, nil from 1,200 € on
    found = singles([0, 900, 1_200, 1_200.004, 2_000], HALF).rates_by_person.query("law == 'sur_mesure'")
    assert found["aids"].tolist() == pytest.approx([600, 150, 0, 0, 0])
    assert found["rate_above"].tolist() == pytest.approx([0.5, 0.5, 0, 0, 0])
    assert found["rate_below"].tolist() == pytest.approx([np.nan, 0.5, 0.5, 0, 0], nan_ok=True)
    assert (found[["cliff_below", "cliff_above"]].fillna(0) == 0).all(axis=None)


def test_a_cliff_is_told_apart_from_rates():
    # the revenu de solidarité jeunes: two amounts, nothing more at 400 € of resources
    found = singles([0, 399, 399.999, 400, 401], "rsj_lyon").rates_by_person.query("law == 'rsj_lyon'")
    assert found["rate_above"].tolist() == [0] * 5
    assert found["cliff_above"].tolist()[1:] == [0, 0, 0, 0]
    assert found["cliff_above"].iloc[0] < 0  # the first cent of income
    below = found["cliff_below"].to_numpy()
    assert below[3] > 0
    assert below[[1, 2, 4]].tolist() == [0, 0, 0]


def test_the_distribution_is_weighted_and_counts_cliffs():
    found = singles([0, 900, 1_200, 1_200.004, 2_000], HALF)
    rows = found.marginal_rates_above(0.4).query("law == 'sur_mesure'").set_index(["among", "side"])
    above = rows.loc[("all", "above")]
    # weights 1 to 5: the rate is 0.5 for the first two
    assert (above.persons, above["mean"], above.share_above) == pytest.approx((15, 0.5 * 3 / 15, 3 / 15))
    assert (above.q25, above["median"], above.q90) == (0, 0, 0.5)
    below = rows.loc[("all", "below")]
    assert (below.persons, below["mean"]) == pytest.approx((14, 0.5 * 5 / 14))
    assert rows.loc[("aided", "above"), "persons"] == 3
    assert rows["at_cliff"].tolist() == [0] * 4


@pytest.mark.parametrize("seed", [3, 4])
def test_rates_are_those_of_the_broken_down_reading(seed):
    people = random_population(seed, 14)
    found = {
        law.label: law.system for law in laws.laws(["rsj_lyon", dr.Scenario([HALF, WIDE], label="wide")])
    }
    everybody = np.ones(people.count, dtype=bool)
    month = YEAR.first_month
    subjects = Subjects(people, np.ones(people.size("menage")), False)
    rates = margins.by_person(subjects, found, month, "salaire_net", everybody)
    rates = rates.set_index(["law", "rank"])
    wages = people.answers["salaire_net"].at(month)[0]
    homes = people.groups["menage"].member_of
    moving = 0
    for law, system in found.items():
        monthly = [
            (name, one) for name, one in amounts(system).items() if one.definition_period == month.unit
        ]
        for rank in range(people.count):
            run = PiecewiseExecution(system, people, "salaire_net", rank)
            wage, slopes, jumps = float(wages[rank]), np.zeros(2), np.zeros(2)
            for name, one in monthly:
                function = run.function((name, month))
                at_home = subjects.by_household
                sign = 1 if name in money(system) else -1
                place = int(np.searchsorted(function.knots, wage))
                known = place < len(function.knots) and function.knots[place] == wage
                for side, column in enumerate((place, place + 1 if known else place)):
                    line = function.level[:, column] + function.slope[:, column] * wage
                    here = function.at[:, place] if known else line
                    entity = one.entity.key
                    slopes[side] += sign * at_home(function.slope[:, column], entity)[homes[rank]]
                    jumps[side] += sign * at_home(line - here, entity)[homes[rank]]
            told = rates.loc[(law, rank)]
            assert told.rate_above == pytest.approx(-slopes[1], abs=1e-6)
            assert told.cliff_above == pytest.approx(jumps[1], abs=1e-6)
            if wage >= margins.STEP:
                assert told.rate_below == pytest.approx(-slopes[0], abs=1e-6)
                assert told.cliff_below == pytest.approx(jumps[0], abs=1e-6)
            moving += bool(slopes.any())
    assert moving > 3


# --- typical cases -----------------------------------------------------------------------------


def test_typical_cases_are_paid_what_the_law_says():
    found = singles([0], HALF)
    paid = found.cas_types.set_index(["law", "case", "benefit"])["amount"]
    assert paid["sur_mesure", "jeune_sans_ressources", "revenu_de_base"] == 600
    assert paid["sur_mesure", "jeune_a_mi_temps", "revenu_de_base"] == 600 - 360
    assert paid["sur_mesure", "apres_25_ans", "revenu_de_base"] == 0
    assert paid["droit_en_vigueur"][:, "revenu_de_base"].sum() == 0
    assert {one.name for one in typical.cases(YEAR)} == set(found.cas_types["case"])


def test_curves_are_whole_lines_and_cliffs_are_apart():
    found = singles([0], "rsj_lyon")
    curve = found.rate_curves(1_000).query("law == 'rsj_lyon' and case == 'jeune_sans_ressources'")
    assert curve["low"].iloc[0] == 0
    assert curve["high"].iloc[-1] == 1_000
    assert (curve["low"].iloc[1:].to_numpy() == curve["high"].iloc[:-1].to_numpy()).all()
    straight = singles([0], HALF)
    curve = straight.rate_curves().query("law == 'sur_mesure' and case == 'jeune_sans_ressources'")
    assert curve[["low", "high", "aids_low", "aids_high", "rate"]].to_numpy().tolist() == [
        [0, 1_200, 600, 0, 0.5],
        [1_200, 3_000, 0, 0, 0],
    ]
    assert straight.cliffs().query("case == 'jeune_sans_ressources'").empty
