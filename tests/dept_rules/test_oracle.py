"""The engine gives, to the cent, what rules written by hand from the texts give."""

from __future__ import annotations

import numpy as np
import oracle
import populations
import pytest
from households import random_population
from openfisca_core.periods import Period, period

from dept_rules import engine, tables
from dept_rules.people import Population
from dept_rules.system import baseline

YEARS = range(2018, 2027)


def compare(people: Population, year: int) -> tuple[float, float]:
    """Compare the two benefits over a year, and return what is paid."""
    months = [period(f"{year}-{month:02}") for month in range(1, 13)]
    keys: list[tuple[str, Period]] = [("revenu_de_base", month) for month in months]
    keys.append(("cheque_energie", period(str(year))))
    found = engine.columns(people, {"": baseline()}, keys)[""]
    for key, expected in zip(keys, oracle.revenu_de_base(people, months, baseline()), strict=False):
        np.testing.assert_allclose(found[key], expected, rtol=0, atol=1e-6, err_msg=str(key[1]))
    cheques = oracle.cheque_energie(people, year, baseline())
    np.testing.assert_array_equal(found[keys[-1]], cheques, str(year))
    return sum(found[key].sum() for key in keys[:-1]), cheques.sum()


@pytest.mark.parametrize("seed", range(4))
def test_on_random_populations_of_every_year(seed: int) -> None:
    people = random_population(seed, 300, years=range(2015, 2027))
    paid = {year: compare(people, year) for year in YEARS}
    assert [year for year in YEARS if paid[year][0]] == list(range(2021, 2027))
    assert all(cheques for _, cheques in paid.values())


def test_on_the_population_of_the_benches() -> None:
    people = tables.read(populations.table(20_000), baseline(), period("2026"))
    assert min(compare(people, 2026)) > 0


def test_a_figure_it_does_not_know_is_refused() -> None:
    reformed = baseline().apply_reform("rsj_lyon")
    figures = {"revenu_de_base.statuts_exclus.etudiant": {"2018-01-01": True}}
    from dept_rules import reforms_loader

    people = random_population(0, 5)
    for law in (reforms_loader.apply(figures, baseline()), reforms_loader.apply(figures, reformed)):
        with pytest.raises(NotImplementedError):
            oracle.revenu_de_base(people, [period("2026-01")], law)
