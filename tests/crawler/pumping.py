"""Texts that make an expression go back over itself: each of its repeats, said again and again, and a wrong end."""

from __future__ import annotations

import re
import re._constants as kinds  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from random import Random
from typing import Any

_SIGNS = "aZ1 -:;,.=({[<>]})/|的人记者编辑年月日第页网报社·、：（）【】"
_CATEGORIES = {kinds.CATEGORY_DIGIT: "17", kinds.CATEGORY_SPACE: " ", kinds.CATEGORY_WORD: "a的1"}
_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)
_ENDS = ("!", "{", "x", "。")


def pumped(expression: re.Pattern[str], length: int, dice: Random) -> Iterator[str]:
    """Texts of that length, white space collapsed as every line's is, for each repeat of the expression."""
    for before, body in _repeats(parser.parse(expression.pattern, expression.flags), dice):
        one, other = _said(body, dice) or "a", _said(body, dice) or "a"
        for unit in (one, one + other):
            text = " ".join((before + unit * length).split())
            yield text[: length - 1] + dice.choice(_ENDS)


def _repeats(parsed: Any, dice: Random, before: str = "") -> Iterator[tuple[str, Any]]:
    """Each part that may be said many times, and a text that leads up to it."""
    for at, (kind, value) in enumerate(parsed):
        lead = before + _said(parsed[:at], dice)
        if kind in _REPEATS:
            if value[1] > 8:
                yield lead, value[2]
            yield from _repeats(value[2], dice, lead)
        for inner in _parts(kind, value):
            yield from _repeats(inner, dice, lead)


def _parts(kind: Any, value: Any) -> list[Any]:
    if kind is kinds.BRANCH:
        return list(value[1])
    if kind is kinds.SUBPATTERN:
        return [value[3]]
    return [value] if kind is kinds.ATOMIC_GROUP else []


def _said(parsed: Any, dice: Random) -> str:
    """A text that the part matches, looks ahead and behind left out."""
    said = []
    for kind, value in parsed:
        if kind is kinds.LITERAL:
            said.append(chr(value))
        elif kind in (kinds.NOT_LITERAL, kinds.ANY):
            said.append(dice.choice("a1的"))
        elif kind is kinds.IN:
            said.append(_one_of(value, dice))
        elif kind in (*_REPEATS, kinds.POSSESSIVE_REPEAT):
            least, most, body = value
            said += [_said(body, dice) for _ in range(min(most, least + dice.randrange(2)))]
        elif parts := _parts(kind, value):
            said.append(_said(dice.choice(parts), dice))
    return "".join(said)


def _one_of(members: Any, dice: Random) -> str:
    """A sign of a class."""
    signs = ""
    for kind, value in members:
        if kind is kinds.LITERAL:
            signs += chr(value)
        elif kind is kinds.RANGE:
            signs += chr(value[0]) + chr(value[1])
        elif kind is kinds.CATEGORY:
            signs += _CATEGORIES.get(value, "-")
    if members[0][0] is kinds.NEGATE:
        return dice.choice([sign for sign in _SIGNS if sign not in signs] or ["的"])
    return dice.choice(signs)
