"""An archive of many sources and articles, made in a minute without a crawl, for what is measured on large ones.

    python bench/large.py FOLDER [--sources 100] [--articles 100000]

The rows are as a crawl leaves them, written at once; each source's numbers are then counted by the product's own look
at its health. There is a file for each source in FOLDER/config, and what is known of its host in FOLDER/data/hosts.db.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from archive.model import Counts, Watch
from archive.store import Archive
from archive.store.engine import database_url
from archive.store.tables import article, capture, page, run, run_tally
from archive.tally import Tally
from crawler.fetch.hostfile import HostFile
from crawler.fetch.hosts import Host, slowed
from crawler.health.examine import examine

RUNS = 300  # of each source, one an hour
SOURCE = 'id = "{name}"\nname = "来源{number}"\nhome = "http://source{number}.example/"\n\n[[lists]]\nurl = "http://source{number}.example/"\n'
TALLY = Tally(
    Counts(requests=9, answered=9, new=3),
    bytes=90_000,
    lists=1,
    links=40,
    read=8,
    encodings={"utf-8": 8},
    repairs={"entities": 1},
    verdicts={"article": 3},
    patterns={"poa-s-": 3},
    lengths={"9": 3},
    characters=2400,
    again=5,
)


def make(folder: Path, sources: int = 100, articles: int = 100_000) -> None:
    """Make the archive in FOLDER/data and its configuration in FOLDER/config."""
    now = datetime.now(UTC)
    (folder / "config" / "sources").mkdir(parents=True)
    names = [f"source-{number:03}" for number in range(sources)]
    for number, name in enumerate(names):
        (folder / "config" / "sources" / f"{name}.toml").write_text(SOURCE.format(name=name, number=number), "utf-8")
    data = folder / "data"
    Archive.open(data, write=True).close()
    engine = sa.create_engine(database_url(data, None))
    with engine.begin() as connection:
        for number, name in enumerate(names):
            each = articles // sources
            for table, rows in _rows(name, number * each, each, now).items():
                connection.execute(table.insert(), rows)
            connection.execute(run.insert(), list(_runs(name, number * RUNS, now)))
            tally = msgspec.json.encode(TALLY).decode()
            told = [{"run_id": number * RUNS + i + 1, "source_id": name, "tally": tally} for i in range(RUNS)]
            connection.execute(run_tally.insert(), told)
    engine.dispose()
    hosts = HostFile(data / "hosts.db")
    with Archive.open(data, write=True) as archive:
        archive.enrol([Watch(name, now + timedelta(hours=1), "every hour", last_ended=now) for name in names])
        for number, name in enumerate(names):
            begun = archive.begin_run(name, now - timedelta(minutes=5), "daemon")
            ended = replace(begun, finished=now, state="finished", counts=TALLY.counts)
            archive.end_run(ended, TALLY)
            examine(archive, ended, now)
            known = Host(last=now.timestamp())
            busy = slowed(known, now.timestamp(), now.timestamp()) if number % 10 == 0 else known
            hosts.change(f"source{number}.example", partial(_known, busy))
    hosts.close()


def _known(known: Host, before: Host) -> tuple[Host, None]:
    return known, None


def _rows(name: str, first: int, many: int, now: datetime) -> dict[sa.Table, list[dict[str, Any]]]:
    pages, captures, found = [], [], []
    for number in range(first, first + many):
        url = f"http://{name}.example/t{number}.html"
        digest = sha256(url.encode()).hexdigest()
        moment = now - timedelta(minutes=37 * (number - first))
        pages.append(
            {"id": number + 1, "source_id": name, "canonical_url": url, "url": url, "kind": "article"}
            | {"state": "fetched", "first_seen": moment, "last_checked": moment, "verdict": "article"}
        )
        captures.append(
            {"id": digest[:36], "page_id": number + 1, "kind": "article", "url": url, "source_id": name}
            | {"fetched_at": moment, "status": 200, "content_type": "text/html", "payload_digest": digest[:40]}
            | {"content_digest": digest, "file": "0.warc.gz", "offset": number, "length": 9000, "verdict": "article"}
        )
        found.append(
            {"id": digest[:16], "canonical_url": url, "ordinal": 0, "source_id": name, "title": "工业", "dated": moment}
            | {"first_seen": moment, "last_seen": moment, "checked": moment, "revision": 1, "status": "live"}
            | {"role": "only", "text_digest": digest, "capture_id": digest[:36], "indexed": 1}
        )
    return {page: pages, capture: captures, article: found}


def _runs(name: str, first: int, now: datetime) -> Iterator[dict[str, Any]]:
    counts = msgspec.json.encode(TALLY.counts).decode()
    for number in range(RUNS):
        started = now - timedelta(hours=RUNS - number)
        yield {
            "id": first + number + 1,
            "source_id": name,
            "command": "daemon",
            "started": started,
            "finished": started + timedelta(minutes=2),
            "state": "finished",
            "counts": counts,
            "failures": "{}",
        }


def main() -> None:
    """Make one where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--articles", type=int, default=100_000)
    given = parser.parse_args()
    make(given.folder, given.sources, given.articles)


if __name__ == "__main__":
    main()
