"""How far a long command has come, on one line of a terminal; nothing where nobody looks."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import click

from crawler.cli.options import Common

PAUSE = 0.2
"""Seconds between two lines."""


class Bar:
    """A line that is written over itself and gone at the end."""

    def __init__(self, common: Common) -> None:
        self._drawn, self._shown, self._last = common.on_terminal, 0, 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, what: str, done: int, total: int) -> None:
        """Say how far it has come."""
        now = time.monotonic()
        if not self._drawn or (now - self._last < PAUSE and done < total):
            return
        line = f"{what}: {100 * done // total if total else 100} %"
        click.echo(f"\r{line:{self._shown}}", err=True, nl=False)
        self._shown, self._last = len(line), now

    def clear(self) -> None:
        """Take the line away, so that something else can be said."""
        if self._shown:
            click.echo(f"\r{'':{self._shown}}\r", err=True, nl=False)
            self._shown = 0
