"""The county list: place names in random order that spam mirrors hang under a stolen article.

Seen on 45 mirrors (8 to 80 names, any separator). Told by its form alone: eight or more short items, four of five
ending as a place name does, no sentence, each a link or all in one line. Spared: lists of places inside an article
stand in sentences or under a heading; a true list (exam sites of one province) is told by the gazetteer (later).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.clean.scene import Scene

_SPLIT = re.compile(r"[\s|｜、，,;；/·•\-—_]+")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{1,7}(?:省|市|县|縣|区|區|旗|州|盟|镇|乡)$")
_FEWEST = 8


def places(scene: Scene) -> Mapping[int, str]:
    """Drop lines that are nothing but place names, most of them links."""
    return {
        index: "place names, each a link"
        for index, line in enumerate(scene.lines)
        if line.linked * 2 >= len(line.text) - line.text.count("|") and is_place_list(line.text)
    }


def is_place_list(text: str) -> bool:
    """Whether a text is eight or more short items, four of five of which end as a place name does."""
    items = [item for item in _SPLIT.split(text) if item]
    if len(items) < _FEWEST or any(mark in text for mark in "。！？；："):
        return False
    return sum(bool(_PLACE.match(item)) for item in items) >= len(items) * 0.8
