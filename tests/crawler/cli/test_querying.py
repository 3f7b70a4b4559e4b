"""Words with a dash in front, in the commands that take a query."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from archive_cases import make_article, make_capture, take_in
from click.testing import CliRunner, Result

from archive.store import Archive
from crawler.cli import main

QUERYING = (("export", "jsonl"), ("report",), ("search",))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an archive of three articles of one source; commands run in an empty folder beside it."""
    with Archive.open(tmp_path / "data", write=True) as archive:
        for number in range(1, 4):
            take_in(archive, make_capture(number), make_article(number))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "data"


def run(*words: str) -> Result:
    """What the command line answers."""
    return CliRunner().invoke(main, list(words))


WORDS = (
    "-source:gaoyuan",
    "-source:no-such",
    "-origin:高原日报",
    "-on:2023",
    "-has:origin",
    "-language:bo",
    "-vivo",
    "-text:第1批",
    "-quiet",
    "-v1",
)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_with_a_dash_is_one_of_the_query(word: str, data: Path) -> None:
    """As it is behind a `--`, where no option can be; and no file of another name is written."""
    for command in QUERYING:
        behind = ("--json",) if command != ("export", "jsonl") else ()
        bare = run(*command, word, "--data", str(data), *behind)
        safe = run(*command, "--data", str(data), *behind, "--", word)
        assert (bare.exit_code, _without_time(bare.stdout)) == (safe.exit_code, _without_time(safe.stdout))
        assert "Usage" not in bare.output
    assert not list(Path().iterdir())


def _without_time(told: str) -> object:
    return {**json.loads(told), "made": None} if told.startswith("{\n") else told


def test_what_is_left_out_is_what_was_asked_to_be(data: Path) -> None:
    """The export that once held all of them, and wrote them into `urce:gaoyuan`."""
    assert run("export", "jsonl", "-source:gaoyuan", "--data", str(data)).stdout == ""
    assert run("export", "jsonl", "-text:第1批", "--data", str(data)).stdout.count("\n") == 2


REFUSED = (
    (("export", "jsonl", "-oall.jsonl"), "Write -o all.jsonl, or NOT oall.jsonl."),
    (("export", "jsonl", "-o=all.jsonl"), "Write -o all.jsonl, or NOT o=all.jsonl."),
    (("report", "-ohttp://a.example/x"), "Write -o http://a.example/x, or"),
    (("export", "jsonl", "-o报告:1.jsonl"), "Write -o 报告:1.jsonl, or"),
    (("export", "jsonl", "-qo", "all.jsonl"), "Write -q -o, or NOT qo."),
    (("search", "-hv"), "Write -h -v, or NOT hv."),
    (("search", "--serce=3", "工业"), "No such option '--serce'"),
    (("export", "jsonl", "工业", "-o"), "Option '-o' requires an argument."),
    (("export", "jsonl", "-rigin:高原日报"), "There is no field rigin:. Did you mean origin: ?"),
)


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_what_may_be_meant_for_options_is_refused(words: tuple[str, ...], said: str, data: Path) -> None:
    """With both ways to write it, and nothing is written."""
    done = run(*words, "--data", str(data)) if words[-1] != "-o" else run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert not list(Path().iterdir())


def test_options_stand_before_and_behind_the_words(data: Path) -> None:
    """Also several letters in one, values that begin with a dash, and a query in one argument."""
    done = run("export", "-qv", "jsonl", "-vv", "第1批 OR 第2批", "-o", "-x.jsonl", "--data", str(data), "-vivo")
    assert (done.exit_code, done.stdout) == (0, "")
    assert Path("-x.jsonl").read_text("utf-8").count("\n") == 2
    assert run("search", "-", "--explain", "--data", str(data)).stdout == '"-" in title or text\n'
    assert run("search", "-h").stdout.startswith("Usage: ")


def test_quiet_and_verbose_in_one_word_outweigh_each_other(data: Path) -> None:
    """As when each stands by itself."""
    said = {
        words: run("export", "jsonl", "-o", "x.jsonl", "--data", str(data), *words).stderr
        for words in ((), ("-qv",), ("-vq",), ("-q", "-v"), ("-qqv",), ("-q",))
    }
    assert list(said.values()) == ["3 articles\n"] * 4 + [""] * 2
