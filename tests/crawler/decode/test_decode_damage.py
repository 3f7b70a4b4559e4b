"""Damaged pages: lost, added and changed bytes, two encodings on one page, what cannot be brought back."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from decode_texts import CHINESE, TRADITIONAL, difference, page

from crawler.decode import decode

TITLES = ("新闻中心", "西藏", "经济", "农牧区面貌一新", "图片", "关于我们", "工业园区建设纪实")
TRADITIONAL_TITLES = ("新聞中心", "西藏", "經濟", "農牧區面貌一新", "圖片", "關於我們", "工業園區建設紀實")


def _sidebar(titles: tuple[str, ...]) -> str:
    """An include: a list of links, some with two characters only."""
    links = (f'<li><a href="/x/{n}.html" title="{title}">{title}</a></li>\n' for n, title in enumerate(titles))
    return f'<ul class="hot">{"".join(links)}</ul>\n'


def _drop(body: bytearray, at: int) -> None:
    del body[at]


def _insert(body: bytearray, at: int) -> None:
    body.insert(at, 0xC7)


def _change(body: bytearray, at: int) -> None:
    body[at] = 0x20


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("damage", [_drop, _insert, _change])
@pytest.mark.parametrize(("codec", "paragraphs"), [("gb18030", CHINESE), ("big5", TRADITIONAL), ("utf-8", CHINESE)])
def test_a_damaged_byte_costs_its_own_characters_only(
    codec: str, paragraphs: tuple[str, ...], damage: Callable[[bytearray, int], None], seed: int
) -> None:
    """A lost, added or changed byte costs at most five characters, however far the next ASCII byte is."""
    text = page(paragraphs)
    body = bytearray(text.encode(codec))
    beyond_ascii = [at for at, byte in enumerate(body) if byte > 0x7F]
    damage(body, random.Random(seed).choice(beyond_ascii))
    decoded = decode(bytes(body))
    assert decoded.encoding == ("utf-8" if codec == "utf-8" else codec)
    assert difference(decoded.text, text) <= 5


def test_damage_all_over_the_page_stays_local() -> None:
    """Forty lost bytes on one page cost each about two characters."""
    text = page(CHINESE * 5)
    body = bytearray(text.encode("gb18030"))
    beyond_ascii = [at for at, byte in enumerate(body) if byte > 0x7F]
    for at in sorted(random.Random(3).sample(beyond_ascii, 40), reverse=True):
        del body[at]
    decoded = decode(bytes(body))
    assert difference(decoded.text, text) <= 40 * 2.5
    assert decoded.lost_ratio > 0
    assert sum("resynchronised" in repair for repair in decoded.repairs) >= 10


@pytest.mark.parametrize("top", [True, False])
@pytest.mark.parametrize(
    ("own", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8"), ("utf-8", "big5"), ("big5", "utf-8")]
)
def test_an_include_in_another_encoding_is_read_in_its_own(own: str, other: str, top: bool) -> None:
    """A page and its sidebar may be in two encodings; both read right, and the evidence says which was which."""
    traditional = "big5" in (own, other)
    sidebar = _sidebar(TRADITIONAL_TITLES if traditional else TITLES)
    text = page(TRADITIONAL if traditional else CHINESE)
    cut = text.index('<div class="main">') if top else text.index("</body>")
    body = text[:cut].encode(own) + sidebar.encode(other) + text[cut:].encode(own)
    decoded = decode(body)
    assert decoded.text == text[:cut] + sidebar + text[cut:]
    assert decoded.encoding == own
    assert decoded.lost_ratio == 0.0
    assert any(f"read as {other}" in repair for repair in decoded.repairs)


def test_single_windows_1252_bytes_in_utf_8_are_the_signs_they_were() -> None:
    """A middle dot or a letter with an accent that an editor left in UTF-8 is read as windows-1252."""
    text = page((*CHINESE, "价格 · 数量", "Le café est ouvert"))
    body = text.encode().replace("·".encode(), b"\xb7").replace("é".encode(), b"\xe9")
    assert decode(body).text == text


@pytest.mark.parametrize(("codec", "at"), [("gb18030", -1), ("utf-8", -1), ("utf-8", -2), ("big5", -1)])
def test_a_page_cut_within_a_character_loses_that_character_only(codec: str, at: int) -> None:
    """The end of a page that was cut is one U+FFFD."""
    text = page(TRADITIONAL)
    text = text[: text.rindex("去") + 1]
    assert decode(text.encode(codec)[:at]).text == text[:-1] + "\ufffd"


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_an_attribute_cut_within_a_character_does_not_eat_markup(codec: str) -> None:
    """A description that a server cut by bytes leaves the quote and the tag alone."""
    text = page(CHINESE, head='<meta name="description" content="自治区工业">')
    body = text.encode(codec).replace('业">'.encode(codec), "业".encode(codec)[:1] + b'">')
    assert decode(body).text == text.replace('业">', '\ufffd">')


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("锟斤拷锟斤拷", 1.0, 1.0),
        ("烫烫烫烫", 1.0, 1.0),
        ("\ufffd", 1.0, 1.0),
        ("".join(CHINESE) + "锟斤拷", 0.005, 0.02),
        ("锅很烫，锟是姓名用字", 0.0, 0.0),
        ("<p>" + "".join(CHINESE) + '</p><i class="icon">\ue611</i><script>"\ufffd"</script>', 0.0, 0.0),
        ("".join(CHINESE) + "\ue611\ue612", 0.001, 0.02),
    ],
)
def test_what_is_lost_is_counted_on_the_text(text: str, least: float, most: float) -> None:
    """U+FFFD, private use and the two well-known ruins count; icons and scripts do not."""
    assert least <= decode(text.encode()).lost_ratio <= most


def test_a_page_is_unreadable_above_the_threshold_only() -> None:
    """One lost character in fifty is the limit."""
    text = "".join(CHINESE)[:300]
    assert not decode((text[:-3] + "\ufffd" * 3).encode()).unreadable
    assert decode((text[:-9] + "\ufffd" * 9).encode()).unreadable
