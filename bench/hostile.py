"""Hostile pages, made from a seed, and what must hold of every page there is.

Two kinds: pages whose parts are chosen by Hypothesis (markup, texts in many scripts, encodings, labels, layers), and
real pages whose bytes are flipped, lost, added, spliced, repeated and mixed with other encodings.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from crawler.decode import decode  # noqa: E402 (the checkout goes first on the path)
from crawler.demo.damage import damage  # noqa: E402
from crawler.demo.sites import SITES  # noqa: E402
from crawler.evidence import evidence_json  # noqa: E402
from crawler.pipeline import read  # noqa: E402
from crawler.repair import repair, undo  # noqa: E402

URL = "http://www.example.cn/jj/202405/t20240527_4567.html"
MOST_BYTES = 4 * 1024 * 1024  # that a mutation lets a page grow to
CODECS = (
    *("utf-8", "gb18030", "gbk", "big5", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "hz", "utf-7"),
    *("iso2022_jp", "iso2022_kr", "shift_jis", "euc_jp", "euc_kr", "cp1251", "koi8_r", "cp1252", "cp1256", "cp037"),
)
LABELS = (*CODECS, "", "gb2312", "x-gbk", "x-x-big5", "iso-8859-1", "none", '"utf-8', "utf-8,gbk", "ＧＢＫ", "\x00")
TEXTS = (
    "本报讯 记者昨日从县工业园区获悉，今年前三季度规模以上工业增加值同比增长百分之七点二，",
    "本報訊 記者昨日從工業園區獲悉，今年前三季度生產總值比去年同期增長百分之七。",
    "责任编辑：钱敏 2024年05月27日 09:37 来源：青禾日报 作者：赵一鸣",
    "县内の製造業は今年も堅調で、秋以降の受注が増えている。",
    "올해 지역 제조업 생산이 지난해보다 늘어났다고 밝혔다.",
    "Новый завод начнёт работу весной, сообщили в администрации.",
    "བོད་ལྗོངས་ཀྱི་བཟོ་ལས་འཕེལ་རྒྱས་གོང་དུ་འཕེལ་བཞིན་ཡོད།",
    "بۇ يىل رايونىمىزنىڭ سانائەت ئىشلەپچىقىرىشى ئاشتى.",
    "各個企業(yè)的發(fā)展環(huán)境，全省經(jīng)信廳發(fā)布的數(shù)據(jù)顯示",
    "鏂扮枂妫夎姳鍠滆幏涓版敹",
    "锟斤拷锟斤拷烫烫烫",
    "聽聽聽聽\ue5e5\ue000\ufffd\ufffd",
    "梅𬭚㛃龘喆镕",
    "?" * 40,
    "(yè)(fā)" * 9,
    "&#20013;&#x1F600;&#xD800;&nbsp;&lt;&bogus;&#99999999999;",
    "\u202e\u200b\ufeff\u0301" * 5,
    " \t\r\n\x0b\x0c",
    "a" * 300,
)
_MARKUP = """
    <p> </p> <div> </div> <table><tr><td> </table> <ul><li> <h1> </h1> <br> <a~href='/x'> </a> <ruby> <math><mi>
    <script> </script> <style> <!-- --> <title> </title> <meta~charset=gbk> <![CDATA[ <svg><p> <template> <noscript>
    <textarea> <select><option> < > <p~a=' ~ </body></html> <span~style='display:none'> <img~src=a.jpg~alt=b>
    <div~class='content~article~TRS_Editor'> <base~href='http://[bad'> <a~href='http://[bad/x'> <time~datetime=''>
    <meta~name=publishdate~content='2024-05-27'> <plaintext> <frameset>
"""
MARKUP = tuple(markup.replace("~", " ") for markup in _MARKUP.split())


class BrokenError(AssertionError):
    """A page of which something does not hold that must hold of every page."""


class Page(NamedTuple):
    """One body with the header that it came with."""

    body: bytes
    content_type: str = ""


Mutation = Callable[[bytes, Sequence[Page], random.Random], bytes]


def check(page: Page) -> float:
    """Processor seconds of the page's whole way; raises BrokenError, or whatever the reading raised."""
    decoded = decode(*page)
    _hold("\0" not in decoded.text, "no NUL in a decoded text")
    _hold(0.0 <= decoded.lost_ratio <= 1.0, "a lost ratio between 0 and 1")
    decoded.text.encode()  # raises at a surrogate that stands alone
    json.dumps(decoded.evidence())
    repaired = repair(decoded.text)
    _hold(undo(repaired) == decoded.text, "undo gives the text before, character for character")
    again = repair(repaired.text)
    _hold(again.text == repaired.text, "a repaired text is left alone")
    begun = time.process_time()
    reading = read(page.body, URL, page.content_type)
    seconds = time.process_time() - begun
    json.dumps(evidence_json(reading.evidence))
    _hold((reading.verdict == "article") == bool(reading.articles), "articles exactly where the verdict says so")
    return seconds


def _hold(holds: bool, what: str) -> None:
    if not holds:
        raise BrokenError(f"does not hold: {what}")


@cache
def demo_pages() -> Sequence[Page]:
    """The pages of the bundled demo web."""
    return [
        Page(answer.body, answer.content_type)
        for site in SITES
        for answer in site.build("http://127.0.0.1", 1, 1).answers.values()
        if answer.content_type.startswith("text/html")
    ]


def structured() -> st.SearchStrategy[Page]:
    """Pages put together from markup, texts, encodings, labels and layers by Hypothesis."""
    texts = st.sampled_from(TEXTS) | st.text(max_size=30)
    texts |= st.builds(lambda text, times: text * times, st.sampled_from(TEXTS), st.integers(1, 60))
    parts = st.builds(_encoded, st.sampled_from(MARKUP) | texts, st.none() | st.sampled_from(CODECS))
    parts |= st.binary(max_size=12).map(lambda raw: (raw, None))
    return st.builds(
        _put_together,
        st.lists(parts, max_size=60),
        st.sampled_from(CODECS),
        st.sampled_from(LABELS),
        st.sampled_from(LABELS),
        st.sampled_from((b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\x1f\x8b", b"%PDF-")),
        st.sampled_from((bytes, gzip.compress, zlib.compress, lambda raw: gzip.compress(gzip.compress(raw))[:-9])),
    )


def _encoded(text: str, codec: str | None) -> tuple[bytes | str, str | None]:
    return (text.encode(codec, "ignore"), None) if codec else (text, None)


def _put_together(
    parts: Sequence[tuple[bytes | str, str | None]],
    codec: str,
    meta: str,
    header: str,
    mark: bytes,
    wrap: Callable[[bytes], bytes],
) -> Page:
    head = f'<html><head><meta charset="{meta}"><title>青禾县工业</title></head><body>'
    pieces = [part if isinstance(part, bytes) else part.encode(codec, "ignore") for part, _ in parts]
    body = mark + head.encode(codec, "ignore") + b"".join(pieces)
    return Page(wrap(body), f"text/html; charset={header}" if header else "")


def mutated(pages: Sequence[Page], dice: random.Random) -> Page:
    """One of the pages after one to eight mutations."""
    page = dice.choice(pages)
    body = page.body
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8))):
        body = dice.choice(MUTATIONS)(body, pages, dice)[:MOST_BYTES]
    return Page(body, dice.choice((page.content_type, f"text/html; charset={dice.choice(LABELS)}")))


def _span(body: bytes, dice: random.Random) -> tuple[int, int]:
    """A stretch of the body, short or long."""
    start = dice.randrange(len(body) + 1)
    return start, min(len(body), start + dice.choice((1, 3, 40, 1000, 30_000)))


def _scattered(body: bytes, dice: random.Random, change: Callable[[bytearray, int], None]) -> bytes:
    """A change at many places: one byte in 50,000 down to one in 20."""
    raw = bytearray(body)
    for _ in range(min(5000, 1 + len(raw) // dice.choice((50_000, 5_000, 500, 100, 20)))):
        if raw:
            change(raw, dice.randrange(len(raw)))
    return bytes(raw)


def _flip(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    def change(raw: bytearray, at: int) -> None:
        raw[at] ^= 1 << dice.randrange(8)

    return _scattered(body, dice, change)


def _lose(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    def change(raw: bytearray, at: int) -> None:
        del raw[at]

    return _scattered(body, dice, change)


def _add(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    def change(raw: bytearray, at: int) -> None:
        raw.insert(at, dice.choice((0, 0x3C, 0x3F, 0x80, 0xFF, dice.randrange(256))))

    return _scattered(body, dice, change)


def _splice(body: bytes, pages: Sequence[Page], dice: random.Random) -> bytes:
    other = dice.choice(pages).body
    return body[: dice.randrange(len(body) + 1)] + other[dice.randrange(len(other) + 1) :]


def _truncate(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def _cut_out(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    start, end = _span(body, dice)
    return body[:start] + body[end:]


def _repeat(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    start, end = _span(body, dice)
    times = min(dice.choice((1, 2, 10, 300)), 400_000 // max(1, end - start))
    return body[:start] + body[start:end] * times + body[start:]


def _foreign(body: bytes, pages: Sequence[Page], dice: random.Random) -> bytes:
    """A stretch of a page in another encoding, or as mojibake, or as a mirror shows it."""
    text = decode(dice.choice(pages).body).text
    start = dice.randrange(len(text) + 1)
    piece = text[start : start + dice.choice((5, 60, 800))]
    kind = dice.randrange(4)
    if kind == 0:
        piece = damage(piece, cuts=0.2, commas=0.2, rng=dice).text
    elif kind == 1:
        piece = piece.encode("utf-8", "ignore").decode(dice.choice(("gb18030", "cp1252", "latin-1", "big5")), "replace")
    at = dice.randrange(len(body) + 1)
    return body[:at] + piece.encode(dice.choice(CODECS), "ignore") + body[at:]


def _noise(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    at = dice.randrange(len(body) + 1)
    return body[:at] + dice.randbytes(dice.choice((1, 30, 1000, 60_000))) + body[at:]


def _converted(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    """The whole page in another encoding, as it would be if a server converted it."""
    return decode(body).text.encode(dice.choice(CODECS), dice.choice(("ignore", "replace", "xmlcharrefreplace")))


def _mirrored(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    """The whole page as a mirror shows it."""
    text = decode(body).text[:200_000]
    return damage(text, annotated=dice.choice((5, 60, 135)), cuts=0.3, commas=0.2, rng=dice).text.encode()


def _nested(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    """Markup without end."""
    at = dice.randrange(len(body) + 1)
    markup = dice.choice(MARKUP).encode()
    return body[:at] + markup * dice.choice((3, 100, 3000, 60_000)) + body[at:]


def _wrapped(body: bytes, _: Sequence[Page], dice: random.Random) -> bytes:
    return dice.choice((gzip.compress, zlib.compress))(body)


MUTATIONS: tuple[Mutation, ...] = (
    _flip,
    _lose,
    _add,
    _splice,
    _truncate,
    _cut_out,
    _repeat,
    _foreign,
    _noise,
    _converted,
    _mirrored,
    _nested,
    _wrapped,
)
