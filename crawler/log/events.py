"""One page's way from the link on a list to the stored article, each step an event under one trace id.

    found → asked → captured | not-modified | failed → read → new | changed | known | gone | restored | quarantined

The id is made from the source, the canonical address and the run, so that nothing has to be carried along or stored:
whoever has the three has the id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import blake2b

log = logging.getLogger("jianbao.crawl")
logging.getLogger("jianbao").addHandler(logging.NullHandler())  # who asked for no log is told nothing on stderr


def trace_of(source_id: str, canonical_url: str, run_id: int | None) -> str:
    """The trace id of a page in a run: 16 hexadecimal digits.

    >>> trace_of("tibet-cn", "http://www.tibet.cn/a.html", 7) == trace_of("tibet-cn", "http://www.tibet.cn/a.html", 7)
    True
    """
    words = "\n".join((source_id, canonical_url, str(run_id or 0)))
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class Trail:
    """Tells of one run's pages. Costs nothing to speak of where nobody listens."""

    def __init__(self, source_id: str, run_id: Callable[[], int | None]) -> None:
        self._source_id, self._run_id = source_id, run_id

    def tell(self, event: str, canonical_url: str, level: int = logging.INFO, **facts: object) -> None:
        """One step of a page. `facts` are plain values; None is left out."""
        if not log.isEnabledFor(level):
            return
        run = self._run_id()
        trace = trace_of(self._source_id, canonical_url, run)
        told = {name: value for name, value in facts.items() if value is not None}
        extra = {"event": event, "trace": trace, "source": self._source_id, "run": run, "url": canonical_url}
        log.log(level, "%s %s", event, canonical_url, extra={"jianbao": {**extra, **told}})
