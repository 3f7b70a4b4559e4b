"""Dates as Chinese pages print them."""

from __future__ import annotations

import pytest

from crawler.extract.dates import published, stamps, url_day
from crawler.extract.page import read_page

FORMS = [
    ("2023-05-23 09:37:00来源: 青禾日报", "2023-05-23T09:37:00+08:00", "second"),
    ("2021年07月23日 12:22 来源:青禾网", "2021-07-23T12:22:00+08:00", "minute"),
    ("2025年06月25日08:56", "2025-06-25T08:56:00+08:00", "minute"),
    ("2018年06月12日 10:04 | 来源：青禾报", "2018-06-12T10:04:00+08:00", "minute"),
    ("23-01-14 09:22", "2023-01-14T09:22:00+08:00", "minute"),
    ("25年07月28日", "2025-07-28T00:00:00+08:00", "day"),
    ("98-07-28 10:00", "1998-07-28T10:00:00+08:00", "minute"),
    ("2026-02-01", "2026-02-01T00:00:00+08:00", "day"),
    ("2020年6月13日 09:29:19", "2020-06-13T09:29:19+08:00", "second"),
    ("2019-11-15 7:6:13", "2019-11-15T07:06:13+08:00", "second"),
    ("青禾社 | 2025-03-28 21:14:19", "2025-03-28T21:14:19+08:00", "second"),
    ("《 青禾日报 》( 2025年06月25日 03 版)", "2025-06-25T00:00:00+08:00", "day"),
    ("2023-05-01-10:00:00", "2023-05-01T10:00:00+08:00", "second"),
    ("2022.01.20 16:31", "2022-01-20T16:31:00+08:00", "minute"),
    ("2024/3/8 16:20", "2024-03-08T16:20:00+08:00", "minute"),
    ("2024-01-01T01:00:00Z", "2024-01-01T09:00:00+08:00", "second"),
    ("2024-01-01T09:00:00+08:00", "2024-01-01T09:00:00+08:00", "second"),
    ("2024年1月2日 下午3:05", "2024-01-02T15:05:00+08:00", "minute"),
    ("2024年1月2日（星期二）15时05分", "2024-01-02T15:05:00+08:00", "minute"),
    ("2023-05-01T18:00Z", "2023-05-02T02:00:00+08:00", "minute"),
    ("2023-05-01T10:00:00-0500", "2023-05-01T23:00:00+08:00", "second"),
    ("2023-05-01 10:00:00 +0900", "2023-05-01T09:00:00+08:00", "second"),
    ("2023-05-01T10:00:00+99:99", "2023-05-01T10:00:00+08:00", "second"),
    ("2023-05-01T10:00:00+08:99", "2023-05-01T10:00:00+08:00", "second"),
    ("2023-05-01 09:00:00-2024 来源：青禾报", "2023-05-01T09:00:00+08:00", "second"),
    ("2023-05-01 09:00-10:30", "2023-05-01T09:00:00+08:00", "minute"),
    ("2023-05-01 9时30分+0900", "2023-05-01T09:30:00+08:00", "minute"),
    ("2023年5月1日 中午1:30", "2023-05-01T13:30:00+08:00", "minute"),
    ("2023年5月1日 中午11:30", "2023-05-01T11:30:00+08:00", "minute"),
    ("2023年5月1日 中午12:10", "2023-05-01T12:10:00+08:00", "minute"),
    ("2023年5月1日 凌晨12:30", "2023-05-01T00:30:00+08:00", "minute"),
    ("2023年5月1日 凌晨2:30", "2023-05-01T02:30:00+08:00", "minute"),
    ("2023/5/1 上午12:30:00", "2023-05-01T00:30:00+08:00", "second"),
    ("2023/5/1 下午12:30:00", "2023-05-01T12:30:00+08:00", "second"),
    ("2023年5月1日 晚上9:05", "2023-05-01T21:05:00+08:00", "minute"),
    ("2023年5月1日 晚上12:05", "2023-05-01T00:00:00+08:00", "day"),
    ("2023年5月1日 晚上1:05", "2023-05-01T00:00:00+08:00", "day"),
    ("二〇二三年五月二十三日", "2023-05-23T00:00:00+08:00", "day"),
    ("二○二三年十二月三十日", "2023-12-30T00:00:00+08:00", "day"),
    ("二零二三年十月十日", "2023-10-10T00:00:00+08:00", "day"),
    ("一九九八年一月廿三日", "1998-01-23T00:00:00+08:00", "day"),
    ("May 23, 2023", "2023-05-23T00:00:00+08:00", "day"),
    ("Updated: May 23, 2023 09:37 (CST)", "2023-05-23T09:37:00+08:00", "minute"),
    ("Sept. 3, 2023 2:05 p.m.", "2023-09-03T14:05:00+08:00", "minute"),
    ("09:37, 23-May-2023", "2023-05-23T09:37:00+08:00", "minute"),
    ("09:37, May 23, 2023", "2023-05-23T09:37:00+08:00", "minute"),
    ("23 May 2023", "2023-05-23T00:00:00+08:00", "day"),
    ("Tue May 23 09:37:12 CST 2023", "2023-05-23T09:37:12+08:00", "second"),
]
NO_DATES = [
    "2024-02-30",
    "2024-13-01",
    "10-12-15",
    "第3-4-5号",
    "电话：0931-2024-1234",
    "1.2.3",
    "同比增长2024.5%",
    "99年",
    "二〇二三年十三月一日",
    "二三年五月二日",
    "五月二十三日",
    "3小时前",
    "昨天 09:37",
    "May 2023",
    "Maybe 23, 2023 people",
    "Jun 31, 2023",
    "Marching 2,023 kilometers",
]


@pytest.mark.parametrize(("text", "moment", "precision"), FORMS, ids=[form[0] for form in FORMS])
def test_a_printed_form_is_read(text: str, moment: str, precision: str) -> None:
    """Every form that was seen gives its moment at +08:00 and the precision it was printed with."""
    stamp = stamps(text)[0]
    assert (stamp.moment.isoformat(), stamp.precision) == (moment, precision)


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_gives_none(text: str) -> None:
    """Impossible days, numbers and telephone numbers are no dates."""
    assert stamps(text) == ()


def when(body: str, url: str = "http://www.example.cn/a.html", metas: dict[str, str] | None = None) -> str | None:
    lines = read_page(f"<body>{body}</body>", url).lines
    found = published(lines, [], metas or {}, url)
    return found.moment.isoformat()[:16] if found else None


def test_the_page_goes_before_the_address() -> None:
    """After a migration the address carries another day: the printed one holds."""
    url = "http://www.example.cn/201902/t20190223_61979.html"
    assert when("<p>发布时间：2018-11-26 08:30</p>", url) == "2018-11-26T08:30"
    assert when("<p>来源：青禾日报</p>", url) == "2019-02-23T00:00"


def test_the_line_with_the_label_goes_before_other_dates() -> None:
    """Today's date in the page's head and dates of updates are not the time of publication."""
    body = "<p>今天是2024年06月30日 12:00</p><p>更新时间：2024-05-02 10:00</p><p>发布时间：2024-05-01 09:00</p>"
    assert when(body) == "2024-05-01T09:00"


def test_a_meta_tag_refines_the_printed_day_but_does_not_change_it() -> None:
    """A tag that agrees with the printed day lends its time; one of another day is not believed."""
    assert when("<p>2024-05-01 来源：青禾网</p>", metas={"pubdate": "2024-05-01 09:15"}) == "2024-05-01T09:15"
    assert when("<p>2024-05-01 来源：青禾网</p>", metas={"pubdate": "2024-06-09 09:15"}) == "2024-05-01T00:00"
    assert when("<p>没有日期</p>", metas={"pubdate": "2024-06-09 09:15"}) == "2024-06-09T09:15"


def test_a_date_is_never_invented() -> None:
    """A page without a date has none."""
    assert when("<p>这里没有日期</p>") is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.cn/cn/edu/202305/t20230523_7421774.html", "2023-05-23"),
        ("http://a.cn/2023-05/23/content_1.htm", "2023-05-23"),
        ("http://a.cn/2023/0523/1.html", "2023-05-23"),
        ("http://a.cn/art/2023/5/3/art_1_2.html", "2023-05-03"),
        ("http://a.cn/content-520-98019-1.html", None),
        ("http://a.cn/info/1021/4567.htm", None),
        ("http://a.cn/2023/1345/1.html", None),
    ],
)
def test_the_day_in_an_address(url: str, day: str | None) -> None:
    """Only a possible day in a place where systems put one is read from an address."""
    found = url_day(url)
    assert (found.isoformat() if found else None) == day


def test_a_number_that_only_begins_like_a_day_is_an_id() -> None:
    """A day with further digits behind it counts only where these are a time."""
    assert url_day("http://a.cn/article/20110325123.html") is None
    assert str(url_day("http://a.cn/article/20110325123059.html")) == "2011-03-25"
    assert str(url_day("http://a.cn/article/20110325_123.html")) == "2011-03-25"
    assert str(url_day("http://a.cn/article/20110325.html")) == "2011-03-25"


DATED = "http://www.example.cn/20230501/1.html"
OTHER_DATES = [
    "<p>时间：2024年6月1日9:00</p><p>地点：县文化馆</p>",
    "<p>时间：2024年6月1日9:00</p>",
    "<p>报名时间：2024年6月1日9:00</p>",
    "<p>——写在2021年7月1日前夕</p>",
    "<p>为2021年7月1日开通的县道而作</p>",
    "<p>2026年11月22日 星期日</p>",
    "<p>2026年11月22日 星期日 10:05</p>",
    "<p>日期：2023年6月1日至6月30日</p>",
    "<p><a href='/1'>全县首批绿色工厂名单发布</a> <span>2024-06-01</span></p>",
    "<p>全县首批名单将于本周发布，见2024-06-01</p>",
]
OWN_DATES = [
    ("<p>时间：2023-05-01 09:00</p>", "2023-05-01T09:00"),
    ("<p>时间：2023-04-30 09:00 来源：青禾报</p><p>地点：县文化馆</p>", "2023-04-30T09:00"),
    ("<p>2023年5月1日 星期一</p>", "2023-05-01T00:00"),
    ("<p>2023年5月1日 星期一 10:05</p>", "2023-05-01T10:05"),
    ("<p>2023年5月2日 星期二 10:05 来源：青禾报</p>", "2023-05-02T10:05"),
    ("<p>《青禾日报》( 2023年04月25日 03 版)</p>", "2023-04-25T00:00"),
    ("<p><b>2023年04月25日</b><a href='/'>查看更早的报纸（十年以前）</a></p>", "2023-04-25T00:00"),
    ("<p>录入时间：2023-05-02 09:00</p>", "2023-05-02T09:00"),
]


@pytest.mark.parametrize("body", OTHER_DATES)
def test_the_date_of_an_event_or_of_today_is_not_that_of_publication(body: str) -> None:
    """Appointments of a notice, an anniversary in a subtitle and today's date leave the word to the address."""
    assert when(body, DATED) == "2023-05-01T00:00"


@pytest.mark.parametrize(("body", "moment"), OWN_DATES, ids=[case[0] for case in OWN_DATES])
def test_a_date_by_the_headline_counts_with_a_label_or_alone_on_its_line(body: str, moment: str) -> None:
    """时间 alone labels the publication too, a weekday may follow the day, and the page of a paper."""
    assert when(body, DATED) == moment


def at_foot(text: str, url: str) -> str | None:
    found = published([], read_page(f"<p>{text}</p>", url).lines, {}, url)
    return found.moment.isoformat()[:16] if found else None


@pytest.mark.parametrize(
    ("text", "without", "dated"),
    [
        ("发布时间：2023-05-01 09:30", "2023-05-01T09:30", "2023-05-01T09:30"),
        ("成文日期：2023年4月20日", "2023-04-20T00:00", "2023-05-01T00:00"),
        ("来源：青禾网 发布时间：2023-05-01 09:30", "2023-05-01T09:30", "2023-05-01T09:30"),
        ("报名时间：2024年6月1日至6月30日", None, "2023-05-01T00:00"),
        ("时间：2024年6月1日 9:00", None, "2023-05-01T00:00"),
        ("他查到，这份文件的发布时间：2021年6月1日", None, "2023-05-01T00:00"),
    ],
)
def test_at_the_foot_only_an_unambiguous_label_that_begins_the_line_counts(
    text: str, without: str | None, dated: str
) -> None:
    """Behind the text the address goes first, a line of the same day lends its time; 时间 alone is an event's."""
    assert at_foot(text, "http://www.example.cn/a.html") == without
    assert at_foot(text, DATED) == dated


DAY_IN_URL = "http://www.example.cn/202305/t20230523_1.html"


@pytest.mark.parametrize(
    ("text", "url", "moment"),
    [
        ("05-23 09:37 来源：青禾网", DAY_IN_URL, "2023-05-23T09:37"),
        ("5月23日 09:37 来源：青禾网", DAY_IN_URL, "2023-05-23T09:37"),
        ("05-23 09:37", "http://www.example.cn/2023/a.html", "2023-05-23T09:37"),
        ("04-23 09:37", DAY_IN_URL, "2023-05-23T00:00"),
        ("05-24 09:37", DAY_IN_URL, "2023-05-23T00:00"),
        ("05-23 09:37", "http://www.example.cn/a.html", None),
        ("02-30 09:37", "http://www.example.cn/2023/a.html", None),
        ("气温 05-23 度", "http://www.example.cn/2023/a.html", None),
    ],
)
def test_a_time_without_a_year_takes_that_of_the_address(text: str, url: str, moment: str | None) -> None:
    """Only where the address has a year, and month and day there are the same; else the time stays unknown."""
    assert when(f"<p>{text}</p>", url) == moment


def test_the_day_of_publication_goes_before_the_day_of_the_document() -> None:
    """成文日期 stands beside 发布日期 in the tables of government sites."""
    assert when("<p>成文日期：2023年05月18日</p><p>发布日期：2023-05-23</p>") == "2023-05-23T00:00"
    assert when("<p>成文日期：2023年05月18日</p>") == "2023-05-18T00:00"


def test_what_the_page_states_for_machines_counts_behind_what_it_prints() -> None:
    """JSON-LD gives the time where none is printed, and refines a printed day."""
    stated = {"linked:published": "2023-05-23T09:37:00+08:00"}
    assert when("<p>没有日期</p>", metas=stated) == "2023-05-23T09:37"
    assert when("<p>2023-05-23 来源：青禾网</p>", metas=stated) == "2023-05-23T09:37"
    assert when("<p>2023-05-20 08:00 来源：青禾网</p>", metas=stated) == "2023-05-20T08:00"
