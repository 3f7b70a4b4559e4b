"""The main job on real pages that cannot be part of the project (skipped where they are missing)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

SOURCE = """\
id = "{id}"
name = "{host}"
home = "http://{host}/"
unknown = ["everything: this file is generated for a test"]

[politeness]
delay = 0.01

[[lists]]
url = "http://{host}/"

[articles]
patterns = ['\\.html$']
"""


@contextmanager
def proxy(pages: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    """An HTTP proxy that answers `host/path` with a Content-Type and bytes, and every front page with a list."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            kind, body = pages.get(parts.netloc + parts.path, ("text/plain", b""))
            if parts.path == "/":
                links = (f"<li><a href='http://{key}'>{key}</a>" for key in pages if key.startswith(parts.netloc))
                kind, body = "text/html", ("<ul>" + "".join(links) + "</ul>").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: a test that fails says enough."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def jianbao(folder: Path, address: str, *call: str) -> str:
    """stdout of a command through the proxy; it must not fail."""
    env = os.environ | {"http_proxy": address, "JIANBAO_DATA": str(folder / "data"), "JIANBAO_CONFIG": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "crawler.cli", *call], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def crawled(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[dict[str, Any]]]:
    """The articles that a crawl of the example pages gives, by page."""
    gold = json.loads((corpus / "seeds" / "gold.json").read_text("utf-8"))
    folder = tmp_path_factory.mktemp("seeds")
    (folder / "sources").mkdir()
    pages = {}
    for page in gold:
        parts = urlsplit(page["url"])
        pages[parts.netloc + parts.path] = page["content_type"], (corpus / "seeds" / f"{page['id']}.html").read_bytes()
        name = parts.netloc.replace(".", "-")
        (folder / "sources" / f"{name}.toml").write_text(SOURCE.format(id=name, host=parts.netloc), "utf-8")
    with proxy(pages) as address:
        jianbao(folder, address, "crawl")
    lines = jianbao(folder, "", "export", "jsonl").splitlines()
    found: dict[str, list[dict[str, Any]]] = {page["id"]: [] for page in gold}
    by_path = {urlsplit(page["url"]).path: page["id"] for page in gold}
    for article in map(json.loads, lines):
        found[by_path[urlsplit(article["url"]).path]].append(article)
    return found


def gold_of(corpus: Path, page: str) -> list[dict[str, Any]]:
    """What must come out of an example page."""
    gold = json.loads((corpus / "seeds" / "gold.json").read_text("utf-8"))
    return next(list(each["articles"]) for each in gold if each["id"] == page)


@pytest.mark.parametrize("page", ["seed0", "seed1", "seed3", "seed4"])
@pytest.mark.parametrize("field", ["paragraphs", "title", "published", "origin", "author", "editor", "section"])
def test_an_example_page_is_crawled_into_its_gold(
    corpus: Path, crawled: Mapping[str, list[dict[str, Any]]], page: str, field: str
) -> None:
    """Every field of the article equals what a careful person wrote down."""
    (wanted,) = gold_of(corpus, page)
    (article,) = crawled[page]
    found = article[field]
    if field == "paragraphs":
        found = [text for text in found if text not in wanted["optional"]]
        wanted = {"paragraphs": [text for text in wanted["paragraphs"] if text not in wanted["optional"]]}
    assert found == wanted[field]


def test_a_page_of_two_articles_gives_both(corpus: Path, crawled: Mapping[str, list[dict[str, Any]]]) -> None:
    """The magazine page is parted into its two articles, under their titles."""
    titles = {article["title"] for article in crawled["seed2"]}
    assert titles == {article["title"] for article in gold_of(corpus, "seed2")}
