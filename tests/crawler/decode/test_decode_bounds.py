"""Hostile bodies: how many pieces are looked at and how many bytes are looked at closely is bounded."""

from __future__ import annotations

import random

import pytest

from crawler.decode import decode, mixture

GOOD = "<p>新疆棉花喜获丰收，农民笑开颜。</p>\n".encode("gb18030")


def _looked_at(monkeypatch: pytest.MonkeyPatch, body: bytes) -> list[bytes]:
    """The pieces of a body that are read in other encodings than the page's own."""
    seen: list[bytes] = []
    readings = mixture._readings

    def counted(piece: bytes, plain: str, own: str) -> list[mixture.Reading]:
        seen.append(piece)
        return readings(piece, plain, own)

    monkeypatch.setattr(mixture, "_readings", counted)
    decode(body, "text/html; charset=gb2312")
    return seen


@pytest.mark.parametrize("noise", [b"<\x81", b"\n\x81"])
def test_a_body_of_tiny_broken_pieces_is_looked_at_closely_in_part_only(
    monkeypatch: pytest.MonkeyPatch, noise: bytes
) -> None:
    """Each piece costs more than its bytes; beyond the budget the rest is read in one go."""
    seen = _looked_at(monkeypatch, GOOD * 20 + noise * 100_000)
    assert 1_000 < len(seen) < 10_000


def test_random_bytes_are_looked_at_closely_in_part_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that is served as a page."""
    seen = _looked_at(monkeypatch, random.Random(1).randbytes(1024 * 1024))
    assert 0 < sum(map(len, seen)) <= 128 * 1024


def test_a_page_of_more_tags_than_any_real_one_is_read_to_its_end() -> None:
    """Beyond 60,000 pieces the rest is one piece; nothing is dropped, and a fault before it is still mended."""
    body = b"\xff\xff" + GOOD * 40_000
    decoded = decode(body, "text/html; charset=gb2312")
    assert decoded.text.count("喜获丰收") == 40_000
    assert decoded.text.endswith(GOOD.decode("gb18030"))


def test_the_corrections_of_the_standard_are_counted_each_once() -> None:
    """A3A0 and A8BC in one page: a space and ḿ."""
    decoded = decode(GOOD * 3 + b"\xa3\xa0\xa3\xa0\xa8\xbc", "text/html; charset=gb2312")
    assert decoded.text.endswith("\u3000\u3000\u1e3f")
    assert any(record.startswith("3 characters read") for record in decoded.repairs)
