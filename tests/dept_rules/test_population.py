"""A synthetic département: its margins are reached, its households are sound, the law applies to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.periods import period

import dept_rules as dr
from dept_rules import tables
from dept_rules.errors import MarginsError, PeriodError, SampleError, UnknownNameError
from dept_rules.population import Sample, calibration, targets
from dept_rules.population.draw.composition import ALONE
from dept_rules.population.draw.draft import STRATA
from dept_rules.population.margins import SCOPES, parse, shipped
from dept_rules.population.synthetic import draw
from dept_rules.population.territories import book, departements
from dept_rules.provenance import STANDINGS
from dept_rules.system import baseline, benefits, inputs

HOUSEHOLDS = 6_000
#: Benefits that no sample of 2026 can open: their last year is over, or no figure of it was read.
PAST = {"cheque_energie_exceptionnel", "aide_autoconsommation"}
#: That only a reform opens.
BY_REFORM = {"revenu_jeunes_departemental"}


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Return a population of Meurthe-et-Moselle."""
    return dr.population.synthetic("54", HOUSEHOLDS, seed=1)


def _margins(text: str, tmp_path: Path) -> Path:
    path = tmp_path / "marges.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _one(name: str, values: str, **fields: str) -> str:
    told = {
        "unit": "percent",
        "year": "2020",
        "standing": "statistique",
        "source": "{title: Enquête}",
    } | fields
    lines = "".join(f"    {key}: {value}\n" for key, value in told.items() if value)
    return f'scope: local\nterritory: "54"\nmargins:\n  {name}:\n    values: {values}\n{lines}'


# --- the draw ------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_sample_and_another_one_another(sample: Sample) -> None:
    again = dr.population.synthetic("54", HOUSEHOLDS, seed=1)
    for plural, table in sample.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[plural])
    pd.testing.assert_frame_equal(sample.margins, again.margins)
    other = dr.population.synthetic("54", HOUSEHOLDS, seed=2)
    assert not other.tables["individus"]["date_naissance"].equals(
        sample.tables["individus"]["date_naissance"]
    )


def test_counts_may_be_integers_of_numpy() -> None:
    asked = {"households": np.int64(2_000), "seed": np.uint8(3), "year": np.int64(2025)}
    about = dr.population.synthetic("54", **asked).about
    assert {name: about[name] for name in asked} == {"households": 2_000, "seed": 3, "year": 2025}
    assert all(type(about[name]) is int for name in asked)
    for wrong in (2_000.0, True):
        with pytest.raises(SampleError, match="households"):
            dr.population.synthetic("54", wrong)  # type: ignore[arg-type]


def test_every_calibrated_margin_is_reached(sample: Sample) -> None:
    reached = sample.margins[sample.margins["use"] == "calage"]
    assert len(reached) > 30
    shares = reached[reached["unit"] == "percent"]
    assert shares["gap"].abs().max() < 1e-3
    amounts = reached[reached["unit"] != "percent"]
    assert (amounts["gap"].abs() <= 0.01 * amounts["target"]).all()


@pytest.mark.parametrize("code", ["35", "54", "59", "75"])
def test_there_are_as_many_people_as_the_departement_has(code: str) -> None:
    """People of ordinary households are those of the table shipped, where no sizes are told."""
    row = pd.read_csv(Path(__file__).parents[2] / "margins" / "filosofi_2013.csv").set_index("code").loc[code]
    sample = dr.population.synthetic(code, HOUSEHOLDS)
    weights = sample.weights[sample.stratum == "menage_ordinaire"]
    sizes = sample.tables["individus"].groupby("menage_id").size()
    assert (weights * sizes[weights.index]).sum() == pytest.approx(row["personnes"], rel=1e-3)
    assert weights.sum() == pytest.approx(row["menages"], rel=1e-5)
    told = sample.margins.set_index("margin").loc["taille_moyenne_menages"]
    assert (told["use"], told["scope"], told["standing"]) == ("calage", "local", "statistique")
    assert weights.max() < 30 * weights.mean()


def test_the_mean_size_is_a_check_where_sizes_are_told_or_nothing_local_is() -> None:
    told = dr.population.synthetic("13", HOUSEHOLDS).margins.set_index("margin")
    assert (told.loc["taille_moyenne_menages", ["use", "scope"]] == ["controle", "local"]).all()
    assert (told.loc["menages_par_taille", "use"] == "calage").all()
    without = {**book("59").margins}
    without["taille_moyenne_menages"] = shipped()[0]["margins"]["taille_moyenne_menages"]
    assert replace(book("59"), margins=without).mean_size is None


def test_households_are_drawn_near_the_margins_that_they_are_weighted_to_reach() -> None:
    """So that weights are even: the mean size, people alone, kinds of households."""
    for code, alone in (("59", None), ("54", 36.7), ("75", None)):
        draft = draw(book(code), 20_000, 0, 2026)
        sizes = draft.sum_by_home(np.ones(draft.count))[draft.ordinary]
        assert sizes.mean() == pytest.approx(book(code).mean_size, rel=0.025), code
        if alone:
            assert 100 * (draft.kind[draft.ordinary] == ALONE).mean() == pytest.approx(alone, abs=1.5)


def test_the_table_of_margins_is_that_of_the_tables() -> None:
    """The figures reached are recomputed from what an analyst gets: tables, extras and weights."""
    sample = dr.population.synthetic("01", HOUSEHOLDS, seed=3)
    people, weights, stratum = sample.tables["individus"], sample.weights, sample.stratum
    assert stratum is not None
    ordinary = stratum == "menage_ordinaire"
    sizes = people.groupby("menage_id").size()
    told = sample.margins.set_index(["margin", "category"])["reached"]
    assert weights[ordinary].sum() == pytest.approx(told["menages", "ensemble"])
    two = weights[ordinary & (sizes == 2)].sum() / weights[ordinary].sum()
    assert 100 * two == pytest.approx(told["menages_par_taille", "2"])
    age = 2025 - people["date_naissance"].dt.year + (people["date_naissance"].dt.strftime("%m-%d") == "01-01")
    each = people["menage_id"].map(weights)
    young = age.between(18, 24) & people["menage_id"].map(ordinary)
    home = each[young & (people["hebergement"] == "parents")].sum() / each[young].sum()
    assert 100 * home == pytest.approx(told["jeunes_chez_leurs_parents", "18-24"])
    # Checks, that no weights were made to reach:
    hlm = sample.column("statut_occupation_logement") == "locataire_hlm"
    share = weights[ordinary & hlm].sum() / weights[ordinary].sum()
    assert 100 * share == pytest.approx(told["menages_par_statut_occupation", "hlm"])
    students = people["statut_activite"] == "etudiant"
    home = each[students & (people["hebergement"] == "parents")].sum() / each[students].sum()
    assert 100 * home == pytest.approx(told["etudiants_chez_leurs_parents", "ensemble"])
    cheque = dr.calculate(sample.tables, "2026-01", ["cheque_energie"])["menages"]["cheque_energie"]
    share = weights[ordinary & (cheque > 0)].sum() / weights[ordinary].sum()
    assert 100 * share == pytest.approx(told["menages_cheque_energie", "ensemble"])


def test_weights_are_positive_and_none_counts_for_a_crowd(sample: Sample) -> None:
    weights = sample.weights
    assert (weights > 0).all()
    assert weights.sum() ** 2 / (weights**2).sum() > 0.6 * len(weights)  # Kish's effective size


def test_people_outside_ordinary_dwellings_are_strata_of_their_own(sample: Sample) -> None:
    stratum = sample.stratum
    assert stratum is not None
    assert set(stratum) == set(STRATA)
    sizes = sample.tables["individus"].groupby("menage_id").size()
    assert (sizes[stratum != "menage_ordinaire"] == 1).all()
    placed = sample.column("hebergement")[sample.column("ase_prise_en_charge_en_cours")]
    assert {"ase", "autonome"} <= set(placed)


def test_tables_are_read_without_a_fault_and_leave_no_decisive_answer_out(sample: Sample) -> None:
    population = tables.read(sample.tables, baseline(), period("2026"))
    assert population.weights is not None
    assert population.weights.sum() == pytest.approx(sample.weights.sum())
    for name, asked in inputs(baseline()).items():
        if asked.decisive or asked.required:
            assert population.answers[name].answered.all(), name


def test_families_and_tax_households_are_those_that_would_be_derived(sample: Sample) -> None:
    derived = ["famille_id", "famille_role", "foyer_fiscal_id", "foyer_fiscal_role"]
    people = sample.tables["individus"].drop(columns=derived)
    known = tables.read(sample.tables, baseline(), period("2026"))
    found = tables.read(
        {"individus": people, "menages": sample.tables["menages"]}, baseline(), period("2026")
    )
    for key in ("famille", "foyer_fiscal"):
        np.testing.assert_array_equal(found.groups[key].member_of, known.groups[key].member_of)
        np.testing.assert_array_equal(found.groups[key].roles, known.groups[key].roles)


def test_national_benefits_are_imputed_to_nobody_whom_the_law_excludes(sample: Sample) -> None:
    """RSA: no student on their own, whether they hold a grant or not; prime: none who earn too little."""
    people = sample.tables["individus"].set_index("individu_id")
    parents = people[people["famille_role"] != "enfant"]
    families = sample.tables["familles"].set_index("famille_id")
    studies = parents["statut_activite"].isin(["etudiant", "eleve"])
    only_students = studies.groupby(parents["famille_id"]).all()
    age = 2026 - parents["date_naissance"].dt.year
    no_grant = (parents["bourse_enseignement_sup"] == 0) & studies & (age > 25)
    assert no_grant.sum() > 20
    assert (families["rsa"][only_students] == 0).all()
    stratum = parents["menage_id"].map(sample.stratum)
    for kept in ("detention", "etablissement"):
        assert (families["rsa"].loc[parents["famille_id"][stratum == kept]] == 0).all(), kept
    assert (families["rsa"].loc[parents["famille_id"][stratum == "sans_domicile"]] > 0).any()
    floor = 0.55 * 169 * 12.02  # 0.55 of 169 hours of the minimum wage of January 2026
    learns = studies | (parents["statut_activite"] == "apprenti")
    wages = parents["salaire_net"] + parents["remuneration_apprenti"]
    too_little = (learns & (wages < floor - 2)).groupby(parents["famille_id"]).all()
    assert (families["ppa"][too_little] == 0).all()
    enough = (learns & (wages > floor + 2)).groupby(parents["famille_id"]).all()
    assert (families["ppa"][enough] > 0).any()


def test_what_agents_judge_does_not_open_rights_to_all_young_adults(sample: Sample) -> None:
    """Unanswered, such conditions count as met: a third of young adults would have a contrat jeune majeur."""
    named = ["contrat_jeune_majeur", "contrat_jeune_majeur_extension", "capa"]
    results = dr.calculate(sample.tables, "2026-11", named)["individus"]
    age = 2026 - sample.column("date_naissance").dt.year
    shares = results[age.between(18, 25).to_numpy()].mean()
    assert (shares < 0.05).all()
    assert shares["contrat_jeune_majeur"] > 0


@pytest.mark.parametrize("year", [2022, 2024, 2026])
def test_a_study_counts_the_poor_of_the_margins_whatever_its_year(year: int) -> None:
    """Incomes follow the poverty line of the law, from the one of the incomes of the margins."""
    sample = dr.population.synthetic("54", 2_000, year=year)
    told = sample.margins.set_index(["margin", "category"])
    study = dr.compare(sample, "plateforme", str(year), replications=0)
    strata = study.poverty_by("strate").set_index(["law", "group"])["rate"]
    ordinary = strata[study.baseline.label, "menage_ordinaire"]
    assert 100 * ordinary == pytest.approx(told.loc[("taux_pauvrete", "ensemble"), "reached"], abs=0.01)
    assert 100 * ordinary == pytest.approx(told.loc[("taux_pauvrete", "ensemble"), "target"], abs=1)
    line = {2022: 1_102, 2024: 1_158, 2026: 1_288}[year]
    median = told.loc[("niveaux_de_vie", "50")]
    of_2023 = book("54").margins["niveaux_de_vie"].values["50"]
    assert median["target"] == pytest.approx(of_2023 * line / 1_288)
    assert median["reached"] == pytest.approx(median["target"], rel=0.01)
    note = next(note for note in sample.notes if "seuil de pauvreté" in note)
    assert f"en {year}, 1\u202f{line % 1_000:03} € par mois" in note


def test_works_are_asked_for_in_the_year_by_owners(sample: Sample) -> None:
    for date, amount in {
        "date_demande_renovation": "travaux_renovation_ht",
        "date_demande_raccordement": "cout_panneaux",
    }.items():
        asked = sample.column(date)
        assert (asked.dropna().dt.year == 2026).all()
        assert (asked.notna() == (sample.column(amount) > 0)).all()
        assert asked.notna().any()
        tenure = sample.column("statut_occupation_logement")[asked.notna()]
        assert set(tenure) <= {"proprietaire", "primo_accedant"}


def test_own_resources_follow_the_departement() -> None:
    """Tax incomes of Seine-Saint-Denis are under those of Hauts-de-Seine, from the same draw."""
    poor, rich = (dr.population.synthetic(code, 3_000, seed=6) for code in ("93", "92"))
    assert poor.column("rfr").median() < 0.75 * rich.column("rfr").median()
    cheque = [
        one.margins.set_index("margin").loc["menages_cheque_energie", "reached"] for one in (poor, rich)
    ]
    assert cheque[0] > cheque[1] + 5
    young = poor.column("statut_activite") == "apprenti"
    assert poor.column("remuneration_apprenti")[young].median() > 0


@pytest.mark.long
def test_every_benefit_in_force_opens_to_somebody_but_not_to_everybody() -> None:
    sample = dr.population.synthetic("54", 60_000, seed=0)
    given = _given(sample, set(benefits(baseline())) - PAST - BY_REFORM, None)
    assert {name for name, share in given.items() if share == 0} == set()
    assert {name for name, share in given.items() if share > 0.5} == set()
    assert _given(sample, BY_REFORM, "rsj_lyon")["revenu_jeunes_departemental"] > 0


@pytest.mark.long
def test_a_sample_of_an_earlier_year_opens_what_is_over() -> None:
    sample = dr.population.synthetic("54", 60_000, seed=1, year=2025)  # a few in 60,000: seed 0 has none
    given = _given(sample, {"aide_autoconsommation"}, None, "2025-03")
    assert 0 < given["aide_autoconsommation"] < 0.01
    older = dr.population.synthetic("54", 5_000, seed=0, year=2022)
    given = _given(older, {"cheque_energie_exceptionnel"}, None, "2022-01")
    assert 0 < given["cheque_energie_exceptionnel"] < 0.6


def _given(sample: Sample, names: set[str], reform: str | None, month: str = "2026-11") -> dict[str, float]:
    results = dr.calculate(sample.tables, month, sorted(names), reform)
    return {name: float((table[name] > 0).mean()) for table in results.values() for name in table}


def test_amounts_vary_and_money_is_to_the_cent(sample: Sample) -> None:
    wages = sample.column("salaire_net")
    assert wages[wages > 0].nunique() > 0.9 * (wages > 0).sum()
    for table in sample.tables.values():
        for name in table.select_dtypes("float").columns.drop("poids", errors="ignore"):
            np.testing.assert_allclose(table[name], table[name].round(2), err_msg=name)


def test_a_sample_has_somebody_of_each_situation_that_the_law_tells_apart(sample: Sample) -> None:
    wanted = {
        "statut_activite": {"actif", "apprenti", "chomeur", "etudiant", "eleve", "inactif", "retraite"},
        "statut_marital": {"marie", "pacse", "union_libre", "celibataire", "divorce", "veuf"},
        "contrat_en_cours": {"aucun", "contrat_engagement_jeune", "contrat_jeune_majeur"},
        "statut_occupation_logement": {"proprietaire", "primo_accedant", "locataire_hlm", "locataire_foyer"},
    }
    for name, members in wanted.items():
        assert members <= set(sample.column(name)), name


def test_notes_and_margins_say_what_is_assumed(sample: Sample) -> None:
    text = " ".join(sample.notes)
    for word in ("synthétique", "hypothèse", "RSA", "strate", "aucune étude ne les recalcule"):
        assert word in text
    assert set(sample.hypotheses["margin"]) >= {"niveaux_de_vie", "pauvrete_par_age_du_referent"}
    assert set(sample.margins["scope"]) == set(SCOPES)
    told = sample.margins[sample.margins["standing"] == "statistique"]
    assert (told["source"] != "").all()
    assert sample.about["seed"] == 1
    assert sample.about["rules"]["hash"]


def test_a_region_without_its_own_margins_has_national_ones() -> None:
    there = book("54").margins
    assert there["menages_par_taille"].scope == "regional"
    assert there["personnes_par_age"].scope == "national"
    assert book("01").margins["menages_par_taille"].scope == "local"
    assert "menages_par_taille" not in book("75").margins


@pytest.mark.long
@pytest.mark.parametrize("departement", ["2A", "13", "48", "59", "75", "93"])
def test_very_different_departements_are_reached(departement: str) -> None:
    sample = dr.population.synthetic(departement, 10_000, seed=4)
    reached = sample.margins[(sample.margins["use"] == "calage") & (sample.margins["unit"] == "percent")]
    assert reached["gap"].abs().max() < 1e-3


# --- what is refused -----------------------------------------------------------------------------


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="département '99'"):
        dr.population.synthetic("99")
    with pytest.raises(SampleError, match=r"households.*at least 2000"):
        dr.population.synthetic("54", 10)
    with pytest.raises(SampleError, match="seed"):
        dr.population.synthetic("54", 2_000, seed=-1)
    with pytest.raises(PeriodError, match="not modelled"):
        dr.population.synthetic("54", 2_000, year=2050)
    with pytest.raises(MarginsError, match="nothing is known of it in 974"):
        dr.population.synthetic("974", 2_000)


def test_an_overseas_departement_can_bring_its_own_margins(tmp_path: Path) -> None:
    path = _margins(
        """
scope: local
territory: "974"
margins:
  menages:
    {values: {ensemble: 320000}, unit: count, year: 2020, standing: statistique, source: {title: Insee}}
  niveaux_de_vie:
    values: {"10": 9000, "50": 17000, "90": 38000}
    unit: EUR/year
    year: 2020
    standing: statistique
    source: {title: Insee}
""",
        tmp_path,
    )
    sample = dr.population.synthetic("974", 4_000, margins=path)
    told = sample.margins.set_index(["margin", "category"])["reached"]
    assert told["menages", "ensemble"] == pytest.approx(320_000)
    assert told["niveaux_de_vie", "50"] == pytest.approx(17_000, rel=0.02)


def test_a_margin_of_the_analyst_replaces_that_shipped(tmp_path: Path) -> None:
    path = _margins(_one("jeunes_chez_leurs_parents", "{18-24: 48}"), tmp_path)
    sample = dr.population.synthetic("54", 4_000, margins=path)
    row = sample.margins.set_index("margin").loc["jeunes_chez_leurs_parents"]
    assert row["reached"] == pytest.approx(48)
    assert (row["scope"], row["source"]) == ("local", "Enquête")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_one("jeunes_chez_leur_parents", "{18-24: 48}"), "did you mean 'jeunes_chez_leurs_parents'"),
        (_one("jeunes_chez_leurs_parents", "{18-24: 148}"), "above 100"),
        (_one("jeunes_chez_leurs_parents", "{18-24: -1}"), "not a positive number"),
        (_one("jeunes_chez_leurs_parents", "{18-24: beaucoup}"), "not a positive number"),
        (_one("jeunes_chez_leurs_parents", "{jeunes: 48}"), 'is no age; expected one such as "18-24"'),
        (_one("jeunes_chez_leurs_parents", "{18-24: 48}", unit="EUR"), "unit: is EUR; expected percent"),
        (_one("jeunes_chez_leurs_parents", "{18-24: 48}", source=""), "source: is missing"),
        (_one("jeunes_chez_leurs_parents", "{18-24: 48}", standing="rumeur"), "standing: is unknown"),
        (_one("jeunes_chez_leurs_parents", "{18-24: 48}", year="hier"), "year: is not a year"),
        (_one("jeunes_chez_leurs_parents", "{18-24: 48}", anne="2020"), "anne: is unknown"),
        (_one("menages_par_taille", '{"1": 50, "2": 30, "3-4": 10, "5+": 5}'), "sum to 95.0"),
        (_one("menages_par_taille", '{"1": 50, "7": 30}'), "is no category"),
        (
            _one("jeunes_chez_leurs_parents", "{18-24: 48}").replace('"54"', '"44"'),
            'another département; expected "54"',
        ),
        (_one("x", "{a: 1}").replace("scope: local", "scope: mondial"), "scope: is missing or unknown"),
        (_one("rsa_imputé", "{recours: 1}").replace("margins:", "structures:"), "did you mean 'rsa_impute'"),
        (_one("emancipes", "{part: 1}").replace("margins:", "structures:"), "exactly part, age_minimum"),
        (_one("menages_par_classe_dpe", "{f: 9, g: 6}"), "menages_par_classe_dpe.values.a_b: is missing"),
        (_one("niveaux_de_vie", '{"10": 9000}', unit="EUR/year"), "niveaux_de_vie.values.50: is missing"),
        (_one("menages_par_taille", '{"1": {a: 50}}'), "has categories of its own; expected a number"),
        ("- 1\n- 2\n", "is not a mapping"),
        ("margins: [", "this is not YAML"),
    ],
)
def test_a_faulty_margins_file_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(MarginsError) as refused:
        dr.population.synthetic("54", 2_000, margins=_margins(text, tmp_path))
    assert told in str(refused.value)


def test_every_fault_of_a_margins_file_is_told_at_once(tmp_path: Path) -> None:
    text = _one("jeunes_chez_leurs_parents", "{18-24: x}", unit="kg", standing="rumeur")
    text += "  menages_par_taile:\n    {values: {a: 1}, unit: percent, year: 2020, standing: hypothese}\n"
    text += "structures:\n  emancipe:\n    {values: {a: 1}, unit: percent, year: 2020, standing: hypothese}\n"
    with pytest.raises(MarginsError) as refused:
        dr.population.synthetic("54", 2_000, margins=_margins(text, tmp_path))
    told = "\n".join(map(str, refused.value.faults))
    for fault in (
        "jeunes_chez_leurs_parents.unit: is unknown",
        "jeunes_chez_leurs_parents.standing: is unknown",
        "jeunes_chez_leurs_parents.values.18-24: is not a positive number",
        "menages_par_taile: is unknown; did you mean 'menages_par_taille'",
        "emancipe: is unknown; did you mean 'emancipes'",
    ):
        assert f"marges.yaml margins.{fault}" in told or f"marges.yaml structures.{fault}" in told, fault


def test_a_structure_that_leaves_nobody_to_draw_is_refused(tmp_path: Path) -> None:
    text = _one("colocataires", '{"1": 0, "2": 0, "3": 0}').replace("margins:", "structures:")
    with pytest.raises(MarginsError, match="1, 2, 3: shares are all nil"):
        dr.population.synthetic("54", 2_000, margins=_margins(text, tmp_path))


def test_a_margins_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MarginsError, match="cannot be read"):
        dr.population.synthetic("54", 2_000, margins=tmp_path / "absent.yaml")


def test_margins_that_contradict_one_another_are_named(tmp_path: Path) -> None:
    """If nearly everybody lived alone, no fourth of the population would be under 20."""
    text = _one("menages_par_taille", '{"1": 97, "2": 1, "3-4": 1, "5+": 1}')
    with pytest.raises(MarginsError, match="cannot be reached together") as refused:
        dr.population.synthetic("54", 4_000, margins=_margins(text, tmp_path))
    assert all(fault.path.startswith("margins.") for fault in refused.value.faults)


def test_a_category_without_anybody_is_named(tmp_path: Path) -> None:
    text = _one("jeunes_chez_leurs_parents_par_age", '{"85": 50}')
    with pytest.raises(MarginsError, match=r"jeunes_chez_leurs_parents_par_age\.85: nobody drawn"):
        dr.population.synthetic("54", 2_000, margins=_margins(text, tmp_path))


# --- the figures shipped -------------------------------------------------------------------------


def test_figures_shipped_are_known_and_say_where_they_are_from() -> None:
    national, regions = shipped()
    everything = [national, *regions.values()]
    for part in everything:
        for figure in part["margins"].values():
            assert list(targets.faults(figure.name, figure)) == []
        for figure in [*part["margins"].values(), *part["structures"].values()]:
            assert figure.standing in STANDINGS
            assert figure.source or figure.note, figure.name
            if figure.standing == "hypothese":
                assert figure.note, figure.name
    table = pd.read_csv(Path(__file__).parents[2] / "margins" / "filosofi_2013.csv")
    assert set(regions) <= set(table["region"])


def test_every_metropolitan_departement_has_a_book() -> None:
    codes = departements()
    assert len(codes) == 96
    for code in codes:
        figures = book(code).margins
        assert all(list(targets.faults(figure.name, figure)) == [] for figure in figures.values()), code
        levels = figures["niveaux_de_vie"].values
        assert levels["10"] < levels["50"] < levels["90"]
        assert 0 < figures["personnes_de_menages_proprietaires"].values["ensemble"] < 100


def test_uprated_figures_are_those_computed_by_hand() -> None:
    """Median of 2013 in Meurthe-et-Moselle, by the growth of the national one, persons as weights."""
    table = pd.read_csv(Path(__file__).parents[2] / "margins" / "filosofi_2013.csv").set_index("code")
    national = (table["mediane"] * table["personnes"]).sum() / table["personnes"].sum()
    figure = book("54").margins["niveaux_de_vie"]
    assert figure.values["50"] == pytest.approx(20_206.0 * 25_760 / national, abs=0.1)
    assert figure.standing == "hypothese"
    row = table.loc["54"]
    owners = (row["pauvrete_locataires"] - row["pauvrete"]) / (
        row["pauvrete_locataires"] - row["pauvrete_proprietaires"]
    )
    told = book("54").margins["personnes_de_menages_proprietaires"].values["ensemble"]
    assert told == pytest.approx(100 * owners, abs=0.05)


def test_a_structure_starts_from_the_margins_that_it_names(tmp_path: Path) -> None:
    national = shipped()[0]
    told, drawn = national["margins"]["scolarisation_par_age"], national["structures"]["scolarisation"]
    assert {age: drawn.values[age] for age in told.values} == dict(told.values)
    assert list(drawn.values) == ["15", "18", "21", "25", "30"]
    own = _one("emploi_18_24", "{ensemble: 31}")
    own += _one("emancipes", "{part: emploi_18_24.ensemble, age_minimum: 16}").partition("margins:\n")[2]
    own = own.replace("  emancipes", "structures:\n  emancipes")
    path = _margins(own, tmp_path)
    assert book("54", path)["emancipes"] == {"part": 31, "age_minimum": 16}
    for wrong in ("emploi_18_24.jeunes", "emploi.ensemble", "beaucoup"):
        path = _margins(own.replace("emploi_18_24.ensemble", wrong), tmp_path)
        with pytest.raises(MarginsError, match="or a category of a margin of the file"):
            book("54", path)


def test_a_file_of_several_territories_is_read_by_territory() -> None:
    text = "- {scope: regional, territory: A}\n- {scope: regional, territory: B}\n"
    assert [name for name, _ in parse(text, "x")] == ["A", "B"]


# --- calibration ---------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_raking_reaches_any_margins_that_some_weights_reach(seed: int, margins: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(300, margins)) * 10.0 ** rng.integers(-2, 4, margins)
    columns = np.column_stack([np.ones(300), columns, columns[:, 0]])  # a redundant one is no harm
    truth = rng.lognormal(0, 0.7, 300)
    found = calibration.rake(columns, truth @ columns, np.full(300, truth.mean()))
    assert found.converged
    assert (found.weights > 0).all()
    np.testing.assert_allclose(found.weights @ columns, truth @ columns, rtol=1e-4, atol=1e-4 * truth.sum())


def test_raking_is_the_nearest_in_divergence() -> None:
    """Two groups: each is scaled as a whole, as iterative fitting would."""
    group = np.array([1.0, 1.0, 1.0, 0.0])
    found = calibration.rake(
        np.stack([np.ones(4), group], axis=1), np.array([8.0, 2.0]), np.array([1.0, 2.0, 1.0, 4.0])
    )
    np.testing.assert_allclose(found.weights, [0.5, 1.0, 0.5, 6.0], rtol=1e-5)


def test_raking_says_what_it_cannot_reach() -> None:
    columns: Any = np.stack([np.ones(5), np.arange(5.0)], axis=1)
    found = calibration.rake(columns, np.array([5.0, 50.0]), np.ones(5))  # a mean of 10 among 0 to 4
    assert not found.converged
    assert abs(found.gaps).max() > 0.1
