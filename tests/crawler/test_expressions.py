"""No expression that looks at a page goes back over a short text for long: a line of 90 characters ends at once."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from types import FrameType
from typing import Any

import pytest
from pumping import pumped

from crawler.clean.rules import counters, credits, phrases, scripts
from crawler.discover.judge import may_be_article
from crawler.extract.phrases import boilerplate
from crawler.later import later

PACKAGES = ("extract", "clean", "learn", "decode", "repair", "discover", "hook", "source")
MODULES = ("series.join", "listing")
LENGTH = 90
SECONDS = 1.0  # of the processor, in which a line is looked at a thousand times
LATER = type(later("a"))


class TooLong(Exception):  # noqa: N818 - what a test waits for
    """The time of the processor is over."""


@contextmanager
def bounded() -> Iterator[None]:
    """End what takes more than SECONDS of the processor."""

    def end(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def modules() -> Iterator[Any]:
    """Every module that looks at pages and addresses."""
    for name in PACKAGES:
        package = importlib.import_module(f"crawler.{name}")
        yield package
        for each in pkgutil.walk_packages(package.__path__, f"crawler.{name}."):
            yield importlib.import_module(each.name)
    yield from (importlib.import_module(f"crawler.{name}") for name in MODULES)


def expressions() -> dict[str, list[re.Pattern[str]]]:
    """Their expressions of text by name, and those of the tables of phrases."""
    found: dict[str, list[re.Pattern[str]]] = {}
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, re.Pattern | LATER) and isinstance(value.pattern, str):
                compiled = re.compile(value.pattern, value.flags)
                found.setdefault(module.__name__, []).append(compiled)
    found["phrases"] = [
        re.compile(pattern, re.IGNORECASE) for table in boilerplate().values() for pattern in table.patterns
    ]
    return found


EXPRESSIONS = expressions()


@pytest.mark.parametrize("module", sorted(EXPRESSIONS))
def test_no_expression_goes_back_over_a_short_line_for_long(module: str) -> None:
    """Whatever part of it a line repeats up to a wrong end, the answer comes at once."""
    dice = Random(17)
    for expression in EXPRESSIONS[module]:
        for text in (text for _ in range(3) for text in pumped(expression, LENGTH, dice)):
            with bounded():
                expression.fullmatch(text)
                expression.search(text)


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (scripts.reason, ".x{" + "aa:b" * 70 + "{"),
        (counters.reason, "共有" * 24 + "x"),
        (lambda text: credits._ROLES.fullmatch(text), ("编辑:编辑编辑编辑" * 9)[:89] + "!"),
        (phrases.reason, ("[分享到a]" * 30)[:77] + " 。"),
        (may_be_article, "http://www.example.cn/index" + "1" * 80),
    ],
    ids=["a style without ends", "words of a counter", "roles and names run together", "buttons", "a long number"],
)
def test_what_once_took_for_ever_ends(look: Callable[[str], object], text: str) -> None:
    """Lines and addresses that had more ways to be read than there is time for."""
    with bounded():
        look(text)


def test_an_expression_with_too_many_ways_is_found_out() -> None:
    """The texts do what they are for: an expression that is known to be bad does not end."""
    bad = re.compile(r"(?:[ab]+,?)*c")
    texts = list(pumped(bad, LENGTH, Random(17)))
    with pytest.raises(TooLong), bounded():
        list(map(bad.fullmatch, texts))


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (scripts.reason, ".p1{font-size:14px;color:red}"),
        (counters.reason, "本文已有阅读1234次"),
        (lambda text: credits._ROLES.fullmatch(text), "责编：王小明 一审：李四【值班终审/张大山】"),
        (lambda text: credits._ROLES.fullmatch(text), "编辑:王小明审核:李四"),
        (phrases.reason, "【分享到微信】分享到微博"),
    ],
)
def test_what_they_are_for_is_still_found(look: Callable[[str], object], text: str) -> None:
    """The bounded expressions know what they knew before."""
    assert look(text)
