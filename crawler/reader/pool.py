"""The crawl's side: hands pages to reading processes, and gives an answer for each whatever becomes of the process.

Workers are forked when there is work for them, and kept. One that dies takes nothing with it but the page it was
reading: each has a socket of its own and no lock is shared, so that its end, at whatever instant, is the end of that
socket. (Pebble's pool was measured first: a worker that is killed while it idles breaks the whole pool, one that is
killed while it holds the channel's lock stops all for a minute.)
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from crawler.reader.limits import PATIENCE
from crawler.reader.task import Answer, Task
from crawler.reader.wire import ACCEPTED, LENGTH, Shared, reply_from_bytes, task_to_bytes

SECONDS = 5.0
"""What a page may take of the processor. Of the 156 real pages that were measured, the slowest takes 0.3 s."""

MOST_STARTS = 6  # workers in a row that end before they take a page
MOST_CRASHES = 2  # on one page; the first may be the system's doing
LATE = 5.0  # seconds that a worker may keep silent beyond its page's time before we end it
LONGEST_REPLY = 1 << 28  # bytes; the answer to the largest page that is taken is a tenth of it
LONGEST_START = 120.0  # seconds that the first worker may take to come, imports included

LONGEST_WORDS = 1000  # bytes of what it says when it cannot start

_PROGRAM = """
import os, sys
sys.path[:] = sys.argv[4:]  # modules are found where we found ours, and not in the folder that we happen to be in
control = int(sys.argv[1])
try:
    from crawler.reader.worker import main
    main(control, sys.argv[2], float(sys.argv[3]))
except BaseException as error:
    try:
        os.write(control, f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
    except OSError:
        pass  # the crawl has ended
    raise
"""


class ReaderBroken(RuntimeError):  # noqa: N818 - a state of the pool
    """No reading process can be started. Says what the process last said of it; all its words are on standard error."""


class ReadingFault(RuntimeError):  # noqa: N818 - a fault of ours
    """Our code failed on a page."""


class _DiedError(Exception):
    """The worker is gone. `accepted`: it had the whole page, for so many seconds. `fresh`: it was forked for it."""

    def __init__(self, *, accepted: bool = False, seconds: float = 0.0, fresh: bool = False) -> None:
        super().__init__()
        self.accepted, self.seconds, self.fresh = accepted, seconds, fresh


@dataclass(frozen=True, slots=True)
class _Worker:
    """A reading process: our end of its socket, and its id."""

    connection: socket.socket
    pid: int

    def end(self) -> None:
        """Kill it, while it is at work. Not for one whose socket has ended: its id may be another process's by now."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.connection.close()


class ReaderPool:
    """Reads pages in up to `workers` processes, each page for `seconds` of the processor at most.

    Starting it takes a few milliseconds; meanwhile the process that forks the workers imports what they need, half a
    second of the processor. One that is not `early` starts with its first page, for who may have none. The pool may
    serve several event loops, one after the other. `work` names the function that reads.
    """

    def __init__(
        self,
        seconds: float = SECONDS,
        workers: int | None = None,
        work: str = "crawler.reader.work:work",
        *,
        early: bool = True,
    ) -> None:
        self.seconds = seconds
        self.workers = workers or max(2, os.cpu_count() or 1)
        self._work = work
        self._shared = Shared()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._turns: asyncio.Semaphore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._last_words = ""
        self._process: subprocess.Popen[bytes] | None = None
        if early:
            self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, whatever they are at. A page that is asked for from then on raises ReaderBroken."""
        self._closed = True
        for worker in self._idle:
            worker.connection.close()  # which it waits for
        for worker in self._busy:
            worker.end()
        self._idle.clear()
        self._busy.clear()
        self._stop()

    async def read(self, task: Task) -> Answer:
        """Read a page; waits its turn where all workers are busy.

        A page that takes too long or too much memory, or that crashes the worker twice, is answered as unreadable.
        Raises ReadingFault if our code fails on it, ReaderBroken if no process can be had.
        """
        message = task_to_bytes(task, self._shared)
        async with self._turn():
            crashed = started = 0
            while started < MOST_STARTS and not self._closed:
                try:
                    return await self._asked(message)
                except _DiedError as death:
                    # The timers count by ticks, and may be one early. If it is much later, we were held ourselves.
                    if self.seconds * 0.9 <= death.seconds < self._longest + LATE:
                        return Answer.of_stopped(f"Reading it took more than {self.seconds:g} s and was stopped.")
                    crashed += death.accepted
                    started += death.fresh and not death.accepted
                if crashed == MOST_CRASHES:
                    return Answer.of_stopped("Reading it ended the reading process, twice.")
        raise ReaderBroken(f"No reading process can be started. {self._last_words}".rstrip())

    @property
    def _longest(self) -> float:
        """Seconds by the clock after which a worker that has said nothing is ended from outside."""
        return self.seconds * PATIENCE + LATE

    def _turn(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._turns is None or self._loop is not loop:
            self._loop, self._turns = loop, asyncio.Semaphore(self.workers)
        return self._turns

    async def _asked(self, message: bytes) -> Answer:
        fresh = not self._idle
        worker = await self._new() if fresh else self._idle.pop()
        self._busy.add(worker)
        try:
            reply = reply_from_bytes(await self._exchanged(worker, message))
        except _DiedError as death:
            worker.connection.close()
            death.fresh = fresh
            raise
        except BaseException:  # given up, or no reply that can be understood
            worker.end()
            raise
        finally:
            self._busy.discard(worker)
        if reply.last:
            worker.connection.close()
        else:
            self._idle.append(worker)
        if reply.answer is None:
            raise ReadingFault(reply.fault)
        return reply.answer

    async def _exchanged(self, worker: _Worker, message: bytes) -> bytearray:
        """The body of the worker's reply. Raises _DiedError."""
        loop = asyncio.get_running_loop()
        accepted, sent = False, time.monotonic()
        try:
            async with asyncio.timeout(self._longest):
                await loop.sock_sendall(worker.connection, message)
                sent = time.monotonic()  # the worker's time begins later than this
                accepted = await _exactly(worker.connection, len(ACCEPTED)) == ACCEPTED
                (length,) = LENGTH.unpack(await _exactly(worker.connection, LENGTH.size))
            if length > LONGEST_REPLY:
                raise ReadingFault(f"The answer to one page has {length:,} bytes.")
            async with asyncio.timeout(self._longest):
                return await _exactly(worker.connection, length)
        except (EOFError, ConnectionError, TimeoutError) as error:
            if isinstance(error, TimeoutError):
                worker.end()
            seconds = time.monotonic() - sent if accepted else 0.0
            raise _DiedError(accepted=accepted, seconds=seconds) from error

    async def _new(self) -> _Worker:
        """A worker, forked now. Raises _DiedError; the next call starts from the beginning then."""
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._start()
        forker = self._process
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            with theirs:
                socket.send_fds(self._control, [b"w"], [theirs.fileno()])
            async with asyncio.timeout(LONGEST_START):
                (pid,) = LENGTH.unpack(await _exactly(ours, LENGTH.size))
        except (EOFError, ConnectionError, TimeoutError) as error:
            ours.close()
            if self._process is forker:  # else another page that waited for it has started a new one
                self._stop()
                self._start()
            raise _DiedError(fresh=True) from error
        except BaseException:
            ours.close()
            raise
        return _Worker(ours, pid)

    def _start(self) -> None:
        """Start the process that forks workers.

        It has a process group of its own: Ctrl-Z holds the crawl alone, and no page's time goes by meanwhile.
        """
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno()), self._work, str(self.seconds), *sys.path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )

    def _stop(self) -> None:
        if self._process is None:
            return
        with suppress(OSError):  # it has said nothing
            said = self._control.recv(LONGEST_WORDS, socket.MSG_DONTWAIT).decode("utf-8", "replace").strip()
            self._last_words = said.splitlines()[-1] if said else self._last_words
        self._control.close()
        self._process.kill()
        self._process.wait()


async def _exactly(connection: socket.socket, count: int) -> bytearray:
    """So many bytes. Raises EOFError if the socket is closed before."""
    loop = asyncio.get_running_loop()
    data = bytearray(count)
    view = memoryview(data)
    while view:
        got = await loop.sock_recv_into(connection, view)
        if not got:
            raise EOFError
        view = view[got:]
    return data
