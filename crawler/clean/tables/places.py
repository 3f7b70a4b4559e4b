"""The gazetteer: in which provinces of China a place of a name lies, or lay before it was abolished or renamed."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files

from crawler.later import later

_PEOPLES = (  # as they stand in the names of autonomous places
    "维吾尔|柯尔克孜|哈萨克|塔吉克|达斡尔|鄂温克|鄂伦春|布依|土家|蒙古|朝鲜|哈尼|傈僳|东乡|仡佬|拉祜|纳西|仫佬|锡伯|景颇|撒拉|布朗|毛南|普米"
    "|保安|裕固|独龙|各|壮|回|满|苗|彝|藏|侗|瑶|白|黎|傣|畲|佤|水|羌|土|怒|京"
)
_SUFFIX = later(rf"(?:特别行政区|(?:(?:{_PEOPLES})族?)*自治[区州县旗])$")
_PLAIN = ("省", "市", "县", "区", "旗", "盟", "州", "镇")
_SHORTEST = 2


@cache
def _table() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each province with its places."""
    lines = files(__package__).joinpath("places.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple((province, tuple(places.split())) for _, province, places in rows)


@cache
def _provinces() -> dict[str, int]:
    """Name → the provinces as a set of bits, by the line of the table; names stand with and without their suffix."""
    found: defaultdict[str, int] = defaultdict(int)
    for number, (province, places) in enumerate(_table()):
        for name in (province, *places):
            found[name] |= 1 << number
            bare = without_suffix(name)
            if len(bare) >= _SHORTEST:
                found[bare] |= 1 << number
    return dict(found)


@cache
def _longest() -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for name in _provinces():
        found[name[0]] = max(found[name[0]], len(name))
    return dict(found)


@cache
def _wholes() -> frozenset[str]:
    names = [province for province, _ in _table()]
    return frozenset((*names, *map(without_suffix, names)))


def without_suffix(name: str) -> str:
    """The name as it is called: 马边 of 马边彝族自治县, 大丰 of 大丰市.

    >>> without_suffix("马边彝族自治县"), without_suffix("大丰市")
    ('马边', '大丰')
    """
    if "自治" in name or "特别" in name:
        return _SUFFIX.sub("", name, count=1)
    return name[:-1] if name.endswith(_PLAIN) else name


def provinces(name: str) -> int:
    """The provinces that have or had a place of that name, as a set of bits; 0 where the name is unknown."""
    return _provinces().get(name, 0)


def longest_from(letter: str) -> int:
    """The length of the longest name that begins with a character; 0 for most of them."""
    return _longest().get(letter, 0)


def is_province(name: str) -> bool:
    """Whether the name is a whole province's, with or without its suffix."""
    return name in _wholes()
