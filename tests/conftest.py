"""What all tests share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.log.said import end_saying

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """A folder of real pages with gold that cannot be part of the project; tests that measure with it skip without it.

    Looked for at $JIANBAO_CORPUS, else beside the checkout under the name `shared`.
    """
    folder = Path(os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared"))
    if not (folder / "pages" / "dev" / "index.jsonl").is_file():
        pytest.skip("the corpus of real pages is not beside this checkout")
    return folder


@pytest.fixture(autouse=True, scope="session")
def without_proxies() -> None:
    """No proxy of the machine's own comes between the tests and their sites on 127.0.0.1."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)


@pytest.fixture(autouse=True)
def the_log_as_it_was() -> Iterator[None]:
    """A command that a test runs in this process begins a log of its own; the next test finds the log as before."""
    log = logging.getLogger("jianbao")
    before = (list(log.handlers), log.propagate, log.level)
    yield
    end_saying()
    log.handlers[:], log.propagate = before[0], before[1]
    log.setLevel(before[2])
