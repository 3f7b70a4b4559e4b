"""`jianbao diff`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from archive_cases import Place, later, make_article, make_capture, take_in, url_of
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.cli.history import events


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An article with two texts that was gone in between."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(1), make_article(1, "园区引进了三家企业。"))
        take_in(archive, make_capture(1, hours=1, status=404), verdict="other")
        take_in(archive, later(make_capture(1), 2), make_article(1, "园区引进了三家企业。"))
        take_in(archive, make_capture(1, hours=3, text="b"), make_article(1, "园区引进了五家企业\x1b[31m。"))
        take_in(archive, make_capture(2), make_article(2))
    return place.data


def run(data: Path, *words: str) -> Result:
    """The command."""
    return CliRunner().invoke(main, ["diff", *words, "--data", str(data)])


def test_the_newest_revision_is_compared_with_the_one_before(data: Path) -> None:
    """Plain marks where there is no terminal, and nothing of the page steers one."""
    done = run(data, url_of(1))
    assert done.exit_code == 0
    assert "园区引进了[-三家-]{+五家+}企业{+[31m+}。" in done.output.replace("\x1b", "")
    assert "\x1b" not in done.output
    assert "1 unchanged block" in done.output


def test_json_gives_each_word(data: Path) -> None:
    """Old and new text can be put together from it."""
    found = json.loads(run(data, url_of(1), "1", "2", "--json").stdout)
    (changed,) = [each for each in found["blocks"] if each["op"] == "changed"]
    assert "".join(text for mark, text in changed["words"] if mark != "+") == "园区引进了三家企业。"
    assert (found["old"]["number"], found["new"]["number"], found["revisions"]) == (1, 2, 2)


def test_history_tells_of_gone_and_restored(data: Path) -> None:
    """States stand between the revisions."""
    told = json.loads(run(data, url_of(1), "--history", "--json").stdout)
    assert [each["what"] for each in told["history"]] == ["new", "gone", "restored", "edited"]
    assert "answered 404" in run(data, url_of(1), "--history").stdout


def test_history_is_in_the_order_of_its_numbers() -> None:
    """What was read again, and what took that back, rest on captures that may be older than a revision before."""
    times = [datetime(2026, 11, 2, hour, tzinfo=UTC) for hour in (8, 12, 8, 12)]
    text = SimpleNamespace(text="园区")
    kept = [
        SimpleNamespace(number=number, read_at=at, reason="re-read", capture_id="c", article=text)
        for number, at in enumerate(times, 1)
    ]
    gone = SimpleNamespace(
        kind="article", status=404, verdict="other", fetched_at=datetime(2026, 11, 2, 10, tzinfo=UTC), id="g"
    )
    standing: Any = SimpleNamespace(id="a", canonical_url="http://a.example/", first_seen=times[0])
    for revisions in (kept, kept[::-1]):
        archive: Any = SimpleNamespace(revisions=lambda id, kept=revisions: kept, captures=lambda url: [gone])
        assert [each["revision"] for each in events(archive, standing)] == [1, None, 2, 3, 4]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([url_of(2)], 0, "one revision"),
        ([url_of(9)], 1, "holds no article"),
        ([url_of(1), "1", "7"], 2, "has 2 revisions"),
        ([url_of(1), "0"], 2, "0"),
    ],
)
def test_what_cannot_be_compared_is_told(data: Path, words: list[str], code: int, said: str) -> None:
    """A sentence, and the code that fits."""
    done = run(data, *words)
    assert (done.exit_code, said in done.output) == (code, True), done.output


def test_an_article_that_came_with_a_later_revision_says_which_one_is_here(data: Path, tmp_path: Path) -> None:
    """Our own lines bring the newest revision and its number alone: nothing is wrong with that."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    options = ["--config", str(tmp_path / "config")]
    lines = tmp_path / "all.jsonl"
    CliRunner().invoke(main, ["export", "jsonl", "-o", str(lines), "--data", str(data), *options])
    other = tmp_path / "other"
    assert CliRunner().invoke(main, ["import", str(lines), "--data", str(other), *options]).exit_code == 0
    done = run(other, url_of(1))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "Of the article this archive holds only revision 2: there is nothing to compare it with.\n"
    assert json.loads(run(other, url_of(1), "--json").stdout)["old"]["number"] == 2
    asked = run(other, url_of(1), "1", "2")
    assert (asked.exit_code, "holds only revision 2." in asked.stderr) == (2, True)
    assert "holds only revision 2." in run(other, url_of(1), "--history").stderr
    assert "only" not in run(data, url_of(1), "--history").stderr
