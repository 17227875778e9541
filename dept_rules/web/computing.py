"""Bounds what a process computes: so much at once, each for so long."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import threading
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
    thread = threading.get_ident()
    stuck: list[Watched] = []

    def stop() -> None:
        stuck.append(WATCHMAN.begin(GRACE, _give_up))
        _raise(thread, OvertimeError)

    watched = WATCHMAN.begin(seconds, stop)
    try:
        try:
            yield
        finally:  # which may be where the error strikes
            if not WATCHMAN.end(watched):
                _raise(thread, None)
    finally:
        for one in stuck:
            WATCHMAN.end(one)


def _raise(thread: int, error: type[BaseException] | None) -> None:
    """Raise an error in another thread before its next bytecode; None takes back one not yet raised."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if error is None else ctypes.py_object(error)
    )


def _give_up() -> None:
    log.critical("a computation cannot be stopped; this process ends, and is replaced")
    os.kill(os.getpid(), signal.SIGKILL)
