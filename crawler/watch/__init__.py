"""Watching sources: what is due is crawled, by a worker that a supervisor watches, or once by `run-due`.

`run_due_once` is all of it in one process and one call; docs/watch.md tells how the rest fits together. What stands
here is imported when it is asked for: `jianbao status` reads how a daemon stands and pays for nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.watch.policy import Policy
    from crawler.watch.round import run_due_once
    from crawler.watch.told import Ended, Report, Told

__all__ = ["Ended", "Policy", "Report", "Told", "run_due_once"]

_HOMES = {"Policy": "policy", "run_due_once": "round"}

if not TYPE_CHECKING:  # a type checker sees the imports above, and that there is nothing else

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = _HOMES.get(name, "told")
        value = globals()[name] = getattr(import_module(f"crawler.watch.{home}"), name)
        return value
