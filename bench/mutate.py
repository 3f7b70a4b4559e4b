"""Pages whose markup says less than it did: what falls with them depended on it.

Each mutation is a function from markup to markup; the words of the page, their order and their nesting stay, but for
the two that move a page's parts or put it into another page's frame. Deterministic: a page is mutated the same way in
every run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha1

from selectolax.lexbor import LexborHTMLParser, LexborNode

_OWN_SCRIPT = re.compile(r"(<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->)", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"""(\s(?:class|id)\s*=\s*)("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_HEADING = re.compile(r"<(/?)h[1-6]\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_META = re.compile(r"<meta\b[^<>]*>", re.IGNORECASE)
_HEAVY = 0.6  # of a page's text: what holds as much is its main part

_FRAME_TOP = """<div class="g-top"><ul>{links}</ul></div><div class="g-wrap"><div class="g-side"><h3>今日关注</h3>
<ul>{dated}</ul></div><div class="g-main">"""
_FRAME_END = """</div></div><div class="g-end"><p>网站简介 联系方式 招聘信息</p>
<p>本页面由内容管理平台生成 2026-11-22 10:30</p></div>"""
_LINKS = "".join(f'<li><a href="/z{number}.html">栏目之{number}</a></li>' for number in range(12))
_DATED = "".join(
    f'<li><a href="/y{number}.html">山城举办第{number}届春季物资交流会</a> <span>2026-11-{number + 10}</span></li>'
    for number in range(8)
)


def hashed(markup: str) -> str:
    """Every class and id is another word, the same for the same: what a script framework leaves."""
    return _in_tags(markup, _NAMED, lambda found: found[1] + '"' + " ".join(map(_hash, _words(found[2]))) + '"')


def nameless(markup: str) -> str:
    """No class and no id."""
    return _in_tags(markup, _NAMED, lambda found: "")


def plain_tags(markup: str) -> str:
    """Headings are divisions: the headline stands in a box like any other."""
    return _outside_scripts(markup, lambda text: _HEADING.sub(lambda found: f"<{found[1]}div", text))


def without_metas(markup: str) -> str:
    """No meta tags but those of the charset, and no comments."""
    kept = _META.sub(lambda found: found[0] if "charset" in found[0].lower() else "", markup)
    return _COMMENT.sub("", kept)


def minified(markup: str) -> str:
    """White space between tags is gone, and elsewhere it is one space."""
    return _outside_scripts(markup, lambda text: re.sub(r">\s+<", "><", re.sub(r"[ \t\r\n]+", " ", text)))


def shuffled(markup: str) -> str:
    """What stands before the page's main column comes behind it, and the reverse."""
    tree = LexborHTMLParser(markup)
    column = tree.body
    while column is not None:
        children = [child for child in column.iter(include_text=False) if child.tag not in ("script", "style")]
        whole = _weight(column)
        heavy = next((child for child in children if _weight(child) >= _HEAVY * whole), None)
        if heavy is None or len(children) > 1:
            break
        column = heavy
    if column is None:
        return markup
    parts = [child.html or "" for child in column.iter(include_text=False)]
    weights = [_weight(child) for child in column.iter(include_text=False)]
    main = max(range(len(weights)), key=weights.__getitem__, default=-1)
    if main < 0 or weights[main] < _HEAVY * max(sum(weights), 1):
        return markup
    moved = "".join([*parts[main + 1 :], parts[main], *parts[:main]])
    head = tree.head.html if tree.head is not None else ""
    return f"<!DOCTYPE html><html>{head}<body>{moved}</body></html>"


def framed(markup: str) -> str:
    """The page's body inside another page's: a bar of links, a dated list beside it, a foot with today's date."""
    tree = LexborHTMLParser(markup)
    head = tree.head.html if tree.head is not None else ""
    body = tree.body.inner_html if tree.body is not None else markup
    top = _FRAME_TOP.format(links=_LINKS, dated=_DATED)
    return f"<!DOCTYPE html><html>{head}<body>{top}{body}{_FRAME_END}</body></html>"


def bare(markup: str) -> str:
    """No names, no headings, no meta tags: the shape and the words alone."""
    return plain_tags(nameless(without_metas(markup)))


MUTATIONS: Mapping[str, Callable[[str], str]] = {
    "classes and ids hashed": hashed,
    "classes and ids dropped": nameless,
    "headings made divisions": plain_tags,
    "meta tags and comments dropped": without_metas,
    "minified": minified,
    "sides exchanged": shuffled,
    "in another page's frame": framed,
    "shape and words alone": bare,
}


def _in_tags(markup: str, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> str:
    return _outside_scripts(markup, lambda text: _TAG.sub(lambda tag: pattern.sub(change, tag[0]), text))


def _outside_scripts(markup: str, change: Callable[[str], str]) -> str:
    parts = _OWN_SCRIPT.split(markup)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _words(value: str) -> list[str]:
    return value.strip("\"'").split()


def _hash(word: str) -> str:
    return "x" + sha1(word.encode()).hexdigest()[:7].translate(str.maketrans("0123456789", "ghijklmnop"))


def _weight(node: LexborNode) -> int:
    """Characters of text that the reader may see."""
    if node.tag in ("script", "style"):
        return 0
    return len("".join((node.text(deep=True) or "").split()))
