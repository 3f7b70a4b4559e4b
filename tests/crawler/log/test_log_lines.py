"""A record is one line, whatever a page or server says; a page's steps share one trace id."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.log import Trail, begin
from crawler.log.events import trace_of
from crawler.log.lines import MOST, JsonLines, TextLines
from crawler.settings import Settings

HOSTILE = 'a\nb\r\x1b]0;x\x07\u2028\u2029\u202e{"level":"error"}\ud800'


def record(message: str, **facts: object) -> logging.LogRecord:
    """A record as the log makes it."""
    made = logging.LogRecord("jianbao.crawl", logging.INFO, "", 0, "%s", (message,), None)
    made.jianbao = facts
    return made


@given(st.text(st.characters(codec=None)) | st.just(HOSTILE))
def test_a_record_is_one_line_of_json_whatever_it_holds(text: str) -> None:
    """The line parses back to what was said, and no value can make a second line or another field."""
    line = JsonLines().format(record(text, url=text, level="forged"))
    assert line.isascii()
    assert len(line.splitlines()) == 1
    told = json.loads(line)
    assert told["level"] == "info"
    assert told["url"] == text[: len(told["url"])] or told["url"].endswith("…")


@given(st.text(st.characters(codec=None)) | st.just(HOSTILE))
def test_a_line_for_people_holds_no_control(text: str) -> None:
    """Nothing steers a terminal or starts a line."""
    line = TextLines().format(record(text, why=text))
    assert all(char.isprintable() for char in line)


def test_a_value_is_cut() -> None:
    """An address may be longer than a line should be."""
    assert len(json.loads(JsonLines().format(record("x" * 99_999)))["message"]) == MOST


def test_a_trace_is_made_of_source_address_and_run() -> None:
    """The same three give the same id, and each of them matters."""
    ids = {
        trace_of(*each)
        for each in [("a", "http://x/1", 1), ("b", "http://x/1", 1), ("a", "http://x/2", 1), ("a", "http://x/1", 2)]
    }
    assert len(ids) == 4
    assert trace_of("a", "http://x/1", 1) == trace_of("a", "http://x/1", 1)


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """The log goes to a file in a data folder, and nowhere after the test."""
    settings = Settings(data=tmp_path, log_format="json", log_file="logs/jianbao.log")
    begin(settings, stderr=False)
    yield tmp_path / "logs" / "jianbao.log"
    begin(replace_file(settings), stderr=False)


def replace_file(settings: Settings) -> Settings:
    """The settings without a log file."""
    return Settings(data=settings.data)


def test_the_steps_of_a_page_are_lines_with_one_trace(log_file: Path) -> None:
    """What is debug is left out unless asked for; what is not known is left out always."""
    trail = Trail("tibet-cn", lambda: 7)
    trail.tell("found", "http://x/1", found_on="http://x/")
    trail.tell("asked", "http://x/1", kind="article", found_on=None)
    trail.tell("known", "http://x/1", logging.DEBUG)
    lines = [json.loads(line) for line in log_file.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["found", "asked"]
    assert {line["trace"] for line in lines} == {trace_of("tibet-cn", "http://x/1", 7)}
    assert "found_on" not in lines[1]
    assert lines[0]["run"] == 7


def test_a_log_file_that_cannot_be_had_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and the crawl goes on."""
    (tmp_path / "file").write_text("")
    begin(Settings(data=tmp_path, log_file="file/jianbao.log"), stderr=False)
    assert "cannot be written to" in capsys.readouterr().err
    Trail("a", lambda: 1).tell("found", "http://x/")
    begin(Settings(data=tmp_path), stderr=False)


def test_without_being_asked_nothing_is_logged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even errors of messengers: commands say those themselves."""
    begin(Settings(data=tmp_path), stderr=False)
    Trail("a", lambda: 1).tell("failed", "http://x/", logging.WARNING)
    assert capsys.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_uses_the_packages_and_asks_for_no_log_gets_none() -> None:
    """Without a handler Python would print warnings on stderr."""
    program = 'from crawler.log import Trail\nTrail("a", lambda: 1).tell("failed", "http://x/", 30)'
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
