"""Loading a source: what is right becomes a Source, what is wrong a sentence with its line."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawler.errors import ConfigError
from crawler.revisit import LADDER
from crawler.source import Schedule, Source, SourceError, Template, host_of, load_source, load_sources

GOOD = """\
id = "x"
name = "例"
home = "http://www.example.cn/"
hosts = ["www.example.cn", "m.example.cn"]
family = "trs"
"""


def write(folder: Path, text: str, name: str = "x") -> Path:
    file = folder / "sources" / f"{name}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def problems(folder: Path, text: str) -> list[str]:
    """What is said of a file, without its name."""
    file = write(folder, text)
    with pytest.raises(SourceError) as error:
        load_source(file)
    lines = str(error.value).split("\n")
    assert all(line.startswith(str(file)) for line in lines)
    return [line.removeprefix(f"{file}, ") for line in lines]


# What stands in the file after GOOD (whose last line is 5), and what is said of it.
MISTAKES = [
    ("", '[articles]\npatern = ["a"]', 'line 7: unknown key "patern" in [articles]; did you mean "patterns"?'),
    ("", 'languge = "zh"', 'line 6: unknown key "languge"; did you mean "language"?'),
    ("", "[politeness]\nwait = 1", 'line 7: unknown key "wait" in [politeness]; known are allow_addresses,'),
    (
        "",
        '[[lists]]\nurl = "http://m.example.cn/"\nmaxpages = 2',
        'line 8: unknown key "maxpages" in [[lists]]; did you mean "max_pages"?',
    ),
    ("", "enabled = 1", 'line 6: "enabled": expected true or false, got a whole number'),
    ("", "[politeness]\nconcurrency = 0", 'line 7: "concurrency" in [politeness]: expected a whole number >= 1'),
    ("", "[politeness]\ndelay = -0.5", 'line 7: "delay" in [politeness]: expected a number >= 0'),
    ("", "[politeness]\ndelay = nan", 'line 7: "delay" in [politeness] has to be a finite number'),
    ("", "[politeness]\ntimeout = 0", 'line 7: "timeout" in [politeness]: expected a number > 0'),
    ("", '[politeness]\nallow_addresses = ["localhost"]', 'line 7: "localhost" is not an IP address'),
    ("", "lists = 3", 'line 6: "lists": expected a list in [ ], got a whole number'),
    ("", "lists = [3]", "line 6: [[lists]] has to be a table"),
    ("", "articles = 3", "line 6: [articles] has to be a table"),
    ("", '[[lists]]\nsection = ["a"]', 'line 6: the key "url" is missing in [[lists]]'),
    (
        "",
        "[[lists]]\nurl = 'http://m.example.cn/'\nsection = 'a'",
        'line 8: "section" in [[lists]]: expected a list in [ ], got text',
    ),
    ("", "[articles]\npatterns = [\n  'a',\n  '(',\n]", 'line 9: bad regular expression "(": missing )'),
    ("", "[articles]\nexclude = ['*']", 'line 7: bad regular expression "*": nothing to repeat'),
    (
        "",
        "[articles]\npatterns = [\n  3,\n]",
        'line 8: "patterns", element 1 in [articles]: expected text in quotes, got a whole number',
    ),
    ("", "[[templates]]\nbody = ['div..a']", 'line 7: bad CSS selector "div..a"'),
    ("", "[[templates]]\ntitle = ['p::text']", 'line 7: bad CSS selector "p::text"'),
    ("", "[[lists]]\nurl = 'http://m.example.cn/'\nlinks = ''", 'line 8: bad CSS selector ""'),
    ("", "[[lists]]\nurl = 'http://m.example.cn/'\nnext_pages = 'p.html'", 'line 8: "p.html" has to hold {n}'),
    ("", "[[lists]]\nurl = 'http://m.example.cn/'\nnext_pages = '{n}{m}'", 'line 8: "{n}{m}" has to hold {n}'),
    (
        "",
        "[[lists]]\nurl = 'http://other.cn/'",
        'line 7: unknown host "other.cn"; add it to hosts, which has www.example.cn, m.ex',
    ),
    ("", "[[lists]]\nurl = '/cn/'", 'line 7: "/cn/" is not an address'),
    (
        "",
        "[[lists]]\nurl = 'http://m.example.cn/'\n[[lists]]\nurl = 'http://m.example.cn/'",
        "line 9: the list http://m.example.cn/ stands twice",
    ),
    (
        "",
        "[schedule]\nevery = '5 hours'",
        'line 7: bad interval "5 hours" in [schedule]: an interval is a number and one of',
    ),
    ("", "[schedule]\nevery = '0h'", 'line 7: bad interval "0h"'),
    ("", "[schedule]\ncron = '61 * * * *'", 'line 7: bad cron expression "61 * * * *" in [schedule]:'),
    (
        "",
        "[schedule]\ncron = '0 0 30 2 *'",
        'line 7: bad cron expression "0 0 30 2 *" in [schedule]: there is no such day',
    ),
    ("", "[schedule]\ncron = '0 6 * *'", 'line 7: bad cron expression "0 6 * *" in [schedule]: Wrong number of fields'),
    (
        "",
        "[schedule]\ncron = '0 6 * * 1'",
        'line 7: bad cron expression "0 6 * * 1" in [schedule]: write weekdays as mon',
    ),
    (
        "",
        "[schedule]\nevery = '1h'\ncron = '0 6 * * *'",
        'line 8: "every" and "cron" in [schedule] exclude each other; keep one',
    ),
    (
        "",
        "[schedule]\nevery = '1h'\nbudget = '24/d'",
        'line 8: "budget" in [schedule] goes with no "every": it bounds',
    ),
    (
        "",
        "[schedule]\nbudget = '24'",
        'line 7: bad budget "24" in [schedule]: a budget is a number above 0 by the day or',
    ),
    ("", "revisit = [['3 hours', '15m']]", "line 6: bad rung ['3 hours', '15m'] in revisit: an interval is"),
    ("", "revisit = [['1d', '1h'], ['3h', '1h']]", "line 6: 3h comes too late: the rungs of revisit go from young"),
    ("", "revisit = [['1d']]", 'line 6: "revisit"'),
    ("", "[schedule]\nat_most = '2 weeks'", 'line 7: bad interval "2 weeks" in [schedule]: an interval is'),
    ("", "[schedule]\nat_least = '2d'", 'line 7: "at_least" (2d) is longer than "at_most" (1d)'),
    (
        "",
        "[[templates]]\nfrom = '2020-01-01'",
        'line 7: "from" in [[templates]]: expected a date such as 2022-06-13, got text',
    ),
    (
        "",
        "[[templates]]\nfrom = 2020-01-02\nuntil = 2020-01-01",
        "line 7: this template ends (2020-01-01) before it begins",
    ),
    (
        "",
        "[[templates]]\nuntil = 2020-01-01\n[[templates]]\nfrom = 2020-01-01",
        "line 8: templates 1 and 2 overlap; end one the day before the other begins",
    ),
    ("", "[[templates]]\n[[templates]]\nfrom = 2020-01-01", "line 7: templates 1 and 2 overlap"),
    ("", "[profile]\nid = 'a'\nname = 'a'", 'line 6: "profile" is filled in when the file is loaded; remove it'),
    ('id = "x"', 'id = "y"', 'line 1: the id is "y" but the file is called x.toml; make them equal'),
    ('id = "x"\n', "", 'line 1: the key "id" is missing'),
    ('family = "trs"', 'family = "trss"', 'line 5: unknown family "trss"; did you mean "trs"?'),
    (
        'home = "http://www.',
        'home = "ftp://www.',
        'line 3: "ftp://www.example.cn/" is not an address; it has to begin with http://',
    ),
    ('home = "http://www.', 'home = "http://ww.', 'line 3: unknown host "ww.example.cn"; add it to hosts'),
    ('"m.example.cn"', '"http://m.example.cn"', 'line 4: "http://m.example.cn" is not a host; write the bare name'),
    ('"m.example.cn"', '"www.example.cn"', 'line 4: "www.example.cn" stands twice'),
    ('name = "例"', "name = 例", "line 2: not valid TOML: Invalid value"),
    ('name = "例"', 'name = "例', "line 2: not valid TOML: Illegal character"),
    ('name = "例"', 'name = "例"\nname = "例"', "line 3: not valid TOML: Cannot overwrite a value"),
]


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[case[2] for case in MISTAKES])
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One mistake gives one sentence that begins with its line and names the nearest right word where there is one."""
    text = GOOD.replace(old, new) if old else GOOD + new + "\n"
    told = problems(tmp_path, text)
    assert len(told) == 1
    assert told[0].startswith(said)


def test_all_mistakes_of_a_file_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    """Nobody has to run again to see the next mistake."""
    text = GOOD.replace('"x"', '"y"').replace('"trs"', '"trss"') + '[articles]\npatern = []\npatterns = ["("]\n'
    assert re.findall(r"^line (\d+)", "\n".join(problems(tmp_path, text)), re.MULTILINE) == ["1", "5", "7", "8"]


def test_the_mistakes_of_all_sources_are_told_at_once(tmp_path: Path) -> None:
    """A folder with two bad files and a good one names both."""
    for name in ("a", "b"):
        write(tmp_path, GOOD, name)
    write(tmp_path, GOOD)
    with pytest.raises(SourceError) as error:
        load_sources(tmp_path)
    assert [Path(problem.file).name for problem in error.value.problems] == ["a.toml", "b.toml"]
    assert isinstance(error.value, ConfigError)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A missing file, a folder and GB bytes are errors of the configuration like others."""
    with pytest.raises(SourceError, match=r"none\.toml: cannot be read: No such file"):
        load_source(tmp_path / "none.toml")
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        load_source(tmp_path)
    file = write(tmp_path, GOOD)
    file.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(SourceError, match=r"x\.toml, line 2: not UTF-8"):
        load_source(file)


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    """A file saved by Notepad is read like any other."""
    file = write(tmp_path, "")
    file.write_bytes(("\ufeff" + GOOD + "enabled = false\n").replace("\n", "\r\n").encode())
    assert load_source(file).enabled is False


def test_deep_nesting_is_told_and_not_crashed_upon(tmp_path: Path) -> None:
    """A file of brackets ends in an error."""
    assert problems(tmp_path, GOOD + "a = " + "[" * 100_000 + "]" * 100_000) != []


def test_a_source_is_loaded_with_its_family(tmp_path: Path) -> None:
    """The defaults are the careful ones, the profile is the family, and lists that are off are kept apart."""
    lists = '[[lists]]\nurl = "http://m.example.cn/a/"\n[[lists]]\nurl = "http://m.example.cn/b/"\nenabled = false\n'
    source = load_source(write(tmp_path, GOOD + lists))
    assert source.profile is not None
    assert source.profile.id == "trs"
    assert source.schedule == Schedule()
    assert source.politeness.robots
    assert [page.url for page in source.lists] == ["http://m.example.cn/a/"]
    assert [page.url for page in source.idle_lists] == ["http://m.example.cn/b/"]


def test_sources_come_from_the_given_folder_only(tmp_path: Path) -> None:
    """A folder of one's own watches what it names; one without sources watches nothing."""
    assert dict(load_sources(tmp_path)) == {}
    write(tmp_path, GOOD)
    assert list(load_sources(tmp_path)) == ["x"]


@pytest.mark.parametrize(
    ("every", "span"), [("90s", 90), ("30m", 1800), ("6h", 21600), ("1d", 86400), ("2 w", 1209600)]
)
def test_an_interval_is_a_span_of_time(every: str, span: int) -> None:
    """Seconds, minutes, hours, days, weeks."""
    assert Schedule(every=every).interval == timedelta(seconds=span)


@pytest.mark.parametrize("cron", ["0 6 * * *", "*/15 8-20 * * mon-fri", "0 6 1,15 * *", "0 6 * * */2"])
def test_a_cron_expression_rules_instead_of_an_interval(tmp_path: Path, cron: str) -> None:
    """Five fields, weekdays by name."""
    source = load_source(write(tmp_path, f"{GOOD}[schedule]\ncron = '{cron}'\n"))
    assert source.schedule == Schedule(cron=cron)
    assert source.schedule.interval is None


def test_a_source_owns_its_hosts_at_any_port_unless_a_port_is_named() -> None:
    """www and m are the site's; another host, another name's tail and no address are not."""
    source = Source(
        "x", "x", "http://www.a.cn/", hosts=("www.a.cn", "m.a.cn"), other_hosts=("news.a.cn", "127.0.0.1:81")
    )
    owned = ["http://www.a.cn/x", "https://M.A.cn:8443/", "http://news.a.cn", "http://127.0.0.1:81/"]
    others = ["http://a.cn/", "http://xwww.a.cn/", "http://www.a.cn.b.cn/", "http://127.0.0.1:82/", "http://127.0.0.1/"]
    assert all(source.owns(url) for url in owned)
    assert not any(source.owns(url) for url in [*others, "", "mailto:a@www.a.cn", "http://[::1"])
    assert source.host == "www.a.cn"
    assert source.names == ("www.a.cn", "m.a.cn")
    assert source.all_hosts == ("www.a.cn", "m.a.cn", "news.a.cn", "127.0.0.1:81")
    assert Source("x", "x", "http://A.cn:81/").host == "a.cn:81"


def test_the_host_of_anything_is_told_without_an_error() -> None:
    """Broken addresses have the empty host."""
    hosts = [host_of(url) for url in ("http://A.cn:80/", "https://a.cn:443", "http://[::1]:8/x", "http://[", "x", "")]
    assert hosts == ["a.cn", "a.cn", "[::1]:8", "", "", ""]


def test_an_excluded_address_is_no_article_and_an_endless_one_neither(tmp_path: Path) -> None:
    """`exclude` wins over `patterns`; nothing is tried on megabytes."""
    text = GOOD + "[articles]\npatterns = ['/a/', '(x+)+$']\nexclude = ['/a/b']\n"
    source = load_source(write(tmp_path, text))
    assert source.is_article("http://www.example.cn/a/1.html")
    assert not source.is_article("http://www.example.cn/a/b")
    assert not source.is_article("http://other.cn/a/1.html")
    assert not source.is_article("http://www.example.cn/a/" + "x" * 1_000_000)


def test_links_to_other_hosts_are_articles_where_the_file_says_so(tmp_path: Path) -> None:
    """`foreign` lifts the bound to the source's hosts."""
    source = load_source(write(tmp_path, GOOD + "[articles]\nforeign = true\n"))
    assert source.is_article("http://other.cn/202305/t20230523_7421774.html")
    assert not source.is_article("http://other.cn/index.html")


def test_the_template_of_a_day_comes_before_the_family_s(tmp_path: Path) -> None:
    """Old captures are read by the old template, the newest is taken without a day, and a gap leaves the family's."""
    text = GOOD + (
        "[[templates]]\nuntil = 2020-12-31\nbody = ['.old']\n"
        "[[templates]]\nfrom = 2022-01-01\nbody = ['.new', '.TRS_Editor']\ntitle = ['h1']\n"
    )
    source = load_source(write(tmp_path, text))
    assert source.profile is not None
    family = source.profile.template.body
    assert source.template_at(date(2020, 12, 31)).body == (".old", *family)
    assert source.template_at(date(2022, 1, 1)).body == (".new", *family)  # none twice
    assert source.template_at(None).title == ("h1",)
    assert source.template_at(date(2021, 6, 1)).body == family


def test_a_template_without_days_is_always_valid() -> None:
    """A source with one template needs no dates; a source without a family has its own selectors only."""
    source = Source("x", "x", "http://a.cn/", templates=(Template(body=("#b",)),))
    assert source.template_at(None) == source.template_at(date(1999, 1, 1)) == Template(body=("#b",))
    assert Source("x", "x", "http://a.cn/").template_at(None) == Template()


def test_a_source_has_a_ladder_of_its_own_or_none(tmp_path: Path) -> None:
    """Rungs are spans of time; no rungs mean never again, no key the usual."""
    own = load_source(
        write(tmp_path, GOOD.replace('"x"', '"own"') + 'revisit = [["3h", "30m"], ["1d", "6h"]]\n', "own")
    )
    assert own.ladder == ((timedelta(hours=3), timedelta(minutes=30)), (timedelta(days=1), timedelta(hours=6)))
    assert load_source(write(tmp_path, GOOD.replace('"x"', '"off"') + "revisit = []\n", "off")).ladder == ()
    assert load_source(write(tmp_path, GOOD)).ladder == LADDER
