"""Extraction measured on pages with gold: body, title, time, origin, author, editor.

    python bench/extract.py [CORPUS] [--worst N] [--fold tune|held-out] [--only ID]

CORPUS ($JIANBAO_CORPUS, else `shared` beside the checkout) holds `pages/dev/index.jsonl`, the pages, `pages/score.py`
and example pages with gold in `seeds`; the predictions are written to a temporary file and scored by the corpus's own
script. A third of the sites, chosen by a hash of the name, is held out while
tuning: `--fold` prints one part.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import Any

from archive.model import article_json
from crawler.pipeline import read

CORPUS = Path(os.environ.get("JIANBAO_CORPUS", Path(__file__).resolve().parents[2] / "shared"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--worst", type=int, default=0, help="print that many pages with the lowest F1")
    parser.add_argument("--fold", choices=("all", "tune", "held-out"), default="all")
    parser.add_argument("--only", default="", help="one page: print what was read and why")
    parser.add_argument("--fields", action="store_true", help="print every wrong field")
    options = parser.parse_args()
    corpus = options.corpus / "pages"
    rows = [json.loads(line) for line in (corpus / "dev/index.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if options.fold == "all" or fold(row["site"]) == options.fold]
    if options.only:
        return show(corpus, next(row for row in rows if row["id"] == options.only))
    predictions, seconds = {}, []
    for row in rows:
        began = time.perf_counter()
        predictions[row["id"]] = predict(corpus, row)
        seconds.append(time.perf_counter() - began)
    print(
        f"{options.fold}: {len(rows)} pages, {statistics.median(seconds) * 1e3:.1f} ms a page (median, with decoding)"
    )
    score(corpus, rows, predictions)
    if options.worst or options.fields:
        worst(corpus, rows, predictions, options.worst, options.fields)
    if options.fold == "all":
        seeds(options.corpus / "seeds")
    return 0


def fold(site: str) -> str:
    """A third of the sites is held out while tuning."""
    return "held-out" if int(sha1(site.encode()).hexdigest(), 16) % 3 == 0 else "tune"


def predict(corpus: Path, row: dict[str, Any]) -> dict[str, Any]:
    reading = read(page_bytes(corpus, row), row["url"])
    article = article_json(reading.articles[0]) if reading.articles else {}
    texts = [each.text for each in reading.articles]
    return {
        "id": row["id"],
        "verdict": reading.verdict,
        "text": "\n".join(texts),
        "title": article.get("title"),
        "published": (article.get("published") or "")[: 10 if article.get("published_precision") == "day" else 19],
        "source": article.get("origin"),
        "author": article.get("author") or [],
        "editor": article.get("editor") or [],
    }


def page_bytes(corpus: Path, row: dict[str, Any]) -> bytes:
    return gzip.decompress((corpus / "dev" / row["html_file"]).read_bytes())


def score(corpus: Path, rows: list[dict[str, Any]], predictions: dict[str, dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        gold, found = Path(folder, "gold.jsonl"), Path(folder, "predictions.jsonl")
        gold.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
        found.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in predictions.values()), "utf-8")
        subprocess.run(
            [sys.executable, str(corpus / "score.py"), str(gold), str(found), "--bootstrap", "0"], check=True
        )


def scorer(corpus: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def worst(
    corpus: Path, rows: list[dict[str, Any]], predictions: dict[str, dict[str, Any]], count: int, fields: bool
) -> None:
    judge = scorer(corpus)
    measured = []
    for row in rows:
        result = judge.prf(row["text"], predictions[row["id"]]["text"])
        measured.append((result["F"], result["P"], result["R"], row["id"], predictions[row["id"]]["verdict"]))
    for f1, precision, recall, name, verdict in sorted(measured)[:count]:
        print(f"{f1:.3f} P {precision:.3f} R {recall:.3f} {name} {verdict}")
    if not fields:
        return
    compare: dict[str, Callable[[Any], Any]] = {
        "title": judge.norm_title,
        "published": judge.date_parts,
        "source": judge.norm_src,
        "author": judge.names,
        "editor": judge.names,
    }
    for row in rows:
        found = predictions[row["id"]]
        for name, form in compare.items():
            if form(row[name]) != form(found[name]):
                print(f"{row['id']} {name}: gold {row[name]!r} found {found[name]!r}")


def show(corpus: Path, row: dict[str, Any]) -> int:
    reading = read(page_bytes(corpus, row), row["url"])
    print(reading.verdict, reading.evidence.verdict)
    for article in reading.articles:
        for key, value in article_json(article).items():
            if key not in ("text", "paragraphs", "blocks"):
                print(f"{key}: {value}")
        gold = "".join(row["text"].split())
        for block in article.blocks:
            mark = " " if "".join(block.text.split()) in gold else "+"
            print(f"{mark} [{block.kind}] {block.text[:150]}")
        ours = "".join("".join(block.text.split()) for block in article.blocks)
        for line in row["text"].split("\n"):
            if "".join(line.split()) not in ours:
                print("- missing:", line[:150])
    for name, found in reading.evidence.fields.items():
        print(f"  {name}: {found.rule}: {found.seen}")
    for dropped in reading.evidence.dropped:
        print(f"  x {dropped.rule}: {dropped.reason}: {dropped.text[:100]}")
    return 0


def seeds(folder: Path) -> None:
    for gold in json.loads((folder / "gold.json").read_text("utf-8")):
        reading = read((folder / f"{gold['id']}.html").read_bytes(), gold["url"], gold["content_type"])
        if len(reading.articles) != len(gold["articles"]):
            print(f"{gold['id']}: {len(gold['articles'])} articles, {len(reading.articles)} found ({reading.verdict})")
        for wanted, article in zip(gold["articles"], reading.articles, strict=False):
            found = article_json(article)
            for name in ("title", "subtitle", "published", "origin", "author", "editor", "section", "captions"):
                if name in wanted and found[name] != wanted[name]:
                    print(f"{gold['id']} {name}: wanted {wanted[name]!r} found {found[name]!r}")
            optional = set(wanted["optional"])
            left = [text for text in wanted["paragraphs"] if text not in optional]
            right = [text for text in found["paragraphs"] if text not in optional]
            for text in left:
                if text not in right:
                    print(f"{gold['id']} missing: {text[:60]}")
            for text in right:
                if text not in left:
                    print(f"{gold['id']} too much: {text[:60]}")
            if left == right:
                print(f"{gold['id']}: {len(left)} paragraphs equal")


if __name__ == "__main__":
    sys.exit(main())
