"""No figure of extraction sinks: the pins of quality.toml hold on the project's own pages and on the corpus."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from corpus_score import answer, scorer
from family_pages import FamilyPage, family_pages, measure

ADVICE = "what was gained is not given back; `python bench/extract.py --pin` raises pins and lowers none"


@pytest.mark.parametrize("group", ["chinese", "english"])
def test_no_figure_over_the_own_pages_sinks(group: str) -> None:
    """Bodies and facts of the family pages are at least as good as they were pinned."""
    found = measure.figures()
    assert set(measure.pins()[group]) <= set(found[group])
    assert measure.sunk({group: found[group]}) == [], ADVICE


def test_no_figure_over_the_corpus_sinks(corpus: Path) -> None:
    """Bodies and facts of the real pages are at least as good as they were pinned, by the corpus's own scorer."""
    judge = scorer(corpus / "pages")
    gold = [json.loads(line) for line in (corpus / "pages/dev/index.jsonl").read_text("utf-8").splitlines()]
    answers = {row["id"]: answer(page_of(corpus, row), row["url"]) for row in gold}
    whole = judge.agg([judge.prf(row["text"], answers[row["id"]]["text"]) for row in gold])
    fields = judge.fields(gold, answers)
    found = {"F1": whole["F1"]} | {name: row["match"] for name, row in fields.items()}
    assert measure.sunk({"corpus": found}) == [], ADVICE


def test_the_own_measure_is_that_of_the_corpus(corpus: Path) -> None:
    """A body's precision and recall are the same by our measure and by the corpus's scorer."""
    judge = scorer(corpus / "pages")
    for page in family_pages()[::40]:
        for found in (page.gold.text[20:], page.gold.text + page.gold.title, "", page.gold.text):
            theirs = judge.prf(page.gold.text, found)
            assert measure.f1(page.gold.text, found) == pytest.approx((theirs["P"], theirs["R"]))


def test_a_sunken_figure_is_named() -> None:
    """The floor gives way to nothing below a pin: the sentence says which figure, its value and its pin."""
    pins = measure.pins()["chinese"]
    below = {name: least - 0.002 for name, least in pins.items()}
    assert len(measure.sunk({"chinese": below})) == len(pins)
    assert measure.sunk({"chinese": pins}) == []
    assert "chinese F1 is" in measure.sunk({"chinese": below})[0]


def test_pins_are_raised_and_never_lowered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A better figure becomes the pin, a worse one leaves it, a group that was not measured keeps its own."""
    monkeypatch.setattr(measure, "PINS", tmp_path / "quality.toml")
    measure.pin({"chinese": {"F1": 0.9, "title": 0.8}, "corpus": {"F1": 0.7}})
    measure.pin({"chinese": {"F1": 0.95, "title": 0.5}})
    assert measure.pins() == {"chinese": {"F1": 0.95, "title": 0.8}, "corpus": {"F1": 0.7}}


@pytest.mark.parametrize("page", family_pages()[::30], ids=lambda page: page.id)
def test_a_page_that_is_damaged_lowers_the_figures(page: FamilyPage) -> None:
    """The measure sees what is lost: a page without its facts and half its body is not as good."""
    damaged = page.gold.text[: len(page.gold.text) // 2]
    assert measure.f1(page.gold.text, damaged)[1] < 0.6
    assert measure.f1(damaged, page.gold.text)[0] < 0.6


def page_of(corpus: Path, row: dict[str, Any]) -> bytes:
    """The bytes of a page of the corpus."""
    return gzip.decompress((corpus / "pages/dev" / row["html_file"]).read_bytes())
