"""How many sites of the corpus get a working source file from `source add`, through the corpus's replay server.

    python bench/probe.py [CORPUS]

Every site is probed by its front page, which the replay server makes: a list of the site's pages. A file works if it
loads, and a crawl by it would fetch the site's pages. Printed: sites, files, the share of the pages that would be
fetched, requests for each site. CORPUS as for bench/replica.py.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from replica import PORT, replay

from crawler.fetch import FetchOptions, Job, fetch
from crawler.order import Order
from crawler.preview import Preview
from crawler.probe.probe import Probe
from crawler.probe.write import source_id, source_toml
from crawler.reader import ReaderPool
from crawler.source import Source, SourceError, load_source

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = FetchOptions(at_once=16)


def main(corpus: Path) -> None:
    """Probe, write, load, preview, count."""
    index = corpus / "pages" / "dev" / "index.jsonl"
    pages: dict[str, set[str]] = {}
    for line in index.read_text("utf-8").splitlines():
        url = json.loads(line)["url"]
        pages.setdefault(urlsplit(url).netloc.lower(), set()).add(url.partition("://")[2])
    os.environ |= {"http_proxy": f"http://127.0.0.1:{PORT}", "https_proxy": f"http://127.0.0.1:{PORT}"}
    with tempfile.TemporaryDirectory(prefix="jianbao-probe-") as folder, replay(corpus), ReaderPool(10, 2) as reader:
        now = datetime.now(UTC)
        probes = {host: Probe(f"http://{host}/", reader, now) for host in sorted(pages)}
        jobs = [Job(named(each.source, host), each) for host, each in probes.items()]
        fetch(jobs, OPTIONS)
        sources = dict(written(Path(folder), probes, now))
        previews = {host: Preview(each, reader, Order(), {}, now) for host, each in sources.items()}
        fetch([Job(each.source, each) for each in previews.values()], OPTIONS)
    whole = 0
    shares = []
    for host in sorted(pages):
        wanted = {url.partition("://")[2] for url, _ in previews[host].wanted()} if host in previews else set()
        got = len(pages[host] & wanted)
        shares.append((got, len(pages[host])))
        whole += got == len(pages[host])
        if got < len(pages[host]):
            why = probes[host].found.unreachable or "; ".join(sorted(pages[host] - wanted))
            print(f"  {host}: {got} of {len(pages[host])}: {why}")
    requests = [each.found.requests for each in probes.values()]
    families = Counter(each.found.family or "own patterns" for each in probes.values() if each.found.usable)
    some = sum(got > 0 for got, _ in shares)
    print(f"{len(pages)} sites: {len(sources)} files that load, {some} would fetch pages of the site, {whole} all")
    print(f"pages: {sum(got for got, _ in shares)} of {sum(of for _, of in shares)}")
    print(f"requests a site: {sum(requests) / len(requests):.1f}, at most {max(requests)}; {dict(families)}")


def named(source: Source, host: str) -> Source:
    """The probe's source under an id of its own: a fetch tells its jobs apart by them."""
    import msgspec

    return msgspec.structs.replace(source, id=source_id(host))


def written(folder: Path, probes: dict[str, Probe], now: datetime) -> list[tuple[str, Source]]:
    """The sources whose files load."""
    (folder / "sources").mkdir()
    loaded = []
    for host, each in probes.items():
        if not each.found.usable:
            continue
        file = folder / "sources" / f"{source_id(host)}.toml"
        file.write_text(source_toml(each.found, source_id(host), now.date()), "utf-8")
        try:
            loaded.append((host, load_source(file)))
        except SourceError as error:
            print(error)
    return loaded


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared")))
