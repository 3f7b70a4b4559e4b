"""From a URL to a capture: HTTP and politeness, on Scrapy's engine. Nothing else in jianbao imports Scrapy.

Scrapy itself is imported at the first call, so that a command that fetches nothing does not pay for it. What stands
here is imported when it is asked for: `jianbao status` reads the hosts' budgets and pays for nothing else.
docs/fetch.md tells which of Scrapy's defaults are overridden, why, and which test proves it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.fetch.call import ONE_PAGE, fetch, fetch_one
    from crawler.fetch.options import FetchOptions, FetchReport, Job, SourceReport

__all__ = ["ONE_PAGE", "FetchOptions", "FetchReport", "Job", "SourceReport", "fetch", "fetch_one"]

_OF_CALL = ("ONE_PAGE", "fetch", "fetch_one")

if not TYPE_CHECKING:  # a type checker sees the imports above, and that there is nothing else

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = "crawler.fetch.call" if name in _OF_CALL else "crawler.fetch.options"
        value = globals()[name] = getattr(import_module(home), name)
        return value
