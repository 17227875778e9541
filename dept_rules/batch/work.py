"""Computes one part: what a process, here or on a cluster, does at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dept_rules import parallel, tables
from dept_rules.batch import output
from dept_rules.batch.question import Question, ask
from dept_rules.batch.results import Table
from dept_rules.batch.source import Part, blocks
from dept_rules.errors import BatchError, Fault
from dept_rules.people import Population

_QUESTIONS: dict[tuple[Any, ...], Question] = {}
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Job:
    """What every part of a batch has in common; it pickles.

    Attributes:
        run: of one run, no other: files and classes may say something else in the next.
        output: the folder of the result.
        period, reform, benefits, monthly: see `dept_rules.batch.question.ask`.
        rules: version and hash of the rules, that all processes must have.
        law: see `dept_rules.parallel.law_mark`.
        about: what the files of the result say of themselves.
        kinds: of the columns of the source, the kind of their cells.
        rows: people computed at once.
        stop: whether a fault of a row is an error.
    """

    run: str
    output: str
    period: str
    reform: Any
    benefits: tuple[str, ...]
    monthly: bool
    rules: Mapping[str, str]
    law: tuple[str, ...]
    about: Mapping[str, Any]
    kinds: Mapping[str, str]
    rows: int
    stop: bool


def compute(task: tuple[Job, Part]) -> dict[str, Any]:
    """Compute a part, write its files, and return what was counted.

    Raises:
        BatchError: a row has a fault and faults stop, the file cannot be read, or the result written.
    """
    job, part = task
    with _ONE_AT_A_TIME:  # a Dask worker may run several tasks in one process
        question = _question(job)
        folder = Path(job.output)
        counts: dict[str, Any] = {"people": 0, "households": 0, "unanswered": {}}
        rejects: list[tables.Reject] = []
        with ExitStack() as stack:
            files = [
                stack.enter_context(Table(folder, part.name, question, entity, job.kinds, job.about))
                for entity in question.entities
            ]
            for population in _populations(job, part, question, rejects):
                _count(counts, question, population)
                values = question.compute(population)
                for file in files:
                    file.add(population, values)
                del population, values
        report = counts | {
            "part": part.name,
            "source": part.file,
            "rejected": len({reject.household for reject in rejects}),
            "totals": dict(sorted(one for file in files for one in file.totals.items())),
            "files": {file.name: (folder / file.name).stat().st_size for file in files},
        }
        output.commit(folder, part.name, report)
        return report


def _question(job: Job) -> Question:
    run = job.run if job.reform is not None else ""  # the law itself says the same in every run
    key = run, job.period, job.benefits, job.monthly
    if key not in _QUESTIONS:
        question = ask(job.period, job.reform, job.benefits, monthly=job.monthly)
        parallel.check_rules(question.system, job.rules, job.law)
        _QUESTIONS.clear()
        _QUESTIONS[key] = question
    return _QUESTIONS[key]


def _populations(
    job: Job, part: Part, question: Question, rejects: list[tables.Reject]
) -> Iterator[Population]:
    """Yield the sound households of a part, block by block, and write the faults of the others."""
    for row, table in blocks(part, job.rows):
        population, found = tables.sift(table, question.system, question.asked, question.required)
        rejects += [reject._replace(row=row + reject.row) for reject in found]
        if population is not None and not (job.stop and rejects):
            yield population
    if not rejects:
        return
    told = ((part.file, one.row + 1, one.household, *one[2:]) for one in rejects)
    output.write_rejects(Path(job.output), part.name, told)
    if job.stop:
        problem = f"{len(rejects)} faults in the rows of this file, told in {output.REJECTS}"
        raise BatchError([Fault(part.file, problem, "sound rows, or --on-error continue")])


def _count(counts: dict[str, Any], question: Question, population: Population) -> None:
    counts["people"] += population.count
    counts["households"] += population.size("menage")
    for name, missing in question.unanswered(population).items():
        counts["unanswered"][name] = counts["unanswered"].get(name, 0) + missing
