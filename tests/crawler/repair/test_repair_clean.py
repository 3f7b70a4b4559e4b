"""Clean text never changes, in any script; repair is idempotent and can be undone for any text at all."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.repair import repair, undo

CLEAN = [
    "",
    "那曲市新建的牧区气象站本周投入使用。",
    "縣政府於上週公布新的農業補助辦法，並自下月起施行；後續細節將另行說明。",
    "བོད་ཀྱི་གསར་འགྱུར། ལྷ་སར་གནམ་གཤིས་བཟང་།",
    "ئۈرۈمچىدە بۈگۈن ھاۋا ئوچۇق.",
    "東京都は新しい計画を発表した。ﾊﾝｶｸｶﾅもある。",
    "서울시는 새로운 계획을 발표했다. 공지사항입니다.",
    "Москва: сегодня объявлен новый план развития.",
    "Café São Paulo, naïve résumé, Ångström, déjà créée à l’été, Größe, Łódź, œuvre",
    "wǒ shì zhōng guó rén (wǒ) (shì) (zhōng)",
    "姓名：喆堃镕昇翀犇骉赟玥旸甯𬭚",
    "<p class=\"a\">新闻<a href='http://example.cn/a?id=1&amp;b=%E4%B8%AD'>链接</a>?</p><script>var a='ÂòÈë';</script>",
    "½ ¼ ¾ ± × ÷ ° § ¶ µ © ® ™ «» “”‘’……——",
    "闂茬殑",
    "鈥 銆 锛",
]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_never_changes(text: str) -> None:
    """Chinese in both scripts, Tibetan, Uyghur, Japanese, Korean, Russian, French, markup, symbols."""
    repaired = repair(text)
    assert repaired.text == text
    assert repaired.applied == ()
    assert repaired.lossy == ()


ALPHABET = st.sampled_from(
    "發展網絡經濟日報請数的长。，！？,?()（）“”<p>/\n abcz09üǐ\x05\ufffd聽锟斤拷Â¤åä¸\u00a0😀\ud800"
)
PIECES = st.sampled_from(
    ["發(fā)", "經(jīng)", "日?qǐng)?bào)", "?，F(xiàn)", "的(de)(de)", "?/p>", "<script>", "</script>", "?！"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ALPHABET | PIECES | st.characters(), max_size=60).map("".join))
@example("\ud800" + "的(de)(de)" * 3)  # half a character, on a page that is a mirror's
def test_repair_is_total_idempotent_and_can_be_undone(text: str) -> None:
    """For any text: no exception, the text seen comes back, and a second repair finds nothing."""
    repaired = repair(text)
    assert undo(repaired) == text
    assert repair(repaired.text).text == repaired.text


def test_thousands_of_damaged_places_take_no_more_than_linear_work() -> None:
    """A hostile page of nothing but damage comes back, and its records replay."""
    text = "日?qǐng)?bào)發(fā)展?！<script>經(jīng)濟(jì)" * 2000
    repaired = repair(text)
    assert undo(repaired) == text
    many = "日?qǐng)?bào)發(fā)展?！，經(jīng)濟(jì)\n" * 3000
    assert undo(repair(many)) == many


def test_the_corpus_of_clean_texts_comes_back_unchanged(corpus: Path) -> None:
    """Every fifth of 12,356 texts of all kinds."""
    file = corpus / "bench" / "encoding" / "clean.jsonl.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines][::5]
    assert [text for text in texts if repair(text).text != text] == []
