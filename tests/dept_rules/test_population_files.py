"""Samples in files, and the tables that an analyst brings: mapped, checked, kept whole."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import dept_rules as dr
from dept_rules.cli import main
from dept_rules.errors import MappingError, TableError, UnknownNameError
from dept_rules.population import Sample

FLAT = {
    "individu_id": [1, 2, 3, 4],
    "menage_id": [10, 10, 11, 12],
    "menage_role": ["personne_de_reference", "enfant", "personne_de_reference", "personne_de_reference"],
    "date_naissance": ["1975-02-03", "2006-05-06", "2003-01-09", "1950-10-11"],
    "salaire_net": [2100.0, 0.0, 512.20, 0.0],
    "statut_activite": ["actif", "etudiant", "actif", "retraite"],
    "hebergement": ["autonome", "parents", "autonome", "autonome"],
    "poids": [120.5, 120.5, 80.0, 200.0],
    "revenu_disponible": [31_000.0, 31_000.0, 9_000.0, 17_500.0],
}


@pytest.fixture
def flat() -> pd.DataFrame:
    """Return a small population, one row a person."""
    return pd.DataFrame(FLAT)


@pytest.fixture(scope="module")
def drawn() -> Sample:
    """Return a synthetic population."""
    return dr.population.synthetic("54", 2_000, seed=5)


def _same(one: Sample, other: Sample) -> None:
    for part in ("tables", "extras"):
        assert list(getattr(one, part)) == list(getattr(other, part))
        for plural, table in getattr(one, part).items():
            assert_frame_equal(table, getattr(other, part)[plural])
    assert_frame_equal(one.margins, other.margins)
    assert one.notes == other.notes
    assert dict(one.about) == dict(other.about)


def _refused(data: Any, columns: Any = None) -> str:
    with pytest.raises(TableError) as refused:
        dr.population.load(data, columns, year=2026)
    return str(refused.value)


# --- round trips ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pop.parquet", "pop.csv"])
def test_a_sample_comes_back_from_its_file(drawn: Sample, name: str, tmp_path: Path) -> None:
    drawn.write(tmp_path / name)
    _same(drawn, dr.population.load(tmp_path / name))


def test_a_sample_gives_the_same_rights_from_its_file(drawn: Sample, tmp_path: Path) -> None:
    drawn.write(tmp_path / "pop.parquet")
    again = dr.population.load(tmp_path / "pop.parquet")
    asked = {"period": "2026-11", "variables": ["revenu_de_base", "cheque_energie"]}
    for plural, table in dr.calculate(drawn.tables, **asked).items():
        assert_frame_equal(table, dr.calculate(again.tables, **asked)[plural])


def test_a_parquet_file_is_read_by_calculate_as_it_is(drawn: Sample, tmp_path: Path) -> None:
    drawn.write(tmp_path / "pop.parquet")
    asked = {"period": "2026-11", "variables": ["revenu_de_base", "precarite_energetique"]}
    from_file = dr.calculate(tmp_path / "pop.parquet", **asked)
    for plural, table in dr.calculate(drawn.tables, **asked).items():
        assert_frame_equal(table, from_file[plural])


def test_without_pyarrow_the_extra_is_named(drawn: Sample, tmp_path: Path, monkeypatch: Any) -> None:
    table = pl.DataFrame(FLAT)
    (tmp_path / "pop.parquet").write_text("")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TableError, match=r"dept-rules\[parquet\]"):
        drawn.write(tmp_path / "pop.parquet")
    assert "dept-rules[parquet]" in _refused(table)
    assert "dept-rules[parquet]" in _refused(tmp_path / "pop.parquet")


def test_the_library_is_imported_without_what_reads_tables() -> None:
    code = "import sys, dept_rules; print(sorted({'pandas', 'pyarrow', 'polars'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_tables_of_an_analyst_come_back_too(flat: pd.DataFrame, tmp_path: Path) -> None:
    sample = dr.population.load(flat.assign(diplome=list("abca")), {"keep": ["diplome"]}, year=2026)
    sample.write(tmp_path / "pop.parquet")
    again = dr.population.load(tmp_path / "pop.parquet")
    _same(sample, again)
    assert again.column("diplome").tolist() == list("abca")


@pytest.mark.parametrize(
    ("name", "told"), [("pop.xlsx", "extension is unknown"), ("nowhere/pop.parquet", "cannot be written")]
)
def test_a_file_that_cannot_be_written_is_refused(
    drawn: Sample, name: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(TableError, match=told):
        drawn.write(tmp_path / name)


def test_what_stands_beside_a_csv_must_be_readable(drawn: Sample, tmp_path: Path) -> None:
    drawn.write(tmp_path / "pop.csv")
    (tmp_path / "pop.csv.json").write_text("{}")
    with pytest.raises(TableError, match="cannot be read"):
        dr.population.load(tmp_path / "pop.csv")


def test_a_column_is_found_wherever_it_stands(drawn: Sample) -> None:
    assert drawn.column("salaire_net").index.name == "individu_id"
    assert drawn.column("strate").index.name == "menage_id"
    assert drawn.column("rsa").index.name == "famille_id"
    with pytest.raises(UnknownNameError, match="did you mean 'strate'"):
        drawn.column("strates")


# --- tables of an analyst ------------------------------------------------------------------------


def test_a_flat_table_gives_people_and_households(flat: pd.DataFrame) -> None:
    sample = dr.population.load(flat, year=2026)
    assert list(sample.tables["menages"].columns) == ["menage_id", "poids", "revenu_disponible"]
    assert sample.weights.to_dict() == {10: 120.5, 11: 80.0, 12: 200.0}
    assert "poids" not in sample.tables["individus"]
    results = dr.calculate(sample.tables, "2026-11", ["revenu_de_base"])
    assert results["individus"]["revenu_de_base"].round(2).tolist() == [0.0, 651.69, 498.03, 0.0]


@pytest.mark.parametrize(
    "made",
    [
        lambda frame: pl.DataFrame(frame),
        lambda frame: pl.DataFrame(frame).with_columns(pl.col("date_naissance").str.to_date()),
        lambda frame: pl.DataFrame(frame).with_columns(pl.col("statut_activite").cast(pl.Categorical)),
        lambda frame: pa.table(frame),
        lambda frame: pa.RecordBatchReader.from_batches(pa.table(frame).schema, pa.table(frame).to_batches()),
    ],
    ids=["polars", "polars dates", "polars categorical", "arrow", "arrow stream"],
)
def test_tables_of_the_arrow_protocol_are_read_as_those_of_pandas(made: Any) -> None:
    found = dr.population.load(made(FLAT), year=2026)
    wanted = dr.population.load(pd.DataFrame(FLAT), year=2026)
    asked = ("2026-11", ["revenu_de_base", "aide_impayes_energie"])
    for plural, table in dr.calculate(wanted.tables, *asked).items():
        assert_frame_equal(table, dr.calculate(found.tables, *asked)[plural])
    assert found.weights.tolist() == wanted.weights.tolist()


def test_several_tables_are_read_each_in_its_own_kind(flat: pd.DataFrame) -> None:
    homes = flat[["menage_id", "poids", "revenu_disponible"]].drop_duplicates()
    people = flat.drop(columns=["poids", "revenu_disponible"])
    found = dr.population.load({"individus": pl.from_pandas(people), "menages": homes}, year=2026)
    assert found.weights.tolist() == [120.5, 80.0, 200.0]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_files_and_folders_are_read(flat: pd.DataFrame, suffix: str, tmp_path: Path) -> None:
    write: Any = pd.DataFrame.to_parquet
    if suffix == "csv":
        write = lambda table, path: table.to_csv(path, index=False)  # noqa: E731
    write(flat, tmp_path / f"pop.{suffix}")
    found = dr.population.load(tmp_path / f"pop.{suffix}", year=2026)
    folder = tmp_path / "tables"
    folder.mkdir()
    for plural, table in found.tables.items():
        write(table, folder / f"{plural}.{suffix}")
    again = dr.population.load(folder, year=2026)
    for plural, table in found.tables.items():
        assert_frame_equal(table, again.tables[plural], check_dtype=False)


MAPPING = """
columns:
  NOI: individu_id
  LOG: menage_id
  LPR: {to: menage_role, values: {"1": personne_de_reference, "2": enfant}}
  NAIS: date_naissance
  SALAN: {to: salaire_net, unit: year}
  ACT: {to: statut_activite, values: {"1": actif, "2": etudiant, "3": retraite}}
  POND: poids
keep: [DIPL]
drop: [NOTE]
"""


def _survey() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "NOI": [1, 2, 3, 4],
            "LOG": [10, 10, 11, 12],
            "LPR": [1, 2, 1, 1],
            "NAIS": FLAT["date_naissance"],
            "SALAN": [25_200.0, 0.0, 6_144.0, None],
            "ACT": [1, 2, 1, 3],
            "POND": FLAT["poids"],
            "DIPL": ["bac", "bac", "cap", "cap"],
            "NOTE": ["", "", "", "illisible"],
        }
    )


@pytest.mark.parametrize("kind", ["pandas", "csv", "floats"])
def test_columns_are_told_in_the_words_of_the_law(kind: str, tmp_path: Path) -> None:
    mapping = tmp_path / "colonnes.yaml"
    mapping.write_text(MAPPING)
    data: Any = _survey()
    if kind == "csv":
        data.to_csv(tmp_path / "enquete.csv", index=False)
        data = tmp_path / "enquete.csv"
    if kind == "floats":  # as pandas reads integers among missing cells
        data = data.astype({"LPR": float, "ACT": float})
    sample = dr.population.load(data, mapping, year=2026)
    people = sample.tables["individus"]
    assert people["salaire_net"].tolist()[:3] == [2100.0, 0.0, 512.0]
    assert np.isnan(people["salaire_net"].tolist()[3])
    assert people["statut_activite"].tolist() == ["actif", "etudiant", "actif", "retraite"]
    assert sample.column("DIPL").tolist() == ["bac", "bac", "cap", "cap"]
    assert "NOTE" not in people
    assert any("NOTE" in note for note in sample.notes)


def test_strata_and_weights_of_replications_of_a_flat_table_are_of_households(
    flat: pd.DataFrame, tmp_path: Path
) -> None:
    design = {
        "strate": ["ville", "ville", "champs", "champs"],
        "poids_replique_1": [100.0, 100.0, 90.0, 210.0],
        "poids_replique_2": [140.0, 140.0, 70.0, 190.0],
    }
    flat.assign(**design, diplome=list("aacd")).to_csv(tmp_path / "enquete.csv", index=False)
    keep = {"keep": [*design, "diplome"]}
    sample = dr.population.load(tmp_path / "enquete.csv", keep, year=2026)
    assert sample.stratum is not None
    assert sample.stratum.to_dict() == {"10": "ville", "11": "champs", "12": "champs"}
    assert list(sample.extras["menages"]) == list(design)
    assert list(sample.extras["individus"]) == ["diplome"]  # a person's, whether alike or not
    study = dr.compare(sample, "plateforme", "2026", replication="jackknife")
    np.testing.assert_array_equal(study.subjects.replicates, [[100, 90, 210], [140, 70, 190]])
    assert any("poids de réplication" in note for note in study.notes)


@pytest.mark.parametrize("name", ["strate", "poids_replique_7"])
def test_what_is_of_households_by_its_nature_and_differs_within_one_is_refused(
    flat: pd.DataFrame, name: str
) -> None:
    text = _refused(flat.assign(**{name: [1, 2, 3, 4]}), {"keep": [name]})
    assert f"individus.{name}: differs from the first row of the same menage in row 2" in text
    text = _refused(flat.assign(**{name: [1, 1, None, 4]}), {"keep": [name]})
    assert f"individus.{name}: is missing in row 3" in text


def test_a_sample_without_weights_counts_each_household_for_one(flat: pd.DataFrame) -> None:
    sample = dr.population.load(flat.drop(columns="poids"), year=2026)
    assert sample.weights.tolist() == [1, 1, 1]
    assert any("Sans poids" in note for note in sample.notes)
    assert sample.stratum is None
    assert sample.margins.empty


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.assign(poids=[1, 1, -2, 3]), "poids: is negative in row 2"),
        (lambda t: t.assign(poids=0.0), "poids: no weight is positive"),
        (lambda t: t.assign(poids=[1.0, 1.0, None, 3.0]), "poids: is missing for 1 menages"),
        (
            lambda t: t.assign(poids=[1, 2, 3, 4]),
            "poids: differs from the first row of the same menage in row 2",
        ),
        (lambda t: t.assign(salaires=1), "unknown column; did you mean 'salaire_net'"),
        (lambda t: t.assign(revenu_de_base=1), "is computed, it cannot be given"),
        (lambda t: t.iloc[:0], "the table is empty"),
        (lambda t: t.assign(individu_id=[1, 1, 3, 1]), "is the identifier of a row above in 2 rows (2, 4)"),
        (lambda t: t.assign(menage_role="enfant"), "a menage has no personne_de_reference"),
        (
            lambda t: t.assign(menage_role="personne_de_reference"),
            "a menage has several personne_de_reference",
        ),
        (lambda t: t.assign(menage_id=[10, 11, 10, 12]), "a menage has no personne_de_reference"),
        (lambda t: t.assign(date_naissance="2031-01-01"), "is in the future in 4 rows (1, 2, 3, …)"),
        (
            lambda t: t.assign(date_naissance=["1999-02-03", "1990-05-06", "2003-01-09", "1950-10-11"]),
            "a child is older than the reference person of the household in row 2",
        ),
        (lambda t: t.assign(salaire_net=-1), "is negative in 4 rows"),
        (lambda t: t.assign(statut_activite="rentier"), "is not one of the values allowed"),
        (lambda t: t.drop(columns="menage_id"), "menage_id: the column is missing"),
    ],
)
def test_what_is_inconsistent_is_refused_with_rows(flat: pd.DataFrame, change: Any, told: str) -> None:
    assert told in _refused(change(flat))


def test_no_value_of_a_person_is_repeated(flat: pd.DataFrame) -> None:
    text = _refused(flat.assign(salaire_net=[-987_654, 0, 0, 0], statut_activite="rentier"))
    assert "987" not in text
    assert "rentier" not in text
    mapping = {"columns": {"statut_activite": {"to": "statut_activite", "values": {"x": "actif"}}}}
    assert "retraite" not in _refused(flat, mapping)


def test_truth_values_are_mapped_as_python_writes_them(flat: pd.DataFrame) -> None:
    told = {"columns": {"E": {"to": "statut_activite", "values": {True: "etudiant", False: "actif"}}}}
    people = flat.drop(columns=["statut_activite"], errors="ignore").assign(E=[True, False, False, True])
    read = dr.population.load(people, told).tables["individus"]
    assert read["statut_activite"].tolist() == ["etudiant", "actif", "actif", "etudiant"]


@pytest.mark.parametrize(
    "data", [12, None, [1, 2], {"individus": 3}, "absent.csv", "absent.parquet", "absent"]
)
def test_what_is_no_table_is_refused(data: Any) -> None:
    assert "fault" in _refused(data)


def test_a_table_of_a_type_that_pyarrow_does_not_read_is_refused() -> None:
    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise NotImplementedError

    assert "individus: the table cannot be read (NotImplementedError)" in _refused(Stream())


def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("rien")
    assert "cannot be read" in _refused(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"columns": {"SAL": "salaire"}}, "salaire is no input; did you mean 'salaire_net'"),
        ({"columns": {"SAL": {"values": {}}}}, "does not say what the column is"),
        ({"columns": {"SAL": {"to": "salaire_net", "unit": "week"}}}, "does not suit"),
        ({"columns": {"DPE": {"to": "classe_dpe", "unit": "year"}}}, "does not suit"),
        ({"columns": {"SAL": {"to": "salaire_net", "fois": 2}}}, "columns.SAL.fois: is unknown"),
        ({"columns": {"A": {"to": "classe_dpe", "values": [1]}}}, "columns.A.values: is not a mapping"),
        ({"columns": ["A"]}, "columns: is not a mapping"),
        ({"colones": {}}, "did you mean 'columns'"),
        ({"keep": "A"}, "keep: is not a list"),
        ({"keep": ["A"], "drop": ["A"]}, "A: is told twice"),
        ({"columns": {"A": "poids"}, "keep": ["A"]}, "A: is told twice"),
    ],
)
def test_a_faulty_mapping_is_refused(flat: pd.DataFrame, columns: Any, told: str) -> None:
    with pytest.raises(MappingError) as refused:
        dr.population.load(flat, columns)
    assert told in str(refused.value)


def test_a_mapping_in_no_file_or_no_yaml_is_refused(flat: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        dr.population.load(flat, tmp_path / "absent.yaml")
    (tmp_path / "x.yaml").write_text("columns: [")
    with pytest.raises(MappingError, match="this is not YAML"):
        dr.population.load(flat, tmp_path / "x.yaml")
    (tmp_path / "y.yaml").write_text("- 1")
    with pytest.raises(MappingError, match="is not a mapping"):
        dr.population.load(flat, tmp_path / "y.yaml")


def test_a_mapping_that_does_not_suit_the_tables_is_refused() -> None:
    survey = _survey()
    told = {"columns": {"LPR": {"to": "menage_role", "values": {"1": "personne_de_reference"}}}}
    assert "individus.LPR: has no counterpart in the mapping in row 2" in _refused(survey, told)
    assert "X: the mapping tells a column that no table has" in _refused(survey, {"keep": ["X"]})
    twice = {"columns": {"NOI": "individu_id", "LOG": "individu_id"}}
    assert "is told as individu_id, as another column is" in _refused(survey, twice)
    text = {"columns": {"DIPL": {"to": "salaire_net", "unit": "year"}}}
    assert "individus.DIPL: is not a number" in _refused(survey, text)


@given(st.lists(st.integers(0, 10**7), min_size=4, max_size=4), st.sampled_from(["month", "year"]))
def test_an_amount_of_a_year_is_twelve_of_a_month(cents: list[int], unit: str) -> None:
    amounts = np.array(cents) / 100
    table = pd.DataFrame(FLAT).drop(columns="salaire_net").assign(SAL=amounts)
    sample = dr.population.load(table, {"columns": {"SAL": {"to": "salaire_net", "unit": unit}}}, year=2026)
    by = 12 if unit == "year" else 1
    np.testing.assert_allclose(sample.tables["individus"]["salaire_net"] * by, amounts)


# --- the command ---------------------------------------------------------------------------------


def test_the_command_writes_a_population_and_tells_its_margins(tmp_path: Path) -> None:
    path = tmp_path / "pop.parquet"
    asked = ["population", "--departement", "54", "--households", "2000", "--seed", "5", "-o", str(path)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    for told in ("Marges calées", "Contrôles, non calés", "nationale", "Hypothèse", "27,93", "Écrit dans"):
        assert told in done.output.replace("\n", ""), told
    assert len(dr.population.load(path).tables["menages"]) == 2_000


def test_the_command_tells_the_same_in_json() -> None:
    done = CliRunner().invoke(main, ["population", "--departement", "54", "--households", "2000", "--json"])
    told = json.loads(done.output)
    assert told["about"]["departement"] == "54"
    assert {row["use"] for row in told["margins"]} == {"calage", "controle"}
    assert told["notes"]


def test_the_command_checks_tables_of_an_analyst(
    flat: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        @staticmethod
        def today() -> date:
            return date(2025, 5, 6)

    monkeypatch.setattr("dept_rules.population.loading.date", Clock)
    flat.rename(columns={"poids": "POND"}).to_csv(tmp_path / "enquete.csv", index=False)
    (tmp_path / "colonnes.yaml").write_text("columns: {POND: poids}")
    files = {"--from": "enquete.csv", "--columns": "colonnes.yaml", "-o": "pop.parquet"}
    asked = [part for option, name in files.items() for part in (option, str(tmp_path / name))]
    done = CliRunner().invoke(main, ["population", *asked])
    assert done.exit_code == 0, done.output
    assert "3 ménages, 4 personnes" in done.output.replace("\u202f", " ")
    read = dr.population.load(tmp_path / "pop.parquet")
    assert read.weights.sum() == 400.5
    assert read.about["year"] == dr.population.load(flat).about["year"] == 2025


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--departement", "99"], "unknown département '99'"),
        (["--departement", "54", "--households", "3"], "households"),
        (["--departement", "54", "--margins", "absent.yaml"], "cannot be read"),
        (["--from", "absent.csv"], "there is no such file"),
        ([], "--departement ou --from"),
        (["--departement", "54", "--from", "x.csv"], "--departement ou --from"),
        (["--departement", "54", "--columns", "x.yaml"], "--columns va avec --from"),
        (["--from", "x.csv", "--households", "100000"], "--households va avec --departement"),
        (["--from", "x.csv", "--seed", "0"], "--seed va avec --departement"),
        (["--from", "x.csv", "--margins", "x.yaml"], "--margins va avec --departement"),
    ],
)
def test_the_command_refuses_with_status_two(asked: list[str], told: str) -> None:
    done = CliRunner().invoke(main, ["population", *asked])
    assert done.exit_code == 2
    assert told in done.output
