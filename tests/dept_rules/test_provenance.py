"""Figures know where they come from, and the model knows where it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from openfisca_core.periods import instant, period
from small_law import SmallLaw

from dept_rules import provenance
from dept_rules.errors import PeriodError, UnknownNameError
from dept_rules.system import baseline


@pytest.fixture(scope="module")
def law() -> SmallLaw:
    return SmallLaw()


# --- a figure -------------------------------------------------------------------------------------


def test_a_figure_at_a_date_has_its_value_source_and_standing(law: SmallLaw) -> None:
    assert provenance.figure(law, "aide.montant", "2020-06-15") == provenance.Figure(
        name="aide.montant",
        label="Montant de l'aide",
        short_label="Montant",
        unit="EUR/month",
        value=110,
        since="2020-04-01",
        standing="droit_positif",
        reference_title="Loi de 2018",
        reference_href="https://loi.fr/2018",
        notes="Lu au journal officiel.",
        carried_forward=False,
    )


def test_what_is_said_of_a_value_wins_over_what_is_said_of_the_parameter(law: SmallLaw) -> None:
    found = provenance.figure(law, "aide.montant", period("2021-05"))
    assert (found.value, found.standing, found.notes) == (120.5, "hypothese", "Extrapolé.")
    assert (found.reference_title, found.reference_href) == ("Décret de 2021", None)


@pytest.mark.parametrize(
    ("at", "value"),
    [("2021-04-14", 110), ("2021-04-15", 120.5), (period("2021-04"), 110), (instant("2021-05"), 120.5)],
)
def test_a_value_holds_from_its_first_day(law: SmallLaw, at: Any, value: float) -> None:
    assert provenance.figure(law, "aide.montant", at).value == value


def test_a_scale_is_one_figure_as_sure_as_its_least_sure_part(law: SmallLaw) -> None:
    found = provenance.figure(law, "aide.bareme", "2019-06-01")
    assert found.value == ((0, 194), (5600, 50))
    assert (found.since, found.reference_title) == ("2019-01-01", "Décret de 2021")
    assert (found.unit, found.standing, found.short_label) == ("EUR", "hypothese", "Barème")
    assert hash(found)


def test_a_figure_of_a_scale_has_an_address_of_its_own(law: SmallLaw) -> None:
    found = provenance.figure(law, "aide.bareme[1].threshold", "2019-06-01")
    assert (found.value, found.unit, found.standing) == (5600, "EUR/year", "proposition")
    assert found.label == "Barème de l'aide (tranche 2)"
    assert provenance.figure(law, "aide.bareme[0].amount", "2018-06-01").value == 76


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("aide.montnat", "aide.montant"),
        ("aide", "aide.age"),
        ("aide.montant.loin", "aide.montant"),
        ("aide.bareme[2].amount", "aide.bareme[0].amount"),
        ("aide.bareme[0].rate", "aide.bareme[0].amount"),
        ("aide.bareme[00].amount", "aide.bareme"),
        ("aide.montant[0].amount", "aide.montant"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(law: SmallLaw, name: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        provenance.figure(law, name, "2020-01-01")
    assert nearest in refused.value.nearest


def test_a_figure_before_its_first_value_is_not_modelled(law: SmallLaw) -> None:
    with pytest.raises(PeriodError, match=r"'aide\.montant' has no value on 2018-03-31"):
        provenance.figure(law, "aide.montant", "2018-03-31")
    assert provenance.figure_or_none(law, "aide.montant", "2018-03-31") is None


def test_names_lists_all_or_those_below(law: SmallLaw) -> None:
    assert provenance.names(law)[-2:] == ["couverture.debut", "couverture.report_maximal"]
    assert provenance.names(law, "aide") == provenance.names(law)[:-2]
    assert provenance.names(law, "aide.montant") == ["aide.montant"]
    with pytest.raises(UnknownNameError, match=r"did you mean 'aide\.montant'"):
        provenance.names(law, "aide.mont")


# --- carried forward ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "carried"),
    [
        ("2020-03-31", False),  # 100 € held two years: known, since a later value exists
        ("2022-04-14", False),
        ("2022-04-15", True),
        ("2026-04-15", True),
    ],
)
def test_a_yearly_figure_is_carried_forward_a_year_after_its_last_value(
    law: SmallLaw, at: str, carried: bool
) -> None:
    assert provenance.figure(law, "aide.montant", at).carried_forward is carried


def test_a_yearly_figure_is_not_carried_forward_more_than_five_years(law: SmallLaw) -> None:
    with pytest.raises(
        PeriodError, match=r"'aide\.montant'.*2021-04-15.*until 2026-04-15, not to 2026-04-16"
    ):
        provenance.figure(law, "aide.montant", "2026-04-16")
    kept = provenance.figure_or_none(law, "aide.montant", "2026-04-16")
    assert kept is not None
    assert kept.carried_forward


def test_a_figure_that_is_not_revised_yearly_is_never_too_old(law: SmallLaw) -> None:
    assert not provenance.figure(law, "aide.bareme", "2030-01-01").carried_forward


# --- standings ------------------------------------------------------------------------------------


def test_the_worst_of_some_standings() -> None:
    assert provenance.worst(["statistique", "droit_positif"]) == "statistique"
    assert provenance.worst(["statistique", "dispositif_existant"]) == "dispositif_existant"
    assert provenance.worst(["proposition", "dispositif_existant"]) == "proposition"
    assert provenance.worst(["proposition", "hypothese", "droit_positif"]) == "hypothese"
    with pytest.raises(ValueError, match="not in tuple"):
        provenance.worst(["loi"])
    with pytest.raises(ValueError, match="empty"):
        provenance.worst([])


def test_every_standing_has_a_french_name_and_only_what_exists_is_in_force() -> None:
    assert list(provenance.LABELS) == list(provenance.STANDINGS)
    assert {"droit_positif", "dispositif_existant"} == provenance.IN_FORCE


@pytest.mark.parametrize("standing", provenance.STANDINGS)
def test_what_is_not_in_force_says_that_it_is_a_simulation(law: SmallLaw, standing: str) -> None:
    switch = replace(provenance.figure(law, "aide.montant", "2020-06-15"), standing=standing)
    if standing in provenance.IN_FORCE:
        assert provenance.notice(switch) == ""
    else:
        assert provenance.notice(switch) == f"{provenance.LABELS[standing]}, non en vigueur : simulation"
        named = replace(switch, mention="Proposition de juin 2021")
        assert provenance.notice(named) == "Proposition de juin 2021, non en vigueur : simulation"


# --- coverage -------------------------------------------------------------------------------------


def test_coverage_ends_five_years_after_the_last_value(law: SmallLaw) -> None:
    covered = provenance.coverage(law)
    assert (str(covered.first), str(covered.last)) == ("2018-01", "2026-04")


@pytest.mark.parametrize("inside", ["2018-01", "2026-04", "2018", "2025"])
def test_a_period_inside_is_accepted(law: SmallLaw, inside: str) -> None:
    provenance.check_period(law, period(inside))


@pytest.mark.parametrize("outside", ["2017-12", "2026-05", "2017", "2026", "month:2017-12:2"])
def test_a_period_outside_is_refused_naming_both_ends(law: SmallLaw, outside: str) -> None:
    with pytest.raises(PeriodError, match="the rules cover 2018-01 to 2026-04"):
        provenance.check_period(law, period(outside))


def test_the_platform_covers_2018_to_at_least_2031() -> None:
    covered = provenance.coverage(baseline())
    assert str(covered.first) == "2018-01"
    assert str(covered.last) >= "2031-04"


def test_every_figure_of_the_platform_can_be_told() -> None:
    for name in provenance.names(baseline()):
        found = provenance.figure_or_none(baseline(), name, "2026-11-01")
        assert found is None or provenance.to_dict(found)["standing"] in provenance.STANDINGS
