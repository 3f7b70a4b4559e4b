"""What the types of a source's or family's file cannot say: expressions, selectors, schedules, hosts, dates."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.source.hours import parse_hours
from crawler.source.model import (
    SELECTOR_FIELDS,
    Family,
    Schedule,
    Source,
    host_of,
    parse_budget,
    parse_interval,
)
from crawler.toml import Problem, TomlError, TomlFile, check, suggest

Path = tuple[str | int, ...]

TIMEZONE = "Asia/Shanghai"
_BLANK_PAGE = LexborHTMLParser("<html></html>")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?")


LONGEST_NAME = 253
"""Letters of a host's name."""


def is_source_id(text: str) -> bool:
    """Whether a source or a family may be called so."""
    return _ID.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Whether a host, with a port or without, can be called so; in lower case, no longer than RFC 1035 (2.3.4) has it.

    >>> is_host("www.tibet.cn"), is_host("[::1]:8080"), is_host(".."), is_host("a" * 64 + ".cn")
    (True, True, False, False)
    """
    return _HOST.fullmatch(text) is not None and text == text.lower() and _fits_dns(text)


def _fits_dns(host: str) -> bool:
    """Whether a name's labels have 63 letters at most, and it 253, as they are asked for."""
    name = host.rpartition(":")[0] or host
    if host.startswith("["):
        return True
    try:
        return len(name) <= LONGEST_NAME and len(name.encode("idna")) <= LONGEST_NAME  # which knows the labels' 63
    except UnicodeError:
        return False


class SourceError(TomlError):
    """What is wrong with the files of sources or families; `problems` holds each mistake with file and line."""


def source_problems(file: TomlFile, name: str, families: Mapping[str, Family]) -> list[Problem]:
    """Everything that is wrong with a source's file, by line; `name` is the file's name without `.toml`."""
    problems = check(file, Source)
    for key in ("profile", "idle_lists", "hook"):
        if key in file.data:
            problems.append(file.problem((key,), f'"{key}" is filled in when the file is loaded; remove it'))
    problems += _identity(file, name)
    problems += _family(file, families)
    problems += _addresses(file)
    problems += _schedule(file)
    problems += _hours(file)
    problems += _ladder(file)
    problems += _private_addresses(file)
    problems += _expressions(file, ("articles", "patterns"))
    problems += _expressions(file, ("articles", "exclude"))
    for index, page in enumerate(_tables(file, "lists")):
        problems += _selector(file, ("lists", index, "links"), page.get("links"))
        problems += _numbered(file, ("lists", index, "next_pages"), page.get("next_pages"))
        problems += _kind(file, index, page)
    for index, template in enumerate(_tables(file, "templates")):
        problems += _selectors(file, ("templates", index), template)
    problems += _template_days(file)
    return sorted(problems)


def family_problems(file: TomlFile, name: str) -> list[Problem]:
    """Everything that is wrong with a family's file, by line."""
    problems = check(file, Family)
    problems += _identity(file, name)
    problems += _expressions(file, ("articles",))
    problems += _numbered(file, ("next_pages",), file.data.get("next_pages"))
    for index, page in _texts(file.data.get("article_pages")):
        problems += _numbered(file, ("article_pages", index), page, "{stem}")
    template = file.data.get("template")
    if isinstance(template, dict):
        problems += _selectors(file, ("template",), template)
        for key in ("from", "until"):
            if key in template:
                problems.append(
                    file.problem(("template", key), f'a family has no "{key}"; only a source\'s template has')
                )
    return sorted(problems)


def _identity(file: TomlFile, name: str) -> Iterator[Problem]:
    given = file.data.get("id")
    if not isinstance(given, str):
        return
    if given != name:
        yield file.problem(("id",), f'the id is "{given}" but the file is called {name}.toml; make them equal')
    elif not _ID.fullmatch(given):
        yield file.problem(("id",), f'the id "{given}" may hold only a-z, 0-9 and single hyphens')


def _family(file: TomlFile, families: Mapping[str, Family]) -> Iterator[Problem]:
    wanted = file.data.get("family")
    if isinstance(wanted, str) and wanted not in families:
        yield file.problem(("family",), f'unknown family "{wanted}"{suggest(wanted, tuple(families))}')


def _addresses(file: TomlFile) -> Iterator[Problem]:
    """`home` and every list are http(s) addresses on the source's hosts; hosts are bare names."""
    home = file.data.get("home")
    given = [(key, index, host) for key in ("hosts", "other_hosts") for index, host in _texts(file.data.get(key))]
    names = [host for _, _, host in given]
    for place, (key, index, host) in enumerate(given):
        if not is_host(host):
            message = f'"{host}" is not a host; write the bare name in lower case: "www.example.cn"'
            yield file.problem((key, index), message)
        elif host in names[:place]:
            yield file.problem((key, index), f'"{host}" stands twice')
    own = () if file.data.get("hosts") or not isinstance(home, str) else (host_of(home),)
    known = tuple(dict.fromkeys((*own, *names)))
    if isinstance(home, str):
        yield from _address(file, ("home",), home, known)
    seen: dict[str, int] = {}
    for index, page in enumerate(_tables(file, "lists")):
        url = page.get("url")
        if not isinstance(url, str):
            continue
        yield from _address(file, ("lists", index, "url"), url, known)
        if url in seen:
            yield file.problem(("lists", index, "url"), f"the list {url} stands twice")
        seen[url] = index


def _address(file: TomlFile, path: Path, url: str, hosts: tuple[str, ...]) -> Iterator[Problem]:
    host = host_of(url)
    if not re.match(r"https?://", url) or not host or re.search(r"\s", url):
        yield file.problem(path, f'"{url}" is not an address; it has to begin with http:// or https:// and a host')
    elif hosts and host not in hosts and host.rpartition(":")[0] not in hosts:
        yield file.problem(path, f'unknown host "{host}"; add it to hosts, which has {", ".join(hosts)}')


def _schedule(file: TomlFile) -> Iterator[Problem]:
    schedule = file.data.get("schedule")
    if not isinstance(schedule, dict):
        return
    cron = schedule.get("cron")
    if "every" in schedule and "cron" in schedule:
        yield file.problem(("schedule", "cron"), '"every" and "cron" in [schedule] exclude each other; keep one')
    for key in ("budget", "at_least", "at_most"):
        for fixed in ("every", "cron"):
            if key in schedule and fixed in schedule:
                message = (
                    f'"{key}" in [schedule] goes with no "{fixed}": it bounds looks by the rhythm; keep one of them'
                )
                yield file.problem(("schedule", key), message)
    for key, (what, parse) in _SCHEDULE.items():
        if isinstance(text := schedule.get(key), str):
            try:
                parse(text)
            except ValueError as error:
                yield file.problem(("schedule", key), f'bad {what} "{text}" in [schedule]: {error}')
    if isinstance(cron, str) and (fault := _cron_fault(cron)):
        yield file.problem(("schedule", "cron"), f'bad cron expression "{cron}" in [schedule]: {fault}')
    yield from _spacing(file, schedule)


def _spacing(file: TomlFile, schedule: Mapping[str, Any]) -> Iterator[Problem]:
    """The least time between two looks is no longer than the longest."""
    given = [schedule.get(key, getattr(_ABSENT, key)) for key in ("at_least", "at_most")]
    try:
        least, most = map(parse_interval, given)
    except (TypeError, ValueError):
        return  # said already
    if least > most:
        key = "at_most" if "at_most" in schedule else "at_least"
        yield file.problem(("schedule", key), f'"at_least" ({given[0]}) is longer than "at_most" ({given[1]})')


def _ladder(file: TomlFile) -> Iterator[Problem]:
    """The rungs of `revisit` are intervals, and go from young to old."""
    ages: list[timedelta] = []
    rungs = file.data.get("revisit")
    for index, rung in enumerate(rungs if isinstance(rungs, list) else ()):
        if not (isinstance(rung, list) and len(rung) == 2 and all(isinstance(each, str) for each in rung)):
            continue  # the wrong type is reported already
        try:
            until, _ = map(parse_interval, rung)
        except ValueError as error:
            yield file.problem(("revisit", index), f"bad rung {rung} in revisit: {error}")
            continue
        if ages and until <= ages[-1]:
            yield file.problem(
                ("revisit", index), f"{rung[0]} comes too late: the rungs of revisit go from young to old"
            )
        ages.append(until)


_ABSENT = Schedule()
_SCHEDULE: dict[str, tuple[str, Callable[[str], object]]] = {  # key: what it is, and how it is read
    "every": ("interval", parse_interval),
    "at_least": ("interval", parse_interval),
    "at_most": ("interval", parse_interval),
    "budget": ("budget", parse_budget),
}


def _cron_fault(cron: str) -> str | None:
    from apscheduler.triggers.cron import CronTrigger  # takes a third of a second to import; few files have a cron

    fields = cron.split()
    if len(fields) == 5 and re.search(r"(?<![/\d])\d", fields[4]):
        return "write weekdays as mon,tue,…: as a number 1 is Monday to cron and Tuesday to APScheduler"
    try:
        trigger = CronTrigger.from_crontab(cron, timezone=TIMEZONE)
    except ValueError as error:
        return str(error)
    if trigger.get_next_fire_time(None, A_DAY) is None:
        return "there is no such day in any year"
    return None


A_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # any day will do: what comes once will come again


def _hours(file: TomlFile) -> Iterator[Problem]:
    hours = _at(file.data, ("politeness", "hours"))
    if isinstance(hours, str):
        try:
            parse_hours(hours)
        except ValueError as error:
            yield file.problem(("politeness", "hours"), f'bad hours "{hours}" in [politeness]: {error}')


def _private_addresses(file: TomlFile) -> Iterator[Problem]:
    for index, address in _texts(_at(file.data, ("politeness", "allow_addresses"))):
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError:
            path = ("politeness", "allow_addresses", index)
            yield file.problem(path, f'"{address}" is not an IP address or network such as 127.0.0.1 or 10.0.0.0/8')


def _expressions(file: TomlFile, path: Path) -> Iterator[Problem]:
    for index, pattern in _texts(_at(file.data, path)):
        try:
            re.compile(pattern)
        except re.error as error:
            yield file.problem((*path, index), f'bad regular expression "{pattern}": {error}')


def _selectors(file: TomlFile, path: Path, template: Mapping[str, Any]) -> Iterator[Problem]:
    for field in SELECTOR_FIELDS:
        for index, selector in _texts(template.get(field)):
            yield from _selector(file, (*path, field, index), selector)


def _selector(file: TomlFile, path: Path, selector: Any) -> Iterator[Problem]:
    if not isinstance(selector, str):
        return
    try:
        _BLANK_PAGE.css(selector)
    except SelectolaxError:
        yield file.problem(path, f'bad CSS selector "{selector}"')


def _numbered(file: TomlFile, path: Path, name: Any, *also: str) -> Iterator[Problem]:
    """The name of further pages holds {n} once, and beside it at most `also`."""
    if isinstance(name, str) and sorted(re.findall(r"\{[^}]*\}", name)) not in (["{n}"], ["{n}", *also]):
        yield file.problem(path, f'"{name}" has to hold {{n}}, the number of the page, once')


KEYS_OF_KINDS: Mapping[str, tuple[str, ...]] = {
    "links": ("html", "epaper", "json"),
    "items": ("json",),
    "item_url": ("json",),
    "item_title": ("json",),
    "item_time": ("json",),
}
"""Keys of a list that mean something for some kinds only."""

_DAY_FIELDS = re.compile(r"\{([^}]*)\}")


def _kind(file: TomlFile, index: int, page: Mapping[str, Any]) -> Iterator[Problem]:
    """The keys suit the list's kind, and an address for each day names the whole day."""
    kind = page.get("kind", "html")
    for key, kinds in KEYS_OF_KINDS.items():
        if key in page and kind not in kinds:
            wanted = " or ".join(f'kind = "{each}"' for each in kinds)
            yield file.problem(("lists", index, key), f'"{key}" is for lists with {wanted}; this one is "{kind}"')
    if kind == "json" and "item_url" not in page and "links" not in page:
        message = 'a list with kind = "json" needs "item_url", the field of the address, or "links" if it holds HTML'
        yield file.problem(("lists", index), message)
    url = page.get("url")
    fields = set(_DAY_FIELDS.findall(url)) if isinstance(url, str) else set()
    if fields and fields not in ({"yyyy", "mm", "dd"}, {"yy", "mm", "dd"}):
        message = f'"{url}" has to hold {{yyyy}} or {{yy}}, {{mm}} and {{dd}} for its day, and nothing else in braces'
        yield file.problem(("lists", index, "url"), message)
    if "days" in page and not fields:
        message = '"days" is for lists with an address for each day: {yyyy}, {mm} and {dd} in its "url"'
        yield file.problem(("lists", index, "days"), message)


def _template_days(file: TomlFile) -> Iterator[Problem]:
    """No two templates are valid on one day; which should rule then?"""
    spans: list[tuple[date, date, int]] = []
    for index, template in enumerate(_tables(file, "templates")):
        since, until = template.get("from", date.min), template.get("until", date.max)
        if type(since) is not date or type(until) is not date:
            continue  # the wrong type is reported already
        if since > until:
            yield file.problem(("templates", index, "from"), f"this template ends ({until}) before it begins ({since})")
        else:
            spans.append((since, until, index))
    spans.sort()
    for (_, until, one), (since, _, two) in pairwise(spans):
        if since <= until:
            first, second = sorted((one, two))
            message = f"templates {first + 1} and {second + 1} overlap; end one the day before the other begins"
            yield file.problem(("templates", second), message)


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _tables(file: TomlFile, key: str) -> list[dict[str, Any]]:
    value = file.data.get(key)
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def _texts(value: Any) -> list[tuple[int, str]]:
    """The texts of a list with their positions; whatever else stands there is reported by its type."""
    return (
        [(index, item) for index, item in enumerate(value) if isinstance(item, str)] if isinstance(value, list) else []
    )
