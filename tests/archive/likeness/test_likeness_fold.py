"""What folding makes one and what it keeps apart, and that hashes are the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from likeness_texts import STORY
from opencc_pyo3 import OpenCC

from archive.likeness.fold import LONGEST, fold, version
from archive.likeness.sketch import Sketch
from crawler.demo.damage import damage


def folded(text: str) -> str:
    """The fold as text."""
    return fold(text).tobytes().decode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk"])
def test_both_scripts_have_one_form(script: str) -> None:
    """As the mainland, Taiwan and Hong Kong write them."""
    assert folded(str(OpenCC(script).convert(STORY))) == folded(STORY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＧＤＰ增长３．５％", "gdp增长3.5%"),
        ("1,234人", "1234 人"),
        ("乾燥 著名 後裡", "干燥着名后里"),
        ("经(jīng)济(jì)", "经济"),
    ],
)
def test_what_tells_nothing_new_is_folded_away(one: str, other: str) -> None:
    """Width, case, punctuation, script and readings."""
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("3.5%", "35%"), ("增长", "减长"), ("𠮷野家", "吉野家"), ("бар", "бас")])
def test_what_tells_something_stays(one: str, other: str) -> None:
    """Decimal points, letters of any script, characters beyond the basic plane."""
    assert folded(one) != folded(other)


def test_a_mirror_without_straddles_folds_to_the_original() -> None:
    """Its readings and its one-to-one Traditional script are gone."""
    text = "岚川市经信局昨日通报，全市建成数字化车间412个，企业发展环境继续改善。"
    shown = damage(text, annotated=60)
    assert not shown.lost
    assert folded(shown.text) == folded(text)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    """Any text."""
    assert folded(folded(text)) == folded(text)


def test_a_hostile_length_is_cut() -> None:
    """No text costs more than the longest that is compared."""
    assert len(fold("字" * (5 * LONGEST))) == LONGEST


def test_keys_are_the_same_in_every_process() -> None:
    """They are stored: a change of the hash or of the table must be noticed, and `version` be told apart."""
    sketch = Sketch.of(STORY)
    assert len(version()) == 16
    assert sketch.keys.dtype == np.uint64
    assert [int(key) for key in sketch.keys[:2]] == FIRST_KEYS


FIRST_KEYS = [10339567741047402, 16164117612663594]
