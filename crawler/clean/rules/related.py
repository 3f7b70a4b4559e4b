"""A list of other articles under a heading such as 相关新闻 or 延伸阅读, with or without links.

Seen at the foot of bodies and, on portals, in their middle. From the heading on lines are dropped as long as they are
links or short; the first sentence ends the list. Spared: the text after it, and a heading over text (newspapers explain
a term under 相关链接).
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.body import is_prose
from crawler.extract.phrases import is_whole_line

_MOST = 30


def is_related_heading(text: str) -> bool:
    """Whether a line announces other articles."""
    return is_whole_line(text, "related")


def related(scene: Scene) -> Mapping[int, str]:
    """Drop the headings and what hangs under them."""
    found: dict[int, str] = {}
    lines = scene.lines
    for index, line in enumerate(lines):
        if index in found or not is_related_heading(line.text):
            continue
        if index + 1 < len(lines) and not lines[index + 1].hrefs and not lines[index + 1].hidden:
            continue
        found[index] = "the heading of a list of other articles"
        for at in range(index + 1, min(index + 1 + _MOST, len(lines))):
            if not lines[at].hrefs or is_prose(lines[at]):
                break
            found[at] = "in a list of other articles"
    return found
