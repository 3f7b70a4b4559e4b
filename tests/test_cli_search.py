"""What `jianbao search` takes and shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.model import Article, Block, Capture
from archive.store import Archive
from crawler.cli import main

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An archive with one hostile article and one in the other script."""
    with Archive.open(tmp_path / "data", write=True) as archive:
        for number, title, text in ((1, "工業園區", "西藏的工業\x1b[31m園區"), (2, "消息", "工业园区与旅游")):
            capture = Capture(f"http://a.example/{number}", "a", NOW, 200, b"x" * number)
            read = Article(capture.url, title, (Block("paragraph", text),), published=NOW)
            archive.keep(capture)
            archive.record(capture, capture.url, "article", [replace(read, source_id="a")], {})
    return tmp_path / "data"


def run(data: Path, *words: str) -> Result:
    """The command on that archive."""
    return CliRunner().invoke(main, ["search", *words, "--data", str(data)])


def test_matches_are_marked_and_nothing_steers_the_terminal(data: Path) -> None:
    """In either script; what a page wrote is harmless within and beside the marks."""
    done = run(data, "工业")
    assert done.exit_code == 0
    assert "[工業][31m園區" in done.stdout
    assert "[工业]园区与旅游" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_word_with_a_minus_is_left_out(data: Path) -> None:
    """It is a part of the query and no option; what begins with two is an option that there is not."""
    assert json.loads(run(data, "工业", "-旅游", "--json").stdout)["total"] == 1
    assert run(data, "工业", "--limt", "3").exit_code == 2


def test_json_tells_where_the_matches_stand(data: Path) -> None:
    """Offsets in title and text as they are printed."""
    (found,) = json.loads(run(data, "園區 西藏", "--json").stdout)["articles"]
    assert [found["text"][start:end] for start, end in found["matches"]["text"]] == ["西藏", "園區"]
    assert [found["title"][start:end] for start, end in found["matches"]["title"]] == ["園區"]


def test_explain_says_what_was_understood_and_needs_no_archive(tmp_path: Path) -> None:
    """The lines of the tree; --json gives them as a list."""
    done = run(tmp_path / "none", "工業 -title:旅遊", "--explain")
    assert done.stdout.splitlines() == ["all of:", '  "工业" in title or text', '  not: "旅游" in title']
    told = json.loads(run(tmp_path, "工業", "--explain", "--json").stdout)
    assert told == {"understood": ['"工业" in title or text']}


def test_what_is_wrong_is_shown_in_the_query(data: Path) -> None:
    """The sentence, and a mark below the place, two columns for each Chinese character."""
    done = run(data, "西藏 titel:工业")
    assert done.exit_code == 2
    assert "There is no field titel:. Did you mean title: ?" in done.stderr
    assert done.stderr.splitlines()[-2:] == ["  西藏 titel:工业", "       ^"]


def test_a_source_that_is_none_and_a_field_in_chinese_are_hinted_at(data: Path) -> None:
    """On stderr, and the answer is what it would be: a slip of the pen is no error where other words are found."""
    for query, said, code in (
        ("source:aa", 'The archive holds no source "aa". Did you mean source:a ?', 1),
        ("工业 OR source:nope", 'The archive holds no source "nope".', 0),
        ("标题：工业", "标题：工业 is looked for as it stands. Did you mean title:工业 ?", 1),
        ("工业 NOT 标题：工业", "Did you mean title:工业 ?", 0),
    ):
        done = run(data, query)
        assert (done.exit_code, said in done.stderr, said in done.stdout) == (code, True, False), done.stderr
        assert run(data, query, "-q").stderr == ""
        assert isinstance(json.loads(run(data, query, "--json").stdout)["total"], int)
    assert "Did you mean" not in run(data, "source:A 工业").stderr
    assert "Did you mean title:工业 ?" in run(data, "标题：工业", "--explain").stderr
    assert "\x1b" not in run(data, "标题：\x1b[31m").stderr


def test_relevance_is_an_order(data: Path) -> None:
    """The title counts."""
    found = json.loads(run(data, "工业", "--sort", "relevance", "--json").stdout)["articles"]
    assert [each["title"] for each in found] == ["工業園區", "消息"]


def test_why_a_search_is_slow_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where many articles are not indexed yet; few are read so quickly that nobody needs to know."""
    assert "one by one" not in run(data, "工业").stderr
    monkeypatch.setattr("crawler.cli.search.MANY", 2)
    assert "2 articles had to be read one by one: they are not indexed yet." in run(data, "工业").stderr
    assert json.loads(run(data, "工业", "--json").stdout)["unindexed"] == 2
    with Archive.open(data, write=True) as archive:
        archive.index()
    assert "one by one" not in run(data, "工业").stderr
