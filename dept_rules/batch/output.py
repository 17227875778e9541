"""The folder of a result: files that appear whole or not at all, and what tells how far it got.

individus/part-00000.parquet   one table an entity, one file a part
menages/part-00000.parquet
rejets.csv                     the faults of the households left out
bilan.json                     totals, and what the figures rest on; written last
_plan.json                     what is computed from what: another question is refused
_parts/part-00000.json         a part is done; with its totals
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dept_rules.errors import BatchError, Fault

PLAN, DONE, SUMMARY, REJECTS = "_plan.json", "_parts", "bilan.json", "rejets.csv"
REJECT_COLUMNS = ("fichier", "ligne", "menage_id", "colonne", "motif", "attendu")
#: What a file is called while it is written. A dot keeps it out of a Parquet dataset.
UNFINISHED = ".{name}.unfinished"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to; what was written then takes its name at once, or is removed on error.

    Raises:
        BatchError: the disk is full, or the folder cannot be written.
    """
    unfinished = path.with_name(UNFINISHED.format(name=path.name))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder of a result, that no two batches write at once.

    Raises:
        BatchError: another batch holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY) if hasattr(os, "O_DIRECTORY") else None
    except OSError as error:
        raise _unwritable(folder, error) from None
    if held is None:  # elsewhere than on POSIX, two batches are not told apart
        yield
        return
    try:
        if not _locked(held):
            problem = "another batch is writing in this folder"
            raise BatchError([Fault(folder.name, problem, "to wait for it, or another folder")])
        yield
    finally:
        os.close(held)


def begin(folder: Path, plan: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """Open a new result, or one that was left half-way, and return the parts that are done, by rank.

    Raises:
        BatchError: the folder holds something else, or the result of another question.
    """
    known = _read(folder / PLAN)
    if known is None:
        if any(folder.iterdir()):
            problem = "the folder is neither empty nor a batch"
            raise BatchError([Fault(folder.name, problem, "a new folder, or that of the same batch")])
        _write_json(folder / PLAN, plan)
        return {}
    told = json.loads(json.dumps(plan))
    changed = [key for key in told if known.get(key) != told[key]]
    if changed:
        problem = f"the folder holds the result of another batch: {', '.join(changed)} differ"
        raise BatchError([Fault(folder.name, problem, "another folder, or the same arguments")])
    for unfinished in folder.glob("*/.*.unfinished"):
        unfinished.unlink()
    done = {}
    for rank, name in enumerate(plan["parts"]):  # in order
        report = _read(folder / DONE / f"{name}.json")
        if report is not None and _there(folder, report):
            done[rank] = report
    return done


def commit(folder: Path, name: str, report: Mapping[str, Any]) -> None:
    """Note that a part is done; its files are there."""
    _write_json(folder / DONE / f"{name}.json", report)


def write_rejects(folder: Path, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write the faults of a part."""
    with whole(folder / DONE / f"{name}.csv") as path, path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def gather_rejects(folder: Path, names: Iterable[str]) -> None:
    """Put together the faults of the parts, in their order."""
    parts = [path for name in names if (path := folder / DONE / f"{name}.csv").exists()]
    if not parts:
        with contextlib.suppress(OSError):
            (folder / REJECTS).unlink()
        return
    with whole(folder / REJECTS) as target, target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(REJECT_COLUMNS)
        for path in parts:
            file.write(path.read_text(encoding="utf-8"))


def finish(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write the summary of a result: it is whole."""
    _write_json(folder / SUMMARY, summary)


def _there(folder: Path, report: Mapping[str, Any]) -> bool:
    files = report["files"].items()
    return all((folder / name).is_file() and (folder / name).stat().st_size == size for name, size in files)


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except (OSError, ValueError):
        raise BatchError([Fault(path.name, "cannot be read", "a file written by a batch")]) from None


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    with whole(path) as unfinished:
        unfinished.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _locked(folder: int) -> bool:
    """Lock a folder until it is closed, or the process dies; False if another process holds it."""
    import fcntl

    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some shared disks have no locks
        return True
    return True


def _unwritable(path: Path, error: OSError) -> BatchError:
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    expected = "a folder that can be written, on a disk with room"
    return BatchError([Fault(path.name, f"cannot be written ({why})", expected)])
