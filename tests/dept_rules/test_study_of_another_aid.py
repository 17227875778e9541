"""A law that has a benefit the other lacks: nothing is paid of it there, and no table forgets it."""

from __future__ import annotations

import pytest
from five_households import WEIGHTS, table
from one_more_aid import PAID, une_aide_de_plus

import dept_rules as dr
from dept_rules.simulation import measures, missed, report

MORE = ["droit_en_vigueur", une_aide_de_plus]
AID = "prime_essai"
TOTAL = sum(WEIGHTS[home] * paid for home, paid in PAID.items())


@pytest.fixture(scope="module")
def added() -> dr.Study:
    return dr.compare(table(), [MORE], "2026", replications=0)


@pytest.fixture(scope="module")
def taken_away() -> dr.Study:
    return dr.compare(table(), "droit_en_vigueur", "2026", baseline=MORE, replications=0)


@pytest.mark.parametrize(("name", "sign"), [("added", 1), ("taken_away", -1)])
def test_every_account_holds_it(name, sign, request):
    study = request.getfixturevalue(name)
    changes = study.household_changes
    assert (changes["weight"] * changes["change"]).sum() == pytest.approx(sign * TOTAL)
    for table_ in (study.totals, study.budget, study.payers):
        assert table_["net"].sum() == pytest.approx(sign * TOTAL)
    assert measures.budget(study)["net"].tolist() == pytest.approx([sign * TOTAL])
    one = study.beneficiaries.set_index("benefit").loc[AID]
    assert one.change == sign * 420  # 100 + 50 + 200 + 3 × 10 + 40 adults
    groups = study.beneficiaries_by(AID, None)
    assert groups["beneficiaries"].sum() == (420 if sign > 0 else 0)
    told = study.breakdown("menage", "A")
    assert told.table["change"].sum() == pytest.approx(sign * PAID["A"])
    assert "Prime d'essai" in told.to_text()


def test_months_rates_and_birthdays_hold_it(added, taken_away):
    for study, with_it in ((added, added.compared[0].label), (taken_away, taken_away.baseline.label)):
        flows = study.stock_and_flow.query("benefit == @AID").set_index("law")["beneficiaries"]
        assert set(flows[with_it]) == {420}
        rates = study.rates_by_person.query("law == @with_it").set_index("individu_id")
        assert rates.loc["carole", ["aids", "rate_above", "rate_below"]].tolist() == pytest.approx(
            [50, 0.1, 0.1]
        )
        turning = study.age_cliffs.query("law == @with_it and age == 18")
        assert len(turning)
        cases = study.cas_types.query("benefit == @AID").groupby("law")["amount"].max()
        assert cases[with_it] >= 200
        assert cases.drop(with_it).tolist() == [0]
    grown = added.ramp_up(AID, until="2026-02")
    assert grown["beneficiaries"].tolist() == [420, 420]
    assert taken_away.ramp_up(AID, until="2026-02")["beneficiaries"].tolist() == [0, 0]


def test_take_up_and_reasons_may_name_it(added):
    half = dr.compare(table(), [MORE], "2026", replications=0, take_up={AID: 0.5})
    assert half.totals["net"].tolist() == pytest.approx([TOTAL / 2])
    assert added.missed_because(AID)["label"].tolist() == [missed.ALL_MET]


def test_the_report_tells_it(added, taken_away):
    for study in (added, taken_away):
        page = "".join(str(section) for section in report.sections(study))
        assert "Prime d'essai" in page
