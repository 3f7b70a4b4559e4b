"""What becomes of an article on its way through other sites: one function for each kind of copy."""

from __future__ import annotations

import random
import re

import words
from opencc_pyo3 import OpenCC
from prose import Writer

from crawler.demo.damage import damage
from crawler.repair import repair

_SCRIPTS = {name: OpenCC(name) for name in ("s2t", "s2tw", "s2hk")}
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_PLAIN_MARKS = str.maketrans("，。：；！？（）“”、", ',.:;!?()""、')


def reprint(text: str, writer: Writer, title: str) -> str:
    """Another head and foot, one or two of each."""
    dice = writer.dice
    head = "".join(writer.fill(each, title=title) for each in dice.sample(words.HEADERS, dice.randint(0, 2)))
    foot = "".join(writer.fill(each, title=title) for each in dice.sample(words.FOOTERS, dice.randint(1, 2)))
    return head + text + foot


def punctuation(text: str, dice: random.Random) -> str:
    """Full-width letters and digits, or ASCII punctuation, or spaces beside figures, or other line breaks."""
    kind = dice.randrange(4)
    if kind == 0:
        return re.sub(r"[0-9A-Za-z.%]+", lambda match: match[0].translate(_WIDE), text)
    if kind == 1:
        return text.translate(_PLAIN_MARKS)
    if kind == 2:
        return re.sub(r"(\d[\d.]*)", r" \1 ", text).replace("\n", "\n　　")
    return text.replace("。", "。\n").replace("，", " ")


def truncated(text: str, dice: random.Random) -> str:
    """Cut off anywhere between a third and nine tenths."""
    return text[: int(len(text) * dice.uniform(0.34, 0.9))] + dice.choice(
        ("……", "...", "[详细]", "（点击阅读全文）", "")
    )


def edited(sentences: list[str], writer: Writer) -> str:
    """Words swapped, a sentence or two left out and one written anew; every third time one figure is corrected."""
    dice = writer.dice
    kept = list(sentences)
    for _ in range(max(1, len(kept) // 12)):
        if len(kept) > 4:
            del kept[dice.randrange(len(kept))]
    kept[dice.randrange(len(kept))] = writer.sentence()
    text = "".join(kept)
    for old, new in dice.sample(words.SWAPS, 6):
        text = text.replace(old, new)
    return corrected(text, dice) if dice.random() < 0.33 else text


def corrected(text: str, dice: random.Random) -> str:
    """One figure of several changed."""
    found = list(re.finditer(r"\d+(?:\.\d+)?", text))
    if len(found) < 4:
        return text
    one = dice.choice(found)
    return text[: one.start()] + str(dice.randint(100, 999)) + text[one.end() :]


def excerpt(sentences: list[str], writer: Writer) -> str:
    """Three to six sentences that follow each other, with or without a line that says from where they are."""
    dice = writer.dice
    size = min(dice.choice((3, 3, 4, 5, 6)), len(sentences))
    start = dice.randint(0, len(sentences) - size)
    head = writer.fill(dice.choice(("据{outlet}报道，", "", "{outlet}消息：", "近日有媒体称，")))
    return head + "".join(sentences[start : start + size])


def traditional(text: str, dice: random.Random) -> str:
    """In Traditional script as the mainland, Taiwan or Hong Kong writes it, half of them with 「」."""
    text = str(_SCRIPTS[dice.choice(list(_SCRIPTS))].convert(text))
    return text.replace("“", "「").replace("”", "」") if dice.random() < 0.5 else text


def mirrored(text: str, dice: random.Random) -> str:
    """As a spam mirror shows it, and as that reads once it is repaired; of the two the one or the other."""
    cuts, commas = dice.choice((0.0, 0.0, 0.15)), dice.choice((0.0, 0.0, 0.2))
    shown = damage(text, annotated=dice.choice((60, 100, 135)), cuts=cuts, commas=commas, rng=dice).text
    return repair(shown).text if dice.random() < 0.5 else shown
