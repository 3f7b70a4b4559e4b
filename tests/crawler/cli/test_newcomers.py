"""What `run-due --dry-run` says of sources that nobody watched yet."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from archive.store import Archive
from crawler.cli import main

SOURCE = 'id = "{name}"\nname = "报"\nhome = "http://{name}.example/"\n[[lists]]\nurl = "http://{name}.example/"\n'


def test_a_source_that_was_crawled_by_hand_alone_was_looked_at(tmp_path: Path) -> None:
    """It is due all the same: nobody has watched it."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    for name in ("a", "b", "c"):
        (tmp_path / "config" / "sources" / f"{name}.toml").write_text(SOURCE.format(name=name), "utf-8")
    now = datetime.now(UTC)
    with Archive.open(tmp_path / "data", write=True) as archive:
        archive.end_run(replace(archive.begin_run("a", now, "crawl"), finished=now, state="finished"))
        archive.end_run(replace(archive.begin_run("b", now, "crawl"), finished=now, state="failed"))
    places = ["--config", str(tmp_path / "config"), "--data", str(tmp_path / "data")]
    shown = json.loads(CliRunner().invoke(main, ["run-due", "--dry-run", "--json", *places]).stdout)
    assert {each["source_id"]: (each["reason"], each["is_due"]) for each in shown} == {
        "a": ("it was crawled by hand alone", True),
        "b": ("it was crawled by hand alone", True),
        "c": ("it was never looked at", True),
    }
