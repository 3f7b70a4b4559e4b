"""The sources that come with jianbao: each file loads and knows its articles from its lists."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import fields

from archive.identity import canonical_url
from crawler.discover.find import find
from crawler.discover.paging import on_day
from crawler.paths import packaged_config
from crawler.source import Articles, Family, ListPage, Politeness, Schedule, Source, Template, load_source, load_sources

SOURCES = load_sources(packaged_config())
ALL = pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))

# Addresses of articles that were seen in public material, 2011-2026.
HEX = "0123456789abcdef0123456789abcdef"
SEEN: dict[str, list[str]] = {
    "altxw": ["http://www.altxw.com/system/2019/06/03/035719250.shtml"],  # assumed after its sister site
    "btgxj": ["http://btgxj.xjbt.gov.cn/c/2025-07-28/8412345.shtml"],
    "ce-cn": ["http://district.ce.cn/newarea/roll/202305/23/t20230523_38556789.shtml"],
    "cena": [
        "https://www.cena.com.cn/infocom/20191015/102911.html",
        "http://cyyw.cena.com.cn/2018-06/14/content_389670.htm",
        "http://epaper.cena.com.cn/pc/content/202608/21/content_4711.html",
    ],
    "chinanews": [
        "https://www.chinanews.com.cn/cj/2024/05-27/10223456.shtml",
        "http://www.chinanews.com/2019/11-15/news9008123.shtml",
    ],
    "chinaxinjiang": [f"http://www.chinaxinjiang.cn/2025/11/10/{HEX}.html"],
    "cnr": ["http://news.cnr.cn/native/gd/20190411/t20190411_524573865.shtml"],
    "gansudaily": [
        "http://gansu.gansudaily.com.cn/system/2019/06/03/017203456.shtml",
        "https://szb.gansudaily.com.cn/gsrb/pc/con/202501/08/c202436.html",
        "https://szb.gansudaily.com.cn/gsrb/202204/21/c310688.html",
    ],
    "gov-cn": [
        "http://www.gov.cn/xinwen/2019-04/30/content_5387952.htm",
        "https://www.gov.cn/yaowen/liebiao/202405/content_6953741.htm",
    ],
    "gscn": ["http://gansu.gscn.com.cn/system/2023/01/14/012901234.shtml"],
    "gsfzb": ["https://www.gsfzb.com/content-520-98019-1.html"],
    "gxt-gansu": [
        "https://gxt.gansu.gov.cn/gxt/c107572/202207/2081569.shtml",
        "https://gxt.gansu.gov.cn/gxt/jjyx/202603/174299309.shtml",
    ],
    "gxt-xinjiang": [f"https://gxt.xinjiang.gov.cn/gxt/tzgg/202405/{HEX}.shtml"],
    "iyaxin": [
        "http://news.iyaxin.com/content/201904/c293511.html",
        "http://www.iyaxin.com/2019/0418/12345.html",
    ],  # guesses
    "jxt-xizang": [
        "http://jxt.xizang.gov.cn/xzweb/detail?id=8952",
        "http://jxt.xizang.gov.cn/xzweb/detail?id=8952&channelId=12&categoryId=3",
    ],
    "miit": [
        f"https://www.miit.gov.cn/xwdt/gxdt/art/2024/art_{HEX}.html",
        "http://www.miit.gov.cn/n1146285/n1146352/c7654321/content.html",
    ],
    "tibet-cn": [
        "http://tibet.cn/cn/edu/202305/t20230523_7421774.html",
        "http://tibet.cn/cn/news/zx/202304/t20230403_7390051.html",
        "http://tibet.cn/cn/culture/wx/202203/t20220302_7156236.html",
        "http://ttt.tibet.cn/cn/fp/202407/t20240716_7658280.html",
        "http://m.tibet.cn/cn/news/zx/202006/t20200606_6795413.html",
        "https://m.tibet.cn/cn/news/zcdt/202601/t20260104_7911939.html",
        "http://www.tibet.cn/news/focus/1449969320589.shtml",
    ],
    "ts-cn": [
        "https://www.ts.cn/xwzx/whxw/202206/t20220613_7359611.shtml",
        "https://www.ts.cn/xwzx/jjxw/202311/t20231101_17036812.shtml",
        "https://www.ts.cn/xwzx/shxw/202409/t20240923_23975204.shtml",
        "http://news.ts.cn/system/2021/07/23/036664991.shtml",
        "http://news.ts.cn/system/2019/06/03/035719250.shtml",
    ],
    "xizang-gov": ["http://www.xizang.gov.cn/zwgk/xxfb/ghjh_431/201902/t20190223_61979.html"],
    "xzxw": [
        "http://www.xzxw.com/zw/2015-05/14/content_1551027.html",
        "http://www.xzxw.com/xw/201809/t20180906_2356154.html",
        "http://www.xzxw.com/shxf/2021/08/27/content_4841361.html",
        "https://www.chinatibetnews.com/sn/2024-08/09/content_6255347.html",
    ],
    "yzbytv-zgzibenwang": ["http://zgzibenwang.yzbytv.com/zgzibenwang/20230818/0818219515.html"],
}
NOT_ARTICLES: dict[str, list[str]] = {
    "gsfzb": ["https://www.gsfzb.com/content-520-98019-2.html", "https://www.gsfzb.com/list-520-2.html"],
    "tibet-cn": [
        "http://media.tibet.cn/photo/news/202305/t20230523_7421774.html",
        "http://www.tibet.cn/cn/edu/index_1.html",
        "http://mirror.example/cn/edu/202305/t20230523_7421774.html",
    ],
    "ts-cn": ["http://uy.ts.cn/system/2021/07/23/036664991.shtml", "https://www.ts.cn/xwzx/jjxw/index_1.shtml"],
    "gxt-gansu": ["https://gxt.gansu.gov.cn/gxt/c126826/202511/174237249/files/0a1b.pdf"],
    "jxt-xizang": ["http://jxt.xizang.gov.cn/xzweb/list?id=3"],
    "chinanews": ["https://www.chinanews.com.cn/scroll-news/news2.html"],
    "cnr": ["http://news.cnr.cn/native/gd/20190411/t20190411_524573865_1.shtml"],
}


def test_every_source_has_examples() -> None:
    """A source that is added is added here as well."""
    assert set(SEEN) == set(SOURCES)


@pytest.mark.parametrize(("source_id", "url"), [(key, url) for key, urls in SEEN.items() for url in urls])
def test_a_source_knows_its_articles(source_id: str, url: str) -> None:
    """Every address that was seen is one of the source's own and an article."""
    assert SOURCES[source_id].owns(url)
    assert SOURCES[source_id].is_article(url)


@pytest.mark.parametrize(("source_id", "url"), [(key, url) for key, urls in NOT_ARTICLES.items() for url in urls])
def test_a_source_knows_what_is_no_article(source_id: str, url: str) -> None:
    """Lists, further pages of an article, attachments and other sites are none of its articles."""
    assert not SOURCES[source_id].is_article(url)


@ALL
def test_no_list_page_is_taken_for_an_article(source: Source) -> None:
    """The lists themselves and their second to fifth pages do not look like articles."""
    for page in (*source.lists, *source.idle_lists):
        names = page.next_pages or (source.profile.next_pages if source.profile else None) or "index_{n}.html"
        further = [
            page.url.rpartition("/")[0] + "/" + names.replace("{n}", str(n)).replace("{stem}", "node_4")
            for n in range(1, 6)
        ]
        assert not [url for url in (source.home, page.url, *further) if source.is_article(url)]


@ALL
def test_a_source_is_polite_and_says_what_is_not_known(source: Source) -> None:
    """No packaged source asks faster than the default, goes round robots.txt or claims to know everything."""
    assert source.politeness.delay >= 2
    assert source.politeness.concurrency == 1
    assert source.politeness.robots
    assert source.politeness.verify_certificates
    assert source.unknown
    assert (source.schedule.every, source.schedule.cron) == (None, None)  # the rhythm is learnt; nobody knew better
    assert source.lists


@pytest.mark.parametrize("source_id", ["gansudaily", "cena", "xzxw"])
def test_a_newspaper_s_list_has_an_address_a_day_and_finds_that_day_s_articles(source_id: str) -> None:
    """As the edition's pages were seen to link: relative, from the folder of pages to that of articles."""
    source = SOURCES[source_id]
    day = date(2026, 11, 20)
    editions = [each for each in (*source.lists, *source.idle_lists) if each.kind == "epaper"]
    assert editions
    for each in editions:
        address = on_day(each, day).url
        assert "2026" in address
        assert "{" not in address
        old = "/html/" in address
        hrefs = (
            ["content_123_4.htm"]
            if old
            else [
                f"../../../{'content' if source_id == 'cena' else 'con'}/202611/20/{name}.html"
                for name in (["content_4711"] if source_id == "cena" else ["c202436"])
            ]
        )
        other = "node_5.htm" if old else "node_02.html" if source_id == "cena" else "col02.html"
        page = f'<a href="{hrefs[0]}">州里新建三座变电站</a><a href="{other}">第02版</a>'
        found = find(page, address, each, source)
        assert [len(found.links), len(found.lists)] == [1, 1], address


def test_the_names_of_tibet_cn_fall_together() -> None:
    """One article under four hosts is one article; its canonical host is www."""
    source = SOURCES["tibet-cn"]
    path = "/cn/edu/202305/t20230523_7421774.html"
    assert {canonical_url(f"http://{host}{path}", source.hosts) for host in source.hosts} == {
        f"http://{source.host}{path}"
    }
    assert source.host == "www.tibet.cn"


def test_tibet_cn_has_its_sections_and_watches_those_of_industry() -> None:
    """All sections that are known stand in the file; the ones for culture and religion are off."""
    source = SOURCES["tibet-cn"]
    assert len(source.lists) + len(source.idle_lists) >= 30
    assert {"tech", "ecology", "fp", "edu"} <= {page.url.split("/")[-2] for page in source.lists}
    assert {"religion", "fashion"} <= {page.url.split("/")[-2] for page in source.idle_lists}


@pytest.mark.parametrize(
    ("day", "has_old_selectors"),
    [
        (date(2019, 6, 3), True),
        (date(2021, 7, 23), True),
        (date(2022, 6, 13), False),
        (date(2026, 1, 11), False),
        (None, False),
    ],
)
def test_ts_cn_is_read_by_the_template_of_its_day(day: date | None, has_old_selectors: bool) -> None:
    """Pages of news.ts.cn until 2021 have the old class names, later ones only the family's."""
    template = SOURCES["ts-cn"].template_at(day)
    assert ("div.hy-active" in template.body) == has_old_selectors
    assert ".TRS_Editor" in template.body


def known_keys(struct: type[Struct]) -> list[str]:
    return [field.encode_name for field in fields(struct)]


@pytest.mark.parametrize("struct", [Source, Schedule, Politeness, ListPage, Articles, Template, Family])
def test_every_key_stands_in_the_documentation(struct: type[Struct]) -> None:
    """docs/sources.md names each key of a source and of a family."""
    text = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    assert [name for name in known_keys(struct) if not re.search(rf"[`\[]{name}[`\]]", text)] == []


def test_the_example_in_the_documentation_is_a_source(tmp_path: Path) -> None:
    """What is shown can be copied."""
    text = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    file = tmp_path / "example.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert load_source(file).lists[0].section == ("新闻", "科技")
