"""Tasks spread over the cores of this machine, or over a Dask cluster; their results in a fixed order.

A task is run again where the process that ran it died; its own errors are raised, never run again.
What comes back in the order of the tasks sums to the same bits whoever computed what, and when:

    partial = parallel.ordered(parallel.spread(work, tasks, workers=2))
    total = functools.reduce(add, partial)
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import inspect
import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import reforms_loader
from dept_rules.errors import BatchError, Fault
from dept_rules.system import rules_version

Task = TypeVar("Task")
Done = TypeVar("Done")

#: How many times in a row processes may die before any task ends.
RETRIES = 3
MEND = 'more memory, or fewer workers; in a script, a call under `if __name__ == "__main__":`'
#: Packages whose classes the version and the hash of the rules tell.
WITH_RULES = ("dept_rules", "openfisca_core", "builtins")
#: Free memory at the top of the heap that is kept rather than given back, in bytes.
KEPT = 256 << 20
#: The codes of glibc for `mallopt` (malloc.h).
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
#: Arrays above it are mapped one by one; the greatest that glibc allows.
MAPPED = 32 << 20


def spread(
    work: Callable[[Task], Done], tasks: Sequence[Task], *, workers: int = 1, client: Any = None
) -> Iterator[tuple[int, Done]]:
    """Run `work` on each task and yield its rank with what it gave, as each ends.

    Args:
        work: a function of a module, that processes import by name.
        tasks: what it is called with; they must pickle.
        workers: processes of this machine; 1 is this one.
        client: a Dask ``Client``; its workers then run the tasks, and have the same packages.

    Raises:
        BatchError: processes died time and again.
        Exception: what `work` raised; tasks that have not begun are dropped.
    """
    if client is not None:
        return _on_cluster(work, tasks, client)
    return _here(work, tasks) if workers <= 1 else _on_processes(work, tasks, workers)


def ordered(results: Iterable[tuple[int, Done]]) -> Iterator[Done]:
    """Yield results in the order of their tasks, keeping those that came too early."""
    early: dict[int, Done] = {}
    wanted = 0
    for rank, result in results:
        early[rank] = result
        while wanted in early:
            yield early.pop(wanted)
            wanted += 1


@contextlib.contextmanager
def connected(scheduler: str | None) -> Iterator[Any]:
    """Give a Dask client of a scheduler, ``tcp://10.0.0.1:8786``; None without one.

    Raises:
        BatchError: Dask is not installed, or nothing answers there.
    """
    if scheduler is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        problem = "a cluster needs Dask, which cannot be imported"
        raise BatchError([Fault("scheduler", problem, 'pip install "dept-rules[distributed]"')]) from None
    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, TimeoutError, ValueError):
        expected = "the address of a running scheduler, such as tcp://10.0.0.1:8786"
        raise BatchError([Fault("scheduler", "nothing answers at this address", expected)]) from None
    with client:
        yield client


def portable(reform: Any) -> Any:
    """Return a reform as another process can read it: what makes it, never a system already built.

    Raises:
        BatchError: it is a system.
    """
    if isinstance(reform, TaxBenefitSystem):
        problem = "a system already built cannot be sent to another process"
        raise BatchError([Fault("reform", problem, "the name, file, figures or class that made it")])
    if isinstance(reform, str) and reform.endswith((".yaml", ".yml", ".json", ".py")):
        return str(Path(reform).resolve())
    if isinstance(reform, Path):
        return str(reform.resolve())
    if isinstance(reform, Sequence) and not isinstance(reform, str):
        return tuple(portable(one) for one in reform)
    return dict(reform) if isinstance(reform, Mapping) else reform


def law_mark(system: TaxBenefitSystem) -> tuple[str, ...]:
    """Return hashes of the reforms on top of the law: of what they say, then of each class's text.

    Their names do not count. What the text of a class calls elsewhere is not followed.
    """
    told = [reforms_loader.to_dict(info) for info in reforms_loader.applied(system)]
    texts = [json.dumps(told, default=str, sort_keys=True), *map(_text, _classes(system))]
    return tuple(hashlib.sha256(text.encode()).hexdigest() for text in texts)


def check_rules(system: TaxBenefitSystem, rules: Mapping[str, str], law: Sequence[str]) -> None:
    """Check that a law built here is the one that was asked elsewhere.

    Args:
        system: the law, as this process built it.
        rules: what `dept_rules.system.rules_version` gave there.
        law: what `law_mark` gave there.

    Raises:
        BatchError: this process has other rules, or another text of a reform.
    """
    found = law_mark(system)
    # A class that no module here has by its name travelled whole: it is that of the sender.
    sent = [False, *(not _importable(one) for one in _classes(system))]
    same = len(found) == len(law) and all(
        travelled or mine == theirs for travelled, mine, theirs in zip(sent, found, law, strict=True)
    )
    if rules_version() != dict(rules) or not same:
        problem = "the rules of this process are not those of the one that asks"
        raise BatchError([Fault("workers", problem, "the same dept-rules and reforms everywhere")])


def _classes(system: TaxBenefitSystem) -> list[type]:
    """Return the classes that make the reforms of a system, but those that come with the rules."""
    found: list[type] = []
    below: Any = system
    while below.baseline is not None:
        found += [one for one in type(below).__mro__ if one.__module__.partition(".")[0] not in WITH_RULES]
        below = below.baseline
    return found


def _text(made: type) -> str:
    try:
        return inspect.getsource(made)
    except (OSError, TypeError):
        return made.__qualname__


def _importable(made: type) -> bool:
    found: Any = sys.modules.get(made.__module__)
    for name in made.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is made


def keep_memory() -> None:
    """Keep freed memory for the next arrays, rather than give it back to the system and ask again.

    Dask starts its workers with ``MALLOC_TRIM_THRESHOLD_=65536``: pages then come back empty at
    each array, which costs NumPy more than its sums. Elsewhere than on glibc nothing is done.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, MAPPED)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT)


def _begin() -> None:
    """Make a process of a pool end as soon as the one that started it dies, whatever it is doing.

    Else it would go on with the tasks at hand, then wait for others for good.
    """
    keep_memory()
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _kept(work: Callable[[Task], Done], task: Task) -> Done:
    keep_memory()
    return work(task)


def _here(work: Callable[[Task], Done], tasks: Sequence[Task]) -> Iterator[tuple[int, Done]]:
    for rank, task in enumerate(tasks):
        yield rank, work(task)


def _on_processes(
    work: Callable[[Task], Done], tasks: Sequence[Task], workers: int
) -> Iterator[tuple[int, Done]]:
    left = dict(enumerate(tasks))
    deaths = 0
    while left:
        # Processes started anew, not forked: Arrow and BLAS have threads, that a fork would leave locked.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(workers, len(left)), context, initializer=_begin)
        ranks = {pool.submit(work, task): rank for rank, task in left.items()}
        try:
            for future in as_completed(ranks):
                result = future.result()
                left.pop(ranks[future])
                deaths = 0
                yield ranks[future], result
        except BrokenProcessPool:
            deaths += 1
            if deaths > RETRIES:
                problem = f"processes died {deaths} times before a task ended"
                raise BatchError([Fault("workers", problem, MEND)]) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _on_cluster(
    work: Callable[[Task], Done], tasks: Sequence[Task], client: Any
) -> Iterator[tuple[int, Done]]:
    from distributed import KilledWorker
    from distributed import as_completed as as_they_end

    ranks = {client.submit(_kept, work, task, pure=False): rank for rank, task in enumerate(tasks)}
    try:
        for future in as_they_end(list(ranks)):
            yield ranks[future], future.result()
    except KilledWorker:
        problem = "workers died several times on the same task"
        raise BatchError([Fault("scheduler", problem, "more memory for each worker")]) from None
    finally:
        client.cancel(list(ranks))
