"""Article addresses → the regular expressions that they have in common, and the family they belong to. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from crawler.source import family_of

LEAST_OF_A_SHAPE = 3  # addresses that make a shape a pattern, unless there are fewer in all
LEAST_SHARE = 0.05
MOST_RARE = 2  # shapes below that share that are told as well
FAMILY_SHARE = 0.9  # of the addresses that a family has to know, so that no pattern is needed
MOST_WORDS = 6  # different words at one place that are written out
_CODE = r"(?:[A-Za-z]+\d+){2,}[A-Za-z]*|(?:\d+[A-Za-z]+){2,}\d*"  # G33O1QTA05372UZS, 7rtKNyg6PU9
_TOKEN = re.compile(rf"[0-9a-f]{{24,}}|{_CODE}|\d+|[A-Za-z]+|[^A-Za-z\d]")
LEAST_OF_A_CODE = 8  # characters
COVERED = 0.95  # of the addresses; where patterns leave more out, their looks tell articles better
_HASH = re.compile(r"[0-9a-f]{24,}")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?(?:0[1-9]|[12]\d|3[01])?")

Tokens = tuple[str, ...]


def common_family(urls: Sequence[str]) -> str | None:
    """The family that nearly all of the addresses belong to; None where there is none.

    >>> common_family([f"http://www.example.cn/cn/202305/t20230523_{n}.html" for n in range(9)])
    'trs'
    """
    known = Counter(family.id if (family := family_of(url)) else None for url in urls)
    commonest, count = known.most_common(1)[0] if known else (None, 0)
    return commonest if count >= FAMILY_SHARE * len(urls) else None


def patterns(urls: Iterable[str]) -> tuple[str, ...]:
    """Expressions for the ends of the addresses, from the first part with a figure in it on, the commonest first.

    None where the addresses have too many forms to be told by a few. One or two forms that are rare have expressions as
    well: theirs are narrow, and each of the addresses looked like an article.

    Figures that are a date keep their number, because a date does; other figures are ids and grow.

    >>> patterns(f"http://www.example.cn/{a}/2023/0523/a{n}.html" for a, n in (("xw", 7), ("gy", 81), ("xw", 912)))
    ('/\\\\d{4}/\\\\d{4}/a\\\\d+\\\\.html$',)
    """
    shapes: dict[tuple[str, ...], list[Tokens]] = {}
    for url in dict.fromkeys(urls):
        tokens = _tokens(url)
        shapes.setdefault(_shape(tokens), []).append(tokens)
    total = sum(map(len, shapes.values()))
    least = max(LEAST_SHARE * total, min(LEAST_OF_A_SHAPE, total))
    common = sorted((each for each in shapes.values() if len(each) >= least), key=len, reverse=True)
    if sum(map(len, common)) < COVERED * total:
        return ()
    rare = [each for each in shapes.values() if each not in common]
    told = [*common, *rare] if len(rare) <= MOST_RARE else common
    return tuple(dict.fromkeys(_expression(_shape(each[0]), each) for each in told))


def _tokens(url: str) -> Tokens:
    """The address from the last folder before the first figure on; without any, its last part."""
    parts = urlsplit(url)
    segments = parts.path.split("/")[1:]
    first = next((at for at, segment in enumerate(segments) if re.search(r"\d", segment)), len(segments) - 1)
    if first == len(segments) - 1 and first > 0:
        first -= 1  # /xw/12345.html: the figure alone says little
    tail = "/" + "/".join(segments[max(0, first) :]) + (f"?{parts.query}" if parts.query else "")
    return tuple(_TOKEN.findall(tail))


def _shape(tokens: Tokens) -> tuple[str, ...]:
    """The kinds of the tokens. The last figures are the article's own number, however long it is."""
    kinds = [_kind(token) for token in tokens]
    last = next((at for at in reversed(range(len(tokens))) if tokens[at].isdigit()), None)
    return tuple("number" if at == last else kind for at, kind in enumerate(kinds))


def _kind(token: str) -> str:
    if _HASH.fullmatch(token):
        return "hash"
    if token.isdigit():
        return _figures(token)
    if token.isalpha():
        return "word"
    return "code" if token.isalnum() and len(token) >= LEAST_OF_A_CODE else token


def _figures(token: str) -> str:
    """Dates, months and days have their place; everything else is a number."""
    if len(token) <= 2:
        return "short"
    if len(token) in (4, 6, 8) and _DATE.fullmatch(token):
        return f"date{len(token)}"
    return "monthday" if re.fullmatch(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", token) else "number"


def _expression(shape: Sequence[str], addresses: Sequence[Tokens]) -> str:
    return "".join(_place(kind, values) for kind, values in zip(shape, zip(*addresses, strict=True), strict=True)) + "$"


def _place(kind: str, values: Sequence[str]) -> str:
    different = sorted(set(values))
    if kind == "hash":
        return "[0-9a-f]{24,}"
    if kind == "code":
        return "[A-Za-z0-9]+"
    if kind == "short":
        return r"\d{1,2}"
    if kind == "monthday" or kind.startswith("date"):
        return rf"\d{{{len(values[0])}}}"
    if kind == "number":
        return r"\d+"
    if kind == "word":
        if len(different) == 1:
            return different[0]
        if len(different) <= MOST_WORDS and len(values) >= 2 * len(different):
            return f"(?:{'|'.join(different)})"
        return "[A-Za-z]+"
    return re.escape(values[0])
