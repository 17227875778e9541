"""Runs a batch: plans it, spreads its parts, and puts together what they counted."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from dept_rules import parallel, reforms_loader
from dept_rules.batch import output, uniqueness
from dept_rules.batch.question import Question, ask, notices
from dept_rules.batch.source import Part, Source, open_source
from dept_rules.batch.work import Job, compute
from dept_rules.errors import BatchError, Fault
from dept_rules.system import rules_version

#: What a process takes before the first person, and for each person and cell of the tables, in bytes.
PROCESS, PERSON, CELL = 200 << 20, 2_500, 40
#: Most people computed at once: more is no faster. Fewest: fewer is slow.
MOST, FEWEST = 50_000, 2_000
#: Memory of a machine that does not say how much it has.
UNKNOWN = 2 << 30
SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sizing:
    """How a batch is cut to fit in its memory.

    Attributes:
        workers: processes of this machine.
        rows: people that each computes at once.
    """

    workers: int
    rows: int


def run_batch(
    source: str | Path,
    target: str | Path,
    period: str,
    reform: Any = None,
    *,
    benefits: Iterable[str] | None = None,
    monthly: bool = False,
    memory: int | str | None = None,
    workers: int = 1,
    client: Any = None,
    on_error: Literal["stop", "continue"] = "stop",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compute the benefits of a population that need not fit in memory, and return the totals.

    Begun again after it was killed, it goes on from the parts that are done, to the same bytes.

    Args:
        source: a Parquet file, or a folder of them: a flat table of people (see `dept_rules.tables`),
            the people of a household in consecutive rows of one file.
        target: the folder of the result: a table an entity, one file a part; see docs/echelle.md.
        period: a month or a year. Over a year, monthly benefits give their sum and their number of months.
        reform: as for `dept_rules.evaluate`; not a system already built.
        benefits: names of benefits; all by default.
        monthly: over a year, whether to give each month too, ``name@2026-01``.
        memory: most that all processes of this machine may take, in bytes or as "2G"; half of it by default.
        workers: processes, fewer where memory is short. With several, a script calls this
            under ``if __name__ == "__main__"``, as Python asks of whatever starts processes.
        client: a Dask ``Client`` whose workers do the work; they see the same files at the same paths.
        on_error: whether a household at fault stops the batch, or is left out and told in `rejets.csv`.
        progress: called with the people done and those of the whole, as parts end.

    Raises:
        BatchError: the files, their rows, the folder or the processes are at fault; what is done stays.
        PeriodError, UnknownNameError, ReformError: as for `dept_rules.evaluate`.
    """
    if on_error not in ("stop", "continue"):
        raise BatchError([Fault("on_error", "is neither of its values", '"stop" or "continue"')])
    sent = parallel.portable(reform)
    question = ask(period, sent, benefits, monthly=monthly)
    found = open_source(source, question.system)
    limit = _bytes(memory)
    sizing = size(limit, workers, found, question)
    folder = Path(target)
    with output.alone(folder):
        job = _job(folder, period, sent, question, found, monthly=monthly, on_error=on_error)
        done = output.begin(folder, _plan(job, found))
        if not done:
            uniqueness.check(found.parts, limit // 4)
        if job.stop:  # a part that left households out under "continue" is computed again, and stops
            done = {rank: report for rank, report in done.items() if not report["rejected"]}
        job = replace(job, rows=sizing.rows)
        _work(job, found.parts, done, sizing.workers, client, progress)
        summary = _summary(job, [done[rank] for rank in sorted(done)])
        output.finish(folder, summary)
    return summary


def size(memory: int, workers: int, source: Source, question: Question) -> Sizing:
    """Return how many processes and how many people at once fit in some bytes of memory.

    Raises:
        BatchError: there is not enough for one process.
    """
    each = PERSON + CELL * (len(source.columns) + len(question.keys) + len(question.columns))
    for processes in range(min(workers, len(source.parts)), 0, -1):
        parent = PROCESS if processes > 1 else 0
        room = (memory - parent) // processes - PROCESS
        if room >= FEWEST * each:
            return Sizing(processes, min(MOST, room // each))
    least = (PROCESS + FEWEST * each) >> 20
    problem = "there is not enough for one process"
    raise BatchError([Fault("memory", problem, f"at least {least}M")])


def _bytes(memory: int | str | None) -> int:
    if memory is None:
        pages = os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
        return os.sysconf("SC_PAGE_SIZE") * pages // 2 if pages else UNKNOWN
    if isinstance(memory, int):
        return memory
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B|o)?", memory.strip(), re.IGNORECASE)
    if found is None:
        raise BatchError([Fault("memory", "is not a size", 'a size such as "512M" or "2G"')])
    return int(float(found[1]) * SIZES[found[2].upper()])


def _job(
    folder: Path,
    period: str,
    reform: Any,
    question: Question,
    source: Source,
    *,
    monthly: bool,
    on_error: str,
) -> Job:
    benefits = question.benefits
    return Job(
        run=secrets.token_hex(8),
        output=str(folder.resolve()),
        period=period,
        reform=reform,
        benefits=tuple(benefits),
        monthly=monthly,
        rules=rules_version(),
        law=parallel.law_mark(question.system),
        about={
            "estimate": "Estimations, pas des décisions.",
            "rules": rules_version(),
            "period": period,
            "reform": reforms_loader.name_of(reform),
            "benefits": notices(question),
        },
        kinds=source.kinds,
        rows=MOST,
        stop=on_error == "stop",
    )


def _plan(job: Job, source: Source) -> dict[str, Any]:
    """Return what decides the bytes of a result: two batches with the same plan give the same."""
    return {
        "format": 1,
        "rules": dict(job.rules),
        "period": job.period,
        "reform": {"name": job.about["reform"], "hashes": job.law},
        "benefits": list(job.benefits),
        "monthly": job.monthly,
        "source": dict(zip(source.names, source.marks, strict=True)),
        "parts": {part.name: [part.file, part.first, part.last] for part in source.parts},
    }


def _work(
    job: Job,
    parts: tuple[Part, ...],
    done: dict[int, dict[str, Any]],
    workers: int,
    client: Any,
    progress: Progress | None,
) -> None:
    """Compute the parts that are not done, and add them to those that are."""
    left = [part for part in parts if part.rank not in done]
    whole = sum(part.rows for part in parts)
    past = whole - sum(part.rows for part in left)
    folder = Path(job.output)
    try:
        if progress:
            progress(past, whole)
        tasks = [(job, part) for part in left]
        for rank, report in parallel.spread(compute, tasks, workers=min(workers, len(left)), client=client):
            done[left[rank].rank] = report
            past += left[rank].rows
            if progress:
                progress(past, whole)
    finally:
        output.gather_rejects(folder, [part.name for part in parts])


def _summary(job: Job, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the totals of the parts, summed in their order."""
    totals: dict[str, dict[str, float]] = {}
    lacking: dict[str, int] = {}
    for report in reports:
        for benefit, found in report["totals"].items():
            known = totals.setdefault(benefit, {})
            for name, value in found.items():
                known[name] = known.get(name, 0.0) + value
        for name, count in report["unanswered"].items():
            lacking[name] = lacking.get(name, 0) + count
    counts = {name: sum(report[name] for report in reports) for name in ("people", "households", "rejected")}
    told = {name: about | {"totals": totals.get(name, {})} for name, about in job.about["benefits"].items()}
    return {**job.about, **counts, "benefits": told, "defaults": dict(sorted(lacking.items()))}
