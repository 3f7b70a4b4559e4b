"""`jianbao export`: what is written where, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from archive_cases import make_article, make_capture, take_in
from click.testing import CliRunner, Result

from archive.export import FORMATS
from archive.store import Archive
from crawler.cli import main


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a small archive."""
    with Archive.open(tmp_path / "data", write=True) as archive:
        for number in range(1, 6):
            take_in(archive, make_capture(number), make_article(number))
    return tmp_path / "data"


def export(data: Path, *words: str) -> Result:
    """What the command answers."""
    return CliRunner().invoke(main, ["export", *words, "--data", str(data)])


def test_words_choose_as_in_search(data: Path) -> None:
    """And what is wrong with them is told with its place, before an archive is looked for."""
    lines = export(data, "jsonl", "第3批", "OR", "第5批", "-title:第5条", "-q").stdout.splitlines()
    assert [json.loads(line)["title"] for line in lines] == [make_article(3).title]
    wrong = export(data / "nowhere", "jsonl", "titel:工业")
    assert (wrong.exit_code, "Did you mean title: ?" in wrong.stderr) == (2, True)


def test_a_dash_is_stdout(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And no file of that name."""
    monkeypatch.chdir(tmp_path)
    done = export(data, "jsonl", "-q", "-o", "-")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 5)
    assert not Path("-").exists()


def test_the_report_says_what_was_written(data: Path, tmp_path: Path) -> None:
    """As a sentence on stderr, or as JSON on stdout."""
    done = export(data, "jsonl", "--until", "2026-03-01", "-o", str(tmp_path / "all.jsonl"))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "5 articles\n")
    done = export(data, "jsonl", "第3批", "-o", str(tmp_path / "one.jsonl"), "--json")
    assert json.loads(done.stdout)["articles"] == 1
    assert len((tmp_path / "one.jsonl").read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["jsonl", "--bom"], "--bom is for csv, not for jsonl"),
        (["jsonl", "--json"], "-o FILE"),
        (["jsonl", "--nonsense"], "--nonsense"),
        (["jsonl", "--since", "2026-03-02", "--until", "2026-03-01"], "later"),
        (["jsonl", "--source", "nope"], "nope"),
        (["jsonl", "-o", "."], "is a folder"),
        (["jsonl", "-o", "no/such/folder.jsonl"], "There is no folder"),
        (["csv", "--all"], "--all is for warc and wacz, not for csv"),
        (["csv", "--limit", "3"], "--limit is for atom and jsonfeed, not for csv"),
        (["md"], "name a folder"),
        (["md", "-o", "data"], "It is there already"),
        (["wacz"], "neither to stdout nor into a pipe"),
        (["wacz", "-o", "pipe"], "neither to stdout nor into a pipe"),
        (["wacz", "-o", "all.zip"], "ends in .wacz"),
        (["xml"], "jsonl"),
    ],
)
def test_a_wrong_call_writes_nothing(
    data: Path, words: Sequence[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told what is wrong, with exit code 2."""
    monkeypatch.chdir(data.parent)
    os.mkfifo("pipe")
    before = sorted(data.parent.iterdir())
    done = export(data, *words)
    assert sorted(data.parent.iterdir()) == before
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_every_format_and_its_own_options_stand_in_the_help_and_in_the_document() -> None:
    """A format that is added tells of itself."""
    text = CliRunner().invoke(main, ["export", "--help"]).stdout
    document = (Path(__file__).resolve().parents[3] / "docs" / "export.md").read_text("utf-8")
    for name, form in FORMATS.items():
        assert f"  {name:9}{form.what}" in text
        assert f"## {name}" in document or f" and {name}\n" in document


KILLED = """
import os, signal, sys
from archive.export import FORMATS
from importlib import import_module
from crawler.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests may have it ignored
form = sys.argv[1]
module = import_module(f"archive.export.{form}")
original = module.write
def write(chosen, target, options):
    def watch(done):
        if done == 3:
            os.kill(os.getpid(), signal.SIGINT)
    return original(chosen.watched(watch), target, options)
module.write = write
main(["export", form, "-o", sys.argv[2], "--data", sys.argv[3]])
"""


@pytest.mark.parametrize("form", FORMATS)
def test_an_interrupted_export_leaves_what_was_there(form: str, data: Path, tmp_path: Path) -> None:
    """Exit code 130, nothing half-written under the name or beside it."""
    target = tmp_path / "out" / ("export.wacz" if form == "wacz" else "export")
    target.parent.mkdir()
    if FORMATS[form].shape != "folder":
        target.write_text("before", "utf-8")
    call = [sys.executable, "-c", KILLED, form, str(target), str(data)]
    done = subprocess.run(call, capture_output=True, check=False, env=os.environ | {"PYTHONPATH": str(Path.cwd())})
    assert done.returncode == 130, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    left = {each.name: each.read_text("utf-8") for each in target.parent.iterdir()}
    assert left == ({} if FORMATS[form].shape == "folder" else {target.name: "before"})


def test_a_capture_that_cannot_be_had_is_exit_code_one(data: Path, tmp_path: Path) -> None:
    """The others are written; the report says which is missing."""
    (file,) = (data / "captures").glob("*.warc.gz")
    content = bytearray(file.read_bytes())
    content[-30] ^= 0xFF
    file.write_bytes(content)
    done = export(data, "warc", "-o", str(tmp_path / "all.warc.gz"), "--json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["captures"], len(report["faults"])) == (1, 4, 1)
    assert (tmp_path / "all.warc.gz").stat().st_size


@pytest.mark.parametrize("address", ["not a url", "javascript:1", "", "//a.example/feed", "http://", "a.example/feed"])
def test_a_feed_s_address_is_one_of_the_web(address: str, data: Path) -> None:
    """It is refused where it would be left out without a word."""
    for form in ("atom", "jsonfeed"):
        wrong = export(data, form, "--self-url", address)
        assert (wrong.exit_code, wrong.stdout, "no address of the web" in wrong.stderr) == (2, "", True)
    assert export(data, "atom", "--self-url", "https://a.example/feed?x=工业").exit_code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Only Linux has a device that is always full.")
def test_a_disk_that_is_full_is_told_with_the_file(data: Path) -> None:
    """Which the system does not name when it is written to."""
    done = export(data, "csv", "-o", "/dev/full")
    assert (done.exit_code, done.stderr) == (1, "Error: /dev/full: No space left on device.\n")
    call = [sys.executable, "-m", "crawler.cli", "export", "csv", "--data", str(data)]
    with Path("/dev/full").open("wb") as full:
        piped = subprocess.run(
            call, stdout=full, stderr=subprocess.PIPE, check=False, env={**os.environ, "LC_ALL": "C"}
        )
    assert (piped.returncode, piped.stderr) == (1, b"Error: stdout: No space left on device.\n")
