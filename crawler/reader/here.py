"""A reader without a process of its own and without limits, for pages that one trusts."""

from __future__ import annotations

from crawler.reader.task import Answer, Task
from crawler.reader.work import work


class Here:
    """Reads in this process, at once."""

    async def read(self, task: Task) -> Answer:
        """Read the page; what goes wrong is raised."""
        return work(task)
