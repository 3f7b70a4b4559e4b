"""A page and a profile: the template it belongs to, and what on it is furniture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.extract.attachment import is_attachment, is_document
from crawler.extract.page import Line, Page
from crawler.learn.learnt import Learnt, Spot, Template, Where
from crawler.learn.marks import key_of, names, place_of, places, skeleton

RECOGNISED = 0.6
"""The share of a template's core that a page of it has at least."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is known of a page. `likeness` is that to the nearest template, even where it is none of them."""

    template: str | None = None
    likeness: float = 0.0
    standing: float = 1.0  # the share of the template's furniture that stands on the page
    lines: Mapping[int, tuple[Where, str]] = field(default_factory=dict)  # by the index of the line
    bodies: tuple[int, ...] = ()  # the elements that lie where the template's bodies do


def recognise(page: Page, learnt: Learnt) -> Recognised:
    """The template of the page and the furniture on it; nothing is furniture on a page of no template."""
    named = names(page)
    parts = skeleton(page, named)
    likeness, template = _nearest(parts, learnt)
    if template is None or likeness < RECOGNISED:
        return Recognised(likeness=likeness)
    paths = places(page, named)
    boxes = _boxes(page, paths, template)
    lines: dict[int, tuple[Where, str]] = {}
    met: set[str] = set()
    for index, line in enumerate(page.lines):
        if line.hidden:
            continue
        if (known := template.by_key.get(key_of(line.text, place_of(line, paths)))) is not None:
            lines[index] = known.where, known.reason
            met.add(known.key)
        elif (spot := boxes.get(line.element)) is not None and not _is_attached(line):
            lines[index] = "apart", spot.reason
    standing = round(len(met) / len(template.lines), 3) if template.lines else 1.0
    bodies = tuple(index for index, place in enumerate(paths) if place in template.bodies)
    return Recognised(template.name, likeness, standing, lines, bodies)


def _is_attached(line: Line) -> bool:
    return is_attachment(line.text) or is_document(line.hrefs)


def _boxes(page: Page, paths: Sequence[str], template: Template) -> dict[int, Spot]:
    """The elements in one of the template's boxes."""
    found: dict[int, Spot] = {}
    if not template.spots:
        return found
    for index, element in enumerate(page.elements):
        box = template.by_place.get(paths[index]) or found.get(element.parent)
        if box is not None:
            found[index] = box
    return found


def _nearest(parts: frozenset[int], learnt: Learnt) -> tuple[float, Template | None]:
    """The template whose core the page has most of; of equals the one with the larger core, then the first."""
    best: tuple[float, int] = (0.0, 0)
    found: Template | None = None
    for template in learnt.templates:
        if not template.core:
            continue
        score = round(len(parts & template.parts) / len(template.core), 3), len(template.core)
        if score > best:
            best, found = score, template
    return best[0], found
