"""The addresses that a page's scripts put together: of the data they ask for, and of the articles they link to. Pure.

A script rarely holds such an address in one piece: `"/api/list?cid=" + cid + "&page=" + page`. Strings that are joined
by `+` are put together again, names that the page gives a value to are looked up, pages begin with 1. What cannot be
known stays a field in braces, as `"/detail?id=" + item.id` does: that is how an article's address is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

MOST_SCRIPT = 600_000  # characters of a page's scripts, in all
MOST_STRINGS = 20_000  # looked at
MOST_CALLS = 400  # addresses among them
MOST_PIECES = 16  # of one address
LONGEST = 600  # characters of an address

PAGE_WORDS = r"(?:cur(?:rent)?_?)?(?:page|pg)(?:_?(?:no|num|number|index|idx))?|p|pn"
_PAGE = re.compile(rf"(?:{PAGE_WORDS})", re.IGNORECASE)
_SIZE = re.compile(r"(?:page_?|per_?)?(?:size|cnt|count|rows|limit|perpage)", re.IGNORECASE)
PAGE_SIZE = "20"

_QUOTED = re.compile(r"""(?P<quote>["'`])(?P<words>[^"'`\s<>\\]{0,600})(?P=quote)""")
_JOINT = re.compile(r"[ \t\r\n]{0,20}\+[ \t\r\n]{0,20}")
_NAME = re.compile(r"[A-Za-z_$][\w$]{0,60}(?:\[\w{1,20}\]|\.[A-Za-z_$][\w$]{0,60}){0,6}(?![\w$(])")
_BEFORE = re.compile(r"(?<![\w$.)\]])([A-Za-z_$][\w$]{0,40})[ \t\r\n]{0,10}\+[ \t\r\n]{0,10}$")
_IN_TEMPLATE = re.compile(r"\$\{([A-Za-z_$][\w$.]{0,100})\}")
_ENDS_WITH_KEY = re.compile(r"[?&]([\w-]{1,40})=$")
_GIVEN = re.compile(
    r"""(?<![\w$.])([A-Za-z_$][\w$]{0,40})[ \t]{0,5}[:=][ \t]{0,5}(?:["']([\w/.:-]{1,120})["']|(\d{1,12})(?![\w.]))"""
)
_ASKING = re.compile(
    r"(?:getJSON|\.get|\.ajax|fetch|axios[\w.]{0,10}|request[\w.]{0,10}|open|load)[ \t]{0,3}\([^()]{0,60}$"
    r"|\b(?:url|api\w{0,20}|src|dataurl)[\"']?[ \t]{0,5}[:=][ \t\"'(]{0,5}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Call:
    """An address as a script writes it, relative or not. `fields` are the names in braces that nobody gave a value."""

    href: str
    asked: bool = False  # what stands before it asks for data: $.getJSON(, fetch(, url:
    fields: tuple[str, ...] = ()


def calls(script: str) -> tuple[Call, ...]:
    """What a script puts together and what may be an address, each once, in its order.

    >>> [each.href for each in calls("var c = 12; $.get('/list?c=' + c + '&page=' + n); go('/detail?id=' + item.id)")]
    ['/list?c=12&page=1', '/detail?id={id}']
    """
    script = script[:MOST_SCRIPT]
    given = {match[1]: match[2] or match[3] for match in _GIVEN.finditer(script)}
    found: dict[str, Call] = {}
    for href, start in _joined(script, given):
        if len(found) >= MOST_CALLS:
            break
        if "/" not in href or len(href) > LONGEST or not re.search(r"[A-Za-z]{2}", href):
            continue
        fields = tuple(re.findall(r"\{(\w+)\}", href))
        asked = _ASKING.search(script, max(0, start - 100), start) is not None
        if href not in found or (asked and not found[href].asked):
            found[href] = Call(href, asked, fields)
    return tuple(found.values())


def _joined(script: str, given: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Every string, joined with what is added to it, and where it begins."""
    at = 0
    for _ in range(MOST_STRINGS):
        if (first := _QUOTED.search(script, at)) is None:
            return
        before = _BEFORE.search(script, max(0, first.start() - 80), first.start())
        pieces = [given.get(before[1], "") if before else "", _of_template(unescape(first["words"]), given)]
        at = first.end()
        while len(pieces) < MOST_PIECES and (joint := _JOINT.match(script, at)):
            if more := _QUOTED.match(script, joint.end()):
                pieces.append(unescape(more["words"]))
            elif more := _NAME.match(script, joint.end()):
                pieces.append(_value(more[0], pieces[-1], given))
            else:
                break
            at = more.end()
        yield "".join(pieces), first.start()


def _of_template(words: str, given: dict[str, str]) -> str:
    """A template string: `/detail/${item.id}`."""
    return _IN_TEMPLATE.sub(lambda match: _value(match[1], words[: match.start()], given), words)


def _value(name: str, before: str, given: dict[str, str]) -> str:
    """What a name stands for: the first page, a page's size, what the script says of it, else a field."""
    key = _ENDS_WITH_KEY.search(before)
    last = re.sub(r"\[\w+\]$", "", name).rpartition(".")[2]
    if key and _PAGE.fullmatch(key[1]):
        return "1"
    if key and _SIZE.fullmatch(key[1]):
        return given.get(name) or PAGE_SIZE
    return given.get(name) or f"{{{last}}}"
