"""What `read --why` and `show --why` tell an analyst: what was seen, what it became, why, how sure, what is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.read import command
from crawler.cli.why import RULES, reasons
from crawler.demo.damage import damage
from crawler.evidence import Dropped, Evidence, Repair
from crawler.pipeline import read

URL = "http://www.example.cn/jj/202405/t20240527_4567.html"
PARAGRAPHS = (
    "本报讯 记者昨日从县工业园区获悉，今年前三季度全县规模以上工业增加值同比增长百分之七点二，增速居全省前列。",
    "在园区的一家农机企业里，工人们正忙着装配最后一批设备，产品发往全国各地，订单已经排到明年春天。",
    "有关负责人表示，下一步将完善物流体系，发展网络经济，支持更多企业走出去，带动群众就业和增收。",
    "据介绍，该项目总投资十二亿元，分两期建设，全部建成以后可提供一千八百个工作岗位，经营环境明显改善。",
)


def page(paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>园区经济稳步发展</title></head><body><h1>园区经济稳步发展</h1>"
        f"<p>2024-05-27 09:37 来源：青禾日报</p><div>{body}</div></body></html>"
    )


def told(body: bytes, *, content_type: str = "", everything: bool = False) -> list[str]:
    return reasons(read(body, URL, content_type).evidence, everything=everything).split("\n")


def test_a_mirror_page_is_told_by_rule_with_the_commonest_changes() -> None:
    """Hundreds of changes of one rule are one paragraph: the count, how sure, what was done and the first examples."""
    lines = told(damage(page()).text.encode())
    (head,) = [number for number, line in enumerate(lines) if line.startswith("repairs: ")]
    changes = int(lines[head].split()[1])
    assert changes > 40
    assert "  mirror-annotation, " in "\n".join(lines)
    (annotations,) = [line for line in lines if line.startswith("  mirror-annotation, ")]
    assert annotations.endswith(RULES["mirror-annotation"])
    assert "sure 0.9" in annotations
    assert "taken out" in lines[lines.index(annotations) + 1]
    assert len(lines) < 40


def test_with_v_every_change_stands_with_its_place() -> None:
    """One line for each change, none left out."""
    reading = read(damage(page()).text.encode(), URL)
    lines = reasons(reading.evidence, everything=True).split("\n")
    places = [line for line in lines if line.startswith("    at ")]
    assert len(places) == len(reading.evidence.repairs)
    assert not any("-v tells" in line for line in lines)


def test_mojibake_shows_what_was_seen_and_what_it_became() -> None:
    """A long change has a line of its own, cut on both sides of the arrow."""
    wrong = PARAGRAPHS[1].encode().decode("latin-1")
    lines = told(page((PARAGRAPHS[0], wrong, *PARAGRAPHS[2:])).encode())
    (change,) = [line for line in lines if " → " in line]
    seen, became = change.strip().split(" → ")
    assert seen.startswith("å")
    assert became.startswith("在园区的一家农机企业里")


def test_a_wrong_declaration_is_set_against_what_the_page_is() -> None:
    """Which labels are right, which wrong, and by how much the content decides."""
    lines = told(page().encode("gb18030"), content_type="text/html; charset=utf-8")
    (encoding,) = [line for line in lines if line.startswith("encoding: ")]
    assert encoding == "encoding: gb18030, header says utf-8 (wrong)"
    assert lines[lines.index(encoding) + 1].startswith("  likelier than utf-8 by 10^")


def test_a_label_that_means_nothing_is_said_to() -> None:
    """And a page that declares nothing is said to declare nothing."""
    assert any(
        "header says ansi (means nothing)" in line for line in told(page().encode(), content_type="a; charset=ansi")
    )
    assert any("which the page does not declare" in line for line in told(page().encode()))


def test_what_is_lost_is_told_with_its_share() -> None:
    """Places that were mended are counted, the share of damage stands beside it."""
    body = page().encode("gb18030")
    at = body.index("增速".encode("gb18030"))
    lines = told(body[:at] + body[at + 1 :])
    assert any(line.startswith("  resynchronised at byte ") for line in lines)
    assert any(line.startswith("  damaged: ") and "%" in line for line in lines)
    assert any(line.startswith("lost for good: ") for line in lines)


def test_blocks_that_were_dropped_for_one_reason_stand_together() -> None:
    """A hundred of them are four lines; with -v all of them stand there."""
    dropped = tuple(Dropped("links", "links outside", f"链接{number}") for number in range(100))
    evidence = Evidence(dropped=(*dropped, Dropped("hidden", "hidden by its style", "隐藏")))
    short = reasons(evidence).split("\n")
    assert "  links, 100 ×: links outside" in short
    assert "    … and 97 more (-v tells all)" in short
    assert "  hidden: hidden by its style: 隐藏" in short
    assert len([line for line in reasons(evidence, everything=True).split("\n") if "链接" in line]) == 100


def test_nothing_of_a_page_steers_the_terminal() -> None:
    """Control characters of what was seen are shown as escapes."""
    text = reasons(Evidence(repairs=(Repair("mirror-control", 0, "\x1b[2J\x07", ""),)))
    assert "\\x1b[2J\\x07 taken out" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("options", [[], ["-v"]])
def test_read_prints_the_reasons_below_the_article(tmp_path: Path, options: list[str]) -> None:
    """`jianbao read FILE --why`, short and with -v."""
    file = tmp_path / "page.html"
    file.write_text(damage(page()).text, encoding="utf-8")
    done = CliRunner().invoke(command, [str(file), "--url", URL, "--why", *options])
    assert done.exit_code == 0, done.output
    assert "园区经济稳步发展" in done.stdout
    assert ("at " in done.stdout.split("repairs: ")[1].split("\n")[2]) == bool(options)


def test_one_is_one_in_words() -> None:
    """No "1 more places", and a block's line breaks are no \\n."""
    evidence = Evidence(
        lossy=("line 19, behind “增速”: a byte was lost", *(f"loss {number}" for number in range(5))),
        dropped=(Dropped("links", "links outside", "上一篇\n下一篇"),),
    )
    text = reasons(evidence)
    assert "lost for good: at 1 more place (-v tells all)" in text
    assert "(lines are those of the page's source)" in text
    assert "links outside: 上一篇 下一篇" in text
    assert "lost for good: at 2 more places" in reasons(Evidence(lossy=tuple("1234567")))


@pytest.mark.parametrize(
    ("body", "said"), [("字", "shows 1 character of text"), ("两字", "shows 2 characters of text")]
)
def test_a_page_without_text_is_told_in_a_sentence(tmp_path: Path, body: str, said: str) -> None:
    """It begins with a capital."""
    file = tmp_path / "page.html"
    file.write_text(f"<html><head><meta charset=utf-8></head><body><p>{body}</p></body></html>", encoding="utf-8")
    done = CliRunner().invoke(command, [str(file)])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"No article: empty. The page {said}")
