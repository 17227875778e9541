"""Bounds what a process computes: so much at once, each for so long."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from werkzeug.exceptions import ServiceUnavailable

from dept_rules.web.settings import SETTINGS, Settings
from dept_rules.web.watchman import WATCHMAN, Watched

#: Where `register` keeps the slots of an application, in ``app.extensions``.
SLOTS = "dept_rules_slots"
BATCHES = "dept_rules_batches"
#: Seconds after which a computation that could not be stopped takes its process with it.
GRACE = 30.0

log = logging.getLogger(__name__)


class OvertimeError(BaseException):
    """Raised within a computation that takes too long; no ``except Exception`` stops it."""


def register(app: Flask) -> None:
    """Give an application its slots."""
    settings: Settings = app.config[SETTINGS]
    app.extensions[SLOTS] = threading.BoundedSemaphore(settings.limits.computations)
    app.extensions[BATCHES] = threading.BoundedSemaphore(settings.limits.batches)


@contextmanager
def computing() -> Iterator[None]:
    """Wait for a slot, then give what is within the seconds that the limits say.

    Raises:
        ServiceUnavailable: no slot was free in that time, or it took longer.
    """
    settings: Settings = current_app.config[SETTINGS]
    slots: threading.BoundedSemaphore = current_app.extensions[SLOTS]
    seconds = settings.limits.seconds
    if not slots.acquire(timeout=seconds):
        raise ServiceUnavailable("too much is being computed", retry_after=int(seconds) + 1)
    try:
        with deadline(seconds):
            yield
    except OvertimeError:
        raise ServiceUnavailable(f"this takes more than {seconds:g} seconds") from None
    finally:
        slots.release()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `OvertimeError` within, in this thread, where it takes longer."""
    guard = _Guard(seconds)
    try:
        with guard:
            yield
    except OvertimeError:
        guard.settle()
        raise


class _Guard:
    """Watches one computation of one thread. The error it raises strikes within it, or not at all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread = ctypes.c_ulong(threading.get_ident())
        self._stuck: list[Watched] = []

    def __enter__(self) -> None:
        self._watched = WATCHMAN.begin(self._seconds, self._stop)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not WATCHMAN.end(self._watched) and kind is not OvertimeError:
            while True:  # it is on its way: taking it back would leave the interpreter looking for it
                time.sleep(0.001)

    def settle(self) -> None:
        """Say that the error was raised: nothing is stuck."""
        for one in self._stuck:
            WATCHMAN.end(one)

    def _stop(self) -> None:
        self._stuck.append(WATCHMAN.begin(GRACE, _give_up))
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, ctypes.py_object(OvertimeError))


def _give_up() -> None:
    log.critical("a computation cannot be stopped; this process ends, and is replaced")
    os.kill(os.getpid(), signal.SIGKILL)
