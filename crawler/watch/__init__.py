"""Watching sources: what is due is crawled, by a worker that a supervisor watches, or once by `run-due`.

`run_due_once` is all of it in one process and one call; docs/watch.md tells how the rest fits together.
"""

from crawler.watch.policy import Policy
from crawler.watch.round import Ended, Report, Told, run_due_once

__all__ = ["Ended", "Policy", "Report", "Told", "run_due_once"]
