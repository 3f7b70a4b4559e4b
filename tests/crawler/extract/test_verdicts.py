"""What a page is, on made-up pages of every kind and on the corpus."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from verdict_pages import Case, cases, poem_under_two_characters

from crawler.pipeline import read

URL = "http://www.example.cn/2024/0506/1.html"
PAGES = list(cases())


def judged(case: Case) -> tuple[str, str]:
    reading = read(case.markup.encode(), URL, "text/html; charset=utf-8")
    return reading.verdict, reading.evidence.verdict


@pytest.mark.parametrize("kind", sorted({case.kind for case in PAGES}))
def test_a_page_of_a_kind_gets_its_verdict_in_every_frame(kind: str) -> None:
    """Under a newspaper's navigation, an office's, and bare (verdict_pages.py)."""
    wrong = [
        (found, case.markup) for case in PAGES if case.kind == kind and (found := judged(case))[0] not in case.verdicts
    ]
    assert wrong == []


def test_every_kind_has_pages_and_every_verdict_a_reason() -> None:
    """Six verdicts are asked for; the seventh, unreadable, is of the bytes. None comes without a sentence."""
    asked = {verdict for case in PAGES for verdict in case.verdicts}
    assert asked == {"article", "list", "challenge", "soft-404", "empty", "other"}
    assert all(judged(case)[1] for case in PAGES[::7])


@pytest.mark.xfail(reason="a headline of two characters is not found among a page's lines", strict=True)
def test_verses_under_a_headline_of_two_characters_are_an_article() -> None:
    """Nothing on such a page reads as a sentence, and nothing ties its headline to its title tag."""
    assert judged(poem_under_two_characters())[0] == "article"


def test_real_articles_are_articles_and_real_lists_are_lists(corpus: Path) -> None:
    """All pages with gold are articles; of the pages without, those collected as lists are lists."""
    folder = corpus / "pages" / "dev"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    rows += [
        row
        for line in (folder / "unlabelled.jsonl").read_text("utf-8").splitlines()
        if (row := json.loads(line))["id"].startswith("list-")
    ]
    wrong = []
    for row in rows:
        body = gzip.decompress((folder / row["html_file"]).read_bytes())
        verdict = read(body, row.get("url") or URL).verdict
        if verdict != ("list" if row["id"].startswith("list-") else "article"):
            wrong.append((row["id"], verdict))
    assert wrong == []
