"""What the source's other pages show as well: its furniture, learnt from many pages (crawler.learn).

Seen inside the bodies of portals: advertisements for an app in a table of their own, a box of the day's headlines under
its standing sub-heads, a last sentence that asks for followers. Spared: what stands at the end of other articles and in
the middle of this one, and a body that would be nothing but furniture.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.draft import is_fact_line
from crawler.extract.page import Line


def furniture(scene: Scene) -> Mapping[int, str]:
    """Drop the lines that are known, those of the end only at an end."""
    if not scene.furniture:
        return {}
    own = [index for index, line in enumerate(scene.lines) if index not in scene.furniture and not _is_none(line)]
    if not own:
        return {}
    return {
        index: reason
        for index, (where, reason) in scene.furniture.items()
        if where != "end" or index > own[-1] or index < own[0]
    }


def _is_none(line: Line) -> bool:
    """Whether a line behind or before the text does not belong to it anyway: a link, a fact, nothing that is seen."""
    return line.hidden or line.linked * 2 >= len(line.text) or is_fact_line(line)
