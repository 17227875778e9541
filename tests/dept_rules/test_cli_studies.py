"""``dept-rules compare``: what is printed, written, and refused with a status."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from five_households import ONLY, TOTAL, table

import dept_rules as dr
from dept_rules.cli import main
from dept_rules.simulation import french


@pytest.fixture(scope="module")
def people(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("population") / "people.csv"
    table().to_csv(path, index=False)
    return str(path)


@pytest.fixture(scope="module")
def only(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("reform") / "seul.yaml"
    path.write_text(
        "label: Le seul revenu de base\nstatus: proposition\nbase: droit_en_vigueur\n"
        "parameters:\n  revenu_de_base.applique: {2026-01-01: true}\n"
    )
    return str(path)


def run(*arguments):
    return CliRunner().invoke(main, ["compare", *arguments], env={"COLUMNS": "300"})


def test_what_is_printed(people, only):
    result = run(
        "--population",
        people,
        "--reform",
        only,
        "--reform",
        "rsj_lyon",
        "--period",
        "2026",
        "--replications",
        "40",
    )
    assert result.exit_code == 0, result.output
    assert "1,22\xa0M€" in result.output
    assert "Le seul revenu de base" in result.output
    assert "Revenu de solidarité jeunes de la Métropole de Lyon" in result.output
    assert "des estimations, pas des décisions" in result.output
    assert result.stderr == ""


def test_json_is_the_tables_of_the_study(people, only):
    result = run(
        "--population", people, "--reform", only, "--period", "2026", "--json", "--replications", "0"
    )
    told = json.loads(result.stdout)
    assert told["totals"][0]["net"] == pytest.approx(TOTAL)
    assert told["totals"][0]["net_low"] is None
    assert told["period"] == "2026"
    assert told["rules"]["hash"]
    study = dr.compare(table(), [ONLY], "2026", replications=0)
    assert {row["group"] for row in told["by_decile"]} == set(study.winners_losers("decile")["group"])
    assert {
        "laws",
        "budget",
        "payers",
        "beneficiaries",
        "figures",
        "poverty",
        "inequality",
        "notes",
    } <= told.keys()


def test_a_report_is_written(people, only, tmp_path):
    path = tmp_path / "out.html"
    result = run(
        "--population",
        people,
        "--reform",
        only,
        "--period",
        "2026",
        "--replications",
        "0",
        "--report",
        str(path),
    )
    assert result.exit_code == 0, result.output
    assert f"Rapport écrit : {path}" in result.output.replace("\n", "")
    assert path.read_text().lstrip().startswith("<!DOCTYPE html>")


def test_take_up_and_paying_automatically(people, only):
    arguments = [
        "--population",
        people,
        "--reform",
        only,
        "--period",
        "2026",
        "--replications",
        "0",
        "--json",
    ]
    told = json.loads(run(*arguments, "--take-up", "revenu_de_base=0.5", "--automatic").stdout)
    assert [row["net"] for row in told["totals"]] == pytest.approx([TOTAL / 2, TOTAL])
    named = json.loads(run(*arguments, "--take-up", "revenu_de_base=non_recours.rsa").stdout)
    assert named["totals"][0]["net"] == pytest.approx(0.66 * TOTAL)


def test_hypotheses_under_test(people, only):
    result = run(
        "--population",
        people,
        "--reform",
        only,
        "--period",
        "2026",
        "--replications",
        "0",
        "--sensitivity",
        "--json",
    )
    tested = json.loads(result.stdout)["sensitivity"]
    assert tested[0]["swing"] > 0
    assert {row["standing"] for row in tested} == {"hypothese"}


def test_hypotheses_under_test_are_printed(people, only):
    result = run(
        "--population", people, "--reform", only, "--period", "2026", "--replications", "0", "--sensitivity"
    )
    assert result.exit_code == 0, result.output
    tested = dr.sensitivity(table(), None, "2026", only)
    first = tested.iloc[0]
    assert "Hypothèses à l'épreuve, budget net de départ : 1,22\xa0M€" in result.output
    line = next(line for line in result.output.splitlines() if first.label in line)
    assert first.aid in line
    assert french.money(first.swing) in line
    for name in tested.attrs["untested"]:
        assert name in result.output


def test_a_population_of_the_year_studied_is_not_said_to_be_of_another(people, only):
    result = run("--population", people, "--reform", only, "--period", "2024", "--replications", "0")
    assert "La population est celle de" not in result.output
    assert "Intervalle" in result.output
    assert "– €" not in result.output.replace("\xa0", " ")


def test_the_year_and_the_starts_that_a_study_supposes_are_printed(only, tmp_path):
    path = tmp_path / "people.csv"
    dr.population.load(table(), year=2025).write(path)
    result = run(
        "--population", str(path), "--reform", "plateforme", "--period", "2026", "--replications", "0"
    )
    assert "La population est celle de 2025 : seuls les âges avancent." in result.output
    assert "Sans date de début" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--reform", "rsj_lion", "--period", "2026"], "did you mean 'rsj_lyon'"),
        (["--reform", "rsj_lyon", "--period", "2026-11"], "is not a year"),
        (["--reform", "rsj_lyon", "--period", "2050"], "not modelled"),
        (["--reform", "rsj_lyon", "--baseline", "nothing", "--period", "2026"], "unknown reform 'nothing'"),
        (["--reform", "rsj_lyon", "--take-up", "revenu_de_base=2", "--period", "2026"], "is no share"),
        (["--reform", "rsj_lyon", "--take-up", "revenu_de_base", "--period", "2026"], "AIDE=PART"),
        (["--reform", "rsj_lyon", "--automatic", "--period", "2026"], "--automatic va avec --take-up"),
        (
            ["--reform", "rsj_lyon", "--reform", "plateforme", "--sensitivity", "--period", "2026"],
            "une réforme",
        ),
        (["--period", "2026"], "--reform"),
        (["--reform", "rsj_lyon", "--period", "2026", "--report", "/nowhere/out.html"], "cannot be written"),
    ],
)
def test_what_is_refused(people, arguments, said):
    result = run("--population", people, *arguments)
    assert result.exit_code == 2
    assert said in result.output + result.stderr
    assert "Traceback" not in result.output


def test_a_population_that_is_not_there():
    result = run("--population", "nowhere.parquet", "--reform", "rsj_lyon", "--period", "2026")
    assert result.exit_code == 2
    assert "nowhere.parquet" in result.stderr
