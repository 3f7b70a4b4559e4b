"""What commands print of pages that somebody else wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.model import Article, Block, Counts, Run
from archive.store import Archive
from archive.store.glance import Glance, SourceGlance
from crawler.cli import main
from crawler.cli.paper import as_markdown, as_text
from crawler.cli.table import counted, harmless, shortened, table, width
from crawler.cli.times import moment
from crawler.cli.why import visible
from crawler.health.standing import standings
from crawler.repair.lost import lost

HOSTILE = "工业\x1b]0;owned\x07快报\u202e\x9b31m"


def test_nothing_of_a_page_steers_the_terminal() -> None:
    """Escapes, C1 controls and bidi overrides are gone from what is printed; line breaks and joiners stay."""
    article = Article("http://a.example/", HOSTILE, (Block("paragraph", HOSTILE),), origin=HOSTILE)
    for text in (as_text(article), as_markdown(article), table([HOSTILE], [[HOSTILE]])):
        assert not set(text) & set("\x1b\x07\x9b\u202e")
        assert "工业]0;owned快报31m" in text
    assert harmless("می\u200cخواهم\n\t") == "می\u200cخواهم\n\t"
    assert visible("\x1b[1m") == "\\x1b[1m"


def test_columns_of_wide_characters_line_up() -> None:
    """A Chinese character takes two columns, and a shortened text never more than it may."""
    lines = table(["name", "n"], [["西藏", 1], ["ab", 22]]).splitlines()
    assert [line.rindex(char) + line.count("西") * 2 for line, char in zip(lines[1:], "12", strict=True)] == [7, 7]
    assert width(shortened("中国西藏网新闻", 9)) <= 9


def test_one_thing_is_not_told_in_the_plural() -> None:
    """Of a count, of unpublishable pages, of what is lost."""
    assert (counted(1, "page"), counted(0, "page"), counted(2, "page")) == ("1 page", "0 pages", "2 pages")
    assert lost("增\ufffd速") == ("1 replacement character (U+FFFD) in 1 place: bytes were lost",)
    assert lost("增\ufffd\ufffd速\ufffd") == ("3 replacement characters (U+FFFD) in 2 places: bytes were lost",)
    assert lost("烫" * 9) == ("1 stretch of uninitialised memory (烫烫, 屯屯)",)
    for count, said in ((1, "met 1 page unfit"), (2, "met 2 pages unfit")):
        run = Run(1, "one", datetime(2026, 11, 3, tzinfo=UTC), state="finished", counts=Counts(quarantined=count))
        (standing,) = standings(Glance({"one": SourceGlance("one", run)}))
        assert said in " ".join(standing.noted)


def test_times_are_those_of_shanghai_and_say_so(tmp_path: Path) -> None:
    """One zone for all commands."""
    assert moment(datetime(2026, 11, 3, 18, 30, tzinfo=UTC)) == "2026-11-04 02:30"
    Archive.open(tmp_path, write=True).close()
    assert "Times are Shanghai time." in CliRunner().invoke(main, ["status", "--data", str(tmp_path)]).output


@pytest.mark.parametrize(("wanted", "whole"), [("3d09", False), ("3d09b2c4a1f07e65", True), ("园区", True)])
def test_a_part_of_an_id_is_said_to_be_one(tmp_path: Path, wanted: str, whole: bool) -> None:
    """Ids are taken whole; a whole one that is unknown gets no such hint."""
    Archive.open(tmp_path, write=True).close()
    done = CliRunner().invoke(main, ["show", wanted, "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert f"holds no article {wanted}" in done.stderr
    assert ("An id has 16 characters" in done.stderr) != whole
