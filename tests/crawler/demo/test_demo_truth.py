"""The truth is complete, and the served bytes contain what it says, in the encodings that the sites lie about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from archive.model import Article, Block
from crawler.demo import DemoWeb, Expected, differences
from crawler.demo.stories import stories

ENCODINGS = {
    "lanchuan": "utf-8",
    "gongxin": "utf-8",
    "huanlan": "utf-8",
    "chiling": "gb18030",
    "mirror": "gb18030",
    "twin": "big5",
}


@pytest.fixture(scope="module", params=[1, 2], ids=["day one", "day two"])
def web(request: pytest.FixtureRequest) -> Iterator[DemoWeb]:
    """The demo web on each of its days."""
    with DemoWeb(seed=1) as served:
        if request.param == 2:
            served.advance()
        yield served


def fetch(url: str) -> bytes:
    """The body of an address; asked again where it is busy."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        for _ in range(2):
            connection.request("GET", parts.path)
            response = connection.getresponse()
            body = response.read()
            if response.status == 200:
                return body
    finally:
        connection.close()
    raise AssertionError(f"{url} answers {response.status}")


def visible(body: bytes, encoding: str) -> str:
    """A page's text without tags, scripts and white space."""
    text = re.sub(r"<script\b.*?</script>|<[^>]*>", "", body.decode(encoding), flags=re.DOTALL)
    return re.sub(r"\s+", "", unescape(text))


def test_every_site_shows_stories_and_every_story_has_its_origin(web: DemoWeb) -> None:
    """30 to 40 stories; each copy's story is one that some site published (or did, before it vanished)."""
    truth = web.truth().values()
    assert {each.source_id for each in truth} == set(ENCODINGS)
    origins = {each.story for each in truth if each.role == "origin"}
    copies = {each.story for each in truth if each.role != "origin"}
    assert 30 <= len(origins) <= 40
    assert len(copies - origins) == (0 if web.day == 1 else 1)
    assert len(copies) >= 10


def test_the_truth_is_complete(web: DemoWeb) -> None:
    """Every article has a title, a zoned date, an origin and at least three paragraphs, none of them empty."""
    for url, each in web.truth().items():
        assert url == each.url
        assert each.title
        assert each.published.utcoffset() is not None
        assert each.origin
        assert len(each.paragraphs) >= 3
        assert all(block.text.strip() == block.text != "" for block in each.blocks)


def pages_of(truth: Expected) -> list[str]:
    """The addresses of an article's pages: x.html, x_1.html on TRS, x-1.html, x-2.html on PHPCMS."""
    stem, later = truth.url.removesuffix(".html"), range(1, truth.pages)
    if truth.source_id == "chiling":
        return [truth.url, *(f"{stem.removesuffix('-1')}-{number + 1}.html" for number in later)]
    return [truth.url, *(f"{stem}_{number}.html" for number in later)]


def test_some_articles_stand_on_several_pages(web: DemoWeb) -> None:
    """Two of the sites spread a long story, each in its own style; where the other pages end there is nothing."""
    spread = {each.source_id: each for each in web.truth().values() if each.pages > 1}
    assert set(spread) == {"lanchuan", "chiling"}
    for each in spread.values():
        last = pages_of(replace(each, pages=each.pages + 1))[-1]
        with pytest.raises(AssertionError, match="404"):
            fetch(last)


def test_every_clean_page_holds_its_truth_in_its_encoding(web: DemoWeb) -> None:
    """Title, origin, date, names and every block stand on the page or its further pages, in the order of the blocks."""
    sheets_of = {story.number: story.sheets for story in stories(web.day)}
    for each in web.truth().values():
        if each.role == "mirror":
            continue
        text = "".join(visible(fetch(url), ENCODINGS[each.source_id]) for url in pages_of(each))
        plain = [re.sub(r"\s", "", part) for part in (each.title, each.origin, *each.author, *each.editor)]
        assert all(part in text for part in plain), each.url
        assert f"{each.published:%Y-%m-%d%H:%M}" in text
        sheets = sheets_of[each.story] if each.pages > 1 else ()
        printed = [block for sheet in sheets for block in sheet.blocks] or each.blocks
        places = [text.find(re.sub(r"\s", "", block.text)) for block in printed]
        assert -1 not in places, each.url
        assert places == sorted(places)


def test_the_mirror_pages_are_damaged_and_carry_the_spam(web: DemoWeb) -> None:
    """Annotations in brackets, Traditional script, a Simplified county list off-screen, two hidden blocks."""
    for each in web.truth().values():
        if each.role != "mirror":
            continue
        body = fetch(each.url)
        assert b"charset=gb2312" in body
        text = body.decode("gb18030")
        assert len(re.findall(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)", text)) >= 10, each.url
        assert "許昌縣" not in text
        assert "许昌县</a>| " in text
        assert text.count('<div class="pl_css_ganrao" style="display:none">') == 2
        assert len(each.lossy) <= len(each.blocks)
        assert set(each.lossy) <= {each.title, each.origin, *each.author, *each.editor} | {
            block.text for block in each.blocks
        }


def test_the_declarations_lie_where_real_ones_do(web: DemoWeb) -> None:
    """Under gb2312 stand characters that GB2312 has not; the twin's Big5 is true and its script Traditional."""
    pages = {each.url: fetch(each.url) for each in web.truth().values() if each.source_id in {"chiling", "twin"}}
    paper = [body for url, body in pages.items() if url.startswith(web.urls["chiling"])]
    assert all(b"charset=gb2312" in body for body in paper)
    with pytest.raises(UnicodeDecodeError):
        [body.decode("gb2312") for body in paper]
    joined = "".join(body.decode("gb18030") for body in paper)
    assert all(char in joined for char in "镕喆€—")
    twins = [body.decode("big5") for url, body in pages.items() if url.startswith(web.urls["twin"])]
    assert all(("charset=big5" in text and "發佈時間" in text) or "發布時間" in text for text in twins)


def read_well(truth: Expected) -> Article:
    """An article as a perfect reader would give it."""
    return Article(
        url=truth.url,
        title=truth.title,
        blocks=truth.blocks,
        published=truth.published,
        origin=truth.origin,
        author=truth.author,
        editor=truth.editor,
        pages=truth.pages,
    )


def test_a_perfect_reading_differs_in_nothing(web: DemoWeb) -> None:
    """The comparison is satisfied by the truth itself, with and without the optional lines."""
    for each in web.truth().values():
        article = read_well(each)
        optional = tuple(Block("paragraph", line) for line in each.optional)
        assert differences(each, article) == ()
        assert differences(each, replace(article, blocks=(*optional, *article.blocks))) == ()


def changed(article: Article, what: str) -> Article:
    """One fault put into a good reading."""
    blocks = article.blocks
    faults = {
        "title": replace(article, title=article.title[:-1]),
        "date": replace(article, published=None),
        "origin": replace(article, origin=None),
        "author": replace(article, author=("某人",)),
        "editor": replace(article, editor=()),
        "a paragraph lost": replace(article, blocks=blocks[:1] + blocks[2:]),
        "a paragraph altered": replace(article, blocks=(Block("paragraph", blocks[0].text + "。"), *blocks[1:])),
        "boilerplate kept": replace(article, blocks=(*blocks, Block("paragraph", "分享到：微信"))),
        "another order": replace(article, blocks=(blocks[1], blocks[0], *blocks[2:])),
        "a caption lost": replace(article, blocks=tuple(block for block in blocks if block.kind != "caption")),
    }
    return faults[what]


@pytest.mark.parametrize(
    "fault",
    ["title", "date", "origin", "author", "editor", "a paragraph lost", "a paragraph altered", "boilerplate kept",
     "another order", "a caption lost"],
)  # fmt: skip
def test_every_fault_is_told(web: DemoWeb, fault: str) -> None:
    """The comparison cannot be passed by a reading with any one of these faults."""
    each = next(e for e in web.truth().values() if e.role == "origin" and e.captions and e.author and e.editor)
    assert len(differences(each, changed(read_well(each), fault))) >= 1


def test_a_lossy_line_may_differ_a_little_but_not_be_replaced(web: DemoWeb) -> None:
    """What the mirror has lost is forgiven; another text in its place is not."""
    each = next(e for e in web.truth().values() if set(e.lossy) & set(e.paragraphs))
    at = next(n for n, block in enumerate(each.blocks) if block.text in each.lossy and block.kind == "paragraph")
    article, text = read_well(each), each.blocks[at].text

    def with_text(other: str) -> Article:
        blocks = (*each.blocks[:at], Block("paragraph", other), *each.blocks[at + 1 :])
        return replace(article, blocks=blocks)

    assert differences(each, with_text(text[:-2] + "?")) == ()
    assert len(differences(each, with_text("分享到：微信"))) == 1
    assert len(differences(each, replace(article, blocks=each.blocks[:at] + each.blocks[at + 1 :]))) >= 1


def test_a_table_may_come_cell_by_cell_but_not_with_a_cell_less(web: DemoWeb) -> None:
    """How a table's cells are parted is the reader's affair."""
    each = next(e for e in web.truth().values() if any(block.kind == "table" for block in e.blocks))
    at = next(n for n, block in enumerate(each.blocks) if block.kind == "table")
    cells = [Block("paragraph", cell) for row in each.blocks[at].text.split("\n") for cell in row.split("\t")]
    article = read_well(each)
    assert differences(each, replace(article, blocks=(*each.blocks[:at], *cells, *each.blocks[at + 1 :]))) == ()
    assert differences(each, replace(article, blocks=(*each.blocks[:at], *cells[1:], *each.blocks[at + 1 :]))) != ()
