"""Answers are checked, alone or by columns; the two readings agree."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.indexed_enums import EnumArray

from dept_rules.answers import coerce, coerce_one, distinct, periods_of
from dept_rules.base import MONTH, Individu, Menage, Variable
from dept_rules.enums import Appreciation, Departement
from dept_rules.system import baseline, variable

TODAY = date(2026, 11, 30)
A_BIRTH = 'a date such as "2003-05-14", from 1900-01-01 to 2026-11-30'
A_JUDGEMENT = "one of non_renseigne, oui, non"
UNKNOWN = "is not one of the values allowed"


class bounded(Variable):
    value_type = int
    entity = Individu
    definition_period = MONTH
    minimum = 2
    maximum = 12
    label = "An integer between two bounds"


class commune(Variable):
    value_type = str
    entity = Menage
    definition_period = MONTH
    label = "A text"


LOCAL = {"bounded": bounded(), "commune": commune()}


def of(name: str) -> Variable:
    return LOCAL.get(name) or variable(baseline(), name)


def column(name: str, values: object):
    return coerce(of(name), values, today=TODAY)


def told(name: str, values: object) -> dict[str, list[int]]:
    return {problem.problem: list(rows) for problem, rows in column(name, values).problems.items()}


# --- one value ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("salaire_net", 400, 400.0),
        ("salaire_net", 0.1, 0.1),
        ("salaire_net", Decimal("12.50"), 12.5),
        ("mois_residence_departement", 7, 7),
        ("mois_residence_departement", 7.0, 7),
        ("bounded", 2, 2),
        ("bounded", 12, 12),
        ("emancipe", True, True),
        ("emancipe", False, False),
        ("commune", "01053", "01053"),
        ("rattachement_fiscal", "oui", Appreciation.oui.index),
        ("departement", "d54", Departement.d54.index),
        ("departement", "54", Departement.d54.index),
        ("departement", "2A", Departement.d2A.index),
        ("departement", "non_renseigne", 0),
        ("date_naissance", "2003-05-14", np.datetime64("2003-05-14")),
        ("date_naissance", "1900-01-01", np.datetime64("1900-01-01")),
        ("date_naissance", "2026-11-30", np.datetime64("2026-11-30")),
        ("date_naissance", date(2003, 5, 14), np.datetime64("2003-05-14")),
    ],
)
def test_an_answer_is_read(name, value, expected):
    found, problem = coerce_one(of(name), value, today=TODAY)
    assert problem is None
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "value", "problem", "expected"),
    [
        ("salaire_net", "400", "is text", "a finite number of at least 0"),
        ("salaire_net", "9**9**9", "is text", "a finite number of at least 0"),
        ("salaire_net", True, "is a boolean", "a finite number of at least 0"),
        ("salaire_net", [400], "is of another type", "a finite number of at least 0"),
        ("salaire_net", float("nan"), "is not a finite number", "a finite number of at least 0"),
        ("salaire_net", float("-inf"), "is not a finite number", "a finite number of at least 0"),
        ("salaire_net", 10**400, "is not a finite number", "a finite number of at least 0"),
        ("salaire_net", 1e13, "is too large", "a finite number of at least 0"),
        ("salaire_net", -0.01, "is negative", "a finite number of at least 0"),
        ("mois_residence_departement", 1.5, "is not a whole number", "an integer of at least 0"),
        ("mois_residence_departement", 2**31, "is too large", "an integer of at least 0"),
        ("mois_residence_departement", False, "is a boolean", "an integer of at least 0"),
        ("bounded", 1, "is too small", "an integer of at least 2 and at most 12"),
        ("bounded", 13, "is too large", "an integer of at least 2 and at most 12"),
        ("emancipe", 1, "is a number", "a boolean (true or false)"),
        ("emancipe", "true", "is text", "a boolean (true or false)"),
        ("commune", 1053, "is a number", "text"),
        ("rattachement_fiscal", "peut-être", UNKNOWN, A_JUDGEMENT),
        ("rattachement_fiscal", "Oui", UNKNOWN, A_JUDGEMENT),
        ("rattachement_fiscal", 1, "is a number", A_JUDGEMENT),
        ("date_naissance", "2001-02-29", "is a date that does not exist", A_BIRTH),
        ("date_naissance", "0000-01-01", "is before 1900-01-01", A_BIRTH),
        ("date_naissance", "2003-05", "is text that is not a date", A_BIRTH),
        ("date_naissance", "20030514", "is text that is not a date", A_BIRTH),
        ("date_naissance", "٢٠٠٣-05-14", "is text that is not a date", A_BIRTH),
        ("date_naissance", "2003-05-14\n", "is text that is not a date", A_BIRTH),
        ("date_naissance", 2003, "is a number", A_BIRTH),
        ("date_naissance", "1899-12-31", "is before 1900-01-01", A_BIRTH),
        ("date_naissance", "2026-12-01", "is in the future", A_BIRTH),
    ],
)
def test_a_wrong_answer_is_told_without_being_repeated(name, value, problem, expected):
    found, told = coerce_one(of(name), value, today=TODAY)
    assert found is None
    assert told.problem == problem
    assert told.expected == expected


def test_the_values_allowed_of_an_enumeration_are_listed():
    _, told = coerce_one(of("statut_marital"), "99", today=TODAY)
    assert {"marie", "celibataire"} <= set(told.expected.removeprefix("one of ").split(", "))
    _, told = coerce_one(of("departement"), "99", today=TODAY)
    assert "Insee code" in told.expected


# --- a column ----------------------------------------------------------------------------------


def test_a_column_has_the_dtype_of_the_variable():
    assert column("salaire_net", [1, 2]).values.dtype == np.float64
    assert column("mois_residence_departement", [1.0, np.nan]).values.dtype == np.int32
    assert column("emancipe", [True]).values.dtype == bool
    assert column("date_naissance", ["2003-05-14"]).values.dtype == "datetime64[D]"
    assert column("commune", ["01053"]).values.dtype == object
    assert isinstance(column("rattachement_fiscal", ["oui"]).values, EnumArray)


@pytest.mark.parametrize(
    ("name", "values", "default"),
    [
        ("salaire_net", [1.5, np.nan], 0),
        ("salaire_net", [1.5, None], 0),
        ("salaire_net", pd.array([1, None], dtype="Int64"), 0),
        ("salaire_net", pd.Series([1.5, pd.NA], dtype=object), 0),
        ("salaire_net", pd.Categorical([1.5, None]), 0),
        ("mois_residence_departement", [1, np.nan], 0),
        ("emancipe", [True, None], False),
        ("emancipe", pd.array([True, None], dtype="boolean"), False),
        ("commune", ["01053", None], ""),
        ("rattachement_fiscal", ["oui", None], 0),
        ("rattachement_fiscal", pd.Categorical(["oui", None], categories=["non", "oui"]), 0),
        ("date_naissance", ["2003-05-14", None], np.datetime64("1970-01-01")),
        ("date_naissance", pd.to_datetime(["2003-05-14", None]), np.datetime64("1970-01-01")),
        ("date_naissance", pd.Series([date(2003, 5, 14), pd.NaT], dtype=object), np.datetime64("1970-01-01")),
    ],
)
def test_a_missing_cell_is_not_an_answer(name, values, default):
    found = column(name, values)
    assert list(found.answered) == [True, False]
    assert found.values[1] == default
    assert not found.problems


def test_a_categorical_is_read_by_name_never_by_code():
    names = ["oui", "non", "non_renseigne", "oui"]
    backwards = pd.Categorical(names, categories=["oui", "non", "non_renseigne", "jamais"])
    assert list(column("rattachement_fiscal", backwards).values.decode_to_str()) == names
    codes = pd.Categorical([1, 2])
    assert told("rattachement_fiscal", codes) == {"is a number": [0, 1]}


def test_dates_of_any_resolution_are_days():
    for dtype in ("datetime64[ns]", "datetime64[s]"):
        found = column("date_naissance", pd.Series(["2003-05-14T00:00"], dtype=dtype))
        assert found.values[0] == np.datetime64("2003-05-14")
    assert column("date_naissance", [datetime(2003, 5, 14, 12)]).values[0] == np.datetime64("2003-05-14")


@pytest.mark.parametrize(
    ("name", "values", "problems"),
    [
        (
            "salaire_net",
            [1.0, np.inf, -np.inf, -1, np.nan],
            {"is not a finite number": [1, 2], "is negative": [3]},
        ),
        ("salaire_net", [True, False], {"is a boolean": [0, 1]}),
        ("salaire_net", pd.Categorical([True, False]), {"is a boolean": [0, 1]}),
        ("salaire_net", ["400", None, "9**9**9"], {"is text": [0, 2]}),
        (
            "salaire_net",
            [1, True, "a", 1.0, [], {}, -1],
            {"is a boolean": [1], "is text": [2], "is of another type": [4, 5], "is negative": [6]},
        ),
        ("salaire_net", [1 + 2j], {"is of another type": [0]}),
        ("salaire_net", pd.to_datetime(["2003-05-14"]), {"is a date": [0]}),
        ("salaire_net", pd.to_timedelta([1], unit="D"), {"is of another type": [0]}),
        ("mois_residence_departement", [1, 1.5, 2**31], {"is not a whole number": [1], "is too large": [2]}),
        ("emancipe", [0, 1], {"is a number": [0, 1]}),
        ("emancipe", ["True"], {"is text": [0]}),
        ("commune", [1053], {"is a number": [0]}),
        ("rattachement_fiscal", ["oui", "peut-être"], {UNKNOWN: [1]}),
        (
            "date_naissance",
            pd.to_datetime(["1899-12-31", "2026-12-01"]),
            {"is before 1900-01-01": [0], "is in the future": [1]},
        ),
        (
            "date_naissance",
            ["29/02/2000", "2001-02-29"],
            {"is text that is not a date": [0], "is a date that does not exist": [1]},
        ),
        ("date_naissance", [20030514], {"is a number": [0]}),
    ],
)
def test_wrong_rows_of_a_column_are_told_by_problem(name, values, problems):
    assert told(name, values) == problems
    found = column(name, values)
    wrong = np.concatenate(list(found.problems.values()))
    assert not found.answered[wrong].any()
    assert (found.values[wrong] == of(name).default_array(1)[0]).all()


def test_the_column_of_the_caller_is_neither_kept_nor_changed():
    given = np.array([1.0, -1.0, 3.0])
    found = column("salaire_net", given)
    found.values[:] = 9
    assert list(given) == [1.0, -1.0, 3.0]


def test_true_and_one_are_distinct():
    ranks, values = distinct(pd.Series([1, True, 1, None, [1]], dtype=object))
    assert [values[rank] if rank >= 0 else None for rank in ranks] == [1, True, 1, None, [1]]
    assert len(values) == 3


ANSWERS = st.one_of(
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False),
    st.sampled_from(["oui", "54", "2003-05-14", "2001-02-29", "", "1"]),
    st.dates(),
    st.just([]),
)
NAMES = [
    "salaire_net",
    "bounded",
    "emancipe",
    "commune",
    "departement",
    "rattachement_fiscal",
    "date_naissance",
]


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.lists(ANSWERS, min_size=1, max_size=6))
def test_a_column_reads_as_each_of_its_values(name, values):
    together = column(name, pd.Series(values, dtype=object))
    for row, value in enumerate(values):
        alone, problem = coerce_one(of(name), value, today=TODAY)
        if problem is None:
            assert together.answered[row]
            assert together.values[row] == alone
        else:
            assert row in together.problems[problem]


@settings(deadline=None)
@given(st.sampled_from(["salaire_net", "bounded"]), st.lists(st.floats() | st.none(), min_size=1, max_size=6))
def test_a_column_of_numbers_reads_the_same_whatever_its_dtype(name, values):
    as_floats = column(name, pd.Series(values, dtype=float))
    as_objects = column(name, pd.Series(values, dtype=object))
    assert (as_floats.values == as_objects.values).all()
    assert (as_floats.answered == as_objects.answered).all()
    assert {p: list(r) for p, r in as_floats.problems.items()} == {
        p: list(r) for p, r in as_objects.problems.items()
    }


# --- periods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "periods"),
    [
        ("salaire_net", "2026-11", ["2026-11"]),
        ("salaire_net", "month:2026-10:2", ["2026-10", "2026-11"]),
        ("salaire_net", "2026", [f"2026-{month:02}" for month in range(1, 13)]),
        ("salaire_net", "ETERNITY", []),
        ("rfr", "2024", ["2024"]),
        ("date_naissance", "2026-11", []),
    ],
)
def test_the_months_and_years_of_a_period(name, text, periods):
    assert [str(one) for one in periods_of(of(name), text)] == periods


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("salaire_net", "novembre"),
        ("salaire_net", "2026-13"),
        ("salaire_net", "2026-11-03"),
        ("salaire_net", ""),
        ("rfr", "2024-11"),
    ],
)
def test_a_period_that_does_not_suit_is_refused(name, text):
    with pytest.raises(ValueError, match="a year such as"):
        periods_of(of(name), text)


def test_reading_one_answer_does_not_import_pandas():
    code = (
        "import sys, dept_rules.answers as a, dept_rules.system as s, datetime as d;"
        "a.coerce_one(s.variable(s.baseline(), 'salaire_net'), 400, today=d.date(2026, 11, 30));"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
