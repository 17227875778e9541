"""Batches: what `calculate` gives, in little memory, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import populations
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import dept_rules as dr
from dept_rules.batch import output, run, run_batch, source
from dept_rules.cli import main
from dept_rules.errors import BatchError
from dept_rules.system import baseline, benefits

COMMAND = (sys.executable, "-m", "dept_rules.cli", "batch")
SOME = ["revenu_de_base", "cheque_energie", "capa"]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts and blocks small, that a small population has many."""
    monkeypatch.setattr(source, "PART_ROWS", 300)
    monkeypatch.setattr(source, "TAIL_ROWS", 2)
    monkeypatch.setattr(run, "MOST", 130)


def people(count: int = 1_500) -> pd.DataFrame:
    return populations.table(count, seed=3)


def write(table: pd.DataFrame, path: Path, rows: int = 101) -> Path:
    """Write a table in row groups that cut households."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, row_group_size=rows)
    return path


def result(folder: Path, plural: str = "individus") -> pd.DataFrame:
    return pd.concat(
        [pd.read_parquet(path) for path in sorted((folder / plural).glob("*.parquet"))], ignore_index=True
    )


def content(folder: Path) -> dict[str, str]:
    """The hash of each file of a result."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def faults(*args: object, **options: object) -> list[str]:
    with pytest.raises(BatchError) as caught:
        run_batch(*args, **options)  # type: ignore[arg-type]
    return [str(fault) for fault in caught.value.faults]


# --- the same as calculate -------------------------------------------------------------------


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("reform", [None, "droit_en_vigueur"])
def test_a_year_is_what_calculate_gives_to_the_bit(tmp_path: Path, reform: str | None) -> None:
    table = people()
    run_batch(write(table, tmp_path / "p.parquet"), tmp_path / "out", "2026", reform, monthly=True)
    expected = dr.calculate(table, "2026", list(benefits(baseline())), reform)
    for plural, wanted in expected.items():
        found = result(tmp_path / "out", plural).set_index(wanted.index.name)
        assert list(found.index) == list(wanted.index)
        for name in wanted:
            np.testing.assert_array_equal(found[name], wanted[name], name)
    found, months = result(tmp_path / "out"), expected["individus"].filter(like="revenu_de_base@")
    assert list(found["revenu_de_base"]) == [sum(row) for row in months.to_numpy()]
    assert list(found["revenu_de_base_mois"]) == list((months > 0).sum(axis="columns"))
    assert found["revenu_de_base_mois"].sum() > 0 or reform


@pytest.mark.usefixtures("small_parts")
def test_a_month_is_what_calculate_gives(tmp_path: Path) -> None:
    table = people()
    run_batch(write(table, tmp_path / "p.parquet"), tmp_path / "out", "2026-11", benefits=SOME)
    expected = dr.calculate(table, "2026-11", SOME)
    assert list(result(tmp_path / "out")["capa"]) == list(expected["individus"]["capa"])
    assert list(result(tmp_path / "out").columns) == [
        "individu_id", "menage_id", "poids", "capa", "revenu_de_base",
    ]  # fmt: skip
    found = result(tmp_path / "out", "menages")
    assert list(found["cheque_energie"]) == list(expected["menages"]["cheque_energie"])


@pytest.mark.usefixtures("small_parts")
def test_identifiers_and_tables_may_be_text_and_in_several_files(tmp_path: Path) -> None:
    table = people(600)
    text = table.assign(
        individu_id="p" + table["individu_id"].astype(str),
        menage_id="m" + table["menage_id"].astype(str),
        date_naissance=table["date_naissance"].dt.strftime("%Y-%m-%d"),
        statut_activite=table["statut_activite"].astype(str),
    )
    cut = int(np.flatnonzero(np.diff(table["menage_id"]))[250]) + 1
    write(text.iloc[cut:], tmp_path / "in" / "b" / "x.parquet")
    write(text.iloc[:cut], tmp_path / "in" / "a.parquet")
    run_batch(tmp_path / "in", tmp_path / "out", "2026-11", benefits=SOME)
    expected = dr.calculate(table, "2026-11", ["revenu_de_base"])["individus"]
    found = result(tmp_path / "out").set_index("individu_id")["revenu_de_base"]
    assert dict(found) == {f"p{name}": amount for name, amount in expected["revenu_de_base"].items()}


@pytest.mark.usefixtures("small_parts")
def test_identifiers_may_be_any_integer_of_64_bits(tmp_path: Path) -> None:
    table = people(600)
    above, last = np.uint64((1 << 63) - 100), np.uint64((1 << 64) - 1)
    high = {name: table[name].astype("uint64") + above for name in source.IDENTIFIERS}
    path = write(table.assign(**high), tmp_path / "p.parquet")
    run_batch(path, tmp_path / "out", "2026-11", benefits=SOME)
    run_batch(write(table, tmp_path / "q.parquet"), tmp_path / "out2", "2026-11", benefits=SOME)
    for plural in ("individus", "menages"):
        found, expected = result(tmp_path / "out", plural), result(tmp_path / "out2", plural)
        for name in high.keys() & set(found):
            assert found[name].max() > 1 << 63
            expected[name] = expected[name].astype("uint64") + above
        pd.testing.assert_frame_equal(found, expected)
    high["individu_id"].iloc[[0, 500]] = last
    told = faults(write(table.assign(**high), path), tmp_path / "twice", "2026-11", benefits=SOME)
    assert "p.parquet/individu_id: is the identifier of somebody else at row 501" in told[0]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("rows", [1, 2, 3, 7, 10_000])
def test_a_household_may_straddle_row_groups_parts_and_blocks(
    tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = people(60)
    lodgers = table.iloc[[0] * 21].assign(
        individu_id=-np.arange(1, 22),
        menage_id=-1,
        menage_role=["personne_de_reference", *["autre"] * 20],
        date_naissance=pd.Timestamp("1980-01-01"),
        statut_marital="celibataire",
    )
    large = pd.concat([lodgers, table], ignore_index=True)
    monkeypatch.setattr(source, "PART_ROWS", 1)
    monkeypatch.setattr(run, "MOST", 5)
    run_batch(write(large, tmp_path / "p.parquet", rows), tmp_path / "out", "2026-11", benefits=SOME)
    expected = dr.calculate(large, "2026-11", SOME)
    assert list(result(tmp_path / "out")["individu_id"]) == list(large["individu_id"])
    found = result(tmp_path / "out", "menages")
    assert list(found["cheque_energie"]) == list(expected["menages"]["cheque_energie"])


@pytest.mark.usefixtures("small_parts")
def test_the_bytes_do_not_depend_on_what_is_computed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(people(), tmp_path / "p.parquet")
    run_batch(path, tmp_path / "a", "2026", benefits=SOME)
    monkeypatch.setattr(run, "MOST", 77)
    run_batch(path, tmp_path / "b", "2026", benefits=SOME, workers=2)
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_columns_that_the_writer_keeps_beside_the_law_are_not_read(tmp_path: Path) -> None:
    table = pa.Table.from_pandas(people(300).assign(strate="secret"), preserve_index=False)
    path = tmp_path / "p.parquet"
    pq.write_table(table.replace_schema_metadata({b"dept_rules.beside": b'["strate"]'}), path)
    assert run_batch(path, tmp_path / "out", "2026-11", benefits=SOME)["people"] == table.num_rows


# --- what a result says of itself ------------------------------------------------------------


@pytest.mark.usefixtures("small_parts")
def test_totals_and_metadata(tmp_path: Path) -> None:
    table = people().assign(poids=2.0)
    summary = run_batch(write(table, tmp_path / "p.parquet"), tmp_path / "out", "2026", benefits=SOME)
    found = result(tmp_path / "out")
    totals = summary["benefits"]["revenu_de_base"]["totals"]
    assert summary["people"] == len(table)
    assert summary["households"] == table["menage_id"].nunique()
    assert totals["beneficiaries"] == (found["revenu_de_base"] > 0).sum() > 0
    assert totals["amount"] == pytest.approx(found["revenu_de_base"].sum())
    assert totals["weighted_amount"] == pytest.approx(2 * totals["amount"])
    assert totals["months"] == found["revenu_de_base_mois"].sum()
    assert summary["benefits"]["capa"]["totals"]["beneficiaries"] == (found["capa_mois"] > 0).sum() > 0
    assert summary["benefits"]["revenu_de_base"]["standing"] == "hypothese"
    assert "simulation" in summary["benefits"]["revenu_de_base"]["notice"]
    assert summary["benefits"]["cheque_energie"]["in_force"]
    assert summary["defaults"]["aah"] == len(table)
    assert summary["defaults"]["chomage_net"] == 0
    assert json.loads((tmp_path / "out" / "bilan.json").read_text()) == summary
    schema = pq.read_schema(tmp_path / "out" / "individus" / "part-00000.parquet")
    told = json.loads(schema.metadata[b"dept_rules"])
    attrs = dr.calculate(table, "2026-11", ["capa"])["individus"].attrs
    assert told["rules"] == summary["rules"] == {name: attrs[name] for name in ("version", "hash")}
    assert (told["period"], told["reform"]) == ("2026", None)
    assert schema.field("revenu_de_base").type == pa.float64()
    assert schema.field("capa_mois").type == pa.int8()


# --- killed, and begun again -----------------------------------------------------------------


def start(*args: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.fixture(scope="module")
def many_parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a folder of eight files, and the result of a batch that nothing stopped."""
    folder = tmp_path_factory.mktemp("many")
    table = people(16_000)
    starts = np.flatnonzero(np.diff(table["menage_id"], prepend=-1))
    cuts = [int(starts[len(starts) * rank // 8]) for rank in range(8)] + [len(table)]
    for rank in range(8):
        write(table.iloc[cuts[rank] : cuts[rank + 1]], folder / "in" / f"{rank}.parquet", 1_000)
    run_batch(folder / "in", folder / "out", "2026", benefits=SOME)
    return folder / "in", folder / "out"


def _wait_until(true: object, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while not true() and process.poll() is None:  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.long
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("after", [0, 1, 4])
def test_killed_and_begun_again_it_ends_with_the_same_bytes(
    many_parts: tuple[Path, Path], tmp_path: Path, after: int, workers: int
) -> None:
    source_folder, whole = many_parts
    out = tmp_path / "out"
    asked = (source_folder, out, "--period", 2026, "--benefits", ",".join(SOME), "--workers", workers)
    process = start(*asked)
    _wait_until(
        lambda: len(list(out.glob("_parts/*.json"))) >= after and any(out.glob("individus/.*.unfinished")),
        process,
    )
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "bilan.json").exists(), "it ended before it was killed"
    half = content(out)
    assert {name for name in half if "unfinished" not in name and name[0] != "_"} <= set(content(whole))
    done = CliRunner().invoke(main, ["batch", *map(str, asked)])
    assert done.exit_code == 0, done.output
    assert content(out) == content(whole)


@pytest.mark.long
def test_begun_again_at_once_after_the_parent_alone_was_killed(
    many_parts: tuple[Path, Path], tmp_path: Path
) -> None:
    source_folder, whole = many_parts
    out = tmp_path / "out"
    asked = (source_folder, out, "--period", 2026, "--benefits", ",".join(SOME), "--workers", 2)
    process = start(*asked)
    _wait_until(lambda: any(out.glob("_parts/*.json")) and any(out.glob("individus/.*.unfinished")), process)
    orphans = _workers(process.pid)
    process.kill()
    process.wait()
    assert not (out / "bilan.json").exists(), "it ended before it was killed"
    done = CliRunner().invoke(main, ["batch", *map(str, asked)])
    assert done.exit_code == 0, done.output
    assert content(out) == content(whole)
    assert len(orphans) == 2
    assert not [pid for pid in orphans if _runs(pid)]


def _runs(pid: int) -> bool:
    """Whether a process computes; one that ended, and that nobody asked about, has no command any more."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except FileNotFoundError:
        return False


def test_two_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    """A worker believed dead goes on as the batch is begun again and another takes its part."""
    with output.alone(tmp_path):
        assert output.begin(tmp_path, {"parts": {}}) == {}
    path = tmp_path / "individus" / "part.parquet"
    with output.whole(path) as second:
        with output.whole(path) as first:
            first.write_text("of both")
            second.write_text("of b")
            with output.alone(tmp_path):
                assert output.begin(tmp_path, {"parts": {}}) == {}
        assert path.read_text() == "of both"
        second.write_text("of both")
    assert path.read_text() == "of both"
    assert set(content(tmp_path)) == {"_plan.json", "individus/part.parquet"}


def test_what_dead_writers_left_is_removed(tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    out = tmp_path / "out"
    dies = "import os; from pathlib import Path; from dept_rules.batch import output\n"
    for name in ("_plan.json", "individus/part-00000.parquet"):
        code = f"{dies}with output.whole(Path({str(out / name)!r})) as file: file.touch(); os._exit(1)"
        subprocess.run([sys.executable, "-c", code], check=False)
        assert len(list(out.rglob("*.unfinished"))) == 1
        run_batch(path, out, "2026-11", benefits=SOME)
        assert not list(out.rglob("*.unfinished"))


@pytest.mark.long
def test_a_worker_that_dies_is_replaced(many_parts: tuple[Path, Path], tmp_path: Path) -> None:
    source_folder, whole = many_parts
    out = tmp_path / "out"
    process = start(source_folder, out, "--period", 2026, "--benefits", ",".join(SOME), "--workers", 2)
    _wait_until(lambda: len(list(out.glob("_parts/*.json"))) >= 2, process)
    os.kill(_workers(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said.decode()
    assert content(out) == content(whole)


def _workers(parent: int) -> list[int]:
    """The processes that compute, among the children of a process."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in found}
    return [child for child, line in lines.items() if "spawn_main" in line]


def test_another_question_over_the_same_result_is_refused(tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    out = tmp_path / "out"
    run_batch(path, out, "2026-11", benefits=SOME)
    before = content(out)
    figures = {"revenu_de_base.montant.socle_propre": {"2026-01-01": 10}}
    for options, says in (
        ({"period": "2026-10"}, "period"),
        ({"reform": "droit_en_vigueur"}, "reform"),
        ({"reform": figures}, "reform"),
        ({"benefits": ["capa"]}, "benefits"),
        ({"monthly": True}, "monthly"),
    ):
        asked = {"period": "2026-11", "benefits": SOME} | options
        assert f"{says} differ" in faults(path, out, **asked)[0]
    other = write(people(400), tmp_path / "q.parquet")
    assert "source" in faults(other, out, "2026-11", benefits=SOME)[0]
    assert content(out) == before
    assert run_batch(path, out, "2026-11", benefits=SOME)["people"] == 300
    assert content(out) == before


def test_a_source_where_two_wages_changed_places_is_another(tmp_path: Path) -> None:
    """Not even the footer of the file says so: sizes, places and bounds are the same."""
    path, footers = tmp_path / "p.parquet", []
    table = people(300)
    wages = table["salaire_net@2026-03"].sort_values().index[[200, 250]]
    for order in (wages, wages[::-1]):
        changed = table.copy()
        changed.loc[wages, "salaire_net@2026-03"] = table.loc[order, "salaire_net@2026-03"].to_numpy()
        assert changed.equals(table) == (order is wages)
        arrow = pa.Table.from_pandas(changed, preserve_index=False)
        pq.write_table(arrow, path, compression="none", use_dictionary=False)
        footers.append(pq.read_metadata(path))
        if order is wages:
            run_batch(path, tmp_path / "out", "2026-11", benefits=SOME)
    assert footers[0] == footers[1]
    assert "source differ" in faults(path, tmp_path / "out", "2026-11", benefits=SOME)[0]


def test_reforms_of_one_name_are_told_apart_by_their_figures(tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    asked = {"revenu_de_base.montant.socle_propre": {"2026-01-01": 10}}
    run_batch(path, tmp_path / "out", "2026-11", asked, benefits=SOME)
    asked["revenu_de_base.montant.socle_propre"]["2026-01-01"] = 11
    assert "reform differ" in faults(path, tmp_path / "out", "2026-11", asked, benefits=SOME)[0]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    (tmp_path / "notes.txt").write_text("…")
    assert "neither empty nor a batch" in faults(path, tmp_path, "2026-11")[0]


def test_two_batches_do_not_write_in_one_folder(tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    with output.alone(tmp_path / "out"):
        assert "another batch is writing" in faults(path, tmp_path / "out", "2026-11")[0]


# --- rows at fault ---------------------------------------------------------------------------


def spoilt() -> tuple[pd.DataFrame, dict[int, str]]:
    """A population with rows at fault, and the column at fault by household."""
    table = people()
    rows = [10, 200, 400, 700, 1_000]
    table = table.astype({"menage_role": str, "departement": str})
    table.loc[rows[0], "salaire_net@2026-03"] = -77_777.0
    table.loc[rows[1], "menage_role"] = "secret"
    table.loc[rows[2], "departement"] = "secret"
    table.loc[rows[3], "date_naissance"] = pd.NaT
    table.loc[rows[4], "poids"] = np.inf
    columns = ["salaire_net@2026-03", "menage_role", "departement", "date_naissance", "poids"]
    return table, dict(zip(table.loc[rows, "menage_id"], columns, strict=True))


@pytest.mark.usefixtures("small_parts")
def test_households_at_fault_are_left_out_and_told_and_the_others_computed(tmp_path: Path) -> None:
    table, wrong = spoilt()
    assert len(wrong) == 5
    path = write(table, tmp_path / "p.parquet")
    summary = run_batch(path, tmp_path / "out", "2026-11", benefits=SOME, on_error="continue")
    assert summary["rejected"] == 5
    sound = table[~table["menage_id"].isin(wrong)]
    expected = dr.calculate(sound, "2026-11", SOME)["individus"]
    found = result(tmp_path / "out").set_index("individu_id")
    assert list(found.index) == list(expected.index)
    assert list(found["revenu_de_base"]) == list(expected["revenu_de_base"])
    written = (tmp_path / "out" / "rejets.csv").read_bytes()
    assert b"\r" not in written
    text = written.decode()
    told = list(csv.DictReader(text.splitlines()))
    assert {int(one["menage_id"]): one["colonne"] for one in told} == wrong
    assert {one["fichier"] for one in told} == {"p.parquet"}
    for one in told:
        assert table["menage_id"].iloc[int(one["ligne"]) - 1] == int(one["menage_id"])
        assert one["motif"]
        assert one["attendu"]
    assert not [value for value in ("77777", "77_777", "secret") if value in text]


@pytest.mark.usefixtures("small_parts")
def test_or_the_batch_stops_with_the_same_told_and_goes_on_later(tmp_path: Path) -> None:
    path = write(spoilt()[0], tmp_path / "p.parquet")
    found = faults(path, tmp_path / "out", "2026-11", benefits=SOME)
    assert "p.parquet" in found[0]
    assert "rejets.csv" in found[0]
    assert (tmp_path / "out" / "rejets.csv").read_text().count("\n") >= 2
    assert not (tmp_path / "out" / "bilan.json").exists()
    assert not list((tmp_path / "out").rglob("*.unfinished"))
    run_batch(path, tmp_path / "out", "2026-11", benefits=SOME, on_error="continue")
    run_batch(path, tmp_path / "direct", "2026-11", benefits=SOME, on_error="continue")
    assert content(tmp_path / "out") == content(tmp_path / "direct")


@pytest.mark.usefixtures("small_parts")
def test_households_left_out_are_a_fault_again_if_faults_now_stop(tmp_path: Path) -> None:
    path, out = write(spoilt()[0], tmp_path / "p.parquet"), tmp_path / "out"
    asked = {"period": "2026-11", "benefits": SOME}
    run_batch(path, out, on_error="continue", **asked)
    before = content(out)
    assert "told in rejets.csv" in faults(path, out, **asked)[0]
    run_batch(path, out, on_error="continue", **asked)
    assert content(out) == before


@pytest.mark.usefixtures("small_parts")
def test_a_part_without_a_sound_household_gives_an_empty_table(tmp_path: Path) -> None:
    path = write(people(500).assign(chomage_net=-1.0), tmp_path / "p.parquet")
    summary = run_batch(path, tmp_path / "out", "2026-11", benefits=SOME, on_error="continue")
    assert summary["people"] == 0
    assert result(tmp_path / "out").empty
    assert summary["rejected"] == people(500)["menage_id"].nunique()


# --- a household in two pieces, a person twice -----------------------------------------------


def _swap(table: pd.DataFrame) -> pd.DataFrame:
    """Bring the last person of the first large household to the end."""
    sizes = table.groupby("menage_id")["menage_id"].transform("size").to_numpy()
    row = int(np.flatnonzero(sizes >= 3)[0]) + 2
    return pd.concat([table.drop(index=row), table.loc[[row]]], ignore_index=True)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("files", [1, 2])
@pytest.mark.parametrize("shares", [1, 5])
def test_a_household_in_two_pieces_is_refused(
    tmp_path: Path, files: int, text: bool, shares: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dept_rules.batch import uniqueness

    table = _swap(people())
    if text:
        table["menage_id"] = "m" + table["menage_id"].astype(str)
    monkeypatch.setattr(
        uniqueness, "EACH", uniqueness.EACH if shares == 1 else shares * (1 << 62) // len(table)
    )
    monkeypatch.setattr(run, "_bytes", lambda _: 1 << 64)
    cut = len(table) if files == 1 else 1_400 + int(np.flatnonzero(np.diff(people()["menage_id"][1_400:]))[0])
    for rank, part in enumerate((table.iloc[:cut], table.iloc[cut:])):
        if len(part):
            write(part, tmp_path / "in" / f"{rank}.parquet")
    for on_error in ("stop", "continue"):
        found = faults(tmp_path / "in", tmp_path / "out", "2026-11", benefits=SOME, on_error=on_error)
        assert any("menage_id" in one and "begins again" in one for one in found), found
    assert not list((tmp_path / "out").rglob("*.parquet"))


@pytest.mark.usefixtures("small_parts")
def test_a_person_twice_is_refused(tmp_path: Path) -> None:
    table = people()
    table.loc[len(table) - 1, "individu_id"] = table["individu_id"].iloc[0]
    found = faults(write(table, tmp_path / "p.parquet"), tmp_path / "out", "2026-11", benefits=SOME)
    assert found == [
        f"p.parquet/individu_id: is the identifier of somebody else at row {len(table)}; "
        "expected each identifier once"
    ]


def test_a_person_without_identifier_or_household_is_refused(tmp_path: Path) -> None:
    for column in ("individu_id", "menage_id"):
        table = people(300).astype({column: "Int64"})
        table.loc[7, column] = None
        found = faults(write(table, tmp_path / "p.parquet"), tmp_path / column, "2026-11", benefits=SOME)
        assert found == [f"p.parquet/{column}: is missing from row 8; expected an identifier in each row"]


@pytest.mark.usefixtures("small_parts")
def test_households_in_any_order_are_computed(tmp_path: Path) -> None:
    table = people()
    rng = np.random.default_rng(0)
    order = rng.permutation(table["menage_id"].nunique())
    shuffled = table.iloc[np.argsort(order[table["menage_id"]], kind="stable")].reset_index(drop=True)
    assert not shuffled["menage_id"].is_monotonic_increasing
    run_batch(write(shuffled, tmp_path / "p.parquet"), tmp_path / "out", "2026-11", benefits=SOME)
    run_batch(write(table, tmp_path / "q.parquet"), tmp_path / "out2", "2026-11", benefits=SOME)
    left, right = (result(tmp_path / out).sort_values("individu_id") for out in ("out", "out2"))
    pd.testing.assert_frame_equal(left.reset_index(drop=True), right.reset_index(drop=True))


# --- files at fault --------------------------------------------------------------------------


def test_files_that_are_not_a_population_are_told(tmp_path: Path) -> None:
    good = people(300)
    out = tmp_path / "out"
    whole = write(good, tmp_path / "p.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.parquet").write_text("individu_id,menage_id\n")
    (tmp_path / "empty.parquet").write_bytes(b"")
    (tmp_path / "nothing").mkdir()
    for name in ("cut.parquet", "text.parquet", "empty.parquet"):
        assert faults(tmp_path / name, out, "2026")[0].startswith(f"{name}: the file cannot be read")
    assert "no Parquet file" in faults(tmp_path / "nothing", out, "2026")[0]
    assert "no such file" in faults(tmp_path / "absent.parquet", out, "2026")[0]
    for change, says in (
        ({"menage_role": None}, "menage_role: the column is missing"),
        ({"salaire_net": "secret"}, "salaire_net: the column is text; expected integer or number"),
        ({"emancipe": 1}, "emancipe: the column is integer; expected boolean"),
        ({"individu_id": 1.5}, "individu_id: the column is number; expected integer or text"),
        ({"date_naissance": 2000}, "date_naissance: the column is integer; expected date or text"),
        ({"salaire_nette": 1.0}, "salaire_nette: unknown column; did you mean 'salaire_net'"),
        ({"revenus_activite": 1.0}, "revenus_activite: revenus_activite is computed"),
        ({"salaire_net@2026-13": 1.0}, "salaire_net@2026-13: what follows @"),
    ):
        ((name, value),) = change.items()
        table = good.drop(columns=name) if value is None else good.assign(**change)
        found = faults(write(table, tmp_path / "bad.parquet"), out, "2026")
        assert any(f"bad.parquet/{says}" in one for one in found), found
        assert "secret" not in str(found)
    assert "there is nobody" in faults(write(good.iloc[:0], tmp_path / "bad.parquet"), out, "2026")[0]
    assert not out.exists()


def test_files_must_have_the_same_columns(tmp_path: Path) -> None:
    write(people(100), tmp_path / "in" / "a.parquet")
    other = populations.table(100, first=1_000).drop(columns="chomage_net").assign(aah=0.0)
    write(other.assign(menage_id=other["menage_id"].astype(str)), tmp_path / "in" / "b.parquet")
    found = faults(tmp_path / "in", tmp_path / "out", "2026-11")
    assert [one.partition(";")[0] for one in found] == [
        "a.parquet/aah: the column is missing, and b.parquet has it",
        "b.parquet/chomage_net: the column is missing, and a.parquet has it",
        "b.parquet/menage_id: the column is text, and integer in a.parquet",
    ]


def test_a_file_damaged_inside_stops_the_batch_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = write(people(20_000), tmp_path / "p.parquet", 20_000)
    damaged = bytearray(path.read_bytes())
    column = pq.read_metadata(path).row_group(0).column(10)
    at = column.dictionary_page_offset or column.data_page_offset
    damaged[at : at + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(damaged)
    found = faults(path, tmp_path / "out", "2026-11", benefits=SOME)
    assert found[0].startswith("p.parquet: the file cannot be read")
    assert [name for name in content(tmp_path / "out") if name != "_plan.json"] == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    (tmp_path / "file").write_text("")
    assert "cannot be written" in faults(path, tmp_path / "file" / "out", "2026-11")[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a disk: needs root")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk(many_parts: tuple[Path, Path], tmp_path: Path, workers: int) -> None:
    source_folder, whole = many_parts
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(path.stat().st_size for path in whole.rglob("*.parquet")) // 2
    mounted = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mounted, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount here")
    try:
        found = faults(source_folder, disk / "out", "2026", benefits=SOME, workers=workers)
        assert "cannot be written (No space left on device)" in found[0]
        kept = content(disk / "out")
        assert not [name for name in kept if "unfinished" in name]
        assert {name: kept[name] for name in kept if name.startswith(("indiv", "menag"))}.items() <= content(
            whole
        ).items()
        subprocess.run(["mount", "-o", f"remount,size={20 * size}", str(disk)], check=True)
        run_batch(source_folder, disk / "out", "2026", benefits=SOME)
        assert content(disk / "out") == content(whole)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    path = write(people(20_000), tmp_path / "p.parquet")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
    try:
        found = faults(path, tmp_path / "out", "2026", benefits=SOME)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert "cannot be written (File too large)" in found[0]
    assert not list((tmp_path / "out").rglob("*.parquet*"))


# --- memory ----------------------------------------------------------------------------------


@pytest.mark.long
def test_memory_stays_below_what_was_said(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    populations.write(path, 400_000)
    peaks = {memory: _peak(path, tmp_path / memory, memory) for memory in ("400M", "800M")}
    assert all(peak < int(memory[:-1]) << 20 for memory, peak in peaks.items()), peaks


def _peak(path: Path, out: Path, memory: str) -> int:
    """Return the most memory that the processes of a batch took together, in bytes."""
    process = start(path, out, "--period", 2026, "--memory", memory)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.02)
    assert process.returncode == 0, process.stderr.read()  # type: ignore[union-attr]
    return peak


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(map(_resident, map(int, children)))


@pytest.mark.parametrize(("memory", "says"), [("10M", "at least"), ("much", "is not a size")])
def test_memory_that_cannot_do_is_refused(tmp_path: Path, memory: str, says: str) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    assert says in faults(path, tmp_path / "out", "2026", memory=memory)[0]


# --- the command -----------------------------------------------------------------------------


def test_the_command_prints_what_an_analyst_expects(tmp_path: Path) -> None:
    path = write(people(), tmp_path / "p.parquet")
    asked = ["batch", str(path), str(tmp_path / "out"), "--period", "2026", "--benefits", "revenu_de_base"]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0
    assert f"1\u202f{len(people()) - 1_000} personnes" in done.output
    assert "pas des décisions" in done.output
    assert "hypothèse" in done.output
    assert json.loads(CliRunner().invoke(main, [*asked, "--json"]).output)["people"] == len(people())
    refused = CliRunner().invoke(main, [*asked, "--reform", "inconnue"])
    assert refused.exit_code == 2
    assert "unknown reform" in refused.output


def test_a_system_already_built_is_refused(tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    built = baseline().apply_reform("droit_en_vigueur")
    assert "already built" in faults(path, tmp_path / "out", "2026", built)[0]


def test_without_pyarrow_the_extra_to_install_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert "dept-rules[parquet]" in faults(path, tmp_path / "out", "2026")[0]


def test_what_becomes_of_faults_is_one_of_two(tmp_path: Path) -> None:
    assert "on_error" in faults(tmp_path, tmp_path, "2026", on_error="ignore")[0]


def test_errors_come_back_from_other_processes_as_they_were() -> None:
    for error in (BatchError([dr.Fault("a", "b", "c")]), dr.UnknownNameError("benefit", "capo", ["capa"])):
        back = pickle.loads(pickle.dumps(error))
        assert (type(back), str(back)) == (type(error), str(error))
