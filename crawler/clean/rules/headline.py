"""The headline repeated in the body, as e-papers and many templates do; some print it again under the text.

Spared: a sub-head that only resembles it, and a part of it below the fifth line.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.title import plain

_TOP = 5
_SHORTEST = 4
_SHORTEST_PART = 8


def headline(scene: Scene) -> Mapping[int, str]:
    """Drop what repeats the headline, whole or, at the top, in part or with a few words more."""
    title = plain(scene.title)
    if len(title) < _SHORTEST:
        return {}
    found = {}
    for index, line in enumerate(scene.lines):
        if len(line.text) > 2 * len(scene.title) + 20:
            continue
        text = plain(line.text)
        whole = text == title
        in_part = index < _TOP and len(text) >= _SHORTEST_PART and (text in title or _goes_on(text, title))
        if whole or in_part:
            found[index] = "the headline, repeated"
    return found


def _goes_on(text: str, title: str) -> bool:
    """`…座谈会强调` under `…座谈会`: the headline of the printed paper, cut short by the site."""
    return len(title) >= _SHORTEST_PART and text.startswith(title) and len(text) <= len(title) + 4
