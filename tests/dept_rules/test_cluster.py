"""Batches on a Dask cluster of processes: the bytes of one machine, whatever dies on the way."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import Any

import dask
import numpy as np
import pandas as pd
import pytest
import tasks
from click.testing import CliRunner
from distributed import Client, LocalCluster
from households import random_population
from openfisca_core.periods import period
from test_batch import SOME, content, people, write

import dept_rules as dr
from dept_rules import cluster as cluster_columns
from dept_rules import engine, parallel, reforms_loader, tables
from dept_rules.base import Variable
from dept_rules.batch import run_batch
from dept_rules.cli import main
from dept_rules.errors import BatchError
from dept_rules.legislation import Reform
from dept_rules.system import baseline, law_folder, rules_version

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made,
    ):
        yield made


@pytest.fixture
def client(cluster: LocalCluster) -> Iterator[Client]:
    with Client(cluster) as made:
        yield made


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a folder of six files, and the result of one process."""
    folder = tmp_path_factory.mktemp("cluster")
    table = people(9_000)
    starts = np.flatnonzero(np.diff(table["menage_id"], prepend=-1))
    cuts = [int(starts[len(starts) * rank // 6]) for rank in range(6)] + [len(table)]
    for rank in range(6):
        write(table.iloc[cuts[rank] : cuts[rank + 1]], folder / "in" / f"{rank}.parquet", 400)
    run_batch(folder / "in", folder / "out", "2026", benefits=SOME, workers=1)
    return folder / "in", folder / "out"


def test_a_cluster_gives_the_bytes_of_one_machine(
    client: Client, alone: tuple[Path, Path], tmp_path: Path
) -> None:
    source, whole = alone
    run_batch(source, tmp_path / "out", "2026", benefits=SOME, client=client)
    assert content(tmp_path / "out") == content(whole)


def test_also_when_a_worker_is_killed_in_the_middle(
    client: Client, alone: tuple[Path, Path], tmp_path: Path
) -> None:
    source, whole = alone
    out = tmp_path / "out"
    killed: list[int] = []

    def kill() -> None:
        while not list(out.glob("individus/.*.unfinished")) or not list(out.glob("_parts/*.json")):
            time.sleep(0.002)
        pid = next(iter(client.run(os.getpid).values()))
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)

    killer = threading.Thread(target=kill)
    killer.start()
    run_batch(source, out, "2026", benefits=SOME, client=client)
    killer.join()
    assert killed
    assert content(out) == content(whole)


def test_the_command_computes_on_a_scheduler(
    cluster: LocalCluster, alone: tuple[Path, Path], tmp_path: Path
) -> None:
    source, whole = alone
    asked = ["batch", str(source), str(tmp_path / "out"), "--period", "2026", "--benefits", ",".join(SOME)]
    done = CliRunner().invoke(main, [*asked, "--scheduler", cluster.scheduler_address])
    assert done.exit_code == 0, done.output
    assert content(tmp_path / "out") == content(whole)


def test_a_fault_of_the_rows_is_raised_once_and_told(client: Client, tmp_path: Path) -> None:
    path = write(people(300).assign(chomage_net=-1.0), tmp_path / "p.parquet")
    with pytest.raises(BatchError, match=r"rejets\.csv"):
        run_batch(path, tmp_path / "out", "2026-11", benefits=SOME, client=client)
    assert (tmp_path / "out" / "rejets.csv").exists()


def test_a_reform_is_built_again_by_each_process(client: Client, tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    figures = {"revenu_de_base.montant.socle_propre": {"2018-01-01": 10}}
    for reform in ("rsj_lyon", "reforms/droit_en_vigueur.yaml", figures, ["droit_en_vigueur", figures]):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        run_batch(path, folder / "here", "2026-11", reform, benefits=SOME)
        run_batch(path, folder / "there", "2026-11", reform, benefits=SOME, client=client)
        assert content(folder / "here") == content(folder / "there")


def test_no_scheduler_at_an_address_is_told() -> None:
    with pytest.raises(BatchError, match="nothing answers"):
        parallel.connected("tcp://127.0.0.1:9").__enter__()


# --- a study ---------------------------------------------------------------------------------


def test_a_study_on_a_cluster_has_the_same_bits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_columns, "ROWS", 400)
    sample = tables.read(people(3_000), baseline(), period("2026"))
    figures = {"revenu_de_base.montant.socle_propre": {"2026-01-01": 10}}
    asked = (sample, ["plateforme", ["plateforme", figures], "rsj_lyon"], "2026")
    here = dr.compare(*asked, replications=40)
    there = dr.compare(*asked, replications=40, client=client)
    assert here.totals["net"].abs().sum() > 0
    for name in ("budget", "totals", "household_changes"):
        pd.testing.assert_frame_equal(getattr(here, name), getattr(there, name), check_exact=True)


def test_the_command_compares_on_a_scheduler(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_columns, "ROWS", 200)
    path = write(people(1_500), tmp_path / "p.parquet")
    asked = ["compare", "--population", str(path), "--reform", "plateforme", "--reform", "rsj_lyon"]
    asked += ["--period", "2026", "--replications", "40", "--json"]
    here = CliRunner().invoke(main, asked)
    before = cluster.scheduler.transition_counter
    there = CliRunner().invoke(main, [*asked, "--scheduler", cluster.scheduler_address])
    assert there.exit_code == 0, there.output
    assert there.stdout == here.stdout
    assert cluster.scheduler.transition_counter > before, "nothing was computed there"
    nobody = CliRunner().invoke(main, [*asked, "--scheduler", "tcp://127.0.0.1:9"])
    assert (nobody.exit_code, "nothing answers" in nobody.output) == (2, True)


def socle(amount: float) -> dict[str, Any]:
    return {"revenu_de_base.montant.socle_propre": {"2018-01-01": amount}}


def test_a_reform_whose_file_changed_is_read_again_by_workers_that_knew_it(
    client: Client, tmp_path: Path
) -> None:
    path, reform = write(people(600), tmp_path / "p.parquet"), tmp_path / "socle.json"
    for rank, amount in enumerate((10, 900)):
        reform.write_text(json.dumps(socle(amount)))
        _same_here_and_there(path, str(reform), client, tmp_path / str(rank))


def test_a_class_that_workers_cannot_import_travels_with_the_tasks(client: Client, tmp_path: Path) -> None:
    path = write(people(600), tmp_path / "p.parquet")
    for rank, amount in enumerate((10.0, 900.0)):  # the text is the same, not what it says

        class of_my_own(Reform):
            def apply(self, amount: float = amount) -> None:
                class revenu_de_base(Variable):
                    def formula_2021_07(individu: Any, period: Any) -> Any:
                        return individu("age", period) * 0 + amount

                self.update_variable(revenu_de_base)

        _same_here_and_there(path, of_my_own, client, tmp_path / str(rank))


def _same_here_and_there(path: Path, reform: Any, client: Client, folder: Path) -> None:
    sample = tables.read(pd.read_parquet(path), baseline(), period("2026"))
    here = dr.compare(sample, reform, "2026", replications=0)
    there = dr.compare(sample, reform, "2026", replications=0, client=client)
    assert here.totals["net"].abs().sum() > 0
    pd.testing.assert_frame_equal(here.totals, there.totals, check_exact=True)
    run_batch(path, folder / "here", "2026-11", reform, benefits=SOME)
    run_batch(path, folder / "there", "2026-11", reform, benefits=SOME, client=client)
    assert content(folder / "here") == content(folder / "there")


@pytest.fixture
def copied_law(tmp_path: Path) -> Path:
    """Return a folder with the package and its law, for workers that do not run those of the checkout."""
    for name in ("dept_rules", "parameters", "variables", "reforms"):
        shutil.copytree(law_folder("parameters").parent / name, tmp_path / "copy" / name)
    return tmp_path / "copy"


@contextlib.contextmanager
def worker_from(folder: Path) -> Iterator[Client]:
    """Give the client of a worker that imports the package from a folder."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--no-dashboard"]
    with LocalCluster(n_workers=0, dashboard_address=":0") as scheduler, Client(scheduler) as client:
        worker = subprocess.Popen(
            [*command, "--nthreads", "1", scheduler.scheduler_address],
            cwd=folder,  # that `-m` looks in first
            stderr=subprocess.DEVNULL,
        )
        try:
            client.wait_for_workers(1, timeout=60)
            yield client
        finally:
            worker.kill()
            worker.wait()


def test_workers_with_other_rules_are_refused(copied_law: Path, tmp_path: Path) -> None:
    path = write(people(300), tmp_path / "p.parquet")
    sample = tables.read(people(300), baseline(), period("2026"))
    with worker_from(copied_law) as client:
        found = next(iter(client.run(lambda: __import__("dept_rules").__file__).values()))
        assert Path(found).is_relative_to(copied_law)
        there = dr.compare(sample, "plateforme", "2026", replications=0, client=client)
    here = dr.compare(sample, "plateforme", "2026", replications=0)
    pd.testing.assert_frame_equal(here.totals, there.totals, check_exact=True)
    figures = copied_law / "parameters" / "revenu_de_base" / "montant.yaml"
    figures.write_text(figures.read_text(encoding="utf-8").replace("value: 0\n", "value: 1\n"), "utf-8")
    with worker_from(copied_law) as client:
        with pytest.raises(BatchError, match="the rules of this process are not those"):
            dr.compare(sample, "plateforme", "2026", replications=0, client=client)
        with pytest.raises(BatchError, match="the rules of this process are not those"):
            run_batch(path, tmp_path / "out", "2026-11", benefits=SOME, client=client)


def test_a_law_built_otherwise_is_not_the_one_that_was_asked() -> None:
    asked = reforms_loader.apply(socle(10), baseline())
    rules = rules_version()
    parallel.check_rules(reforms_loader.apply(socle(10), baseline()), rules, parallel.law_mark(asked))
    for reform in (socle(11), [socle(10), "rsj_lyon"], None):
        with pytest.raises(BatchError, match="the rules of this process are not those"):
            parallel.check_rules(reforms_loader.apply(reform, baseline()), rules, parallel.law_mark(asked))


def test_columns_on_a_cluster_are_those_of_the_engine_in_any_order_of_people(client: Client) -> None:
    sample = random_population(3, 300, years=range(2024, 2027))
    laws = {name: reforms_loader.apply(name, baseline()) for name in ("rsj_lyon", "droit_en_vigueur")}
    keys = [(name, period("2026-11")) for name in ("revenu_de_base", "hebergement", "age", "rsa")]
    keys += [("cheque_energie", period("2026")), ("rfr", period("2024"))]
    expected = engine.columns(sample, laws, keys)
    for options in ({"client": client}, {"workers": 2}):
        sources = dict(zip(laws, laws, strict=True))
        found = cluster_columns.columns(sample, laws, keys, sources=sources, rows=50, **options)
        for label in laws:
            for key in keys:
                assert type(found[label][key]) is type(expected[label][key])
                np.testing.assert_array_equal(found[label][key], expected[label][key], str(key))


# --- the generic piece: partial sums, reduced in a fixed order ---------------------------------


@pytest.mark.parametrize("where", ["here", "processes", "cluster"])
def test_sums_are_the_same_bits_wherever_they_are_computed(where: str, client: Client) -> None:
    options: dict[str, Any] = {"processes": {"workers": 2}, "cluster": {"client": client}}.get(where, {})
    found = reduce(add, parallel.ordered(parallel.spread(tasks.partial_sums, range(20), **options)))
    expected = reduce(add, map(tasks.partial_sums, range(20)))
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("where", ["processes", "cluster"])
def test_a_task_whose_process_died_is_run_again(where: str, client: Client, tmp_path: Path) -> None:
    options: dict[str, Any] = {"processes": {"workers": 2}, "cluster": {"client": client}}[where]
    results = parallel.spread(partial(tasks.dies_once, str(tmp_path)), range(6), **options)
    assert list(parallel.ordered(results)) == list(range(6))
    assert (tmp_path / "died").exists()


@pytest.mark.parametrize("where", ["processes", "cluster"])
def test_a_task_that_kills_each_process_is_an_error(where: str, client: Client) -> None:
    options: dict[str, Any] = {"processes": {"workers": 2}, "cluster": {"client": client}}[where]
    with pytest.raises(BatchError, match="died"):
        list(parallel.spread(tasks.always_dies, range(2), **options))


def test_the_environment_that_slows_numpy_is_overridden(client: Client) -> None:
    """Dask has pages given back at each array; `spread` keeps them: no page is asked for again."""
    faults = list(parallel.ordered(parallel.spread(tasks.page_faults, range(2), client=client)))
    assert client.submit(tasks.page_faults, 0, pure=False).result() >= 0
    assert max(faults) < 2_000
