"""With --log-json standard error holds JSON lines and nothing else, whoever writes there.

What a command says to a person is an event ("said"), an error that ends it is one ("refused", "interrupted", "fault"),
and what libraries log or warn of, and what ends a thread, are lines as well.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.log.lines import JsonLines

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_said = logging.getLogger("jianbao.said")
_ours: list[logging.Handler] = []  # none or one; what else listens is a test's


def in_json() -> bool:
    """Whether sentences are written as JSON at present."""
    return bool(_ours)


def say(sentence: str, level: int = logging.INFO, event: str = "said", **facts: object) -> None:
    """Write a sentence as an event; `facts` are plain values."""
    _said.log(level, "%s", sentence, extra={"jianbao": {"event": event, **facts}})


def fault(error: BaseException) -> None:
    """Write of a fault of ours, with its traceback."""
    facts = {"jianbao": {"event": "fault"}}
    _said.critical("%s: %s", type(error).__name__, error, exc_info=error, extra=facts)


def begin_saying() -> None:
    """Have sentences written to standard error as JSON from now on; the first time counts."""
    if not _ours:
        _ours.append(_lines())
        _said.addHandler(_ours[0])
        _said.propagate = False
        _said.setLevel(logging.DEBUG)


def end_saying() -> None:
    """Have sentences be sentences again."""
    while _ours:
        _said.removeHandler(_ours.pop())


@contextmanager
def nothing_but_json() -> Iterator[None]:
    """As long as the block lasts, whatever goes to standard error by way of Python is a JSON line."""
    root, theirs = logging.getLogger(), _lines()
    hooks = threading.excepthook, sys.unraisablehook
    end_saying()
    begin_saying()
    root.addHandler(theirs)
    logging.captureWarnings(True)
    threading.excepthook, sys.unraisablehook = _of_thread, _unraisable
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(theirs)
        end_saying()
        threading.excepthook, sys.unraisablehook = hooks


def _lines() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    return handler


def _of_thread(came: threading.ExceptHookArgs) -> None:
    if came.exc_value is not None:
        fault(came.exc_value)


def _unraisable(came: UnraisableHookArgs) -> None:
    if came.exc_value is not None:
        fault(came.exc_value)
