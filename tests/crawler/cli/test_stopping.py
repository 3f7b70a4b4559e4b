"""SIGTERM to a command that takes long: what was done is kept, a sentence, the exit code of an interruption."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_cases import make_article, make_capture, take_in
from click.testing import CliRunner, Result

from archive.model import Capture
from archive.store import Archive
from archive.store.chosen import Chosen
from crawler.cli import main
from crawler.demo.many import many_pages_site
from crawler.imports.run import Importer
from crawler.reread.run import Rereader

AMOUNT = 30
BASE = "http://127.0.0.1:9"
SITE = many_pages_site(AMOUNT)


def run(folder: Path, *words: str, data: str = "data") -> Result:
    """A command; signals are as they were behind it."""
    (folder / "config" / "sources").mkdir(parents=True, exist_ok=True)
    before = signal.getsignal(signal.SIGTERM)
    done = CliRunner().invoke(main, [*words, "--config", str(folder / "config"), "--data", str(folder / data)])
    assert signal.getsignal(signal.SIGTERM) is before
    return done


def stopping(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, calls: int = 3) -> list[object]:
    """Have the signal come at the third call of a method; gives the calls."""
    seen: list[object] = []
    method: Callable[..., Any] = getattr(owner, name)

    def counting(*words: Any, **more: Any) -> Any:
        seen.append(words)
        if len(seen) == calls:
            signal.raise_signal(signal.SIGTERM)
        return method(*words, **more)

    monkeypatch.setattr(owner, name, counting)
    return seen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration, and an archive of pages that were read as no articles."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "sources" / "many.toml").write_text(SITE.source(BASE), "utf-8")
    built = SITE.build(BASE, 1, 7)
    with Archive.open(tmp_path / "data", write=True) as archive:
        for number, path in enumerate(built.truth):
            page = built.answers[path].body
            made = Capture(BASE + path, "many", make_capture(number).fetched_at, 200, page)
            archive.record(made, made.url, "other", (), {})
    return tmp_path


def articles(folder: Path, data: str = "data") -> int:
    """How many the archive holds."""
    with Archive.open(folder / data) as archive:
        return sum(1 for _ in archive.articles())


def test_reread_stops_while_it_reads_and_while_it_records(folder: Path) -> None:
    """Nothing half is recorded; the same command goes on to the end."""
    for owner, name in ((Rereader, "_page"), (Rereader, "_settled")):
        with pytest.MonkeyPatch.context() as patch:
            seen = stopping(patch, owner, name)
            done = run(folder, "reread", "many", "--apply", "--workers", "1")
        assert (done.exit_code, done.stdout) == (130, "")
        assert done.stderr.endswith("Interrupted. What was done is kept; the same command goes on.\n")
        assert len(seen) < AMOUNT
        assert articles(folder) == 0
    assert run(folder, "reread", "many", "--apply").exit_code == 0
    assert articles(folder) == AMOUNT
    with pytest.MonkeyPatch.context() as patch:
        stopping(patch, Archive, "keep_up", 1)
        assert run(folder, "reread", "--undo").exit_code == 130
    assert run(folder, "reread", "--undo").exit_code in (0, 1)


@pytest.mark.parametrize("kind", ["lines", "pages"])
def test_import_keeps_what_it_has_taken_in(kind: str, folder: Path) -> None:
    """Also of a file whose lines need no reading; the same command takes in the rest."""
    if kind == "lines":
        run(folder, "reread", "many", "--apply")
        run(folder, "export", "jsonl", "-o", str(folder / "all.jsonl"))
        file = folder / "all.jsonl"
    else:
        (file,) = (folder / "data" / "captures").glob("*.warc.gz")
        assert gzip.decompress(file.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        stopping(patch, Importer, "_one", 8)
        done = run(folder, "import", str(file), data="other")
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr.endswith("Interrupted. What was taken in is kept; the same command goes on.\n")
    assert articles(folder, "other") < AMOUNT
    if kind == "lines":
        assert articles(folder, "other") > 0
    assert run(folder, "import", str(file), data="other").exit_code == 0
    assert articles(folder, "other") == AMOUNT


def test_export_leaves_what_was_there(tmp_path: Path) -> None:
    """A file, a folder; and nothing beside them."""
    with Archive.open(tmp_path / "data", write=True) as archive:
        for number in range(1, 6):
            take_in(archive, make_capture(number), make_article(number))
    (tmp_path / "out").mkdir()
    file, pages = tmp_path / "out" / "all.jsonl", tmp_path / "out" / "pages"
    file.write_text("before", "utf-8")
    for form, target in (("jsonl", file), ("md", pages)):
        with pytest.MonkeyPatch.context() as patch:
            stopping(patch, Chosen, "_read", 1)
            done = run(tmp_path, "export", form, "-o", str(target))
        assert (done.exit_code, done.stderr) == (130, f"Interrupted. {target} is as it was.\n")
    assert file.read_text("utf-8") == "before"
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["all.jsonl"]
    with pytest.MonkeyPatch.context() as patch:
        stopping(patch, Chosen, "_read", 1)
        done = run(tmp_path, "export", "jsonl")
    assert (done.exit_code, done.stderr) == (130, "Interrupted. What was written is not all.\n")


EARLY = """
import os, signal, sys
from crawler.cli import main

class Heavy:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGTERM)

sys.meta_path.insert(0, Heavy())
main(sys.argv[2:], prog_name="jianbao")
"""


@pytest.mark.parametrize(
    ("module", "words", "code"),
    [
        ("crawler.cli.verify", ("verify",), 130),
        ("sqlalchemy", ("crawl", "many"), 130),
        ("archive.store", ("run-due",), 130),
        ("crawler.health.overview", ("status",), 130),
        ("crawler.watch.supervisor", ("daemon",), 0),
    ],
)
def test_a_command_that_is_stopped_while_it_is_loaded_ends_in_order(
    module: str, words: tuple[str, ...], code: int, folder: Path
) -> None:
    """The signal comes while the modules are imported that take long: a sentence, and nobody's traceback."""
    places = ("--config", str(folder / "config"), "--data", str(folder / "data"))
    line = [sys.executable, "-c", EARLY, module, *words, *places]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.strip().splitlines()[-1].startswith("Interrupted." if code else "The daemon has ended.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "owner", "method"),
    [
        (("verify",), Archive, "verify"),
        (("verify", "--reindex"), Archive, "index"),
        (("compact",), Archive, "compact"),
        (("backup", "saved"), Archive, "backup"),
        (("learn", "many"), Archive, "template_changes"),
        (("crawl", "many"), Archive, "ahead_of"),
        (("run-due",), Archive, "ahead_of"),
    ],
)
def test_whatever_takes_long_ends_with_a_sentence(
    words: tuple[str, ...], owner: type, method: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of fetching too; and the archive is in order afterwards."""
    monkeypatch.chdir(folder)
    with pytest.MonkeyPatch.context() as patch:
        stopping(patch, owner, method, 1)
        done = run(folder, *words)
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr.splitlines()[-1].startswith("Interrupted. ")
    assert run(folder, "verify").exit_code == 0


def test_a_shell_that_ignores_ctrl_c_for_its_jobs_does_not_keep_them_from_stopping(tmp_path: Path) -> None:
    """Python leaves Ctrl-C ignored then; SIGTERM is none."""
    with Archive.open(tmp_path / "data", write=True) as archive:
        take_in(archive, make_capture(1), make_article(1))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.MonkeyPatch.context() as patch:
            stopping(patch, Chosen, "_read", 1)
            assert run(tmp_path, "export", "jsonl").exit_code == 130
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "Interrupted.\n"), (("-q",), ""), (("-qq",), ""), (("-q", "-q"), ""), (("-qqv",), "")]
    + [(each, "Interrupted.\n") for each in (("-qv",), ("-q", "-v"))],
)
def test_who_wants_no_messages_is_told_nothing(
    words: tuple[str, ...], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often that is said: `-q` is counted."""
    stopping(monkeypatch, Archive, "alarms", 1)
    done = run(folder, "alarms", *words)
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", said)
