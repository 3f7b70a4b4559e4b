"""Figures that stand higher or lower: 10<sup>4</sup> is 10⁴ and no 104, and a formula stands on one line."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISES = {
    "sup": (_RAISED, re.compile(r"[\d+\-−=()n]{0,8}\d[\d+\-−=()n]{0,8}", re.ASCII)),
    "sub": (_LOWERED, re.compile(r"[\d+\-−=()]{0,8}\d[\d+\-−=()]{0,8}", re.ASCII)),
}
_SIGNS = {"mfrac": "/", "msup": "^", "msub": "_"}  # what stands before the second of its two parts


def raised(tag: str, text: str) -> str | None:
    """The figure that a `sup` or `sub` holds, in characters of its own; None for letters, notes and other tags."""
    if tag not in _RAISES:
        return None
    alphabet, digits = _RAISES[tag]
    return text.translate(alphabet) if digits.fullmatch(text) else None


def formula(math: LexborNode) -> str:
    """A formula on one line: `10⁴`, `a/b`, `x_i`; what stands in its annotations says the same again."""
    written: list[str] = []
    seconds: dict[int, bool] = {}  # by part: comments may stand before it and within it by the thousand
    for node in math.traverse(include_text=True):
        around = node.parent
        if not node.is_text_node or around is None or around.tag in ("annotation", "annotation-xml"):
            continue
        text = (node.text_content or "").strip()
        parent = (around.parent.tag or "") if around.parent is not None else ""
        if text and parent in _SIGNS and written:
            if around.mem_id not in seconds:
                seconds[around.mem_id] = _is_second(around)
            if seconds[around.mem_id]:
                text = raised(parent[1:], text) or _SIGNS[parent] + text
        written.append(text)
    return "".join(written)


def _is_second(node: LexborNode) -> bool:
    before = node.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    return before is not None
