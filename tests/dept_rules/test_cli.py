"""The command line, as a newcomer runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dept_rules.cli import main

ALONE = str(Path(__file__).parents[2] / "examples" / "jeune_salarie_seul.json")


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == status, result.output
    return result.output


def test_calculate_prints_who_is_entitled_to_what_and_why_not():
    text = run("calculate", ALONE, "--period", "2026-11")
    assert "novembre 2026" in text
    assert "531,69\u00a0€ par mois" in text
    assert "Proposition de juin 2021" in text
    assert "non en vigueur" in text
    assert "condition non remplie" in text
    assert "estimations" in text
    assert "vous avez droit" not in text.lower()


def test_calculate_prints_json():
    data = json.loads(run("calculate", ALONE, "--period", "2026-11", "--json"))
    assert data["reform"] is None
    assert any(one["amount"] == "531.69" for one in data["entitlements"])


def test_calculate_under_a_reform():
    data = json.loads(
        run("calculate", ALONE, "--period", "2026-11", "--reform", "droit_en_vigueur", "--json")
    )
    assert data["reform"] == "droit_en_vigueur"
    assert all(one["in_force"] for one in data["entitlements"] if one["verdict"] != "not_in_force")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("calculate", "nowhere.json"), "no such file"),
        (("calculate", ALONE, "--period", "2026-13"), "not a period"),
        (("calculate", ALONE, "--period", "1999-01"), "2018-01"),
        (("calculate", ALONE, "--reform", "rjs_lyon"), "rsj_lyon"),
        (("calculate", ALONE, "--strict"), "missing"),
        (("parameters", "rsa.montant"), "rsa.montant_forfaitaire"),
        (("reforms", "rjs_lyon"), "rsj_lyon"),
    ],
)
def test_bad_input_ends_with_status_2_and_a_sentence(arguments, says):
    text = run(*arguments, status=2)
    assert says in text
    assert "Traceback" not in text


def test_benefits_lists_them_with_their_scope():
    assert "revenu_de_base" in run("benefits")
    rows = {row["name"]: row for row in json.loads(run("benefits", "--json"))}
    assert rows["revenu_de_base"]["in_force"] is False
    assert rows["cheque_energie"]["in_force"] is True


def test_parameters_tells_everything_of_a_figure():
    text = run("parameters", "rsa.montant_forfaitaire", "--period", "2026-11")
    assert "651,69" in text
    assert "2026-04-01" in text
    assert "2026-220" in text
    assert "rsa.majoration.deuxieme_personne" in run("parameters")


def test_reforms_lists_them_and_what_was_not_read():
    assert "rsj_lyon" in run("reforms")
    assert "Non lu" in run("reforms", "ailes_2021")
    assert json.loads(run("reforms", "--json"))


def test_inputs_lists_them_and_gives_a_json_schema():
    assert "salaire_net" in run("inputs")
    rows = {row["name"]: row for row in json.loads(run("inputs", "--json"))}
    assert rows["aah"]["sensitive"] == "handicap"
    assert "individus" in json.loads(run("inputs", "--json-schema"))["properties"]


def test_no_colour_when_it_is_not_a_terminal():
    done = subprocess.run(
        [sys.executable, "-m", "dept_rules.cli", "calculate", ALONE, "--period", "2026-11"],
        capture_output=True,
        check=True,
    )
    assert b"\x1b[" not in done.stdout


def test_embed_snippet_prints_what_a_site_must_hold():
    text = run(
        "embed-snippet", "revenu_de_base", "--service", "https://aides.example.fr/", "--title", 'Un "titre"'
    )
    assert '<script src="https://aides.example.fr/embed.js" data-calculator="revenu-de-base"' in text
    assert 'title="Un &quot;titre&quot;"' in text
    assert "<iframe src=" in text
    assert "frame-src https://aides.example.fr" in text
    everything = run("embed-snippet", "--service", "http://localhost:5000", "--project", "ailes_2021")
    assert "data-calculator" not in everything
    assert 'data-project="ailes_2021"' in everything
    assert 'preview = ["ailes_2021"]' in everything  # without which the service answers 404
    assert "preview" not in text
    platform = run("embed-snippet", "--service", "http://localhost:5000", "--project", "plateforme")
    assert 'data-project="plateforme"' in platform


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--theme", "principal:eeeeee"], "contrast"),
        (["--theme", "ombre:1"], "unknown token"),
        (["--service", "aides.example.fr/x"], "not an origin"),
        (["--service", "http://::::"], "not an origin"),
        (["--service", "https://aides.example.fr:999999"], "not an origin"),
        (["--project", "ailes_2022"], "ailes_2021"),
        (["revenu_base"], "revenu_de_base"),
    ],
)
def test_embed_snippet_refuses_what_would_not_work(arguments, said):
    given = ["embed-snippet", "--service", "https://aides.example.fr", *arguments]
    assert said in run(*given, status=2)
