"""Figures → one HTML page that needs nothing else: no network, no script. Pure.

It is built as a tree and written out by the library, so that what a page wrote is text in it. The browser is told to
fetch and run nothing; the one style is allowed by its digest.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

from archive.export.markup import one_line
from archive.report import plots
from archive.report.plots import span

MOST_ROWS = 500
"""Rows of a table; what is left out is said. `--json` has all."""

QUANTILES = ("p10", "p50", "p90")

STYLE = files("archive.report").joinpath("page.css").read_text("utf-8")


def page(told: Mapping[str, Any], title: str, asked: str) -> bytes:
    """The page; `asked` says in words which articles it is about."""
    html = ET.Element("html", lang="en")
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": policy()})
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    ET.SubElement(head, "title").text = one_line(title)
    ET.SubElement(head, "style").text = STYLE
    body = ET.SubElement(html, "body")
    _add(body, "h1", one_line(title))
    count = f"{told['articles']:,} articles of {len(told['sources']):,} sources"
    _add(body, "p", f"{count}{f', {one_line(asked)}' if asked else ''}. Made {told['made']}. Days are those of China.")
    if not told["articles"]:
        _add(body, "p", "There is nothing to show yet.")
    else:
        for part in (_over_time, _delays, _network, _repairs, _completeness):
            part(body, told)
    written: bytes = ET.tostring(html, "utf-8", method="html")
    return b"<!DOCTYPE html>\n" + written + b"\n"


def policy() -> str:
    """What the browser may do: show this style."""
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _over_time(body: ET.Element, told: Mapping[str, Any]) -> None:
    section = _section(body, "Articles over time", plots.over_time(told))
    unit = told["time"]["unit"]
    _add(section, "p", f"A bar for each {unit}; each row has a scale of its own, the number beside it is that of all.")
    head = ["source", "articles", "first", "last", f"busiest {unit}", "outside the picture"]
    rows = [
        [each["name"], each["articles"], each["first"], each["last"], max(each["bins"], default=0), each["outside"]]
        for each in told["sources"]
    ]
    _table(section, head, rows)


def _delays(body: ET.Element, told: Mapping[str, Any]) -> None:
    known = any(each["delays"]["articles"] for each in told["sources"])
    section = _section(body, "From publication to the first look", plots.delays(told) if known else None)
    text = "Only articles whose page tells the minute, and that were published after the source was first looked at."
    _add(section, "p", text)
    head = [
        "source",
        "articles",
        "one in ten within",
        "half within",
        "nine in ten within",
        "before first look",
        "ahead",
    ]
    rows = [
        [each["name"], each["delays"]["articles"], *map(span, map(each["delays"].get, QUANTILES)), *_left_out(each)]
        for each in told["sources"]
    ]
    _table(section, head, rows)


def _left_out(source: Mapping[str, Any]) -> tuple[int, int]:
    return source["delays"]["before_first_look"], source["delays"]["ahead"]


def _network(body: ET.Element, told: Mapping[str, Any]) -> None:
    edges = told["network"]["edges"]
    section = _section(body, "Who reprints whom", plots.network(told) if edges else None)
    text = "By the story that an article belongs to, else by what its page names as 来源."
    left_out = told["network"]["left_out"]
    _add(section, "p", text + (f" {left_out:,} articles of rare outlets are not counted." if left_out else ""))
    rows = [[each["from"], each["to"], each["articles"], each["by_story"]] for each in edges]
    _table(section, ["taken from", "brought by", "articles", "of them by story"], rows)


def _repairs(body: ET.Element, told: Mapping[str, Any]) -> None:
    found = told["repairs"]
    section = _section(body, "Repairs", plots.repairs(told) if found else None)
    kinds = [[each["rule"], each["articles"], each["changes"]] for each in found]
    _table(section, ["kind", "articles", "changes"], kinds, name="The numbers by kind")
    rows = [
        [each["name"], each["repaired"], each["lossy"]] for each in told["sources"] if each["repaired"] or each["lossy"]
    ]
    head = ["source", "articles repaired", "something lost for good"]
    _table(section, head, rows, name="The numbers by source")


def _completeness(body: ET.Element, told: Mapping[str, Any]) -> None:
    section = _section(body, "Completeness", None)
    _add(
        section,
        "p",
        "In how many of a hundred articles a field is there. A page need not have it: then nothing is invented.",
    )

    def shade(column: int, value: object) -> str:
        return f"f{int(value) // 10}" if column and isinstance(value, int) else ""

    rows = [
        [each["name"], *(round(100 * each["filled"][name]) for name in told["fields"])]
        for each in told["sources"][:MOST_ROWS]
    ]
    _table(section, ["source", *told["fields"]], rows, shade, name=None)


def _section(body: ET.Element, title: str, picture: ET.Element | None) -> ET.Element:
    section = ET.SubElement(body, "section")
    _add(section, "h2", title)
    if picture is not None:
        ET.SubElement(section, "figure").append(picture)
    return section


def _table(
    section: ET.Element,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    shade: Callable[[int, object], str] = lambda column, value: "",
    *,
    name: str | None = "The numbers",
) -> None:
    """The numbers behind a picture, folded away under a name; without one they stand there."""
    if not rows:
        _add(section, "p", "None.")
        return
    place = ET.SubElement(section, "details") if name else section
    if name:
        _add(place, "summary", name)
    table = ET.SubElement(place, "table", {} if name else {"class": "broad"})
    top = ET.SubElement(ET.SubElement(table, "thead"), "tr")
    for each in head:
        ET.SubElement(top, "th", scope="col").text = each
    body = ET.SubElement(table, "tbody")
    for row in rows[:MOST_ROWS]:
        line = ET.SubElement(body, "tr")
        for column, value in enumerate(row):
            number = isinstance(value, int)
            kind = " ".join(filter(None, ("n" if number else "", shade(column, value))))
            cell = ET.SubElement(line, "td" if column else "th", {"class": kind} if kind else {})
            if not column:
                cell.set("scope", "row")
            cell.text = f"{value:,}" if number else one_line(str(value))
    if len(rows) > MOST_ROWS:
        _add(place, "p", f"{len(rows) - MOST_ROWS:,} more rows: jianbao report --json.")


def _add(parent: ET.Element, tag: str, text: str) -> ET.Element:
    found = ET.SubElement(parent, tag)
    found.text = text
    return found
