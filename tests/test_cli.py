"""The commands as a person uses them: every example of every help text is run, and its --json can be parsed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from archive.fold import fold
from crawler.cli import COMMANDS, main
from crawler.demo import DemoWeb


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, those of groups included."""
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                found = command.get_command(context, below)
                assert found is not None
                yield f"{name} {below}", found
        else:
            yield name, command


EXAMPLES = [
    line.strip()
    for _, command in commands()
    for line in (command.epilog or "").splitlines()
    if line.strip().startswith("jianbao ")
]


@dataclass(frozen=True)
class Shell:
    """A folder in which commands run against the demo web and an archive of it."""

    folder: Path
    article: dict[str, object]

    def run(self, *call: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """One command; it never ends in a traceback."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("JIANBAO_")}
        env |= {"JIANBAO_CONFIG": str(self.folder / "config"), "JIANBAO_DATA": str(self.folder / "data")}
        done = subprocess.run(
            [sys.executable, "-m", "crawler.cli", *call],
            cwd=self.folder,
            env=env,
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    def real(self, example: str) -> list[str]:
        """An example's words with the demo's own names in the place of the example's."""
        names = {
            "http://www.tibet.cn/cn/edu/": str(self.article["url"]).rpartition("/")[0].rpartition("/")[0]
            + "/ --allow-address 127.0.0.1",
            "http://tibet.cn/cn/edu/202305/t20230523_7421774.html": str(self.article["url"]),
            "tibet-cn": "lanchuan",
            "1f0c2b3a4d5e6f70": str(self.article["id"]),
            "2023-05-01": "2026-11-01",
            "2023-05-31": "2026-11-30",
        }
        for name, own in names.items():
            example = example.replace(name, own)
        return shlex.split(example)[1:]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The demo web is served, crawled once, and one of its pages lies in a file with an index beside it."""
    folder = tmp_path_factory.mktemp("shell")
    with DemoWeb() as web:
        web.write_config(folder / "config")
        bare = Shell(folder, {})
        assert bare.run("crawl", "-q").returncode == 1  # a challenge page needs attention
        lines = bare.run("export", "jsonl", "--source", "lanchuan").stdout.decode().splitlines()
        ready = Shell(folder, json.loads(lines[0]))
        page = ready.run("show", str(ready.article["id"]), "--raw").stdout
        (folder / "page.html").write_bytes(page)
        row = {"id": "one", "url": ready.article["url"], "content_type": "text/html", "path": "page.html"}
        (folder / "index.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
        yield ready


def test_every_command_has_a_help_text_and_an_example() -> None:
    """No command is without a sentence that says what it does, the common options, and an example."""
    for name, command in commands():
        assert command.help, name
        assert f"jianbao {name}" in (command.epilog or ""), name
        assert {"as_json", "quiet", "verbose", "config", "data"} <= {each.name for each in command.params}, name


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_a_help_text_works(shell: Shell, example: str) -> None:
    """It ends well, or with 1 where the demo web has something that needs attention."""
    done = shell.run(*shell.real(example))
    assert done.returncode in (0, 1), done.stderr.decode()
    assert done.stdout or done.stderr


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_with_json_prints_json(shell: Shell, example: str) -> None:
    """--json puts JSON, and nothing else, on stdout (JSON lines for a batch); so does --log-json on stderr."""
    words = [word for word in shell.real(example) if word not in ("--why", "--json", "--md")]
    done = shell.run(*words, "--json", "--log-json", "-v")
    for line in done.stderr.decode().splitlines():
        assert {"time", "level", "message"} <= set(json.loads(line)), line
    text = done.stdout.decode()
    documents = text.splitlines() if "--batch" in words else [text]
    assert documents
    assert all(json.loads(each) is not None for each in documents)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["crawl", "lanchaun"], 'Did you mean "lanchuan"?'),
        (["show", "no-such-id"], "holds no article"),
        (["read", "no-such-file.html"], "There is no file"),
        (["read"], "--batch"),
        (["search"], "WORDS"),
        (["export", "xml"], "jsonl"),
        (["crawl", "--data", "page.html"], "page.html"),
        (["crawl", "--config", "nowhere"], "nowhere"),
        (["recrawl", "lanchuan", "--from", "2031-01-01"], "no article of lanchuan"),
        (["status", "--data", "empty"], "empty"),
    ],
)
def test_a_wrong_call_is_answered_with_a_sentence(shell: Shell, call: list[str], said: str) -> None:
    """Wrong usage says what is wrong on stderr, and prints no data."""
    done = shell.run(*call)
    assert done.returncode in (1, 2)
    assert said in done.stderr.decode()
    assert not done.stdout
    logged = shell.run(*call, "--log-json")
    (event,) = [json.loads(line) for line in logged.stderr.decode().splitlines()]
    assert (said in event["message"], logged.returncode) == (True, done.returncode)
    assert event["event"] == "said" or (event["level"], event["exit_code"]) == ("error", done.returncode)


def test_search_finds_every_article_that_holds_a_word_of_two_characters(shell: Shell) -> None:
    """`search 西藏` and `search 工业` agree with a plain look at every exported article, in either script."""
    articles = [json.loads(line) for line in shell.run("export", "jsonl").stdout.decode().splitlines()]
    for word in ("西藏", "工业", "新能源"):
        holding = {each["id"] for each in articles if word in fold(each["title"]) or word in fold(each["text"])}
        found = json.loads(shell.run("search", word, "--json", "--limit", "1000").stdout)
        assert holding
        assert {each["id"] for each in found["articles"]} == holding
        assert found["total"] == len(holding)


def test_read_from_stdin_and_from_a_url_agree(shell: Shell) -> None:
    """A page read from its bytes and from its address gives the same article."""
    url = str(shell.article["url"])
    by_bytes = shell.run("read", "-", "--url", url, "--json", stdin=(shell.folder / "page.html").read_bytes())
    by_url = shell.run("read", url, "--source", "lanchuan", "--json")
    assert [each["text"] for each in json.loads(by_bytes.stdout)["articles"]] == [
        each["text"] for each in json.loads(by_url.stdout)["articles"]
    ]


def test_a_dry_run_stores_nothing(shell: Shell, tmp_path: Path) -> None:
    """`crawl --dry-run` names what it would fetch and leaves no archive behind."""
    done = shell.run("crawl", "lanchuan", "--dry-run", "--data", str(tmp_path / "data"))
    assert b"would fetch" in done.stdout
    assert not (tmp_path / "data").exists()


def test_nothing_reachable_is_exit_code_three(shell: Shell, tmp_path: Path) -> None:
    """A crawl whose requests all failed is no success."""
    config = tmp_path / "config" / "sources"
    config.mkdir(parents=True)
    text = (shell.folder / "config" / "sources" / "lanchuan.toml").read_text("utf-8")
    port = str(shell.article["url"]).split(":")[2].split("/")[0]
    (config / "lanchuan.toml").write_text(text.replace(port, "9"), "utf-8")
    done = shell.run("crawl", "--config", str(tmp_path / "config"), "--data", str(tmp_path / "data"), "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["runs"][0]["state"] == "failed"
