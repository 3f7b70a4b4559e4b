"""Pages of mirrors that put readings between bytes: out of step in themselves, sound as GBK, and left as they are."""

from __future__ import annotations

import random

import pytest
from decode_texts import CHINESE, page

from crawler.decode import decode
from crawler.demo.damage import damage


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize(("cuts", "commas"), [(0.0, 0.0), (0.4, 0.0), (0.4, 0.4)])
@pytest.mark.parametrize("annotated", [10, 20, 30, 45, 60, 90, 135])
def test_a_mirrors_page_in_gbk_is_read_as_it_was_sent(annotated: int, cuts: float, commas: float, joined: bool) -> None:
    """Half characters shift what follows; every byte is readable all the same, and repair needs it untouched."""
    for seed in range(6):
        dice = random.Random(seed)
        lines = dice.sample(CHINESE, 6)
        if joined:
            lines = ["".join(lines[:3]), "".join(lines[3:])]
        shown = damage("\n".join(lines), annotated=annotated, cuts=cuts, commas=commas, rng=dice).text
        text = page(tuple(shown.split("\n")), '<meta charset="gb2312">')
        decoded = decode(text.encode("gb18030"))
        assert decoded.text == text
        assert decoded.repairs == ()


def test_a_lost_byte_on_a_mirrors_page_does_not_spoil_the_rest() -> None:
    """Real damage in one line leaves the mirrors' lines alone."""
    shown = damage("\n".join(CHINESE), annotated=60).text.split("\n")
    text = page(tuple(shown))
    body = text.encode("gb18030").replace("同比".encode("gb18030"), "同比".encode("gb18030")[1:], 1)
    assert decode(body).text.split("\n")[8:] == text.split("\n")[8:]
