"""`jianbao report`: the page, the figures, and small in the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_cases import START, make_article, make_capture, take_in
from click.testing import CliRunner, Result

from archive.model import Image
from archive.store import Archive
from crawler.cli import main
from crawler.cli.report_text import bar, in_words, sparkline
from crawler.cli.table import width
from crawler.demo.sites.site import source_file

FILE = source_file("gaoyuan", "高原网", "http://gaoyuan.example", [], [r"/\d+\.html$"], outlets=["高原日报"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Six articles of one source: one with a picture, one of a mere day, one that is its own, two alike."""
    with Archive.open(tmp_path / "data", write=True) as archive:
        for number in range(1, 7):
            read = replace(make_article(number), published=START + timedelta(minutes=number))
            if number == 2:
                read = replace(read, images=(Image("http://x.example/1.jpg"),), published_precision="day")
            if number == 3:
                read = replace(read, origin_original=True, author=())
            capture = make_capture(number, hours=1)
            archive.keep(capture)
            repairs = [{"rule": "mirror-comma", "start": 0, "before": ".", "after": "，"}] * 2
            page = {"number": 2, "url": "x", "evidence": {"repairs": [{"rule": "mirror-cut"}], "lossy": ["？"]}}
            evidence = {"repairs": repairs if number < 3 else [], "pages": [page] if number == 1 else []}
            archive.record(capture, capture.url, "article", [read], evidence)
    return tmp_path / "data"


def report(data: Path, *words: str) -> Result:
    """What the command answers."""
    return CliRunner().invoke(main, ["report", *words, "--data", str(data)])


def test_the_figures_are_those_of_the_articles(data: Path) -> None:
    """Read from the database as they were stored."""
    told = json.loads(report(data, "--json").stdout)
    (source,) = told["sources"]
    assert (told["articles"], source["id"], source["articles"]) == (6, "gaoyuan", 6)
    assert source["filled"] == dict.fromkeys(source["filled"], 0.0) | {
        "published": 1.0,
        "time": round(5 / 6, 4),
        "origin": 1.0,
        "author": round(5 / 6, 4),
        "images": round(1 / 6, 4),
    }
    assert (source["repaired"], source["lossy"]) == (2, 1)
    assert told["repairs"] == [
        {"rule": "mirror-comma", "articles": 2, "changes": 4},
        {"rule": "mirror-cut", "articles": 1, "changes": 1},
    ]
    (edge,) = told["network"]["edges"]
    assert (edge["from"], edge["to"], edge["articles"]) == ("高原日报", "gaoyuan", 5)
    assert source["delays"]["articles"] + source["delays"]["before_first_look"] == 5


def test_the_papers_of_a_source_s_file_are_its_own(data: Path, tmp_path: Path) -> None:
    """What the file calls `outlets` makes no line between the source and itself."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "sources" / "gaoyuan.toml").write_text(FILE, "utf-8")
    told = json.loads(report(data, "--json", "--config", str(tmp_path / "config")).stdout)
    assert told["sources"][0]["name"] == "高原网"
    assert told["network"]["edges"] == []


def test_without_a_file_the_archive_knows_a_source_s_papers(data: Path, tmp_path: Path) -> None:
    """What the last crawl told it; a file that is there is believed in its place."""
    with Archive.open(data, write=True) as archive:
        archive.describe("gaoyuan", ["高原网", "高原日报"])
    assert json.loads(report(data, "--json").stdout)["network"]["edges"] == []
    (tmp_path / "config" / "sources").mkdir(parents=True)
    without = source_file("gaoyuan", "高原网", "http://gaoyuan.example", [], [r"/\d+\.html$"])
    (tmp_path / "config" / "sources" / "gaoyuan.toml").write_text(without, "utf-8")
    (edge,) = json.loads(report(data, "--json", "--config", str(tmp_path / "config")).stdout)["network"]["edges"]
    assert (edge["from"], edge["articles"]) == ("高原日报", 5)


def test_stories_say_who_was_copied(tmp_path: Path) -> None:
    """The source that holds the origin stands under its name, whatever the copy's page says."""
    text = (
        "记者从牧场了解到，第一批设备已经运到，牧民们正在学习怎样使用这些新设备，技术员每天都来，一直教到大家会用为止。"
        * 3
    )
    with Archive.open(tmp_path / "data", write=True) as archive:
        for number, source in ((1, "first"), (2, "second")):
            capture = replace(make_capture(number, hours=number), source_id=source)
            read = replace(make_article(number, text=text, title="设备到了牧场"), source_id=source, origin=None)
            take_in(archive, capture, read)
        archive.group()
    told = json.loads(report(tmp_path / "data", "--json").stdout)
    edges = [(each["from"], each["to"], each["by_story"]) for each in told["network"]["edges"]]
    assert edges == [("first", "second", 1)]


def test_words_and_days_choose(data: Path, tmp_path: Path) -> None:
    """As in search; the page says which articles it is about."""
    assert json.loads(report(data, "第3批", "--json").stdout)["articles"] == 1
    assert json.loads(report(data, "--since", "2026-03-02", "--json").stdout)["articles"] == 0
    done = report(data, "第3批", "--source", "gaoyuan", "-o", str(tmp_path / "r.html"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 articles of 1 sources, 第3批, source gaoyuan." in (tmp_path / "r.html").read_text("utf-8")


def test_an_empty_archive_has_a_report(tmp_path: Path) -> None:
    """In every form."""
    Archive.open(tmp_path / "data", write=True).close()
    done = report(tmp_path / "data", "-o", str(tmp_path / "r.html"), "--text")
    assert (done.exit_code, done.stdout) == (0, "0 articles of 0 sources\n")
    assert (tmp_path / "r.html").stat().st_size
    assert json.loads(report(tmp_path / "data", "--json").stdout)["articles"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["titel:x"], "Did you mean title"),
        (["--source", "nope"], "nope"),
        (["-o", "no/such/r.html"], "There is no folder"),
        (["--since", "2026-03-02", "--until", "2026-03-01"], "later"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_a_wrong_call_is_told(data: Path, words: list[str], said: str) -> None:
    """With exit code 2, and no page."""
    done = report(data, *words)
    assert (done.exit_code, done.stdout, said in done.stderr) == (2, "", True)


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_no_line_is_broader_than_the_terminal(data: Path, columns: int) -> None:
    """Though a Chinese character takes two columns."""
    told = json.loads(report(data, "--json").stdout)
    for each in told["sources"]:
        each["name"] = "岚川省工业和信息化厅新闻办公室信息中心"
    lines = "\n".join(in_words(told, columns)).splitlines()
    assert len(lines) > 15
    assert max(map(width, lines)) <= columns
    assert all("\x1b" not in line for line in lines)


def test_bars_tell_shares() -> None:
    """A blank is none at all; what is little is still a stroke."""
    assert sparkline([0, 1, 1000], 9) == " ▁█"
    assert sparkline([], 9) == ""
    assert len(sparkline(list(range(100)), 30)) <= 30
    assert (bar(1, 4), bar(0.0001, 4)) == ("████", "▏")
