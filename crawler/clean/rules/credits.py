"""By-lines, 来源 and 责编 lines: they are facts of the article and stand in its fields, not in its text.

Seen at both ends of the body. Spared: a signature inside a sentence's paragraph ("……。（记者 某某）"), which is part of
the text as it was printed, a question in an interview ("记者：您……？"), and a label that a sentence begins with.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.byline import ONLY_IN_FRONT, SUPPLIED, is_byline
from crawler.extract.dates import stamps
from crawler.extract.labels import labelled
from crawler.extract.names import people
from crawler.later import later

_REASON = "a by-line or credit, which is no text"
_BUTTONS = later(r"(?:\s*[【\[（(]\s*(?:我要)?(?:纠错|打印|关闭|收藏|分享|举报)\s*[】\]）)])+\s*")
_OPENING = later(r"^[\s(（\[【〔■□●◎▲*]*")
_ORIGINAL_TITLE = later(r"^[（(\[【]?\s*(?:本文)?原(?:标题|題目|题)\s*(?:[:：]|为)")
_SENTENCE = later(r"[，。；].{4,}|[！？!?]")
_LONGEST = 90
_ROLE = (
    r"[\u4e00-\u9fff]{0,4}(?:编委|主编|总编|编辑|责编|校对|审核|审校|监审|监制|策划|统筹|美编|签发|[一二三初复终]审)"
    r"\s*[:：/丨|]"
)
_ROLES = later(  # a name ends where another role begins, at the first place at which that may be
    rf"(?>[【\[（(]?{_ROLE}\s*[\u4e00-\u9fff·、]{{2,12}}?(?:[】\]）)][\s/|；;，,]*|[\s/|；;，,]+|$|(?=[【\[（(]?{_ROLE})))+"
)
_PARTED = later(r"[:：/丨|]")  # what follows a role
_PICTURE = later(r"\s*[△▲▼▽]")  # what follows is a caption
_ITEM = later(r"[\u4e00-\u9fff]{2,6}\s*[:：]\s*\S")
_NEAR = 3
_TOP = 5
_BOTTOM = 4


def credits(scene: Scene) -> Mapping[int, str]:
    """Drop lines that are nothing but credits."""
    found = {}
    for index, line in enumerate(scene.lines):
        text = line.spaced
        buttons = _BUTTONS.match(text)
        text = text[buttons.end() :] if buttons else text
        if _ORIGINAL_TITLE.match(text) and len(text) < 120:
            found[index] = "the headline of the original, quoted"
        elif (len(text) <= _LONGEST and _is_credit(text) and not _is_an_item(scene, index)) or (
            _at_an_end(scene, index)
            and (
                (is_byline(line) and not _PICTURE.match(text))
                or (len(text) <= _LONGEST and _PARTED.search(text) and _ROLES.fullmatch(text) is not None)
                or (index < _TOP and _is_line_of_facts(text))
            )
        ):
            found[index] = _REASON
    return found


def _is_an_item(scene: Scene, index: int) -> bool:
    """Whether a labelled time, telephone or subject belongs to the text: in its middle, or in the list of a notice."""
    if labelled(scene.lines[index].spaced)[0].field not in ("published", "other"):
        return False
    around = scene.lines[max(0, index - _NEAR) : index + 1 + _NEAR]
    return not _at_an_end(scene, index) or any(
        _ITEM.match(line.text) and not labelled(line.spaced) and not line.hrefs for line in around
    )


def _is_line_of_facts(text: str) -> bool:
    """Whether a line gives the time and the origin together, as the line under a headline does."""
    return len(text) <= _LONGEST and bool(stamps(text)) and any(fact.field == "origin" for fact in labelled(text))


def _at_an_end(scene: Scene, index: int) -> bool:
    return index < _TOP or index >= len(scene.lines) - _BOTTOM


def _is_credit(text: str) -> bool:
    facts = labelled(text)
    if not facts:
        return False
    opening = _OPENING.match(text)
    begins = opening.end() if opening else 0
    if facts[0].start > begins + 1:
        return False
    if facts[0].field == "photographer" or (facts[0].field in ("published", "other") and len(text) > 40):
        return False  # a picture's credit is a caption
    if len(facts[0].label) == 1 and len(text) > 30:
        return False
    if _SENTENCE.search(text) or len(facts[0].value) > 50:
        return False
    return facts[0].label not in ONLY_IN_FRONT or bool(people(facts[0].value, labelled=facts[0].label in SUPPLIED))
