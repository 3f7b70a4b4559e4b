"""`jianbao read`: the same limits as in a crawl, and a batch on all cores in its order."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.cli.read import read_batch
from crawler.demo.hostile import hostile_page
from crawler.reader import ReaderPool

PAGES = Path(__file__).parents[1] / "pages"


def batch(tmp_path: Path, capsys: pytest.CaptureFixture[str], *bodies: str) -> tuple[bool, list[dict[str, Any]]]:
    """Whether something failed, and the rows, of pages that say these things."""
    rows = []
    for number, body in enumerate(bodies):
        (tmp_path / f"{number}.html").write_text(body, "utf-8")
        rows.append({"id": number, "path": f"{number}.html", "url": "", "content_type": ""})
    index = tmp_path / "index.jsonl"
    index.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with ReaderPool(seconds=0.5, workers=3, work="reader_works:work") as pool:
        failed = asyncio.run(read_batch(index, pool))
    return failed, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_batch_keeps_its_order_whatever_each_page_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows stand in the order of the index although pages are read side by side."""
    failed, rows = batch(tmp_path, capsys, *(f"sleep {0.2 if number % 3 == 0 else 0}" for number in range(20)))
    assert not failed
    assert [row["id"] for row in rows] == list(range(20))
    assert {row["verdict"] for row in rows} == {"other"}


def test_a_page_that_hangs_or_fails_is_a_row_with_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest of the batch is read."""
    failed, rows = batch(tmp_path, capsys, "large 1", "spin", "fault 0", "crash", "large 2")
    assert failed
    assert [(row["verdict"], "error" in row) for row in rows] == [
        ("other", False),
        ("unreadable", True),
        (None, True),
        ("unreadable", True),
        ("other", False),
    ]
    assert rows[1]["error"] == "Reading it took more than 0.5 s and was stopped."
    assert "ZeroDivisionError" in rows[2]["error"]


def run(*call: str, **settings: str) -> subprocess.Popen[str]:
    """The command, talking through pipes."""
    environment = os.environ | settings
    command = [sys.executable, "-m", "crawler.cli", "read", *call]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)


def test_one_page_obeys_the_limit_of_the_settings(tmp_path: Path) -> None:
    """A page that takes longer is no article, and the reason is told."""
    page = tmp_path / "page.html"
    page.write_bytes(hostile_page("200,000 <p> of a sentence"))
    with run(str(page), JIANBAO_PARSE_SECONDS="0.1") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err == "No article: unreadable. Reading it took more than 0.1 s and was stopped.\n"


def test_a_program_can_talk_with_a_batch_line_by_line() -> None:
    """Of stdin each line is answered before the next is asked for."""
    with run("--batch", "-") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in ("gov", "empty", "two"):
            print(json.dumps({"id": name, "path": str(PAGES / f"{name}.html")}), file=process.stdin, flush=True)
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.close()
        assert process.wait(timeout=60) == 0
