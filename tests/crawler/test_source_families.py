"""The families of content-management systems, and which addresses are theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.source import SourceError, family_of, load_families

# The 36 address families in the order in which they were measured (2026, 716 article addresses of 423 hosts): the name
# of each, the family's file, the pattern's place in it, and addresses that it has to know.
HEX = "0123456789abcdef0123456789abcdef"
MEASURED: list[tuple[str, str, int, list[str]]] = [
    ("trs_wcm", "trs", 0, ["/cn/edu/202305/t20230523_7421774.html", "/a/201904/t20190411_524573865_1.shtml"]),
    ("people", "people", 0, ["/n1/2020/0106/c186332-33692266.html", "/n2/2020/0106/c186332-33692266-2.html"]),
    ("people_gb", "people", 1, ["/GB/14677/21963/12345.html"]),
    ("xinhua_c", "xinhua", 0, ["/politics/2019-04/18/c_1124385236.htm", "/2019-04/18/c_1124385236_2.htm"]),
    ("xinhua_hash", "xinhua", 1, [f"/politics/20240527/{HEX}/c.html"]),
    (
        "epaper_html_content",
        "epaper",
        0,
        ["/zggyb/html/2025-03/10/content_15_117895.htm", "/html/2016-03/10/nw.D110000x.htm"],
    ),
    ("epaper_pc_con", "epaper", 1, ["/gsrb/pc/con/202501/08/c202436.html", "/pc/content/202501/08/content_17.html"]),
    ("epaper_szb_c", "epaper", 2, ["/gsrb/202204/21/c310688.html"]),
    ("founder_content", "founder", 0, ["/sn/2024-08/09/content_6255347.html", "/shxf/2021/08/27/content_4841361.html"]),
    ("founder_system", "system", 0, ["/system/2021/07/23/036664991.shtml", "/gs/system/2019/06/03/035719250_2.shtml"]),
    ("jcms_art", "jcms", 0, ["/art/2024/5/27/art_1234_567890.html"]),
    ("jcms_art_uuid", "jcms", 1, [f"/art/2024/art_{HEX}.html"]),
    ("gov_nXcX", "government-node", 0, ["/n1146285/n1146352/c7654321/content.html"]),
    ("chinanews", "chinanews", 0, ["/cj/2024/05-27/10223456.shtml", "/news/2019/11-15/news9008123.shtml"]),
    ("chinadaily_a", "chinadaily", 0, ["/a/202405/27/WS66542d1ea3109f7860ddf5a4.html"]),
    ("founder_content_nodate", "founder", 1, ["/zhuanti/content_389670.htm"]),
    ("phpcms_content", "phpcms", 0, ["/content-520-98019-1.html"]),
    ("zhanqun_ymd_mmddid", "content-farm", 0, ["/zgzibenwang/20230818/0818219515.html"]),
    ("phpcms_show", "phpcms", 1, ["/show-12-3456-1.html"]),
    ("trs_nodate", "trs", 1, ["/xw/t1234567.shtml"]),
    ("ln_longts", "dated-path", 0, ["/xw/20240527123456789/index.shtml"]),
    ("yyyymm_uuid", "dated-path", 1, [f"/gxt/tzgg/202405/{HEX}.shtml"]),
    ("channel_yyyymm_id", "dated-path", 2, ["/gxt/c107572/202207/2081569.shtml", "/gxt/jjyx/202603/174299309.shtml"]),
    ("ymd_hash", "dated-path", 3, [f"/2025/11/10/{HEX}.html"]),
    ("y_md_short", "dated-path", 4, ["/hz/2026/05-07/Zr5z5N6D.html"]),
    ("ym_dd_short", "dated-path", 5, ["/2026-08/21/z1zqNPxk.html"]),
    ("dede_ymd", "dede", 0, ["/html/zixun/bwyc/2018/0904/39671.html", "/redian/2023/0818/14390_2.html"]),
    ("ymd_slash_id", "dated-path", 6, ["/2019/11/15/news-123.html"]),
    ("ymd8_id", "dated-path", 7, ["/finance/20190418/12345.html"]),
    ("hyphen_date", "dated-path", 8, ["/c/2025-07-28/1234567.shtml"]),
    ("ym_hyphen", "dated-path", 9, ["/news/2019-11/12345.html"]),
    ("epoch_ms", "dated-path", 10, ["/news/roll/1449969320589.shtml"]),
    ("webber_info", "webber", 0, ["/gxj/info/1682/33692.htm"]),
    ("gkmlpt_post", "gkmlpt", 0, ["/gkmlpt/content/post_1234567.html"]),
    ("jeecms_jhtml", "jeecms", 0, ["/jwyw/12345.jhtml"]),
    ("id_only", "number-only", 0, ["/p/404448.html"]),
]
LISTS = [
    "/",
    "/cn/edu/",
    "/cn/edu/index_1.html",
    "/n1/index.shtml",
    "/node_114_2.htm",
    "/list-520-1.html",
    "/col/col123/index.html",
]
LISTS += [
    "/jwyw/index_2.jhtml",
    "/html/2016-03/10/node_4.htm",
    "/pc/layout/202501/08/node_01.html",
    "/scroll-news/news1.html",
]
EXAMPLES = [(family, place, path) for _, family, place, paths in MEASURED for path in paths]
PATTERNS = [(family, load_families()[family].articles[place]) for _, family, place, _ in MEASURED]


@pytest.mark.parametrize(("family", "place", "path"), EXAMPLES, ids=[path for _, _, path in EXAMPLES])
def test_an_address_is_recognised_as_its_family_s(family: str, place: int, path: str) -> None:
    """Each measured form of address leads to its family, by the pattern that was made for it."""
    found = family_of(f"https://www.example.cn{path}")
    assert found is not None
    assert found.id == family
    match = found.address(f"https://www.example.cn{path}")
    assert match is not None
    assert match.re.pattern == found.articles[place]


@pytest.mark.parametrize("path", LISTS)
def test_list_pages_are_no_articles(path: str) -> None:
    """The addresses of list pages are no family's."""
    assert family_of(f"https://www.example.cn{path}") is None


def test_every_pattern_of_the_files_is_accounted_for() -> None:
    """The 36 measured patterns and Sudy's unverified one are all there are, and each file names the origin."""
    assert len(MEASURED) == len(set(PATTERNS)) == 36
    in_files = {(family.id, pattern) for family in load_families().values() for pattern in family.articles}
    assert in_files - set(PATTERNS) == {("sudy", load_families()["sudy"].articles[0])}
    for name, family, _, _ in MEASURED:
        file = Path(__file__).parents[2] / "config" / "families" / f"{family}.toml"
        assert f"# {name}:" in file.read_text(encoding="utf-8")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_putting_patterns_together_in_files_does_not_change_their_order(data: st.DataObject) -> None:
    """Any address that fits a pattern goes to the family that the measured order of all 36 would give it to."""
    _, pattern = data.draw(st.sampled_from(PATTERNS))
    ascii_only = st.characters(codec="ascii", exclude_categories=["C"])
    url = "https://www.example.cn" + data.draw(st.from_regex(pattern, alphabet=ascii_only))
    strict = next(family for family in load_families().values() if family.id == first_family(url))
    assert family_of(url) == strict


def first_family(url: str) -> str:
    """The family of the first of the measured patterns that fits, in the measured order."""
    return next(family for family, pattern in PATTERNS if load_families()[family].address(url) and fits(pattern, url))


def fits(pattern: str, url: str) -> bool:
    return re.search(pattern, url) is not None


def test_a_page_that_names_its_day_gives_it_in_groups() -> None:
    """Date, number and page of an address can be had from the match."""
    family = load_families()["trs"]
    match = family.address("http://a.cn/n/201904/t20190411_524573865_1.html")
    assert match is not None
    assert match.groupdict() == {"ym": "201904", "ymd": "20190411", "id": "524573865", "pg": "1"}


def test_an_endless_address_is_nobody_s() -> None:
    """No expression is tried on an address of megabytes."""
    assert family_of("http://a.cn" + "/GB/1" * 1_000_000 + "/GB/1/2.html") is None


def test_families_are_in_order_and_those_without_addresses_come_last() -> None:
    """The mapping can be walked to recognise an address."""
    orders = [family.order for family in load_families().values()]
    known = [order for order in orders if order is not None]
    assert known == sorted(known)
    assert orders == [*known, *[None] * (len(orders) - len(known))]


def test_a_folder_s_own_family_stands_in_for_the_packaged_one(tmp_path: Path) -> None:
    """One file of one's own changes one family, and is read again when it changes."""
    own = tmp_path / "families" / "trs.toml"
    own.parent.mkdir()
    own.write_text('id = "trs"\nname = "my own"\norder = 0\n', encoding="utf-8")
    assert load_families(tmp_path)["trs"].name == "my own"
    assert load_families(tmp_path)["people"] == load_families()["people"]
    own.write_text('id = "trs"\nname = "my own, changed"\norder = 0\n', encoding="utf-8")
    assert load_families(tmp_path)["trs"].name == "my own, changed"


def test_mistakes_in_families_are_told_all_at_once(tmp_path: Path) -> None:
    """Two files with mistakes and an order that is taken make one error with file and line."""
    folder = tmp_path / "families"
    folder.mkdir()
    (folder / "one.toml").write_text('id = "one"\nname = "one"\narticles = ["("]\nnext_pages = "x"\n', encoding="utf-8")
    (folder / "two.toml").write_text('id = "two"\nname = "two"\n[template]\nfrom = 2020-01-01\n', encoding="utf-8")
    (folder / "three.toml").write_text('id = "three"\nname = "three"\norder = 0\n', encoding="utf-8")
    with pytest.raises(SourceError) as error:
        load_families(tmp_path)
    said = str(error.value)
    assert f'{folder / "one.toml"}, line 3: bad regular expression "("' in said
    assert f"{folder / 'one.toml'}, line 4:" in said
    assert f'{folder / "two.toml"}, line 4: a family has no "from"' in said
    assert "the order 0" in said
