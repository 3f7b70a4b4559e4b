"""What scripts, style sheets and templates leave in the text: `var x = 1;`, `.p1{…}`, `{{title}}`, `<!-- … -->`, `});`.

Seen where a page's markup is broken, where an editor's paste brought style sheets along (Word, LibreOffice), and where
a template's value was not put in. Spared: code that is shown as such (`<pre>`), and sentences that hold a piece of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.later import later

REASON = "a piece of a script, a style sheet or a template"
_LONGEST = 2_000
_CODE = later(
    r"(?:async\s+)?function\s*[\w$]{0,40}\s*\([^()]{0,200}\)\s*\{"
    r"|(?:if|for|while|switch)\s*\(.{1,200}\)\s*\{|\}\s*else\b|else\s*\{"
    r"|(?:\$|jQuery)\s*[.(]|(?:document|window|console|location|parent|self)\.[\w$]{1,40}\s*[.(=\[]"
    r"|(?:document|window)\.[\w$]{1,40}(?:\.[\w$]{1,40})*\s*(?:[=(\[]|$)|_hmt\b|\w{1,40}\.push\(\["
    r"|return\s+(?:true|false|null)\s*;|(?:try|do)\s*\{|\}\s*catch\s*\("
    r"|(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>|<!--|-->|<!DOCTYPE\b|<\?xml\b"
    r"|@(?:media|import|font-face|page|charset|keyframes)\b"
    r"|<%.{0,200}%>|</?(?:script|style|div|span|p|iframe|table|td|tr|img|a|br|font)(?:\s[^<>]{0,500})?/?>\s*$"
    r"|/\*.{0,500}\*/\s*$|\{\s*\"[\w$]{1,40}\"\s*:",
    re.IGNORECASE,
)
_SURE = later(  # whatever words they hold
    r"(?:var|let|const)\s+[\w$]{1,40}\s*(?:[=;,]|$)|(?:document|window|jQuery)\.[\w$]{1,40}\s*[.(=\[]|\$\([\"'#.\w]"
    r"|mso-[a-z-]{3,40}\s*:|Normal\s+0\s+(?:[\d.]+\s*磅|false|\d)|(?://\s*)?<!\[CDATA\[|<!--|(?:&(?:nbsp|ensp|emsp|amp|lt|gt|quot|#\d{1,6});\s*)+$",
    re.IGNORECASE,
)
_STYLE = later(r"[\w.#,\s:>*@\[\]=\"()%-]{1,120}\{\s*(?>[a-z-]{2,30}\s*:[^;{}]{1,240};?\s*)*+\}?", re.IGNORECASE)
_WHOLE = later(
    r"(?:\{\{[^{}]{1,80}\}\}\s*)+|(?:\$\{[^{}]{1,80}\}\s*)+|\[object \w{1,20}\]|undefined|NaN|null"
    r"|[\s{}()\[\];,/*<>-]*[})][\s{}()\[\];,/*]*;?"
)
_CHINESE = later(r"[\u4e00-\u9fff]")


def reason(text: str) -> str | None:
    """Why a line is a piece of code, or None."""
    if len(text) > _LONGEST or (text[:1] >= "\u2e80" and "{" not in text):  # code begins in Latin letters or marks
        return None
    if _WHOLE.fullmatch(text):
        return REASON
    head = text[:300]
    if "。" not in head and _SURE.match(text):
        return REASON
    if "。" in head or ("<" not in head[:8] and len(_CHINESE.findall(head)) * 3 > len(head)):
        return None
    if _CODE.match(text) or ("{" in head and _STYLE.fullmatch(head if len(text) <= len(head) else head + "}")):
        return REASON
    return None


def scripts(scene: Scene) -> Mapping[int, str]:
    """Drop the pieces of code that no `pre` shows."""
    return {
        index: REASON
        for index, line in enumerate(scene.lines)
        if index not in scene.cells and reason(line.text) and not _is_shown(scene, index)
    }


def _is_shown(scene: Scene, index: int) -> bool:
    page = scene.page
    return any(page.elements[each].tag == "pre" for each in page.ancestors(scene.lines[index].element)[:4])
