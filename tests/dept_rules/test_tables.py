"""Tables of a population: what is read, what is refused, what comes out."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.periods import period

import dept_rules.errors as dr
from dept_rules import situations, tables
from dept_rules.base import Departement, Hebergement
from dept_rules.entities import GROUPS, Individu
from dept_rules.execution import Execution
from dept_rules.system import baseline

NOVEMBER = period("2026-11")
REFERENCE = "personne_de_reference"


def people(**columns: object) -> pd.DataFrame:
    """A couple and their two children; a student alone."""
    return pd.DataFrame(
        {
            "individu_id": [10, 11, 12, 13, 20],
            "menage_id": [1, 1, 1, 1, 2],
            "menage_role": [REFERENCE, "conjoint", "enfant", "enfants", REFERENCE],
            "date_naissance": ["1980-03-01", "1981-07-14", "2006-02-03", "2015-05-05", "2003-05-14"],
            "salaire_net": [1800.0, 950.5, 0.0, np.nan, 400.0],
        }
    ).assign(**columns)


def folder(**columns: object) -> dict[str, pd.DataFrame]:
    return {
        "individus": people(**columns),
        "menages": pd.DataFrame({"menage_id": [2, 1], "departement": ["2A", "d54"], "poids": [3.5, 2.0]}),
    }


def read(data: object, asked: str = "2026-11"):
    return tables.read(data, baseline(), period(asked))


def faults(data: object, asked: str = "2026-11") -> list[dr.Fault]:
    with pytest.raises(dr.TableError) as caught:
        read(data, asked)
    return list(caught.value.faults)


def groups_of(population) -> dict[str, dict]:
    """For each entity, the role and the companions of each person, by identifiers."""
    found = {}
    for key, group in population.groups.items():
        roles = [role.key for role in group.entity.flattened_roles]
        members = [[] for _ in range(group.count)]
        for person, place in zip(population.ids, group.member_of, strict=True):
            members[place].append(person)
        found[key] = {
            person: (roles[role], sorted(members[place]))
            for person, place, role in zip(population.ids, group.member_of, group.roles, strict=True)
        }
    return found


def told(population, name: str, at=NOVEMBER) -> dict:
    """What each person or group answered at a period, by identifier."""
    entity = baseline().variables[name].entity.key
    if name not in population.answers:
        return dict.fromkeys(population.ids_of(entity))
    values, given = population.answers[name].at(at)
    return {
        identifier: value if known else None
        for identifier, value, known in zip(population.ids_of(entity), values, given, strict=True)
    }


# --- what is read ------------------------------------------------------------------------------


def test_a_flat_table_is_people_their_groups_and_their_answers():
    population = read(people(departement=["54", "54", "d54", "54", "2A"]))
    assert population.ids == [10, 11, 12, 13, 20]
    assert population.groups["menage"].ids == [1, 2]
    assert groups_of(population)["menage"] == {
        10: (REFERENCE, [10, 11, 12, 13]),
        11: ("conjoint", [10, 11, 12, 13]),
        12: ("enfant", [10, 11, 12, 13]),
        13: ("enfant", [10, 11, 12, 13]),
        20: (REFERENCE, [20]),
    }
    assert told(population, "salaire_net") == {10: 1800.0, 11: 950.5, 12: 0.0, 13: None, 20: 400.0}
    assert told(population, "departement") == {1: Departement.d54.index, 2: Departement.d2A.index}
    assert population.weights is None


def test_groups_that_are_not_given_are_derived_under_the_identifier_of_their_head():
    population = read(people())
    assert population.groups["famille"].ids == [10, 20]
    assert groups_of(population)["famille"][12] == ("enfant", [10, 11, 12, 13])
    assert population.groups["foyer_fiscal"].ids == [10, 11, 12, 20]
    assert groups_of(population)["foyer_fiscal"][13] == ("personne_a_charge", [10, 13])


def test_marriage_and_attachment_are_read_at_the_first_month():
    columns = {
        "statut_marital@2026-10": ["marie", "marie", None, None, None],
        "rattachement_fiscal@2026": [None, None, "oui", None, None],
    }
    assert read(people(**columns)).groups["foyer_fiscal"].ids == [10, 11, 20]
    assert read(people(**columns), "2026-10").groups["foyer_fiscal"].ids == [10, 20]


def test_groups_may_be_given():
    population = read(
        people(
            famille_id=["a", "a", "b", "a", "c"],
            famille_role=["demandeur", "parent", "parents", "enfants", "parent"],
            foyer_fiscal_id=[1, 1, 9, 1, 9],
            foyer_fiscal_role=[
                "conjoint",
                "declarant",
                "personne_a_charge",
                "personnes_a_charge",
                "declarants",
            ],
            rfr=[30_000, 30_000, 12_000, 30_000, 12_000],
        )
    )
    assert groups_of(population)["famille"] == {
        10: ("demandeur", [10, 11, 13]),
        11: ("conjoint", [10, 11, 13]),
        12: ("demandeur", [12]),
        13: ("enfant", [10, 11, 13]),
        20: ("demandeur", [20]),
    }
    assert groups_of(population)["foyer_fiscal"] == {
        10: ("conjoint", [10, 11, 13]),
        11: ("declarant_principal", [10, 11, 13]),
        12: ("personne_a_charge", [12, 20]),
        13: ("personne_a_charge", [10, 11, 13]),
        20: ("declarant_principal", [12, 20]),
    }
    assert told(population, "rfr", period("2024")) == {1: 30_000, 9: 12_000}


def test_a_tax_household_may_have_its_declarants_elsewhere():
    given = people(
        foyer_fiscal_id=[1, 1, 1, 1, 2], foyer_fiscal_role=["declarant"] * 2 + ["personne_a_charge"] * 3
    )
    assert groups_of(read(given))["foyer_fiscal"][20] == ("personne_a_charge", [20])


def test_several_tables_are_sorted_by_household():
    data = folder()
    data["individus"] = data["individus"].iloc[[3, 4, 0, 2, 1]]
    data["familles"] = pd.DataFrame({"famille_id": ["x", "y"], "rsa": [0.0, 120.0]})
    data["individus"] = data["individus"].assign(
        famille_id=["x", "y", "x", "x", "x"], famille_role=["enfant", "parent", "parent", "enfant", "parent"]
    )
    population = read(data)
    assert population.ids == [20, 13, 10, 12, 11]
    assert population.groups["menage"].ids == [2, 1]
    assert list(population.groups["menage"].member_of) == [0, 1, 1, 1, 1]
    assert told(population, "salaire_net")[20] == 400
    assert told(population, "departement") == {2: Departement.d2A.index, 1: Departement.d54.index}
    assert told(population, "rsa") == {"x": 0, "y": 120}
    assert list(population.weights) == [3.5, 2.0]


def test_a_weight_may_stand_in_the_table_of_people():
    assert list(read(people(poids=[2.5] * 4 + [0])).weights) == [2.5, 0]


def test_an_answer_by_period_prevails_over_that_for_every_period():
    population = read(people(**{"salaire_net@2026-10": [100.0, None, None, None, 0.0]}))
    assert told(population, "salaire_net") == {10: 1800, 11: 950.5, 12: 0, 13: None, 20: 400}
    october = told(population, "salaire_net", period("2026-10"))
    assert october == {10: 100, 11: 950.5, 12: 0, 13: None, 20: 0}


def test_money_told_for_a_year_is_shared_between_its_months_and_a_state_holds_for_each():
    population = read(
        people(
            **{
                "chomage_net@2026": [1200.0, None, None, None, None],
                "chomage_net@2025-12": [70.0, None, None, None, 30.0],
                "hebergement@2026": ["parents", None, None, None, None],
            }
        )
    )
    assert told(population, "chomage_net")[10] == 100
    assert told(population, "chomage_net", period("2025-12")) == {
        10: 70,
        11: None,
        12: None,
        13: None,
        20: 30,
    }
    assert told(population, "hebergement")[10] == Hebergement.parents.index


def test_two_columns_may_tell_one_month_for_different_people():
    columns = {
        "chomage_net@2026": [1200.0, None, None, None, None],
        "chomage_net@2026-11": [None, 30.0, None, None, None],
        "chomage_net@2026-12": [None, 40.0, None, None, None],
        "chomage_net@ETERNITY": [None, None, None, None, 5.0],
    }
    population = read(people(**columns))
    for month, amount in (("2026-10", None), ("2026-11", 30), ("2026-12", 40)):
        found = told(population, "chomage_net", period(month))
        assert found == {10: 100, 11: amount, 12: None, 13: None, 20: 5}


def test_somebody_may_be_born_within_the_year_asked():
    born = ["1980-03-01", "1981-07-14", "2006-02-03", "2026-05-05", "2003-05-14"]
    assert read(people(date_naissance=born), "2026").count == 5
    assert faults(people(date_naissance=born), "2026-04")[0].problem == "is in the future in row 4"


def test_birth_is_not_needed_where_age_decides_nothing():
    alone = people().drop(columns="date_naissance").iloc[4:]
    assert read(alone).groups["famille"].ids == [20]


def test_categoricals_are_read_by_name_never_by_code():
    def backwards(values):
        return pd.Categorical(values, categories=[*sorted(set(values), reverse=True), "unused"])

    plain = people(
        departement=["54"] * 4 + ["2A"], statut_activite=["actif", "chomeur", "eleve", "eleve", "etudiant"]
    )
    coded = plain.assign(
        **{
            name: backwards(plain[name])
            for name in ("menage_role", "departement", "statut_activite", "date_naissance", "menage_id")
        }
    )
    assert groups_of(read(coded)) == groups_of(read(plain))
    for name in ("departement", "statut_activite", "date_naissance"):
        assert told(read(coded), name) == told(read(plain), name)


def test_the_tables_of_the_caller_are_not_changed():
    data = folder()
    copies = {plural: table.copy() for plural, table in data.items()}
    Execution(baseline(), read(data)).value("revenus_activite", NOVEMBER)
    for plural, table in data.items():
        pd.testing.assert_frame_equal(table, copies[plural])


# --- files -------------------------------------------------------------------------------------


def as_text(data: pd.DataFrame) -> pd.DataFrame:
    return data.astype({column: str for column in data.columns if column.endswith("_id")})


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_is_read_as_its_table(tmp_path: Path, suffix: str):
    table = people(
        emancipe=[None, False, True, False, None],
        regularite_sejour=["oui", None, None, None, "non"],
        departement=["01"] * 4 + ["2A"],
    )
    path = tmp_path / f"population{suffix}"
    tables.write(table.set_index("individu_id"), path)
    population, expected = read(str(path)), read(as_text(table) if suffix == ".csv" else table)
    assert groups_of(population) == groups_of(expected)
    for name in ("salaire_net", "emancipe", "regularite_sejour", "departement", "date_naissance"):
        assert told(population, name) == told(expected, name)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_folder_is_read_as_its_tables(tmp_path: Path, suffix: str):
    for plural, table in folder().items():
        tables.write(table.set_index(table.columns[0]), tmp_path / f"{plural}{suffix}")
    (tmp_path / "LISEZ-MOI.txt").write_text("…")
    population = read(tmp_path)
    assert list(population.weights) == [3.5, 2.0]
    assert [str(identifier) for identifier in population.ids] == ["20", "10", "11", "12", "13"]


def test_identifiers_of_csv_keep_their_zeros(tmp_path: Path):
    path = tmp_path / "population.csv"
    path.write_text(
        f"\ufeffindividu_id,menage_id,menage_role\n007,01,{REFERENCE}\n7,1,{REFERENCE}\n", "utf-8"
    )
    assert read(path).ids == ["007", "7"]


@pytest.mark.parametrize(
    ("name", "content", "where", "says"),
    [
        ("absent.csv", None, "absent.csv", "no such file"),
        ("absent.parquet", None, "absent.parquet", "no such file"),
        ("population.xlsx", b"", "population.xlsx", "neither a folder nor a table"),
        ("population.csv", b"", "population.csv", "cannot be read"),
        ("population.csv", b"individu_id\n", "individus", "empty"),
        ("population.csv", b"individu_id;menage_id\n1;2\n", "population.csv", "semicolons"),
        ("population.csv", "individu_id,é\n1,2\n".encode("latin-1"), "population.csv", "UTF-8"),
        ("population.csv", b"individu_id,menage_id\n1,2,3\n", "population.csv", "more cells"),
        ("population.csv", b"individu_id,menage_id\n1,2\n1,2,3\n", "population.csv", "cannot be read"),
        ("population.csv", b"poids,poids\n1,2\n", "population.poids", "twice"),
        (
            "population.csv",
            b"individu_id,salaire_net\n1,9**9\n2,1\n",
            "individus.salaire_net",
            "is text in row 1",
        ),
        ("population.csv", b"individu_id,emancipe\n1,True\n2,1\n", "individus.emancipe", "is text in row 2"),
        (
            "population.csv",
            b"individu_id,emancipe\n1,1\n2,0\n",
            "individus.emancipe",
            "is a number in 2 rows",
        ),
        (
            "population.csv",
            b"individu_id,salaire_net\n1,inf\n",
            "individus.salaire_net",
            "not a finite number",
        ),
        ("population.parquet", b"not parquet", "population.parquet", "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name, content, where, says):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert any(fault.path == where and says in str(fault) for fault in faults(tmp_path / name))


def test_a_folder_has_each_table_once_and_no_other(tmp_path: Path):
    for name in ("individus.csv", "individus.parquet", "menage.csv"):
        tables.write(people(), tmp_path / name)
    assert {(fault.path, fault.problem) for fault in faults(tmp_path)} == {
        ("individus", "the table is there as CSV and as Parquet"),
        ("menage", "unknown table; did you mean 'menages'?"),
        ("menages", "the table is missing"),
    }


def test_without_pyarrow_parquet_names_the_extra_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "population.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setattr(pd, "read_parquet", _no_pyarrow)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", _no_pyarrow)
    assert "dept-rules[parquet]" in faults(path)[0].expected
    with pytest.raises(dr.TableError, match=r"dept-rules\[parquet\]"):
        tables.write(people(), path)


def _no_pyarrow(*_: object) -> None:
    raise ImportError("Unable to find a usable engine")


# --- what is refused -----------------------------------------------------------------------------


NOBODY_ELSE = [None] * 4


@pytest.mark.parametrize(
    ("columns", "where", "says"),
    [
        ({"individu_id": [10, 11, 11, 13, 10]}, "individu_id", "row above in 2 rows (3, 5); expected each"),
        ({"individu_id": ["a", None, "c", "d", None]}, "individu_id", "is missing in 2 rows (2, 5)"),
        ({"individu_id": [1.5, 2, 3, 4, 5]}, "individu_id", "neither text nor integers"),
        ({"individu_id": [1, "2", 3, 4, 5]}, "individu_id", "neither text nor integers"),
        ({"individu_id": [True, False, True, False, True]}, "individu_id", "neither text nor integers"),
        ({"menage_id": [1, 1, 1, np.nan, 2]}, "menage_id", "is missing in row 4"),
        ({"menage_id": [1, 1, 2, 1, 2]}, "menage_id", "two pieces begins again in 2 rows (4, 5)"),
        (
            {"menage_role": [REFERENCE, None, "enfant", "enfant", REFERENCE]},
            "menage_role",
            "is missing in row 2",
        ),
        (
            {"menage_role": [REFERENCE, "epouse", 3, "enfant", REFERENCE]},
            "menage_role",
            "2 rows (2, 3); expected one of personne_de_reference, conjoint, enfant, enfants, autre, autres",
        ),
        ({"menage_role": [0, 1, 2, 2, 0]}, "menage_role", "is not a role in 5 rows (1, 2, 3, …)"),
        (
            {"menage_role": [REFERENCE, REFERENCE, "enfant", "enfant", REFERENCE]},
            "menage_role",
            "several personne_de_reference in 2 rows (1, 2)",
        ),
        (
            {"menage_role": [REFERENCE, "conjoint", "conjoint", "enfant", REFERENCE]},
            "menage_role",
            "several conjoint in 2 rows (2, 3)",
        ),
        (
            {"menage_role": [REFERENCE, "conjoint", "enfant", "enfant", "autre"]},
            "menage_role",
            "no personne_de_reference in row 5",
        ),
        ({"famille_id": [1, 1, 1, 1, 2]}, "famille_role", "the column is missing"),
        ({"famille_role": ["parent"] * 5}, "famille_id", "the column is missing"),
        (
            {"famille_id": [1, 1, 1, 1, 2], "famille_role": ["parent"] * 3 + ["enfant", "parent"]},
            "famille_role",
            "several conjoint in 2 rows (2, 3)",
        ),
        (
            {
                "famille_id": [1, 1, 1, 1, 2],
                "famille_role": ["demandeur"] * 2 + ["enfant"] * 2 + ["conjoint"],
            },
            "famille_role",
            "no demandeur in row 5",
        ),
        ({"salaire_nette": 0}, "salaire_nette", "unknown column; did you mean 'salaire_net'"),
        ({"menage_rôle": 0}, "menage_rôle", "did you mean 'menage_role'"),
        ({"revenus_activite": 0}, "revenus_activite", "computed"),
        ({"salaire_net": [1, True, 0, 0, 0]}, "salaire_net", "is a boolean in row 2"),
        ({"salaire_net": ["1", 0, "9**9**9", 0, 0]}, "salaire_net", "is text in 2 rows (1, 3)"),
        (
            {"salaire_net": [np.inf, 0, 0, -np.inf, 0]},
            "salaire_net",
            "is not a finite number in 2 rows (1, 4)",
        ),
        (
            {"salaire_net": [0, 0, 0, 0, -1]},
            "salaire_net",
            "is negative in row 5; expected a finite number of at least 0",
        ),
        ({"mois_residence_departement": 1.5}, "mois_residence_departement", "not a whole number in 5 rows"),
        ({"emancipe": [0, 1, 0, 1, 0]}, "emancipe", "is a number in 5 rows"),
        ({"date_naissance": "2027-01-01"}, "date_naissance", "is in the future in 5 rows"),
        ({"date_naissance": "1899-12-31"}, "date_naissance", "is before 1900-01-01 in 5 rows"),
        (
            {"date_naissance": ["2001-02-29", *["2000-02-29"] * 4]},
            "date_naissance",
            "does not exist in row 1",
        ),
        ({"date_naissance": 2000}, "date_naissance", "is a number in 5 rows"),
        (
            {"date_naissance": [None] * 5},
            "date_naissance",
            "is missing, and decides whose familles and foyers_fiscaux",
        ),
        (
            {"hebergement": ["parents", "parent", "", None, "tiers"]},
            "hebergement",
            "not one of the values allowed in 2 rows (2, 3)",
        ),
        ({"salaire_net@novembre": 0.0}, "salaire_net@novembre", "expected a month such as"),
        ({"salaire_net@2026-13": 0.0}, "salaire_net@2026-13", "expected a month such as"),
        ({"rfr@2024-11": 0.0}, "rfr@2024-11", "expected a year such as"),
        ({"salaire_nette@2026-11": 0.0}, "salaire_nette@2026-11", "did you mean 'salaire_net'"),
        ({"salaire_net@ETERNITY": 0.0}, "salaire_net@ETERNITY", "every period is given twice in 4 rows"),
        (
            {"chomage_net@2026": [12.0, *NOBODY_ELSE], "chomage_net@2026-11": [1.0, *NOBODY_ELSE]},
            "chomage_net@2026-11",
            "2026-11 is given twice in row 1",
        ),
        (
            {"departement": ["54", "54", "2A", "54", None]},
            "departement",
            "first row of the same menage in row 3",
        ),
        (
            {"departement": ["54", None, "54", "54", None]},
            "departement",
            "first row of the same menage in row 2",
        ),
        ({"departement@2026": ["54", "2A", "54", "54", None]}, "departement@2026", "differs"),
        ({"rsa": [0.0, 0.0, 3.0, 0.0, 0.0]}, "rsa", "first row of the same famille in row 3"),
        ({"poids": [1.0, 2.0, 1.0, 1.0, 1.0]}, "poids", "first row of the same menage in row 2"),
        ({"poids": -1.0}, "poids", "is negative in 5 rows"),
        ({"poids": np.inf}, "poids", "is not a finite number"),
        (
            {"menage_role": [REFERENCE, "conjoint", "enfant", "autre", REFERENCE]},
            "",
            "could belong to several of familles in row 4",
        ),
    ],
)
def test_a_fault_says_which_column_and_rows_and_what_would_be_right(columns, where, says):
    path = f"individus.{where}" if where else "individus"
    found = faults(people(**columns))
    assert any(fault.path == path and says in str(fault) for fault in found), [str(one) for one in found]


def test_a_column_that_is_missing_or_given_twice_is_refused():
    for column in ("individu_id", "menage_id", "menage_role"):
        assert [(f.path, f.problem) for f in faults(people().drop(columns=column))] == [
            (f"individus.{column}", "the column is missing")
        ]
    twice = pd.concat([people(), people()[["individu_id", "salaire_net"]]], axis=1)
    assert {f.path for f in faults(twice)} == {"individus.individu_id", "individus.salaire_net"}


@pytest.mark.parametrize(
    ("change", "where", "says"),
    [
        ({"individus": None}, "individus", "the table is missing"),
        ({"menages": None}, "menages", "the table is missing"),
        ({"menages": [1, 2]}, "menages", "not a table"),
        ({"menage": people()}, "menage", "did you mean 'menages'"),
        ({"menages": pd.DataFrame({"menage_id": []})}, "menages", "empty"),
        (
            {"menages": pd.DataFrame({"menage_id": [1]})},
            "individus.menage_id",
            "not in menages.menage_id in row 5",
        ),
        (
            {"menages": pd.DataFrame({"menage_id": [1, 2, 3]})},
            "menages.menage_id",
            "nobody is a member in row 3",
        ),
        ({"menages": pd.DataFrame({"menage_id": [1, 2, 2]})}, "menages.menage_id", "row above in row 3"),
        (
            {"menages": pd.DataFrame({"menage_id": ["1", "2"]})},
            "individus.menage_id",
            "text and integers are mixed",
        ),
        ({"menages": pd.DataFrame({"id": [1, 2]})}, "menages.menage_id", "the column is missing"),
        (
            {"menages": pd.DataFrame({"menage_id": [1, 2], "salaire_net": 1.0})},
            "menages.salaire_net",
            "not asked of menages",
        ),
        (
            {"menages": pd.DataFrame({"menage_id": [1, 2], "poids": [1, None]})},
            "poids",
            "missing for 1 menages",
        ),
        ({"familles": pd.DataFrame({"famille_id": [1, 2]})}, "individus.famille_id", "the column is missing"),
        ({"individus": people(departement="54")}, "individus.departement", "is given in menages too"),
    ],
)
def test_faults_between_tables(change, where, says):
    data = {plural: table for plural, table in (folder() | change).items() if table is not None}
    found = faults(data)
    assert any(fault.path == where and says in str(fault) for fault in found), [str(one) for one in found]


@pytest.mark.parametrize("data", [None, 3, [], {}, people().iloc[:0], pd.DataFrame()])
def test_what_is_no_table_or_is_empty_is_refused(data):
    assert faults(data)


def test_all_faults_are_told_at_once():
    found = faults(
        people(
            individu_id=1,
            menage_role=[REFERENCE, REFERENCE, "enfant", "enfant", REFERENCE],
            foyer_fiscal_id=None,
            salaire_net="a lot",
            chomage_net=-3.0,
            departement="99",
            unknown=1,
        )
    )
    assert {fault.path.removeprefix("individus.") for fault in found} == {
        "unknown",
        "individu_id",
        "menage_role",
        "foyer_fiscal_id",
        "foyer_fiscal_role",
        "chomage_net",
        "salaire_net",
        "departement",
    }


def test_no_fault_repeats_a_value():
    secrets = ("quatre-cents", "secret", "Dupont", "1899", "77777", "2026-12-25")
    found = faults(
        people(
            individu_id=["Dupont"] * 5,
            menage_role="secret",
            salaire_net="quatre-cents",
            chomage_net=-77777,
            statut_activite="secret",
            date_naissance=["1899-11-11", "2026-12-25", "2000-01-01", "2000-01-01", "secret"],
        )
    )
    assert len(found) >= 6
    text = " ".join(f"{fault.path} {fault.problem}" for fault in found)
    assert not [secret for secret in secrets if secret in text]


# --- any population ------------------------------------------------------------------------------


@st.composite
def households(draw) -> pd.DataFrame:
    """A household as rows of a flat table, whose groups can be derived."""
    children, others = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    spouse = ["conjoint"] if draw(st.booleans()) else []
    roles = [REFERENCE, *spouse, *["enfant"] * children, *["autre"] * others]
    married = draw(st.sampled_from(["marie", "pacse", "union_libre", None]))

    def born(role: str) -> str:
        latest = date(2026, 11, 30) if role == "enfant" else date(2008, 1, 1)
        return draw(st.dates(date(1950, 1, 1), latest)).isoformat()

    def attached(role: str) -> str | None:
        return draw(st.sampled_from(["oui", "non", None])) if role == "enfant" else None

    maybe_amount = st.none() | st.floats(0, 5_000)
    return pd.DataFrame(
        {
            "menage_role": roles,
            "date_naissance": [born(role) for role in roles],
            "salaire_net": pd.Series([draw(maybe_amount) for _ in roles], dtype=float),
            "salaire_net@2026-10": pd.Series([draw(maybe_amount) for _ in roles], dtype=float),
            "statut_marital": [married if role in (REFERENCE, "conjoint") else None for role in roles],
            "rattachement_fiscal": [attached(role) for role in roles],
            "departement": draw(st.sampled_from(["54", "d2A", "971", None])),
        }
    )


def numbered(menages: list[pd.DataFrame]) -> list[pd.DataFrame]:
    return [
        menage.assign(menage_id=f"m{rank}", individu_id=[f"m{rank}p{place}" for place in range(len(menage))])
        for rank, menage in enumerate(menages)
    ]


POPULATIONS = st.lists(households(), min_size=1, max_size=5).map(numbered)
ASKED = ("salaire_net", "statut_marital", "rattachement_fiscal", "departement", "date_naissance")


def same(left, right) -> None:
    assert groups_of(left) == groups_of(right)
    for name in ASKED:
        for at in (NOVEMBER, period("2026-10")):
            assert told(left, name, at) == told(right, name, at)


@settings(deadline=None, max_examples=40)
@given(POPULATIONS, st.randoms(use_true_random=False))
def test_the_order_of_households_is_irrelevant(menages, random):
    straight = read(pd.concat(menages, ignore_index=True))
    random.shuffle(menages)
    same(read(pd.concat(menages, ignore_index=True)), straight)


@settings(deadline=None, max_examples=40)
@given(POPULATIONS, st.integers(0, 2**32 - 1))
def test_several_tables_say_what_the_flat_one_says_whatever_the_order_of_rows(menages, seed):
    flat = pd.concat(menages, ignore_index=True)
    heads = flat.drop_duplicates("menage_id")[["menage_id", "departement"]]
    apart = {
        "individus": flat.drop(columns="departement").sample(frac=1, random_state=seed),
        "menages": heads.sample(frac=1, random_state=seed),
    }
    population = read(apart)
    same(population, read(flat))
    assert (np.diff(population.groups["menage"].member_of) >= 0).all()


@settings(deadline=None, max_examples=40)
@given(POPULATIONS)
def test_a_household_alone_is_the_same_as_among_others(menages):
    together = read(pd.concat(menages, ignore_index=True))
    for menage in menages:
        alone = read(menage)
        for key, members in groups_of(alone).items():
            assert members.items() <= groups_of(together)[key].items()
        for name in ASKED:
            assert told(alone, name).items() <= told(together, name).items()


@settings(deadline=None, max_examples=40)
@given(POPULATIONS)
def test_a_table_reads_as_the_situation_that_says_the_same(menages):
    flat = pd.concat(menages, ignore_index=True)
    individus, by_household = {}, {}
    for row in flat.astype(object).where(flat.notna(), None).to_dict("records"):
        individus[row["individu_id"]] = {
            "date_naissance": row["date_naissance"],
            "salaire_net": {"ETERNITY": row["salaire_net"], "2026-10": row["salaire_net@2026-10"]},
            "statut_marital": row["statut_marital"],
            "rattachement_fiscal": row["rattachement_fiscal"],
        }
        menage = by_household.setdefault(row["menage_id"], {"departement": row["departement"]})
        role = row["menage_role"] + ("s" if row["menage_role"] in ("enfant", "autre") else "")
        menage.setdefault(role, []).append(row["individu_id"])
    situation = {"individus": individus, "menages": by_household}
    same(read(flat), situations.read(situation, baseline(), NOVEMBER).population)


# --- what comes out ------------------------------------------------------------------------------


def test_results_are_indexed_by_identifier_and_enumerations_named():
    population = read(folder(hebergement=["parents", None, "tiers", None, "ase"]))
    run = Execution(baseline(), population)
    names = ("salaire_net", "hebergement", "majeur", "date_naissance")
    table = tables.frame(population, "individu", {name: run.value(name, NOVEMBER) for name in names})
    assert table.index.name == "individu_id"
    assert table.loc[20, "salaire_net"] == 400
    assert table.salaire_net.dtype == np.float64
    assert list(table.majeur) == [True, True, True, True, False]
    assert table.loc[12, "hebergement"] == "tiers"
    assert list(table.hebergement.cat.categories) == [member.name for member in Hebergement]
    assert table.loc[10, "date_naissance"] == pd.Timestamp("1980-03-01")
    places = tables.frame(population, "menage", {"departement": run.value("departement", NOVEMBER)})
    assert places.index.name == "menage_id"
    assert dict(places.departement) == {1: "d54", 2: "d2A"}


def test_every_entity_has_its_index():
    population = read(people())
    for entity in (Individu, *GROUPS):
        table = tables.frame(population, entity.key, {"x": np.zeros(population.size(entity.key))})
        assert table.index.name == f"{entity.key}_id"
        assert list(table.index) == list(population.ids_of(entity.key))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_result_that_was_written_is_read_again(tmp_path: Path, suffix: str):
    population = read(people())
    table = tables.frame(population, "individu", {"salaire_net": population.answers["salaire_net"].plain / 3})
    path = tmp_path / f"result{suffix}"
    tables.write(table, path)
    again = pd.read_csv(path, index_col=0) if suffix == ".csv" else pd.read_parquet(path)
    pd.testing.assert_frame_equal(again, table)


def test_a_result_is_written_only_where_it_can_be(tmp_path: Path):
    for path, says in (("result.xlsx", "extension is unknown"), ("absent/result.csv", "cannot be written")):
        with pytest.raises(dr.TableError, match=says):
            tables.write(people(), tmp_path / path)


def test_importing_the_package_does_not_import_pandas():
    code = (
        "import sys, dept_rules, dept_rules.tables, dept_rules.calculation; sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
