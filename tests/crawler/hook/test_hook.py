"""A source's own cleaning: what it takes away is on record, what is wrong with it is told, and it can add nothing."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.doctor import hooks
from crawler.cli.options import Common
from crawler.cli.source import list_sources
from crawler.hook import HookError, apply, hook_beside, load_hook
from crawler.pipeline import read
from crawler.reader import ReaderPool, Task
from crawler.source import Source, load_source

TOML = """id = "beiyuan"
name = "北原新闻网"
home = "http://news.example/"
"""
PAGE = (
    "<html><head><meta charset=utf-8><title>园区三季度产值增长_北原新闻网</title></head><body>"
    "<h1>园区三季度产值增长</h1><div class=info>2026-11-03 09:00 来源：北原日报</div><div class=content>"
    "<p>　　北原州工业园区今年前三季度完成产值四十二亿元，同比增长百分之六点三。</p>"
    "<p class=tip>　　北原生活提醒您：本周末城区有雨，出门的朋友记得带伞，开车的朋友请慢行。</p>"
    "<p>　　州工业和信息化局有关负责人介绍，新能源装备和畜产品精深加工是增长的主要来源。</p>"
    "<p>　　企业负责人表示，新的生产线投产以后，订单交付周期缩短了一半以上。</p></div></body></html>"
)
URL = "http://news.example/gy/202611/t20261103_7.html"
TIP = "北原生活提醒您：本周末城区有雨，出门的朋友记得带伞，开车的朋友请慢行。"
TAKES_THE_TIP = "def clean(soup):\n    for tip in soup.select('p.tip'):\n        tip.decompose()\n"


def source_with(folder: Path, code: str | None) -> Source:
    """A source in a folder of its own, with a hook of this code beside it."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    (sources / "beiyuan.toml").write_text(TOML, "utf-8")
    if code is not None:
        (sources / "beiyuan.py").write_text(code, "utf-8")
    return load_source(sources / "beiyuan.toml")


def test_a_hook_is_the_python_file_beside_the_source(tmp_path: Path) -> None:
    """It is found by its name, and a source without one has none; loading the source does not run it."""
    with_one = source_with(tmp_path / "a", "raise RuntimeError('loaded')\n")
    assert with_one.hook == str(tmp_path / "a" / "sources" / "beiyuan.py")
    assert source_with(tmp_path / "b", None).hook is None
    assert hook_beside(tmp_path / "b" / "sources" / "beiyuan.toml") is None


def test_what_a_hook_takes_away_is_gone_and_on_record(tmp_path: Path) -> None:
    """The tip is no part of the article and stands among the dropped blocks with the rule hook."""
    plain = read(PAGE.encode(), URL, source=source_with(tmp_path / "a", None))
    reading = read(PAGE.encode(), URL, source=source_with(tmp_path / "b", TAKES_THE_TIP))
    assert TIP in plain.articles[0].paragraphs
    assert list(reading.articles[0].paragraphs) == [text for text in plain.articles[0].paragraphs if text != TIP]
    assert reading.articles[0].origin == plain.articles[0].origin
    dropped = [each for each in reading.evidence.dropped if each.rule == "hook"]
    assert [each.text for each in dropped] == [TIP]
    assert "beiyuan.py" in dropped[0].reason
    assert not reading.evidence.troubles


def test_a_hook_that_finds_nothing_changes_nothing(tmp_path: Path) -> None:
    """The page is read as it came, not as another parser wrote it."""
    nothing = source_with(tmp_path / "a", "def clean(soup):\n    soup.select('.no-such')\n")
    assert nothing.hook is not None
    markup = "<p>一<p>二<table><tr><td>三</table>&nbsp;<!-- 四 -->"
    assert apply(nothing.hook, markup).markup is markup
    plain = source_with(tmp_path / "b", None)
    assert read(PAGE.encode(), URL, source=nothing) == read(PAGE.encode(), URL, source=plain)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("def clean(soup):\n    soup.no_such.method()\n", "raised AttributeError"),
        ("def clean(soup):\n    raise SystemExit(3)\n", "raised SystemExit"),
        ("def clean(soup):\n    return clean(soup)\n", "raised RecursionError"),
        ("import no_such_module_at_all\n", "ModuleNotFoundError"),
        ("def clean(soup:\n", "SyntaxError"),
        ("def tidy(soup):\n    pass\n", "defines no function clean"),
        ("clean = 7\n", "defines no function clean"),
        ("def clean():\n    pass\n", "one argument"),
        ("def clean(soup):\n    soup.select('p')[0].string = '产值增长百分之九十九。'\n", "were not there"),
        ("def clean(soup):\n    soup.body.append('此处加一句。')\n", "were not there"),
    ],
)
def test_a_hook_that_fails_is_told_and_the_page_read_without_it(tmp_path: Path, code: str, complaint: str) -> None:
    """Whatever a hook raises is its own fault, named with its file; the article is what it would be without it."""
    reading = read(PAGE.encode(), URL, source=source_with(tmp_path / "a", code))
    plain = read(PAGE.encode(), URL, source=source_with(tmp_path / "b", None))
    assert reading.articles == plain.articles
    (trouble,) = reading.evidence.troubles
    assert complaint in trouble
    assert "beiyuan.py" in trouble
    assert not [each for each in reading.evidence.dropped if each.rule == "hook"]


def test_a_hook_may_move_and_split_what_is_there(tmp_path: Path) -> None:
    """Texts of the page may stand elsewhere or in pieces: they were on the page."""
    code = (
        "def clean(soup):\n    first = soup.select_one('.content p')\n    words = first.get_text()\n"
        "    first.string = words[:20]\n    first.insert_after(words[20:])\n"
    )
    reading = read(PAGE.encode(), URL, source=source_with(tmp_path, code))
    assert not reading.evidence.troubles


def test_the_documented_example_works(tmp_path: Path) -> None:
    """The hook of docs/sources.md takes the weather away and nothing else."""
    text = (Path(__file__).parents[3] / "docs" / "sources.md").read_text("utf-8")
    code = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def clean" in block)
    path = tmp_path / "gaoyuan.py"
    path.write_text(code, "utf-8")
    hooked = apply(str(path), "<div id=text><p>第一段。</p><p> 今日天气：多云，三到九度。</p><p>第二段。</p></div>")
    assert [each.text for each in hooked.dropped] == ["今日天气：多云，三到九度。"]
    assert "第一段。" in hooked.markup
    assert "第二段。" in hooked.markup


def test_a_hook_is_loaded_once(tmp_path: Path) -> None:
    """Its file runs once in a process, however many pages are read; a broken one tells the same each time."""
    mark = tmp_path / "runs"
    source = source_with(tmp_path, f"open({str(mark)!r}, 'a').write('x')\ndef clean(soup):\n    pass\n")
    for _ in range(3):
        read(PAGE.encode(), URL, source=source)
    assert mark.read_text() == "x"
    broken = tmp_path / "broken.py"
    broken.write_text("1/0", "utf-8")
    for _ in range(2):
        with pytest.raises(HookError, match="ZeroDivisionError"):
            load_hook(str(broken))


def test_what_is_a_comment_or_a_script_is_no_text_that_a_hook_takes(tmp_path: Path) -> None:
    """Only words that a reader sees are recorded."""
    path = tmp_path / "x.py"
    path.write_text("def clean(soup):\n    soup.select_one('div').decompose()\n", "utf-8")
    hooked = apply(str(path), "<div><!-- a --><script>var b=1;</script><p>一</p><p>二</p></div><p>三</p>")
    assert [each.text for each in hooked.dropped] == ["一\n二"]
    assert "三" in hooked.markup


def test_a_hostile_page_is_bounded_before_a_hook_sees_it(tmp_path: Path) -> None:
    """A hundred thousand elements in one another are cut down as they are for the reader itself."""
    path = tmp_path / "x.py"
    path.write_text(TAKES_THE_TIP, "utf-8")
    apply(str(path), "<div>" * 100_000 + "<p class=tip>一</p>")


def test_doctor_loads_every_hook_and_the_list_marks_them(tmp_path: Path) -> None:
    """A good one is counted, a broken one is told with its file; the list of sources says who has one."""
    source_with(tmp_path, TAKES_THE_TIP)
    common = Common(as_json=False, verbosity=0, config=tmp_path, data=None, database=None)
    assert hooks(common).startswith("1 ")
    shown = CliRunner().invoke(list_sources, ["--config", str(tmp_path)]).output
    assert "hook" in shown.splitlines()[0]
    row = next(line for line in shown.splitlines() if line.startswith("beiyuan"))
    assert row.split().count("yes") == 2  # enabled, and a hook
    (tmp_path / "sources" / "xihe.toml").write_text(TOML.replace("beiyuan", "xihe"), "utf-8")
    (tmp_path / "sources" / "xihe.py").write_text("clean = None\n", "utf-8")
    with pytest.raises(HookError, match=r"xihe\.py"):
        hooks(common)


def test_hooks_work_where_pages_are_read_in_other_processes_and_endless_ones_end(tmp_path: Path) -> None:
    """In a reading process a hook takes away what it should; one that never ends is ended with its page."""
    good = source_with(tmp_path / "a", TAKES_THE_TIP)
    endless = source_with(tmp_path / "b", "def clean(soup):\n    while True:\n        pass\n")

    async def both() -> None:
        with ReaderPool(seconds=1.0, workers=1) as pool:
            answer = await pool.read(Task(PAGE.encode(), URL, "", endless))
            assert answer.reading.verdict == "unreadable"
            assert answer.stopped
            answer = await pool.read(Task(PAGE.encode(), URL, "", good))
            assert TIP not in answer.reading.articles[0].text

    asyncio.run(both())
