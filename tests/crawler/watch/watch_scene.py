"""A scene to watch sources in: a plugin of the tests that name it."""

from __future__ import annotations

from pathlib import Path

import pytest
from watch_web import Scene, Sites


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """An archive and a web of its own, with a fetcher that needs no network, by the web's own time."""
    web = Sites()
    monkeypatch.setattr("crawler.watch.round.fetch", web.fetch)
    for module in ("round", "look"):
        monkeypatch.setattr(f"crawler.watch.{module}.monotonic", lambda: web.now.timestamp())
    return Scene(tmp_path / "data", web)
