"""What `read --batch` says of a line that it cannot use, and that the other lines are read all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli.index import Fields, Unfit, fields_of

WRONG = (
    ("[1]", None, "is a list, not an object"),
    ("17", None, "is a number, not an object"),
    ("null", None, "is null, not an object"),
    ("{", None, "is no JSON: "),
    ("[" * 100_000, None, "nested too deeply"),
    ('{"path": "a.html"}', None, "names no id"),
    ('{"id": 3}', 3, "names no path"),
    ('{"id": 3, "path": null}', 3, "has null for its path"),
    ('{"id": "x", "path": "a.html", "content_type": 7}', "x", "has a number for its content_type, not a string"),
    ('{"id": "x", "path": "a.html", "url": ["u"]}', "x", "has a list for its url"),
    ('{"id": "x", "path": "a.html", "url": "foo"}', "x", "has the url 'foo'"),
    ('{"id": "x", "path": "a.html", "url": "http://a.example/\\ud800"}', "x", "has a url that is no text"),
    ('{"id": "x", "path": "a\\u0000.html"}', "x", "has a path that is no text"),
)


@pytest.mark.parametrize(("line", "identifier", "said"), WRONG, ids=[said for *_, said in WRONG])
def test_a_line_that_cannot_be_used_is_told_with_its_id(line: str, identifier: object, said: str) -> None:
    """What is wrong with it, in words of JSON."""
    with pytest.raises(Unfit) as raised:
        fields_of(line)
    assert said in str(raised.value)
    assert raised.value.id == identifier


def test_address_and_header_may_be_left_out() -> None:
    """Missing, null and empty are the same."""
    for line in ('{"id": 1, "path": "p"}', '{"id": 1, "path": "p", "url": null, "content_type": ""}'):
        assert fields_of(line) == Fields(1, "p", "", "")


def test_wrong_lines_stop_no_others(tmp_path: Path) -> None:
    """A row for every line, in order, bytes that are no UTF-8 and a page without an end included."""
    (tmp_path / "page.html").write_text("<html><body><p>没有内容</p></body></html>", "utf-8")
    lines = [line for line, _, _ in WRONG]
    lines += ['{"id": "last", "path": "page.html"}', '{"id": "endless", "path": "/dev/zero"}']
    index = tmp_path / "index.jsonl"
    index.write_bytes("\n".join(lines).encode() + b'\n{"id": "\xff", "path": "page.html"}\n')
    command = [sys.executable, "-m", "crawler.cli", "read", "--batch", str(index)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [row["id"] for row in rows] == [identifier for _, identifier, _ in WRONG] + ["last", "endless", "\ufffd"]
    assert ["error" in row for row in rows] == [True] * len(WRONG) + [False, True, False]
    assert all(row["error"].startswith(f"line {number} ") for number, row in enumerate(rows[: len(WRONG)], 1))
    assert done.returncode == 1


@pytest.mark.parametrize("way", ["fifo", "/dev/stdin"])
def test_a_page_may_come_through_a_pipe_that_has_a_name(tmp_path: Path, way: str) -> None:
    """As the shell's <(command) gives one."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    page = "<html><body><p>没有内容</p></body></html>".encode()
    command = [sys.executable, "-m", "crawler.cli", "read", str(fifo) if way == "fifo" else way]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        if way == "fifo":
            fifo.write_bytes(page)
        _, err = process.communicate(None if way == "fifo" else page, timeout=60)
    assert b"No article: " in err
    assert process.returncode == 1


def test_a_directory_is_said_to_be_one(tmp_path: Path) -> None:
    """It is there, so it is not said to be missing."""
    command = [sys.executable, "-m", "crawler.cli", "read", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 2
    assert "is a directory" in done.stderr.decode()
