"""What the source's template names as never part of the article (`drop` in its file)."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene


def template(scene: Scene) -> Mapping[int, str]:
    """Drop the lines that the template's `drop` selectors match."""
    if "drop" not in scene.page.matched:
        return {}
    return {
        index: "named by the source's template"
        for index, line in enumerate(scene.lines)
        if all("drop" in place.roles for part, place in line.pieces if part.strip())
    }
