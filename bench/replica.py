"""The main job on real pages: crawl every site of the corpus through its replay server, twice, and score the result.

    python bench/replica.py [CORPUS]

CORPUS is a folder with pages/dev (pages and gold), pages/score.py and replica/serve.py ($JIANBAO_CORPUS, else `shared`
beside the checkout). Printed: what both crawls did, and the corpus's own score of the articles.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
PORT = 18899
PROXY = {"http_proxy": f"http://127.0.0.1:{PORT}", "https_proxy": f"http://127.0.0.1:{PORT}"}

SOURCE = """\
id = "{id}"
name = "{host}"
home = "http://{host}/"
unknown = ["everything: this file is generated for the replay server"]

[politeness]
delay = 0.01

[[lists]]
url = "http://{host}/"

[articles]
patterns = ['^https?://{pattern}/.+']
exclude = ['/about\\.html$']
"""


def main(corpus: Path) -> None:
    """Crawl twice, then score."""
    index = corpus / "pages" / "dev" / "index.jsonl"
    gold = [json.loads(line) for line in index.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory(prefix="jianbao-replica-") as folder, replay(corpus):
        config, data = Path(folder) / "config", Path(folder) / "data"
        write_config(config, [row["url"] for row in gold])
        for number in (1, 2):
            started = time.monotonic()
            runs = crawl(config, data)
            took = time.monotonic() - started
            print(f"crawl {number}: {len(runs)} sites, {took:.1f} s, " + totals(runs), flush=True)
        articles = exported(config, data)
        pages = {plain(row["url"]): row["id"] for row in gold}
        predictions = [prediction(pages[plain(each["url"])], each) for each in articles if plain(each["url"]) in pages]
        print(f"{len({each['id'] for each in predictions})} of {len(gold)} pages have an article")
        out = Path(folder) / "predictions.jsonl"
        out.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in predictions), "utf-8")
        score = corpus / "pages" / "score.py"
        subprocess.run([sys.executable, score, index, out, "--types", "all", "--bootstrap", "0"], check=True)


def write_config(config: Path, addresses: Iterable[str]) -> None:
    """A source file for each host of the addresses."""
    (config / "sources").mkdir(parents=True)
    for host in sorted({urlsplit(each).netloc.lower() for each in addresses}):
        name = host.replace(".", "-")
        text = SOURCE.format(id=name, host=host, pattern=host.replace(".", r"\."))
        (config / "sources" / f"{name}.toml").write_text(text, "utf-8")


@contextmanager
def replay(corpus: Path) -> Iterator[None]:
    """The replay server, as long as the block lasts."""
    command = [sys.executable, str(corpus / "replica" / "serve.py"), "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            print(server.stdout.readline().strip())
            yield
        finally:
            server.terminate()


def crawl(config: Path, data: Path) -> list[dict[str, Any]]:
    """One crawl of every site through the proxy; the runs as JSON."""
    command = [sys.executable, "-m", "crawler.cli", "crawl", "--config", str(config), "--data", str(data), "--json"]
    done = subprocess.run(command, env=os.environ | PROXY, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    print(f"exit code {done.returncode}")
    return list(json.loads(done.stdout)["runs"])


def totals(runs: list[dict[str, Any]]) -> str:
    """The counts of all runs, added up; what failed is named."""
    names = ("requests", "pages", "new", "changed", "known", "not_modified", "quarantined", "problems")
    sums = [f"{name} {sum(run['counts'][name] for run in runs)}" for name in names]
    failures = [f"{run['source_id']} {run['failures']}" for run in runs if run["failures"]]
    return ", ".join(sums + failures)


def exported(config: Path, data: Path) -> list[dict[str, Any]]:
    """Every article of the archive as JSON."""
    command = [sys.executable, "-m", "crawler.cli", "export", "jsonl", "--config", str(config), "--data", str(data)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return [json.loads(line) for line in done.stdout.splitlines()]


def plain(url: str) -> str:
    """An address without its scheme: the replay server speaks http for all."""
    return url.partition("://")[2]


def prediction(identifier: str, article: dict[str, Any]) -> dict[str, Any]:
    """One line for the scorer."""
    return {
        "id": identifier,
        "text": article["text"],
        "title": article["title"],
        "published": (article["published"] or "")[: 10 if article["published_precision"] == "day" else None] or None,
        "source": article["origin"],
        "author": article["author"],
        "editor": article["editor"],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared")))
