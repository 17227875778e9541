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
import secrets
import socket
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dept_rules.errors import BatchError, Fault

PLAN, DONE, SUMMARY, REJECTS = "_plan.json", "_parts", "bilan.json", "rejets.csv"
REJECT_COLUMNS = ("fichier", "ligne", "menage_id", "colonne", "motif", "attendu")
#: What a file is called while it is written: a name for each writer, that two of them never share.
#: A dot keeps it out of a Parquet dataset.
UNFINISHED = ".{name}.{writer}.unfinished"
LEFT = ".*.unfinished"
POSIX = os.name == "posix"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to; what was written then takes its name at once, or is removed on error.

    Several processes may write the same file (one that was believed dead, and the one that took its
    place): each writes its own, and the last to end gives it its name.

    Raises:
        BatchError: the disk is full, or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _claimed(path) as unfinished:
            yield unfinished
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


@contextlib.contextmanager
def _claimed(path: Path) -> Iterator[Path]:
    """Give a file that nobody else writes, held until the end; it is removed unless it was renamed."""
    unfinished, held = _claim(path)
    try:
        yield unfinished
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        if held is not None:
            os.close(held)


def _claim(path: Path) -> tuple[Path, int | None]:
    while True:
        writer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        unfinished = path.with_name(UNFINISHED.format(name=path.name, writer=writer))
        held = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
        if not POSIX:  # a file that is open is neither removed nor renamed there
            os.close(held)
            return unfinished, None
        if _lock(held) is not False and unfinished.exists():  # else `clear` came before the lock
            return unfinished, held
        os.close(held)


def clear(folder: Path) -> None:
    """Remove what writers who died left unfinished, and leave alone what is being written.

    On a disk without locks they are not told apart: all of it stays.
    """
    for unfinished in [*folder.glob(LEFT), *folder.glob(f"*/{LEFT}")]:
        with contextlib.suppress(OSError):  # it is gone, or is not ours to remove
            if not POSIX:  # a file that is open cannot be removed there
                unfinished.unlink()
                continue
            with unfinished.open("rb+") as file:
                if _lock(file.fileno()):
                    unfinished.unlink()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder of a result, that no two batches write at once.

    Raises:
        BatchError: another batch holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY) if POSIX else None
    except OSError as error:
        raise _unwritable(folder, error) from None
    if held is None:  # elsewhere than on POSIX, two batches are not told apart
        yield
        return
    try:
        if _lock(held) is False:
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
        if any(not one.match(LEFT) for one in folder.iterdir()):
            problem = "the folder is neither empty nor a batch"
            raise BatchError([Fault(folder.name, problem, "a new folder, or that of the same batch")])
        clear(folder)  # killed as it wrote its plan
        _write_json(folder / PLAN, plan)
        return {}
    told = json.loads(json.dumps(plan))
    changed = [key for key in told if known.get(key) != told[key]]
    if changed:
        problem = f"the folder holds the result of another batch: {', '.join(changed)} differ"
        raise BatchError([Fault(folder.name, problem, "another folder, or the same arguments")])
    clear(folder)
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
    with whole(folder / DONE / f"{name}.csv") as path:
        _write_csv(path, rows)


def gather_rejects(folder: Path, names: Iterable[str]) -> None:
    """Put together the faults of the parts, in their order."""
    parts = [path for name in names if (path := folder / DONE / f"{name}.csv").exists()]
    if not parts:
        with contextlib.suppress(OSError):
            (folder / REJECTS).unlink()
        return
    with whole(folder / REJECTS) as target:
        _write_csv(target, [REJECT_COLUMNS])
        with target.open("ab") as file:
            for path in parts:
                file.write(path.read_bytes())


def finish(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write the summary of a result: it is whole, and holds nothing else."""
    clear(folder)
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


def _write_csv(path: Path, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    with whole(path) as unfinished:
        unfinished.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _lock(held: int) -> bool | None:
    """Lock an open file or folder until it is closed, or the process dies.

    False if another process holds it; None where there are no locks, as on some shared disks.
    """
    import fcntl

    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _unwritable(path: Path, error: OSError) -> BatchError:
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    expected = "a folder that can be written, on a disk with room"
    return BatchError([Fault(path.name, f"cannot be written ({why})", expected)])
