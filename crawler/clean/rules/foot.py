"""What follows the article inside its container: behind the editor's line, or under a heading such as 网友评论.

Seen on portals (a second copy of the headline, notices, teasers behind 责任编辑) and on pages whose comments lie in the
body's own element. Spared: attachments (附件一：…), and an editor's line in the upper two thirds ends nothing, for some
papers print it at the top.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.attachment import is_attachment, is_document
from crawler.extract.labels import labelled
from crawler.extract.phrases import is_whole_line

_LONGEST = 60
_ENOUGH = 60  # characters of text before a heading of comments


def foot(scene: Scene) -> Mapping[int, str]:
    """Drop what follows the end of the article."""
    lengths = [0 if line.hidden else len(line.text) - line.linked for line in scene.lines]
    total = sum(lengths)
    before = 0
    for index, line in enumerate(scene.lines):
        if before >= _ENOUGH and is_whole_line(line.text, "comments"):
            return _from(scene, index, "readers' comments")
        before += lengths[index]
        if before * 3 >= total * 2 and _names_editor(line.spaced):
            return {
                at: reason
                for at, reason in _from(scene, index + 1, "behind the editor's line").items()
                if not (is_attachment(scene.lines[at].text) or is_document(scene.lines[at].hrefs))
            }
    return {}


def _names_editor(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    facts = labelled(text)
    return bool(facts) and facts[-1].field == "editor" and facts[0].start <= 2


def _from(scene: Scene, start: int, reason: str) -> Mapping[int, str]:
    return dict.fromkeys(range(start, len(scene.lines)), reason)
