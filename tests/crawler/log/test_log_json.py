"""With --log-json standard error holds JSON lines and nothing else, however a command ends."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.demo import DemoWeb
from crawler.log import begin, said
from crawler.settings import Settings


def events(text: str) -> list[dict[str, object]]:
    """Every line, which has to be JSON."""
    return [json.loads(line) for line in text.splitlines()]


def test_ctrl_c_is_an_event_and_stdout_is_as_ever(tmp_path: Path) -> None:
    """The signal goes to the whole group, as a terminal sends it; a crawl and a daemon say so in JSON."""
    with DemoWeb() as web:
        web.write_config(tmp_path / "config")
        for file in (tmp_path / "config" / "sources").glob("*.toml"):
            file.write_text(file.read_text("utf-8").replace("delay = 0.05", "delay = 3.0"), "utf-8")
        for command in (["crawl", "--json"], ["daemon"]):
            words = [*command, "--log-json", "--config", str(tmp_path / "config"), "--data", str(tmp_path / "data")]
            with subprocess.Popen(
                [sys.executable, "-m", "crawler.cli", *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            ) as process:
                before = len(web.requests)
                while len(web.requests) == before and process.poll() is None:
                    time.sleep(0.1)
                os.killpg(process.pid, signal.SIGINT)
                out, err = process.communicate(timeout=60)
            told = events(err.decode())
            assert process.returncode == 130, err.decode()
            assert (told[-1]["event"], told[-1]["exit_code"]) == ("interrupted", 130)
            assert all(each["level"] in ("debug", "info", "warning", "error") for each in told)
            if "--json" in command:
                assert json.loads(out)["runs"] is not None


BROKEN = {
    "a source's file": ("sources/a.toml", 'id = "a"\nname = 3\n'),
    "no TOML": ("sources/a.toml", "= = ="),
    "the settings": ("jianbao.toml", 'log_format = "xml"\n'),
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("command", [["crawl"], ["source", "list"], ["run-due"], ["daemon"], ["status"], ["doctor"]])
def test_a_broken_configuration_is_one_event(what: str, command: list[str], tmp_path: Path) -> None:
    """With all that is wrong in it; a command that needs nothing of it may well do without."""
    name, text = BROKEN[what]
    (tmp_path / "sources").mkdir()
    (tmp_path / name).write_text(text, "utf-8")
    done = CliRunner().invoke(main, [*command, "--log-json", "--config", str(tmp_path), "--data", str(tmp_path / "d")])
    told = events(done.stderr)
    if command == ["source", "list"] and name == "jianbao.toml":
        assert (done.exit_code, told) == (0, [])  # it has no use for the settings
    elif command == ["doctor"]:
        assert (done.exit_code, told) == (1, [])  # it is what doctor prints
    else:
        (event,) = told
        assert (event["event"], event["level"], event["exit_code"], done.exit_code) == ("refused", "error", 2, 2)


def test_a_fault_of_ours_is_an_event_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command ends with 1; without the option the traceback is as ever."""

    def broken(common: object) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr("crawler.cli.options.Common.sources", broken)
    done = CliRunner().invoke(main, ["source", "list", "--log-json"])
    (event,) = events(done.stderr)
    assert (done.exit_code, event["level"], event["event"]) == (1, "critical", "fault")
    assert "ZeroDivisionError" in str(event["exception"])


def test_what_libraries_log_and_warn_of_and_what_ends_a_thread_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """And afterwards everything is as it was."""
    hook = threading.excepthook
    with said.nothing_but_json():
        logging.getLogger("scrapy.core").warning("a\nb")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("old", DeprecationWarning, stacklevel=1)
        thread = threading.Thread(target=lambda: [][0])
        thread.start()
        thread.join()
        said.say("done", event="x", count=3)
    told = events(capsys.readouterr().err)
    assert [each["level"] for each in told] == ["warning", "warning", "critical", "info"]
    assert told[-1]["count"] == 3
    assert threading.excepthook is hook
    assert not said.in_json()


def test_where_the_settings_ask_for_json_sentences_are_lines_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log of JSON that goes to stderr is not broken by what is said between its lines."""
    (tmp_path / "file").write_text("")
    with said.nothing_but_json():  # so that it is taken back at the end
        begin(Settings(data=tmp_path, log_format="json", log_file="file/x.log"), stderr=True)
        assert said.in_json()
    begin(Settings(data=tmp_path), stderr=False)
    (event,) = events(capsys.readouterr().err)
    assert (event["level"], "cannot be written to" in str(event["message"])) == ("warning", True)
