"""Feeds, sitemaps, JSON endpoints and days of e-papers, as sites write them and as an enemy would."""

import gzip
import time
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import MOST_LINKS, Found, find, has_days, next_page, on_day
from crawler.discover.feed import MOST_ENTRIES
from crawler.discover.json_list import JsonError, as_json
from crawler.discover.kinds import KINDS
from crawler.discover.listed import listed
from crawler.discover.moments import moment
from crawler.shanghai import SHANGHAI
from crawler.source import Articles, ListPage, Source, load_families
from crawler.source.model import ListKind

SITE = "http://www.example.cn"
SOURCE = Source(id="example", name="例", home=f"{SITE}/", hosts=("www.example.cn", "m.example.cn"))
STRICT = msgspec.structs.replace(SOURCE, articles=Articles(patterns=(r"/t\d{8}_\d+\.html$",)))
MORNING = datetime(2023, 5, 23, 9, 37, tzinfo=SHANGHAI)


def found(kind: ListKind, text: str, source: Source = SOURCE, url: str = f"{SITE}/list", **keys: Any) -> Found:
    """What a list of that kind holds."""
    return find(text, url, ListPage(url=url, kind=kind, **keys), source)


def urls(each: Found) -> list[str]:
    """The addresses of the articles, without the site."""
    return [link.url.removeprefix(SITE) for link in each.links]


ITEM = "<item><title>州里新建三座变电站</title><link>{}</link><pubDate>Tue, 23 May 2023 09:37:00 +0800</pubDate></item>"
FEEDS = {
    "RSS 2.0": f'<?xml version="1.0" encoding="GB2312"?><rss version="2.0"><channel>{ITEM}</channel></rss>',
    "RSS with a type that declares nothing": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
    f' "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>{ITEM}</channel></rss>',
    "RDF": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>州里新建三座变电站</title><link>{}</link>'
    "<dc:date>2023-05-23T09:37:00+08:00</dc:date></item></rdf:RDF>",
    "Atom": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>州里新建三座变电站</title><link href="{}"/>'
    "<published>2023-05-23T01:37:00Z</published></entry></feed>",
    "a time without a zone, a title with markup": "<rss><channel><item>"
    "<title><![CDATA[<b>州里</b>新建三座变电站]]></title><link>{}</link><pubDate>2023-05-23 09:37:00</pubDate></item>"
    "</channel></rss>",
    "an ill-formed one": "<rss><channel><title>A & B</title><item><title>州里新建三座变电站</title><link>{}</link>"
    "<pubDate>Tue, 23 May 2023 09:37:00 +0800</pubDate><description>a&nbsp;<br>b</description></item></channel>",
    "JSON Feed": '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"url": "{}",'
    ' "title": "州里新建三座变电站", "date_published": "2023-05-23T09:37:00+08:00"}}]}}',
}


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_gives_address_title_and_time(name: str) -> None:
    """Whatever its format; a time without a zone is Shanghai's."""
    (link,) = found("feed", FEEDS[name].format("http://www.example.cn/2023/a1.html")).links
    assert (link.url, link.title, link.published) == (f"{SITE}/2023/a1.html", "州里新建三座变电站", MORNING)


def test_the_entries_of_a_feed_are_articles_unless_the_source_s_own_patterns_say_no() -> None:
    """A feed vouches for its entries; foreign hosts stay out; relative addresses are resolved; each comes once."""
    items = "".join(
        ITEM.format(url)
        for url in ("/a/b", "http://m.example.cn/t20230523_1.html", "http://ads.example.net/t20230523_1.html", "/a/b")
    )
    text = f"<rss><channel>{items}</channel></rss>"
    assert urls(found("feed", text)) == ["/a/b", "http://m.example.cn/t20230523_1.html"]
    assert urls(found("feed", text, STRICT)) == ["http://m.example.cn/t20230523_1.html"]


def test_of_a_large_feed_the_first_entries_are_read() -> None:
    """They are the newest; the word that there were more is given."""
    text = "<rss><channel>" + "".join(ITEM.format(f"/a/{n}") for n in range(MOST_ENTRIES + 50)) + "</channel></rss>"
    each = found("feed", text)
    assert (len(each.links), each.capped, each.problem) == (MOST_ENTRIES, True, "")
    assert urls(each)[-1] == f"/a/{MOST_ENTRIES - 1}"


LAUGHS = "<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '{'&a;' * 10}'>" for n in range(9))
HOSTILE = {
    "billion laughs": f"<?xml version='1.0'?><!DOCTYPE rss [{LAUGHS}]><rss>&a8;</rss>",
    "an external entity": "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><item><title>&x;</title></item></rss>",
    "a parameter entity": "<!DOCTYPE rss [<!ENTITY % x SYSTEM 'http://127.0.0.1/x.dtd'> %x;]><rss/>",
    "a type behind a comment": "<!-- > --><!DOCTYPE\nurlset [<!ENTITY a 'b'>]><urlset/>",
    "a bare entity": "<!ENTITY a 'b'><rss/>",
    "a prolog without end": "<?xml version='1.0'?><!--" + "x" * 100_000,
    "blanks without end": " " * 1_000_000 + "<rss/>",
}


@pytest.mark.parametrize(
    "shape",
    [
        "<x>" * 100_000,
        "<item>" * 100_000,
        "<item><title>园区</title>" * 50_000,
        "<item>" + "<pubDate>Tue, 23 May 2023 09:37:00 +0800</pubDate>" * 80_000,
        "<item " + " ".join(f"a{number}='1'" for number in range(100_000)) + ">",
        ("<item " + " ".join(f"a{number}='>'" for number in range(1_000)) + "/>") * 300,
    ],
    ids=("nested elements", "nested entries", "entries without end", "dates", "attributes", "attributes of many"),
)
def test_a_feed_that_keeps_its_parser_busy_is_cut_or_refused(shape: str) -> None:
    """Each took feedparser from five seconds to minutes, with or without a sound entry before it."""
    for before in ("", ITEM.format("/a/t20230523_1.html")):
        begun = time.process_time()
        each = found("feed", f"<rss version='2.0'><channel>{before}{shape}")
        assert time.process_time() - begun < 4.0
        assert each.problem or (each.capped and bool(each.links) == bool(before))


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
@pytest.mark.parametrize("name", HOSTILE)
def test_xml_that_declares_entities_is_refused_before_any_parser_sees_it(
    name: str, kind: ListKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a sentence that says why; neither feedparser nor lxml is called."""

    def parse(*arguments: object, **options: object) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr("feedparser.parse", parse)
    monkeypatch.setattr("lxml.etree.iterparse", parse)
    each = found(kind, HOSTILE[name])
    assert each.links == each.lists == ()
    assert each.problem.endswith(".")


def test_an_entity_that_was_never_declared_is_not_resolved() -> None:
    """What a document names without declaring it stays out of the text."""
    each = found("sitemap", f"<urlset><url><loc>{SITE}/2023/0523/1.html?&x;</loc></url></urlset>")
    assert all("passwd" not in link.url for link in each.links)


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://www.example.cn/</loc></url>
<url><loc>http://www.example.cn/cn/edu/index.html</loc></url>
<url><loc>http://www.example.cn/cn/202305/t20230521_1.html</loc><lastmod>2023-05-21</lastmod></url>
<url><loc>http://www.example.cn/cn/202305/t20230523_2.html</loc><lastmod>2023-05-23T09:37:00+08:00</lastmod></url>
<url><loc>http://elsewhere.example/202305/t20230523_3.html</loc></url>
</urlset>"""
NEWS = """<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>http://www.example.cn/a-b</loc>
<n:news><n:publication><n:name>例</n:name></n:publication><n:publication_date>2023-05-23 09:37</n:publication_date>
<n:title>州里新建三座变电站</n:title></n:news></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>http://www.example.cn/s/2023-04.xml</loc><lastmod>2023-04-30</lastmod></sitemap>
<sitemap><loc>http://www.example.cn/s/2023-05.xml.gz</loc><lastmod>2023-05-23</lastmod></sitemap>
<sitemap><loc>http://elsewhere.example/s.xml</loc></sitemap></sitemapindex>"""


def test_of_a_sitemap_articles_are_taken_newest_first() -> None:
    """Front pages, sections and other hosts are none; lastmod is kept as that."""
    each = found("sitemap", SITEMAP)
    assert urls(each) == ["/cn/202305/t20230523_2.html", "/cn/202305/t20230521_1.html"]
    assert (each.links[0].published, each.links[0].modified) == (None, MORNING)


def test_a_news_sitemap_vouches_for_its_pages() -> None:
    """With title and time of publication, whatever the address looks like."""
    (link,) = found("sitemap", NEWS).links
    assert (link.url, link.title, link.published) == (f"{SITE}/a-b", "州里新建三座变电站", MORNING)


def test_an_index_gives_its_sitemaps_newest_first() -> None:
    """On the source's own hosts, with the time of their last change."""
    each = found("sitemap", INDEX)
    assert [link.url for link in each.lists] == [f"{SITE}/s/2023-05.xml.gz", f"{SITE}/s/2023-04.xml"]
    assert each.lists[0].modified == datetime(2023, 5, 23, tzinfo=SHANGHAI)
    assert (each.links, each.problem) == ((), "")


def test_a_sitemap_may_be_gzipped_or_a_text_or_cut_off() -> None:
    """As the protocol allows, and as a broken connection leaves it."""
    url = f"{SITE}/sitemap.xml.gz"
    page = ListPage(url=url, kind="sitemap")
    for body in (
        gzip.compress(SITEMAP.encode()),
        SITEMAP.encode()[:-30],
        f"{SITE}/cn/202305/t20230523_2.html\n".encode(),
    ):
        assert f"{SITE}/cn/202305/t20230523_2.html" in [link.url for link in listed(body, "", url, page, SOURCE).links]


def test_a_sitemap_of_more_than_is_taken_of_any_list_is_cut_and_says_so() -> None:
    """The newest are kept."""
    rows = "".join(
        f"<url><loc>{SITE}/2023/0523/{n}.html</loc><lastmod>2023-05-{1 + n % 28:02}</lastmod></url>"
        for n in range(MOST_LINKS + 100)
    )
    each = found("sitemap", f"<urlset>{rows}</urlset>")
    assert (len(each.links), each.capped) == (MOST_LINKS, True)


def test_an_empty_sitemap_is_one_and_a_page_is_none() -> None:
    """A news sitemap of two quiet days holds nothing; a page that stands in its place is told."""
    assert found("sitemap", "<urlset></urlset>") == Found()
    for kind in ("sitemap", "feed", "json"):
        assert found(kind, "<!DOCTYPE html><html><body>没有找到</body></html>").problem
    assert found("feed", "").problem


API = '{"status": 0, "data": {"list": [%s]}}'
ROW = '{"LinkUrl": "%s", "Title": "州里<i>新建</i>三座变电站", "PubTime": "2023-05-23 09:37:00", "id": 8952}'


@pytest.mark.parametrize(
    "text",
    [
        API,
        f"callback({API});",
        f"({API})",
        API.replace('"status"', "status").replace('"data"', "data").replace('"list"', "list"),
    ],
)
def test_a_json_list_gives_its_items_as_the_source_s_file_says(text: str) -> None:
    """JSONP and bare keys too."""
    each = found(
        "json",
        text % (ROW % "/a/1.html"),
        items="data.list",
        item_url="LinkUrl",
        item_title="Title",
        item_time="PubTime",
    )
    assert [(link.url, link.title, link.published) for link in each.links] == [
        (f"{SITE}/a/1.html", "州里新建三座变电站", MORNING)
    ]


def test_the_address_of_a_json_item_may_be_made_of_its_fields() -> None:
    """A single-page application names an id; an item without it is left out."""
    text = API % f'{ROW % ""}, {{"id": null}}, 3, {{"id": [1]}}'
    assert urls(found("json", text, items="data.list", item_url="/xzweb/detail?id={id}")) == ["/xzweb/detail?id=8952"]


def test_a_json_list_that_is_not_where_the_file_says_is_a_problem() -> None:
    """The key to look at is named."""
    assert "`items`" in found("json", API % "", items="data.rows", item_url="u").problem
    assert found("json", "[" * 100_000, item_url="u").problem
    assert found("json", '[{"u": "/a/1"}]', item_url="u").problem == ""


def test_strings_that_never_end_are_gone_through_once() -> None:
    """Each quotation mark once began a search of its own to the end of the text."""
    begun = time.process_time()
    with pytest.raises(JsonError):
        as_json("{a:" + '"\\' * 1_000_000)
    assert time.process_time() - begun < 3.0


@given(st.text())
def test_bare_keys_never_change_a_string(text: str) -> None:
    """What stands in quotation marks is no key."""
    written = msgspec.json.encode({"data": text}).decode()
    assert as_json(written.replace('"data"', "data", 1)) == {"data": text}


DAY = "http://szb.example.cn/rb/html/2023-05/23/"
EDITION = """<html><body><a href=node_2.htm>第01版：要闻</a><a href="./node_3.htm">第02版：经济</a>
<a href="../22/node_2.htm">上一期</a><a href="node_3.htm#x">第02版</a><a href="http://ads.example.net/node_4.htm">x</a>
<map><area href="content_1_101.htm"></map><ul id=articlelist><li><a href="content_1_101.htm">州里新建三座变电站</a>
<li><a href="content_1_102.htm">图片新闻</a></ul></body></html>"""


def test_a_page_of_an_e_paper_gives_its_articles_and_the_day_s_other_pages() -> None:
    """Those of other days are other lists; headlines are short in newspapers."""
    paper = msgspec.structs.replace(SOURCE, hosts=("szb.example.cn",))
    each = found("epaper", EDITION, paper, f"{DAY}node_2.htm")
    assert [(link.url, link.title) for link in each.links] == [
        (f"{DAY}content_1_101.htm", "州里新建三座变电站"),
        (f"{DAY}content_1_102.htm", "图片新闻"),
    ]
    assert [link.url for link in each.lists] == [f"{DAY}node_3.htm"]


def test_a_front_page_of_an_e_paper_that_only_leads_on_is_followed() -> None:
    """By its meta refresh, on the paper's own host."""
    paper = msgspec.structs.replace(SOURCE, hosts=("szb.example.cn",))
    text = '<meta http-equiv="Refresh" content="0; URL=html/2023-05/23/node_2.htm">'
    each = found("epaper", text, paper, "http://szb.example.cn/rb/index.htm")
    assert [link.url for link in each.lists] == [f"{DAY}node_2.htm"]
    assert found("epaper", text.replace("html/", "//ads.example.net/"), paper, "http://szb.example.cn/rb/").lists == ()


def test_a_data_source_of_html_pieces_is_read_as_html() -> None:
    """大汉's jpage: records of <li>."""
    text = (
        "<?xml version='1.0' encoding='utf-8'?><datastore><recordset><record><![CDATA[<li><a href='/art/2023/5/23/"
        "art_1_2.html'>州里新建三座变电站的通知</a><span>2023-05-23</span></li>]]></record></recordset></datastore>"
    )
    assert urls(found("html", text)) == ["/art/2023/5/23/art_1_2.html"]


def test_a_list_of_each_day_is_called_by_its_day() -> None:
    """With leading zeros, in four or two figures."""
    page = ListPage(url="http://www.example.cn/scroll/{yy}{mm}/{dd}.html?y={yyyy}")
    assert on_day(page, date(2023, 5, 3)).url == "http://www.example.cn/scroll/2305/03.html?y=2023"
    assert has_days(page)
    assert not has_days(ListPage(url="http://www.example.cn/scroll/"))


def test_the_further_pages_of_a_family_are_those_of_its_html_lists() -> None:
    """A feed of a TRS site has no index_1.html; its own next_pages it may have."""
    trs = load_families()["trs"]
    assert next_page(ListPage(url=f"{SITE}/a/"), 1, trs) is not None
    assert next_page(ListPage(url=f"{SITE}/a/feed", kind="feed"), 1, trs) is None
    paged = ListPage(url=f"{SITE}/api?c=1&p=1", kind="json", item_url="u", next_pages="api?c=1&p={n}", first_number=2)
    assert next_page(paged, 1, trs) == f"{SITE}/api?c=1&p=2"


MOMENTS = {
    "2023-05-23T09:37:00+08:00": MORNING,
    "2023-05-23T01:37:00Z": MORNING,
    "2023年05月23日 09:37": MORNING,
    "20230523093700": MORNING,
    "1684805820": MORNING,
    "1684805820000": MORNING,
    "Tue, 23 May 2023 01:37:00 GMT": MORNING,
    "20230523": MORNING.replace(hour=0, minute=0),
    "2023-05-23": MORNING.replace(hour=0, minute=0),
    "2023.05.23": MORNING.replace(hour=0, minute=0),
    "2023.05.23 09:37": MORNING,
    "": None,
    "1.2.3": None,
    "昨天": None,
    "99999999999999999999": None,
    "²³": None,
}


@pytest.mark.parametrize("text", MOMENTS)
def test_times_are_read_in_the_forms_they_come_in(text: str) -> None:
    """Aware, or none."""
    assert moment(text) == MOMENTS[text]


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())))
def test_whatever_stands_for_a_time_gives_an_aware_moment_or_none(value: object) -> None:
    """Endpoints give anything."""
    read = moment(value)
    assert read is None or read.astimezone(UTC)


PIECES = st.lists(
    st.sampled_from(["<rss>", "<channel>", "<item>", "<link>", "/2023/0523/1.html", "</link>", "</item>", "<urlset>",
                     "<url>", "<loc>", "http://www.example.cn/2023/0523/1.html", "</loc>", "</url>", "{", "}", "[", "]",
                     '"url"', ":", ",", '"', "<!DOCTYPE", "<![CDATA[", "]]>", "<?xml", "?>", "&", "&a;", "\ud800", "新",
                     "<a href=node_2.htm>", "\0", "(", ")", "<!--", "-->", "<sitemap>", "<feed>", "<entry>"]),
    max_size=25,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@given(text=PIECES)
def test_no_text_breaks_any_kind_of_list(kind: ListKind, text: str) -> None:
    """What is broken gives what it holds, or a sentence."""
    each = found(kind, text, item_url="url")
    assert all(SOURCE.owns(link.url) for link in (*each.links, *each.lists))
    with pytest.raises(JsonError):
        as_json("{" + text.replace('"', "").replace("}", ""))
