"""The gunicorn worker of the service: slow clients lose their connection, logs hold nothing of anybody."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
import weakref
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, NoMoreData, ParseException
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from dept_rules.web import problems, slow_clients
from dept_rules.web.app import ROUTE

#: Seconds between two looks at connections that say nothing.
SWEEP = 1.0


class Worker(ThreadWorker):
    """A process whose threads wait for no client for long.

    A request must have come in whole within ``limits.read_seconds``; a connection that says
    nothing is closed after as long; a client that does not read its answer loses it.
    """

    def init_process(self) -> None:
        """Begin to serve."""
        self._patience: float = self.app.settings.limits.read_seconds
        self._silent: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()
        self._next_sweep = 0.0
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Answer one request of a connection."""
        if not isinstance(conn.parser.unreader, _Unreader):  # its first
            conn.parser.unreader = _Unreader(conn.sock)
        whole, part = divmod(self._patience, 1)
        timeval = struct.pack("ll", int(whole), int(part * 1e6))
        with contextlib.suppress(OSError):
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval)
        slow_clients.begin(conn.sock, self._patience)
        try:
            return super().handle(conn)
        finally:
            slow_clients.end()

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head came in."""
        req.body.reader = _Body(req)
        return super().handle_request(req, conn)

    def murder_keepalived(self) -> None:
        """Close the connections that have been idle for too long, those that never spoke included."""
        super().murder_keepalived()
        now = time.monotonic()
        if now < self._next_sweep:
            return
        self._next_sweep = now + SWEEP
        for conn in self._never_spoke():
            if now - self._silent.setdefault(conn, now) > self._patience:
                with self._lock:
                    self.poller.unregister(conn.sock)
                self.nr_conns -= 1
                conn.close()

    def _never_spoke(self) -> list[Any]:
        with self._lock:
            waiting = [key.data for key in self.poller.get_map().values()]
        callbacks = [one for one in waiting if isinstance(one, partial) and one.args]
        return [one.args[0] for one in callbacks if _is_new(one.args[0])]

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is not HTTP, or a fault of ours; what was sent is not logged."""
        status = (
            HTTPStatus.BAD_REQUEST if isinstance(exc, ParseException) else HTTPStatus.INTERNAL_SERVER_ERROR
        )
        if isinstance(exc, LimitRequestHeaders | LimitRequestLine):
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        self.log.warning("a request could not be read: %s", type(exc).__name__)
        body = orjson.dumps(problems.document(status))
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
            f"Content-Type: {problems.MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.sendall(head.encode() + body)


def _is_new(conn: Any) -> bool:
    return isinstance(conn, TConn) and not conn.initialized


class _Unreader(SocketUnreader):
    """Reads a connection. Who reads on past its end gets an error: gunicorn would ask again for ever."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._ended = False

    def chunk(self) -> bytes:
        """Return what came in; nothing, once, where the other side has ended."""
        found: bytes = super().chunk()
        if self._ended and not found:
            raise NoMoreData
        self._ended = not found
        return found


class _Body:
    """Reads the body of a request.

    One that is malformed is the last of its connection: what follows may be the rest of it, and must not
    be taken for another request.
    """

    def __init__(self, req: Any) -> None:
        self._req = req
        self._reader = req.body.reader

    def read(self, size: int) -> bytes:
        """Return at most so many bytes."""
        try:
            return self._reader.read(size)  # type: ignore[no-any-return]
        except Exception:
            self._req.force_close()
            raise


class DiscreetLogger(Logger):
    """Logs of a request its method, route, status, size and time: no address, path, query, header or body."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """Return what a line of the log may say."""
        status = str(resp.status).split(None, 1)[0]
        return {
            "m": environ.get("REQUEST_METHOD", "-"),
            "U": environ.get(ROUTE, "-"),
            "s": status,
            "B": getattr(resp, "sent", "-"),
            "M": int(request_time.total_seconds() * 1000),
        }

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log that something failed, without the address asked or the values in a traceback."""
        self.error_log.error("a connection ended with an error")
