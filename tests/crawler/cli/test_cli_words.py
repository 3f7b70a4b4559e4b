"""Chinese and Tibetan come in and go out whatever the locale and the terminal's encoding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli.words import AS_ESCAPE, file_name, heard, speak_any_language

PAGE = (
    "<html><head><meta charset=utf-8><title>园区工业增加值稳步增长_岚川新闻网</title></head><body>"
    "<h1>园区工业增加值稳步增长</h1><div>2026-11-03 09:00 来源：岚川日报</div><div>"
    + "<p>　　前三季度园区工业增加值同比增长百分之六点三，藏文报名作 བོད་ལྗོངས་ཉིན་རེའི་ཚགས་པར，另有一字作𪛖。</p>" * 3
    + "</div></body></html>"
)
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(folder: Path, *call: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command in an environment of its own."""
    command = [sys.executable, "-m", "crawler.cli", *call]
    own = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, check=False)


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "gbk"}, {"PYTHONIOENCODING": "latin-1"}, C_LOCALE])
def test_what_the_terminal_lacks_is_escaped_and_json_stays_true(tmp_path: Path, environment: dict[str, str]) -> None:
    """No character stops a command, and the JSON tells the same text under every encoding."""
    (tmp_path / "页.html").write_text(PAGE, "utf-8")
    plain = run(tmp_path, "read", "页.html", **environment)
    assert plain.returncode == 0, plain.stderr
    assert b"Traceback" not in plain.stderr
    told = run(tmp_path, "read", "页.html", "--json", **environment)
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    (article,) = json.loads(told.stdout.decode(encoding))["articles"]
    assert "བོད་ལྗོངས་ཉིན་རེའི་ཚགས་པར" in article["text"]
    assert "𪛖" in article["text"]


def test_a_word_typed_under_the_c_locale_is_the_word_in_a_command(tmp_path: Path) -> None:
    """A source that does not exist is named as it was typed, not in surrogates."""
    done = run(tmp_path, "crawl", "岚川", **C_LOCALE)
    assert 'There is no source "岚川"' in done.stderr.decode()


def test_words_are_heard_and_file_names_stay_usable() -> None:
    """UTF-8 that came in surrogates is itself again; other bytes, and a word that is right already, stay."""
    assert heard("工业".encode().decode("ascii", "surrogateescape")) == "工业"
    other = b"\xb9\xa4.html".decode("utf-8", "surrogateescape")
    assert heard(other) == other
    assert heard("工业") == file_name("工业") == "工业"


def test_an_escape_is_one_of_json() -> None:
    """A character beyond U+FFFF and a lone surrogate too, which backslashreplace writes as JSON does not."""
    speak_any_language()
    for text in ("𪛖", "ཀ", "\udc80"):
        escaped = text.encode("ascii", AS_ESCAPE)
        assert json.loads(b'"' + escaped + b'"') == text


@pytest.mark.parametrize(("typed", "meant"), [("raed", "read"), ("serach", "search"), ("stauts", "status")])
def test_a_slip_in_a_commands_name_is_answered_with_the_right_one(tmp_path: Path, typed: str, meant: str) -> None:
    """As with options and sources."""
    done = run(tmp_path, typed)
    assert done.returncode == 2
    assert f'There is no command "{typed}". Did you mean "{meant}"?' in done.stderr.decode()
    assert "Did you mean" not in run(tmp_path, "xyzzy").stderr.decode()
