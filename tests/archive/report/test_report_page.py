"""The page needs nothing else, shows what is in the figures, and lets nothing of a page run."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from lxml import html

from archive.report.fact import Fact
from archive.report.numbers import Numbers
from archive.report.page import MOST_ROWS, page
from archive.report.plots import short, span

NOW = datetime(2026, 11, 3, tzinfo=UTC)
NASTY = "</title></style><script>alert(1)</script>\x00\x1b\u202e\"'&"


def figures(*, sources: int = 3) -> dict[str, Any]:
    """Figures whose names a page's owner chose."""
    made = Numbers({f"s{each}": f"{NASTY}{each}" for each in range(sources)}, {})
    for each in range(sources):
        for hour in range(5):
            moment = NOW - timedelta(hours=7 * hour + each)
            seen = moment + timedelta(minutes=20)
            repairs = {NASTY: 1, "mirror-comma": 2}
            made.add(Fact(f"s{each}", moment, seen, moment, NASTY, frozenset({"author"}), repairs, lossy=True))
    return made.told(NOW)


def read(told: dict[str, Any]) -> Any:
    """The page as a browser has it."""
    return html.document_fromstring(page(told, f"题{NASTY}", NASTY).decode())


def test_nothing_of_a_page_is_markup_and_nothing_is_fetched() -> None:
    """No script, no address, no attribute that acts; control characters are gone."""
    content = page(figures(), f"题{NASTY}", NASTY).decode()
    document = read(figures())
    assert not set(content) & set("\x00\x1b\u202e")
    assert not document.xpath("//script | //link | //img | //iframe | //object | //embed | //base | //form | //a")
    assert not document.xpath("//@href | //@src | //@style | //@*[starts-with(name(), 'on')]")
    assert not re.search(r"url\(|@import|https?:", content.replace("http-equiv", ""))
    assert "alert(1)" in document.text_content()


def test_the_browser_is_told_to_do_nothing_but_show_the_style() -> None:
    """The policy names the very style that stands in the page."""
    document = read(figures())
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = document.xpath("//style/text()")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_picture_has_its_words_and_its_numbers() -> None:
    """A title and a description for those who cannot see it, and a table of the same figures."""
    document = read(figures())
    pictures = document.xpath("//svg")
    assert len(pictures) == 4
    for picture in pictures:
        ids = picture.get("aria-labelledby").split()
        assert picture.get("role") == "img"
        assert [element.get("id") for element in picture.xpath("./title | ./desc")] == ids
        assert all(element.text for element in picture.xpath("./title | ./desc"))
        assert picture.getparent().getparent().xpath(".//table//td")
    assert all(table.xpath("./thead//th[@scope='col']") for table in document.xpath("//table"))
    assert document.get("lang") == "en"
    assert len(document.xpath("//h1")) == 1


def test_no_number_of_a_picture_is_beyond_it() -> None:
    """All coordinates are numbers within the picture."""
    for picture in read(figures()).xpath("//svg"):
        _, _, width, height = map(float, picture.get("viewbox", picture.get("viewBox")).split())
        for name, most in (("x", width), ("y", height), ("cx", width), ("cy", height), ("x2", width), ("y2", height)):
            for value in picture.xpath(f".//@{name}"):
                assert -1 <= float(value) <= most + 1


def test_a_name_of_the_network_tells_all_its_articles() -> None:
    """Those of lines that are too thin to be drawn, too."""
    made = Numbers({}, {})
    for each in range(100):
        made.add(Fact(f"s{each:02}", NOW, NOW, origin="岚川日报"))
    picture = next(each for each in read(made.told(NOW)).xpath("//svg") if "network" in each.get("aria-labelledby"))
    assert "岚川日报 100" in picture.xpath("./text/text()")
    assert len(picture.xpath("./path")) == 20


def test_no_two_tables_of_a_part_are_called_alike() -> None:
    """And the bars of time say that their heights are of one row alone."""
    document = read(figures())
    for section in document.xpath("//section"):
        names = section.xpath(".//summary/text()")
        assert len(set(names)) == len(names)
    (first,) = document.xpath("//section[1]/p/text()")
    assert "each row has a scale of its own" in first


def test_an_empty_archive_has_a_page() -> None:
    """It says so."""
    document = read(Numbers({}, {}).told(NOW))
    assert "nothing to show yet" in document.text_content()
    assert not document.xpath("//svg")


def test_long_tables_end_and_say_so() -> None:
    """The page stays one that a browser can show."""
    document = read(figures(sources=MOST_ROWS + 7))
    assert "7 more rows" in document.text_content()
    assert max(len(table.xpath("./tbody/tr")) for table in document.xpath("//table")) == MOST_ROWS
    assert len(page(figures(sources=MOST_ROWS + 7), "题", "")) < 1_500_000


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (3600, "60 min"), (86_400, "24 h"), (9e6, "104 d")]
)
def test_a_stretch_of_time_is_told_in_one_unit(seconds: float, words: str) -> None:
    """Rounded."""
    assert span(seconds) == words


def test_labels_are_as_wide_as_they_may_be() -> None:
    """A Chinese character takes two columns."""
    assert short("西藏日报", 8) == "西藏日报"
    assert short("西藏日报", 7) == "西藏…"
