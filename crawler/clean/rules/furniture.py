"""What the source's other pages show as well: its furniture, learnt from many pages (crawler.learn).

Seen inside the bodies of portals: advertisements for an app in a table of their own, a box of the day's headlines under
its standing sub-heads, a last sentence that asks for followers. Spared: what stands at the end of other articles and in
the middle of this one, and a body that would be nothing but furniture.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene


def furniture(scene: Scene) -> Mapping[int, str]:
    """Drop the lines that are known, those of the end only at an end."""
    if not scene.furniture:
        return {}
    own = [index for index, line in enumerate(scene.lines) if index not in scene.furniture and not line.hidden]
    if not own:
        return {}
    return {
        index: reason
        for index, (where, reason) in scene.furniture.items()
        if where != "end" or index > own[-1] or index < own[0]
    }
