"""The JSON endpoints that pages fill their lists from → articles. Pure.

Where the items stand and what their fields are called says the source's file: `items = "data.list"`,
`item_url = "LinkUrl"` or `"/xzweb/detail?id={id}"`, `item_title`, `item_time`. JSONP and keys without quotation marks
are read as well: both were seen (xinhuanet's nodeart, 2018-2020). Where `items` names a text it is a piece of HTML, as
大汉's build units answer (miit.gov.cn, 2019-2026): its links are taken, those that `links` selects.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from crawler.discover.address import Base, absolute
from crawler.discover.judge import judge_of
from crawler.discover.link import MOST_LINKS, Found, Link
from crawler.discover.moments import moment
from crawler.discover.page import page
from crawler.discover.words import headline
from crawler.extract.guard import guard
from crawler.source import ListPage, Source

LONGEST_VALUE = 2_000  # characters of an address or a title
_CALL = re.compile(r"\s*(?:[\w$.]{0,200}\s*)?\(\s*(?=[{\[])")
_BARE_KEY = re.compile(r'"(?:[^"\\]|\\[\s\S])*+(?:"|\\?\Z)|(?<![\w$])(?P<key>[A-Za-z_$][\w$]{0,100}+)(?=\s{0,9}:)')
_FIELD = re.compile(r"\{([\w.-]{1,100})\}")


class JsonError(ValueError):
    """Not JSON, nor what is nearly so; the message is a sentence."""


def as_json(text: str) -> Any:
    """The value of a JSON text, of a call with one, or of one whose keys are bare. Raises JsonError.

    >>> as_json('callback({status: 0, "data": ["a,b:c"]});')
    {'status': 0, 'data': ['a,b:c']}
    """
    text = text.strip("\ufeff \t\r\n")
    if call := _CALL.match(text):
        text = text[call.end() : text.rfind(")")]
    for attempt in (text, None):
        try:
            return msgspec.json.decode(_quoted(text) if attempt is None else attempt)
        except (msgspec.DecodeError, UnicodeError):
            continue
        except RecursionError:
            break
    raise JsonError("It is no JSON.")


def _quoted(text: str) -> str:
    return _BARE_KEY.sub(lambda match: f'"{match["key"]}"' if match["key"] else match[0], text)


def json_list(text: str, base_url: str, list_page: ListPage, source: Source) -> Found:
    """The items of an endpoint's answer, in its order; each is an article, unless the source's own patterns say no."""
    try:
        document = as_json(text)
    except JsonError as error:
        return Found(problem=str(error))
    items = _at(document, list_page.items or "")
    if isinstance(items, str):
        return page(guard(items).markup, base_url, list_page, source)
    if not isinstance(items, list):
        return Found(problem=f'It holds no list at "{list_page.items or ""}"; look at `items` in the source\'s file.')
    judge, base = judge_of(source, vouched=True), Base.of(base_url)
    found: dict[str, Link] = {}
    for item in items[:MOST_LINKS]:
        address = _address(item, list_page.item_url or "url")
        url = absolute(address, base) if address else None
        if url is not None and url not in found and judge(url) == "yes":
            title = headline(_text(_at(item, list_page.item_title or "title")))
            found[url] = Link(url, title, moment(_at(item, list_page.item_time)) if list_page.item_time else None)
    return Found(tuple(found.values()), capped=len(items) > MOST_LINKS)


def _address(item: Any, wanted: str) -> str:
    """The field of that name, or the pattern with its fields filled in; "" where one is missing."""
    if "{" not in wanted:
        return _text(_at(item, wanted))
    values = {name: _text(_at(item, name)) for name in _FIELD.findall(wanted)}
    return _FIELD.sub(lambda match: values[match[1]], wanted) if all(values.values()) else ""


def _text(value: Any) -> str:
    return str(value)[:LONGEST_VALUE].strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _at(value: Any, path: str) -> Any:
    """The value at a path such as "data.list" or "0.items"; None where there is none."""
    for key in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
