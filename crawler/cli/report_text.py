"""The figures of a report, small, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archive.export.markup import one_line
from archive.report.plots import span
from crawler.cli.table import counted, shortened, table

MOST = 20  # rows of a table
LEAST = 60  # columns of a terminal
NAME = 22  # columns of a source's name
LEVELS = "▁▂▃▄▅▆▇█"
EIGHTHS = " ▏▎▍▌▋▊▉█"
ENGLISH = {"p10": "10 %", "p50": "half", "p90": "90 % within"}


def in_words(told: Mapping[str, Any], columns: int) -> Iterator[str]:
    """Line by line, as broad as the terminal is."""
    columns = max(columns, LEAST)
    sources = told["sources"]
    yield f"{counted(told['articles'], 'article')} of {counted(len(sources), 'source')}"
    if not sources:
        return
    yield from _over_time(told, sources[:MOST], columns)
    yield from _part("From publication to the first look, where the minute is known", _delays(sources))
    yield from _part("Who reprints whom", _network(told["network"]["edges"][:MOST], columns))
    yield from _part("Repairs", _repairs(told["repairs"][:MOST], columns))
    yield from _part("Fields that are there, in percent", _completeness(told, sources[:MOST], columns))
    if len(sources) > MOST:
        yield f"\n{len(sources) - MOST:,} more sources: --json, or -o report.html."


def sparkline(counts: Sequence[int], columns: int) -> str:
    """The counts as small bars, at most so many; neighbours are added up where there are more. None is a blank.

    >>> sparkline([1, 0, 4, 8], 10), sparkline([1, 1, 4, 4], 2)
    ('▁ ▄█', '▂█')
    """
    together = -(-len(counts) // max(columns, 1)) or 1
    summed = [sum(counts[at : at + together]) for at in range(0, len(counts), together)]
    most = max(summed, default=0)
    return "".join(LEVELS[-(-8 * each // most) - 1] if each else " " for each in summed)


def bar(share: float, columns: int) -> str:
    """A bar of so many columns at most, to an eighth.

    >>> bar(0.5, 3), bar(0.01, 3)
    ('█▌', '▏')
    """
    eighths = max(1, round(share * columns * 8))
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _over_time(told: Mapping[str, Any], sources: Sequence[Mapping[str, Any]], columns: int) -> Iterator[str]:
    bins = told["time"]["bins"]
    if bins:
        yield f"\nArticles by {told['time']['unit']}, {bins[0]} to {bins[-1]} (own scales)"
    room = columns - 38  # beside a name and a number
    rows = [[_name(each), each["articles"], sparkline(each["bins"], room)] for each in sources]
    yield table(["source", "articles", ""], rows)


def _part(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from lines


def _delays(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    known = [each for each in sources if each["delays"]["articles"]][:MOST]
    names = ["p10", "p50", "p90"]
    rows = [
        [_name(each), each["delays"]["articles"], *(span(each["delays"][name]) for name in names)] for each in known
    ]
    return [table(["source", "articles", *(ENGLISH[name] for name in names)], rows)] if rows else []


def _network(edges: Sequence[Mapping[str, Any]], columns: int) -> list[str]:
    most = max((each["articles"] for each in edges), default=1)
    room = min(22, (columns - 26) // 2)
    rows = [
        [
            shortened(one_line(each["from"]), room),
            "→",
            shortened(one_line(each["to"]), room),
            each["articles"],
            bar(each["articles"] / most, columns - 2 * room - 17),
        ]
        for each in edges
    ]
    return [table(["taken from", "", "by", "articles", ""], rows)] if rows else []


def _repairs(found: Sequence[Mapping[str, Any]], columns: int) -> list[str]:
    most = max((each["articles"] for each in found), default=1)
    rows = [[each["rule"], each["articles"], bar(each["articles"] / most, max(columns - 38, 4))] for each in found]
    return [table(["kind", "articles", ""], rows)] if rows else []


def _completeness(told: Mapping[str, Any], sources: Sequence[Mapping[str, Any]], columns: int) -> list[str]:
    """A table, or several below one another, so that no line is too broad."""
    groups: list[list[str]] = [[]]
    for name in told["fields"]:
        if NAME + sum(len(each) + 2 for each in (*groups[-1], name)) > columns:
            groups.append([])
        groups[-1].append(name)
    return [
        table(
            ["source", *fields],
            [[_name(each), *(round(100 * each["filled"][name]) for name in fields)] for each in sources],
        )
        for fields in groups
    ]


def _name(source: Mapping[str, Any]) -> str:
    return shortened(one_line(source["name"]), NAME)
