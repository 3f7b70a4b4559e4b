"""The headline repeated at the top of the body, as e-papers and many templates do.

Spared: a sub-head that only resembles it, and everything below the fifth line.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.title import plain

_TOP = 5


def headline(scene: Scene) -> Mapping[int, str]:
    """Drop what repeats the headline, whole or as its first part."""
    title = plain(scene.title)
    if not title:
        return {}
    return {
        index: "the headline, repeated"
        for index, line in enumerate(scene.lines[:_TOP])
        if len(plain(line.text)) >= 4
        and (plain(line.text) == title or (len(plain(line.text)) >= 8 and plain(line.text) in title))
    }
