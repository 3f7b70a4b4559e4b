"""How plausible a character is in a text of a language: the only model behind every choice made here.

A weight is the log10 of a character's share in running text, rounded; a text's score is the sum over its characters.
Readings of the same bytes are compared by score, so that it does not matter that one gives fewer characters than
another. The classes come from the codecs' own structure (the standards put frequent characters into level 1) and from
a list of frequent characters; no data file and no counted text is behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from crawler.decode.frequent import COMMON, COMMON_TRADITIONAL, COMMONEST, COMMONEST_TRADITIONAL

Language = Literal["zh", "ja", "ko", "ru", "ar", "el", "he", "th", "latin", "any"]

ASCII = -1.5
LOST = -8.0  # U+FFFD: a character that could not be read
PRIVATE = -9.0
POOR = -3.9  # a mean weight below this is not Chinese as it is written
POOR_IN: dict[Language, float] = {
    "zh": POOR,
    "any": POOR,
    "ja": -3.5,
    "ko": -3.6,
    "ru": -2.3,
    "latin": -4.0,
    "ar": -2.0,
    "el": -2.0,
    "he": -2.0,
    "th": -2.1,
}
_WORD = 2.0  # a Cyrillic letter in a word is a hundred times more likely than one among Chinese characters
_CLASH = -4.0  # a Latin letter beside a Cyrillic one, or two accented letters: misread text is full of them
GOOD = -3.55  # a mean weight above this is; Chinese news has -3.0 to -3.4

# (first, last, weight) in the order of precedence; what no row holds has the weight RARE.
_RARE = -6.8
_USUAL = -4.7  # level 1, common signs, and the scripts of our regions
_RANGES: tuple[tuple[int, int, float], ...] = (
    (0x09, 0x0A, ASCII),
    (0x0D, 0x0D, ASCII),
    (0x00, 0x1F, -8.0),
    (0x20, 0x7E, ASCII),
    (0x7F, 0x9F, -8.0),
    (0xA0, 0xA0, -3.2),
    (0xB7, 0xB7, -3.2),
    (0xA1, 0xFF, -5.0),
    (0x0100, 0x024F, -6.0),
    (0x0370, 0x052F, -4.8),  # Greek, Cyrillic
    (0x0590, 0x06FF, -4.6),  # Hebrew, Arabic: Uyghur and Kazakh pages
    (0x0F00, 0x0FFF, -4.0),  # Tibetan
    (0x1800, 0x18AF, -5.0),  # Mongolian
    (0x2010, 0x2027, -4.0),  # dashes, quotes, dots
    (0x2030, 0x203B, -4.6),
    (0x2100, 0x214F, -4.6),  # ℃ № ™
    (0x2160, 0x2179, -5.0),
    (0x2190, 0x22FF, -5.2),
    (0x2460, 0x24FF, -5.0),
    (0x2500, 0x257F, -5.8),
    (0x2580, 0x26FF, -4.6),  # ■ ● ★
    (0x3000, 0x3017, -4.0),
    (0x3040, 0x30FF, -4.8),  # kana
    (0x3100, 0x312F, -6.0),
    (0x3200, 0x33FF, -5.8),
    (0x3400, 0x4DBF, -7.0),
    (0x4E00, 0x9FFF, -6.3),
    (0xA000, 0xA4CF, -5.5),  # Yi
    (0xAC00, 0xD7AF, -5.5),
    (0xD800, 0xDFFF, PRIVATE),
    (0xE000, 0xF8FF, PRIVATE),
    (0xF900, 0xFAFF, -7.2),
    (0xFB50, 0xFDFF, -5.2),
    (0xFE30, 0xFE6F, -5.0),
    (0xFE70, 0xFEFE, -5.2),
    (0xFF01, 0xFF5E, -4.0),  # full-width ASCII
    (0xFF5F, 0xFF9F, -6.5),  # half-width katakana: what misread Japanese and Big5 is full of
    (0xFFE0, 0xFFE6, -4.6),
    (0xFFFD, 0xFFFD, LOST),
    (0x1F000, 0x1FAFF, -5.0),  # emoji
    (0x20000, 0x3FFFF, -7.2),
    (0xF0000, 0x10FFFF, PRIVATE),
)

_CHINESE_MARKS = "　，。、；：？！“”‘’（）《》—…·【】「」『』％"
_PINYIN = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüê"
_JAPANESE_MARKS = "　、。「」『』・ー（）！？"
_HIRAGANA = "のにをはたがてでとしいるなれかもすまさこらりっんくきあ"
_HANGUL = (
    "이다는의에을가은들지한로고하도사리시기자인나대서어정과해를수있일전부그아제으보라상장주것구공경만원여비동조"
    "스게성면유우오세생관중국회신적연했안화소물당치용방거개현년무발마실요간니미선문금트분재민학계말업산모진지위"
    "드통였강체명입건난단행식작음내불법였후결평북남권"
)
_RUSSIAN_BY_FREQUENCY = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_UKRAINIAN = "іїєґ"
# Alphabets that are one byte a letter: the letters that make up about three quarters of running text, and the others.
_ALPHABETS: dict[Language, tuple[str, str]] = {
    "ar": ("اليمونرتبةعد", "أإآءئؤىجحخذزسشصضطظغفقكه،؟ـگپچ"),
    "el": ("αοιετσνηυρπκ", "μλςγδθφχωβζξψάέήίόύώϊΰϋΐ"),
    "he": ("יוהלאמרתבשנ", "גדזחטכסעפצקךםןףץ"),
    "th": ("านรอกเงมยลวดทส", "ะัิีึืุูเแโใไ่้๊๋็์ตปบขคจชซญฎฏฐณถธนผฝพฟภรศษหฬฮๆฯำ"),
}


class Weights(dict[str, float]):
    """Character → weight; a character that was not met before is looked up once in the ranges."""

    def __missing__(self, character: str) -> float:
        code = ord(character)
        weight = next((weight for first, last, weight in _RANGES if first <= code <= last), _RARE)
        self[character] = weight
        return weight

    def score(self, text: Iterable[str]) -> float:
        """The sum of the characters' weights."""
        return sum(map(self.__getitem__, text))


def _rows(codec: str, leads: range, trails: range) -> list[str]:
    """The characters of a double-byte codec's rows."""
    return [
        character
        for lead in leads
        for trail in trails
        if len(character := bytes((lead, trail)).decode(codec, "ignore")) == 1
    ]


def _level_1() -> list[str]:
    """The frequent halves of GB 2312 (3,755 characters) and Big5 (5,401)."""
    return _rows("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)) + _rows("big5", range(0xA4, 0xC7), range(0x40, 0xFF))


def _chinese() -> Weights:
    weights = Weights()
    weights.update(dict.fromkeys(_rows("gb2312", range(0xD8, 0xF8), range(0xA1, 0xFF)), -5.5))  # level 2
    weights.update(dict.fromkeys(_rows("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)), -4.3))
    for character in _rows("big5", range(0xA4, 0xC7), range(0x40, 0xFF)):
        if "\u4e00" <= character <= "\u9fff":
            weights[character] = max(weights[character], -4.6)
    weights.update(dict.fromkeys(COMMON + COMMON_TRADITIONAL, -3.1))
    weights.update(dict.fromkeys(COMMONEST + COMMONEST_TRADITIONAL, -2.3))
    weights.update(dict.fromkeys(_CHINESE_MARKS, -2.4))
    weights.update(dict.fromkeys(_PINYIN, -4.0))
    return weights


def _japanese() -> Weights:
    weights = Weights()
    weights.update(dict.fromkeys(_rows("shift_jis", range(0x88, 0x98), range(0x40, 0xFD)), -4.0))
    weights.update(dict.fromkeys(map(chr, range(0x3041, 0x3094)), -2.8))
    weights.update(dict.fromkeys(map(chr, range(0x30A1, 0x30FB)), -2.7))
    weights.update(dict.fromkeys(_HIRAGANA, -1.8))
    weights.update(dict.fromkeys(_JAPANESE_MARKS, -2.2))
    return weights


def _korean() -> Weights:
    weights = Weights()
    weights.update(dict.fromkeys(_rows("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)), -4.2))
    weights.update(dict.fromkeys(_HANGUL, -2.3))
    return weights


def _russian() -> Weights:
    weights = Weights()
    for rank, letter in enumerate(_RUSSIAN_BY_FREQUENCY):
        weights[letter] = -1.0 - rank * 0.05
        weights[letter.upper()] = -3.2
    weights.update(dict.fromkeys(_UKRAINIAN, -2.0))
    weights.update(dict.fromkeys(_UKRAINIAN.upper(), -3.4))
    weights.update(dict.fromkeys("«»—–№“”„", -3.5))
    return weights


def _alphabet(language: Language) -> Weights:
    frequent, others = _ALPHABETS[language]
    weights = Weights()
    weights.update(dict.fromkeys(others + others.upper() + frequent.upper(), -2.6))
    weights.update(dict.fromkeys(frequent, -1.2))
    return weights


def _latin() -> Weights:
    weights = Weights()
    weights.update(dict.fromkeys(map(chr, range(0xC0, 0x180)), -3.6))
    weights.update(dict.fromkeys("éèàüöäßçñáíóêâ", -2.6))
    weights.update(dict.fromkeys("ąęłńśżźćčšžřěıİşğđơư", -3.3))  # Polish, Czech, Turkish, Vietnamese
    weights.update(dict.fromkeys("ýþðÝÞÐţŢ", -3.8))  # what Turkish is misread as
    weights.update(dict.fromkeys("’‘“”–—…«»©®°\xa0·", -2.8))
    return weights


def usual() -> str:
    """What a sound Chinese page is made of, as the inside of a regular expression's character class."""
    single = "".join(sorted(character for character, weight in weights("zh").items() if weight >= _USUAL))
    ranges = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last, weight in _RANGES if weight >= _USUAL)
    return ranges + re.escape(single)


@cache
def weights(language: Language) -> Weights:
    """The weights of a language; "any" is the best of all, for encodings that can write every language."""
    if language == "any":
        every = Weights(weights("zh"))
        for table in map(weights, ("ja", "ko", "ru", "latin")):
            for character, weight in table.items():
                every[character] = max(every[character], weight)
        return every
    if language in _ALPHABETS:
        return _alphabet(language)
    return {"zh": _chinese, "ja": _japanese, "ko": _korean, "ru": _russian, "latin": _latin}[language]()


_CLASHES: dict[Language, re.Pattern[str]] = {
    "ru": re.compile("[A-Za-z](?=[\u0400-\u045f])|[\u0400-\u045f](?=[A-Za-z])|[а-яё](?=[А-ЯЁ])"),
    "latin": re.compile("[\u00c0-\u024f](?=[\u00c0-\u024f])|[a-z](?=[À-ÖØ-Þ])"),
    **{
        language: re.compile(f"[A-Za-z](?=[{letters}])|[{letters}](?=[A-Za-z])")
        for language, letters in {language: "".join(both) for language, both in _ALPHABETS.items()}.items()
    },
}
_CYRILLIC_WORD = re.compile("[\u0400-\u04ff][\u0430-\u045f\u0461-\u04ff]{2,}")


def context(text: str, language: Language) -> float:
    """What the neighbours of letters add to the weights of a text.

    Letters that do not stand side by side in a language written with an alphabet cost; a run of Cyrillic letters in an
    encoding of Chinese is a Russian, Kazakh or Mongolian word (GB 2312 holds the letters, and Big5 has frequent
    characters in the same place).
    """
    if pattern := _CLASHES.get(language):
        return len(pattern.findall(text)) * _CLASH
    if language in ("zh", "any"):
        return _WORD * sum(map(len, _CYRILLIC_WORD.findall(text)))
    return 0.0


def mean(text: str, table: Weights) -> float:
    """The mean weight of the characters that are not ASCII; ASCII's own where there is none.

    >>> mean("中国的发展", weights("zh")) > GOOD > POOR > mean("涓浗鐨勫彂灞", weights("zh"))
    True
    """
    seen = [character for character in text if character > "\x7f"]
    return table.score(seen) / len(seen) if seen else ASCII
