"""`jianbao story`, and what `show` says of one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from archive_cases import make_article, make_capture, take_in, url_of
from click.testing import CliRunner, Result

from archive.identity import article_id
from archive.store import Archive
from crawler.cli import main

TEXT = "岚川市经信局昨日通报，前三季度全市规上工业增加值同比增长7.2%，装备制造业增长12.6%，新材料产业增长9.4%。"
FIRST, COPY, OTHER = (article_id(url_of(number)) for number in (1, 2, 3))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An archive of a story of two articles, and another article."""
    with Archive.open(tmp_path / "data", write=True) as archive:
        archive.describe("gaoyuan", ["高原网", "高原日报"], 1)
        for number, text in enumerate(
            (TEXT, "本报讯 " + TEXT + "（完）", "高原牧场今年添了三百头小牛，牧民们正在准备过冬的草料和圈舍。"), 1
        ):
            source = "farm" if number == 2 else "gaoyuan"
            capture = replace(make_capture(number), source_id=source)
            take_in(archive, capture, replace(make_article(number, text), source_id=source))
        archive.group()
    return tmp_path / "data"


def run(*arguments: object) -> Result:
    """The command."""
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_a_story_is_told_by_any_of_its_articles(data: Path) -> None:
    """By id or address: origin, evidence, and each article's role and shares."""
    for wanted in (FIRST, COPY, url_of(2)):
        told = run("story", wanted, "--data", data)
        assert told.exit_code == 0
        assert f"Story {FIRST}: 2 articles\nOrigin: 高原网 (confidence " in told.stdout
        assert "1 of 1 copies name 高原日报 as their source" in told.stdout
        assert [line.split()[:2] for line in told.stdout.splitlines() if line.startswith((FIRST, COPY))] == [
            [FIRST, "origin"],
            [COPY, "reprint"],
        ]


def test_a_story_as_json(data: Path) -> None:
    """With links and shares."""
    told = json.loads(run("story", COPY, "--json", "--data", data).stdout)
    assert (told["id"], told["origin_id"], told["outlet"]) == (FIRST, FIRST, "高原网")
    assert [(each["id"], each["role"], each["link"]) for each in told["articles"]] == [
        (FIRST, "origin", None),
        (COPY, "reprint", "reprint-of"),
    ]
    assert told["articles"][1]["holds"] == pytest.approx(0.93, abs=0.02)  # the caption stands behind （完）
    assert told["articles"][1]["relation"] == "reprint"


def test_an_article_alone_and_one_that_is_not_held(data: Path) -> None:
    """Each in a sentence."""
    assert run("story", OTHER, "--data", data).stdout.startswith(f"{OTHER} stands alone: ")
    missing = run("story", "0000000000000000", "--data", data)
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "holds no article" in missing.stderr


def test_show_names_the_story(data: Path) -> None:
    """Of an article that has one."""
    line = f"reprint in the story {FIRST}: `jianbao story {COPY}` shows the others"
    assert line in run("show", COPY, "--data", data).stdout
    assert "in the story" not in run("show", OTHER, "--data", data).stdout
