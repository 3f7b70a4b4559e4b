"""Figures → SVG, as trees of elements: what a page wrote is text in them and cannot be anything else. Pure.

Colours come from the page's style by class, so that light, dark and print are its business. Each picture has a title
and a description, and beside it stands the table of what it shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from archive.export.markup import one_line

WIDTH = 900
LEFT = 190  # where labels end
ROW = 24
MOST_ROWS = 40
MOST_EDGES = 80
TICKS = (
    (60, "1 min"),
    (600, "10 min"),
    (3_600, "1 h"),
    (21_600, "6 h"),
    (86_400, "1 d"),
    (604_800, "7 d"),
    (2_592_000, "30 d"),
)


def short(text: str, most: int = 22) -> str:
    """A label of so many columns at most; a Chinese character takes two.

    >>> short("岚川省工业和信息化厅新闻办公室")
    '岚川省工业和信息化厅…'
    """
    taken = ""
    columns = 0
    for char in one_line(text):
        columns += 2 if ord(char) > 0x2E7F else 1
        if columns > most:
            return taken[:-1] + "…"
        taken += char
    return taken


def over_time(told: Mapping[str, Any]) -> ET.Element:
    """A row of bars for each source: its articles in each bin of time, all to one scale a row."""
    sources, bins = told["sources"][:MOST_ROWS], told["time"]["bins"]
    drawn = _picture(
        "over-time",
        "Articles over time",
        f"A row for each source; a bar for each {told['time']['unit']}, its height to the row's own scale.",
        30 + ROW * len(sources),
    )
    step = (WIDTH - LEFT - 60) / max(len(bins), 1)
    for row, source in enumerate(sources):
        bottom, most = 10 + ROW * (row + 1) - 4, max(source["bins"], default=0) or 1
        _label(drawn, source["name"], bottom)
        for at, count in enumerate(source["bins"]):
            if count:
                height = max(1.0, (ROW - 6) * count / most)
                bar = _add(drawn, "rect", "bar", x=LEFT + 8 + at * step, y=bottom - height, height=height)
                bar.set("width", _number(max(0.8, step - min(1.5, step / 4))))
                _add(bar, "title").text = f"{one_line(source['name'])}, {bins[at]}: {count:,}"
        _text(drawn, WIDTH, bottom, f"{source['articles']:,}", "end")
    if bins:
        under = 24 + ROW * len(sources)
        _text(drawn, LEFT + 8, under, bins[0], "start")
        _text(drawn, WIDTH - 56, under, bins[-1], "end")
    return drawn


def delays(told: Mapping[str, Any]) -> ET.Element:
    """A line from the tenth to the ninetieth of a hundred delays for each source, and a point at the middle one."""
    sources = [each for each in told["sources"] if each["delays"]["articles"]][:MOST_ROWS]
    drawn = _picture(
        "delays",
        "From publication to the first look",
        "For each source the middle four fifths of the delays as a line, the median as a point; a logarithmic scale.",
        34 + ROW * len(sources),
    )
    lowest, highest = math.log(30), math.log(5_184_000)

    def place(seconds: float) -> float:
        share = (math.log(max(seconds, 30)) - lowest) / (highest - lowest)
        return LEFT + 8 + (WIDTH - LEFT - 20) * min(share, 1.0)

    for seconds, name in TICKS:
        _add(drawn, "line", "tick", x1=place(seconds), x2=place(seconds), y1=6, y2=12 + ROW * len(sources))
        _text(drawn, place(seconds), 28 + ROW * len(sources), name, "middle")
    for row, source in enumerate(sources):
        middle, found = ROW * (row + 1) - 2, source["delays"]
        _label(drawn, source["name"], middle + 4)
        _add(drawn, "line", "range", x1=place(found["p10"]), x2=place(found["p90"]) + 0.5, y1=middle, y2=middle)
        point = _add(drawn, "circle", "point", cx=place(found["p50"]), cy=middle, r=5)
        _add(point, "title").text = f"{one_line(source['name'])}: median {span(found['p50'])}"
    return drawn


def network(told: Mapping[str, Any]) -> ET.Element:
    """From whom on the left, by whom on the right; a line is as broad as articles are many."""
    edges = told["network"]["edges"]
    origins = _shares(edges, "from")[:20]
    takers = _shares(edges, "to")[:20]
    known = dict(origins), dict(takers)
    shown = [each for each in edges if each["from"] in known[0] and each["to"] in known[1]][:MOST_EDGES]
    rows = max(len(origins), len(takers))
    drawn = _picture(
        "network",
        "Who reprints whom",
        "Outlets from which articles were taken stand on the left, the sources that brought them on the right.",
        16 + ROW * rows,
    )
    heights = [{name: ROW * at + 20 for at, (name, _) in enumerate(side)} for side in (origins, takers)]
    most = max((each["articles"] for each in shown), default=1)
    for edge in shown:
        start, end = heights[0][edge["from"]], heights[1][edge["to"]]
        left, right = LEFT + 60, WIDTH - LEFT - 60
        middle = (left + right) / 2
        way = f"M{left} {start}C{_number(middle)} {start} {_number(middle)} {end} {right} {end}"
        line = _add(drawn, "path", "edge", d=way)
        line.set("stroke-width", _number(1 + 9 * math.sqrt(edge["articles"] / most)))
        _add(line, "title").text = f"{one_line(edge['from'])} → {one_line(edge['to'])}: {edge['articles']:,}"
    for name, count in origins:
        _text(drawn, LEFT + 54, heights[0][name] + 4, f"{short(name, 28)} {count:,}", "end")
    for name, count in takers:
        _text(drawn, WIDTH - LEFT - 54, heights[1][name] + 4, f"{count:,} {short(name, 28)}", "start")
    return drawn


def repairs(told: Mapping[str, Any]) -> ET.Element:
    """A bar for each kind of repair: the articles that had it."""
    found = told["repairs"][:MOST_ROWS]
    drawn = _picture(
        "repairs", "Repairs", "A bar for each kind: the articles that it was needed in.", 10 + ROW * len(found)
    )
    most = max((each["articles"] for each in found), default=1)
    for row, each in enumerate(found):
        bottom = ROW * (row + 1)
        _label(drawn, each["rule"], bottom - 3)
        length = (WIDTH - LEFT - 90) * each["articles"] / most
        _add(drawn, "rect", "bar", x=LEFT + 8, y=bottom - 15, width=max(1.0, length), height=14)
        _text(drawn, LEFT + 14 + length, bottom - 3, f"{each['articles']:,}", "start")
    return drawn


def span(seconds: float | None) -> str:
    """A stretch of time in one unit.

    >>> span(90), span(7_300), span(200_000), span(None)
    ('2 min', '2 h', '2 d', '–')
    """
    if seconds is None:
        return "–"
    for unit, size in (("d", 86_400), ("h", 3_600)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 1) / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def _shares(edges: Sequence[Mapping[str, Any]], side: str) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for each in edges:
        found[each[side]] = found.get(each[side], 0) + each["articles"]
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _picture(name: str, title: str, described: str, height: int) -> ET.Element:
    drawn = ET.Element("svg", viewBox=f"0 0 {WIDTH} {height}", role="img")
    drawn.set("aria-labelledby", f"{name}-title {name}-desc")
    ET.SubElement(drawn, "title", id=f"{name}-title").text = title
    ET.SubElement(drawn, "desc", id=f"{name}-desc").text = described
    return drawn


def _add(parent: ET.Element, tag: str, kind: str = "", **attributes: float | str) -> ET.Element:
    words = {name: value if isinstance(value, str) else _number(value) for name, value in attributes.items()}
    return ET.SubElement(parent, tag, {"class": kind, **words} if kind else words)


def _label(drawn: ET.Element, name: str, height: float) -> None:
    _text(drawn, LEFT, height, short(name), "end")


def _text(drawn: ET.Element, across: float, down: float, words: str, anchor: str) -> None:
    found = _add(drawn, "text", x=across, y=down)
    found.set("text-anchor", anchor)
    found.text = words


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
