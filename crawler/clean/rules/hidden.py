"""Text that a reader never sees: `display:none`, off-screen, of no size.

Seen on spam mirrors (hundreds of random tags, 174,000 characters of keywords) and on ordinary pages (share boxes,
templates of scripts). Spared: a body that is hidden as a whole, because a script shows it.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene


def hidden(scene: Scene) -> Mapping[int, str]:
    """Drop the hidden lines unless all are hidden."""
    if all(line.hidden for line in scene.lines):
        return {}
    return {index: "hidden by its style" for index, line in enumerate(scene.lines) if line.hidden}
