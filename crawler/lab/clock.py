"""A clock that stands still until it is told to go on, and the modules that are made to read it.

In the lab a day passes in seconds: nobody waits, the clock jumps to the next thing that is to happen
(`crawler.lab.loop`). For that, whatever paces a crawl has to read this clock: the event loop, the crawl's own clock,
and the modules that ask `time` themselves: Scrapy's downloader, aiohttp's connections, our hosts' budgets.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import BuiltinFunctionType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

VIRTUAL = ("crawler", "scrapy", "aiohttp")
"""The packages whose modules read the lab's clock while `Clock.in_force` lasts."""

REAL = ("crawler.lab", "crawler.reader", "crawler.extract", "crawler.clean", "crawler.decode", "crawler.repair")
"""Those of them that measure real seconds: what a page costs, how long a process may take."""


class Clock:
    """Virtual time: `start`, and the seconds that have passed since. `now()` is aware, in UTC."""

    def __init__(self, start: datetime) -> None:
        self.start = start.astimezone(UTC)
        self.elapsed = 0.0

    def now(self) -> datetime:
        """The moment."""
        return self.start + timedelta(seconds=self.elapsed)

    def time(self) -> float:
        """The moment as `time.time()` gives it."""
        return self.start.timestamp() + self.elapsed

    def monotonic(self) -> float:
        """Seconds since the start, as `time.monotonic()` and a loop's `time()` give them."""
        return self.elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass; it never goes back."""
        self.elapsed += max(0.0, seconds)

    def advance_to(self, moment: datetime) -> None:
        """Let time pass up to a moment; a moment that is past changes nothing."""
        self.elapsed = max(self.elapsed, (moment - self.start).total_seconds())

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let the modules of VIRTUAL that are loaded now read this clock, by whatever name they know `time`.

        A function bound by `from time import monotonic` is replaced in its module, and so are the module `time` itself
        where one has it, and a function that is a parameter's default. Everything is put back in the end. `time.sleep`
        becomes a jump.
        """
        functions: Mapping[object, Callable[..., object]] = {
            time.time: self.time,
            time.monotonic: self.monotonic,
            time.sleep: self.advance,
        }
        shim = SimpleNamespace(**vars(time))
        shim.time, shim.monotonic, shim.sleep = self.time, self.monotonic, self.advance
        shim.clock_gettime = lambda which: self.monotonic()
        names: list[tuple[ModuleType, str, object]] = []
        defaults: list[tuple[FunctionType, tuple[Any, ...]]] = []
        for module in _modules():
            for name, value in list(vars(module).items()):
                if value is time:
                    names.append((module, name, value))
                    setattr(module, name, shim)
                elif isinstance(value, BuiltinFunctionType) and value in functions:
                    names.append((module, name, value))
                    setattr(module, name, functions[value])
            for function in _functions(module):
                before = function.__defaults__ or ()
                if any(isinstance(value, BuiltinFunctionType) and value in functions for value in before):
                    defaults.append((function, before))
                    function.__defaults__ = tuple(
                        functions.get(value, value) if isinstance(value, BuiltinFunctionType) else value
                        for value in before
                    )
        try:
            yield
        finally:
            for module, name, value in names:
                setattr(module, name, value)
            for function, before in defaults:
                function.__defaults__ = before


def _modules() -> Iterator[ModuleType]:
    for name, module in sorted(sys.modules.items()):
        inside = any(name == package or name.startswith(package + ".") for package in VIRTUAL)
        if inside and not any(name == package or name.startswith(package + ".") for package in REAL):
            yield module


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions that a module defines, those of its classes among them."""
    for value in list(vars(module).values()):
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            yield from (each for each in vars(value).values() if isinstance(each, FunctionType))
