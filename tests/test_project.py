"""The project keeps what it promises about itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crawler.cli import COMMANDS, main
from crawler.repair import repair

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def test_the_readme_is_short_and_shows_the_two_commands_first() -> None:
    """A newcomer sees `make run`, then `make test`, then the real crawl, in at most 150 lines."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 150
    assert text.index("make run") < text.index("make test") < text.index("jianbao crawl tibet-cn")


def test_the_readme_s_before_and_after_is_true() -> None:
    """The damaged line of the README becomes the line below it."""
    text = (ROOT / "README.md").read_text("utf-8")
    seen, read = (re.search(rf"^{word}   (.+)$", text, re.M) for word in ("seen", "read"))
    assert seen
    assert read
    assert repair(seen[1]).text == read[1]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    """A relative link in a document names a file or folder of the project."""
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    """`crawler/…`, `archive/…`, `config/…`, `bench/…` and `tests/…` in back-ticks are real places."""
    for named in re.findall(r"`((?:crawler|archive|config|bench|tests|docs)/[\w./-]+)`", document.read_text("utf-8")):
        assert (ROOT / named).exists() or named.startswith("config/sources/"), f"{document.name} names {named}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    """`make …` in a document is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:`|^)make ([a-z][a-z-]+)", document.read_text("utf-8"), re.M):
        assert re.search(rf"^{target}:", makefile, re.M), f"{document.name} names `make {target}`"


def test_every_command_stands_in_the_readme() -> None:
    """Someone who reads the README learns of every command."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"`{name}" not in text and f"jianbao {name}" not in text] == []


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "config" / "jianbao.toml"], ids=lambda path: path.name)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    """`jianbao WORD` in back-ticks or at the start of a line is a command, with its second word if it is a group."""
    context = click.Context(main)
    for name, below in re.findall(r"(?:`|^)jianbao ([a-z-]+)(?: ([a-z]+))?", document.read_text("utf-8"), re.M):
        command = main.get_command(context, name)
        assert command is not None, f"{document.name} names jianbao {name}"
        if isinstance(command, click.Group):
            assert command.get_command(context, below), f"{document.name} names jianbao {name} {below}"


def test_every_document_that_the_code_names_exists() -> None:
    """`docs/….md` and `tests/….py` in a docstring, comment or message are real files."""
    sources = [path for folder in ("crawler", "archive") for path in (ROOT / folder).rglob("*.py")]
    for path in [*sources, *(ROOT / "config").rglob("*.toml")]:
        for named in re.findall(r"\b((?:docs|tests)/[\w./-]+\.(?:md|py))", path.read_text("utf-8")):
            assert (ROOT / named).exists(), f"{path.relative_to(ROOT)} names {named}"


def test_help_and_reading_commands_do_not_import_scrapy() -> None:
    """Scrapy costs a second; only what fetches pays for it."""
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from crawler.cli import COMMANDS, main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "heavy = sorted({name.split('.')[0] for name in sys.modules} & {'scrapy', 'twisted', 'sqlalchemy', 'lxml'})\n"
        "assert heavy == [], heavy\n"
        "for name in COMMANDS:\n"
        "    assert CliRunner().invoke(main, [name, '--help']).exit_code == 0, name\n"
        "heavy = sorted({name.split('.')[0] for name in sys.modules} & {'scrapy', 'twisted', 'sqlalchemy', 'lxml'})\n"
        "assert heavy == [], heavy\n"
        "for call in (['source', 'list'], ['status'], ['search', '西藏'], ['doctor'], ['show', 'x']):\n"
        "    CliRunner().invoke(main, [*call, '--data', '/nonexistent/jianbao'])\n"
        "heavy = sorted({name.split('.')[0] for name in sys.modules} & {'scrapy', 'twisted'})\n"
        "assert heavy == [], heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_tells_of_the_machine_it_was_made_on() -> None:
    """Files name no absolute path of a developer's machine and no package index."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode != 0:
        pytest.skip("not a git checkout")
    leak = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w|index-url[ =]+http")
    told = [
        f"{name}: {match.group()}"
        for name in tracked.stdout.splitlines()
        if not name.endswith((".gz", ".png"))
        and (ROOT / name).is_file()
        and name not in ("tests/test_project.py", "tests/crawler/test_settings.py")  # they make such paths up
        for match in [leak.search((ROOT / name).read_text("utf-8", errors="replace"))]
        if match
    ]
    assert told == []
