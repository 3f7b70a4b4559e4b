"""Oddly made pages: encodings that change within a line, marks and escapes that nobody writes now."""

from __future__ import annotations

import pytest
from decode_texts import CHINESE, TRADITIONAL, page

from crawler.decode import decode

VALUES = {"utf-8": CHINESE[1], "gb18030": CHINESE[2], "big5": TRADITIONAL[1]}
PAIRS = [(own, other) for own in VALUES for other in VALUES if own != other]


@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_an_encoding_may_change_within_a_line(own: str, other: str) -> None:
    """A template puts a value of another encoding behind its own words, without a tag between."""
    own_text = page(TRADITIONAL if own == "big5" else CHINESE)
    at = own_text.index("</p>")
    value = VALUES[other]
    body = own_text[:at].encode(own) + value.encode(other) + own_text[at:].encode(own)
    decoded = decode(body, f"text/html; charset={own}")
    assert decoded.text == own_text[:at] + value + own_text[at:]
    assert decoded.encoding == own
    assert any(record.startswith(f"{other} from byte") for record in decoded.repairs)


def test_a_damaged_line_is_no_change_of_encoding() -> None:
    """A few lost bytes in a line are mended as such."""
    text = page(CHINESE)
    body = bytearray(text.encode("gb18030"))
    for at in (700, 640, 610):
        del body[at]
    decoded = decode(bytes(body), "text/html; charset=gb2312")
    assert all(record.startswith("resynchronised") for record in decoded.repairs)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_a_mark_of_the_other_byte_order_is_not_believed(codec: str) -> None:
    """The NULs of the markup tell the byte order; the mark is kept as evidence."""
    text = page(CHINESE)
    mark, name = (b"\xfe\xff", "utf-16be") if codec == "utf-16-le" else (b"\xff\xfe", "utf-16le")
    decoded = decode(mark + text.encode(codec))
    assert decoded.text == text
    assert decoded.declared["bom"] == name
    assert decoded.encoding == codec.replace("-16-", "-16")


def test_iso_2022_cn_is_read() -> None:
    """GB 2312 in seven bits between SO and SI, as mail gateways wrote it."""
    line = "记者昨日从工业园区获悉"
    seven_bits = bytes(byte & 0x7F for byte in line.encode("gb2312"))
    body = b"<p>" + b"\x1b$)A\x0e" + seven_bits + b"\x0f 2024</p>\n"
    decoded = decode(body, "text/html; charset=gb2312")
    assert decoded.text == f"<p>{line} 2024</p>\n"
    assert decoded.encoding == "iso-2022-cn"


def test_a_nul_that_java_wrote_is_dropped() -> None:
    """C0 80 is no character of UTF-8."""
    text = page(CHINESE)
    decoded = decode(text.encode().replace(b"<p>", b"<p>\xc0\x80"))
    assert decoded.text == text
    assert decoded.lost_ratio == 0.0


@pytest.mark.parametrize("codec", ["gb18030", "big5", "utf-8"])
@pytest.mark.parametrize("marks", [b"\0" * 5000, b"\x1a", b"\0\0\0"])
def test_padding_behind_a_page_is_no_text(codec: str, marks: bytes) -> None:
    """A server that sends whole blocks fills the last one up."""
    text = page(TRADITIONAL)
    assert decode(text.encode(codec) + marks).text == text + marks.decode().replace("\0", "")
