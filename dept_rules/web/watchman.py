"""Does something to whatever is not done in time. One thread for a process, started when first needed."""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Watched:
    """Something that should end in time.

    Attributes:
        act: what is done where it does not; it must be quick.
        done: whether it ended, in time or not.
        late: whether it was acted upon.
    """

    act: Callable[[], None]
    done: bool = False
    late: bool = False


class Watchman:
    """Watches; nothing is acted upon once it ended."""

    def __init__(self) -> None:
        self._lock = threading.Condition(threading.RLock())
        self._due: list[tuple[float, int, Watched]] = []
        self._order = itertools.count()
        self._process = 0

    def begin(self, seconds: float, act: Callable[[], None]) -> Watched:
        """Do `act` in so many seconds, unless what is returned has ended."""
        watched = Watched(act)
        with self._lock:
            if self._process != os.getpid():  # a thread does not survive a fork
                self._process = os.getpid()
                self._due.clear()
                threading.Thread(target=self._run, name="watchman", daemon=True).start()
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), watched))
            if self._due[0][2] is watched:
                self._lock.notify()
        return watched

    def end(self, watched: Watched) -> bool:
        """Say that something ended; return whether it did in time."""
        with self._lock:
            watched.done = True
            return not watched.late

    def _run(self) -> None:
        with self._lock:
            while True:
                if not self._due:
                    self._lock.wait()
                    continue
                due, _, watched = self._due[0]
                rest = due - time.monotonic()
                if rest > 0 and not watched.done:
                    self._lock.wait(rest)
                    continue
                heapq.heappop(self._due)
                if not watched.done:
                    watched.late = True
                    watched.act()


#: Of this process.
WATCHMAN = Watchman()
