"""The demo web while it is served: all sites together, its two days, its truth and its configuration."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.demo.server import Request, Server
from crawler.demo.sites import SITES
from crawler.demo.sites.site import Site
from crawler.demo.truth import Expected, Trap


class DemoWeb:
    """The demo web while it is served: `with DemoWeb(seed=1) as web:`.

    The same seed and day give the same bytes everywhere, but for the ports in absolute links.
    """

    def __init__(self, seed: int = 1, sites: Sequence[Site] = SITES) -> None:
        self.day = 1
        self._seed = seed
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._servers = [Server(site, self._note) for site in sites]
        self._show()

    def __enter__(self) -> Self:
        for server in self._servers:
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and give the ports back."""
        for server in self._servers:
            server.close()

    @property
    def urls(self) -> Mapping[str, str]:
        """The front page of every site, by the site's id."""
        return {server.site.id: f"{server.base}/" for server in self._servers}

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked so far, in the order of arrival, robots.txt included."""
        with self._lock:
            return tuple(self._requests)

    def advance(self) -> None:
        """Go on to day two: two stories revised, one gone, three new, every view counter another."""
        self.day = 2
        self._show()

    def truth(self) -> Mapping[str, Expected]:
        """What must come out of every article address that is served today."""
        return {expected.url: expected for server in self._servers for expected in server.built.truth.values()}

    def traps(self) -> Mapping[str, Trap]:
        """The listed addresses that are no articles, and what they are."""
        return {server.base + path: trap for server in self._servers for path, trap in server.built.traps.items()}

    def write_config(self, folder: Path) -> None:
        """Write `sources/*.toml` for the sites at their present ports."""
        sources = folder / "sources"
        sources.mkdir(parents=True, exist_ok=True)
        for server in self._servers:
            (sources / f"{server.site.id}.toml").write_text(server.site.source(server.base), "utf-8")

    def _show(self) -> None:
        for server in self._servers:
            server.show(server.site.build(server.base, self.day, self._seed), self.day)

    def _note(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)
