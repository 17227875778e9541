"""Time in which a request must have come in: a slow client gives its thread back.

Past its time the connection is shut for reading: the thread that waits sees the end of it, and
may still answer.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from dept_rules.web.watchman import WATCHMAN, Watched

_here = threading.local()


def begin(connection: socket.socket, seconds: float) -> None:
    """Begin to wait, in this thread, for a request."""
    end()
    _here.connection = connection
    _here.watched = WATCHMAN.begin(seconds, lambda: _shut(connection))


def extend(seconds: float) -> None:
    """Give the request of this thread so much time from now: it is a long one."""
    if getattr(_here, "watched", None) is not None and end():
        begin(_here.connection, seconds)


def end() -> bool:
    """Say that the request of this thread came in; return False where it was cut for being late."""
    watched: Watched | None = getattr(_here, "watched", None)
    _here.watched = None
    return watched is None or WATCHMAN.end(watched)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the client may be gone
        connection.shutdown(socket.SHUT_RD)
