"""A deterministic fake news web in virtual time, to try sources, schedules and crawls on, with the truth beside it.

docs/lab.md tells how to use it. Every site is drawn from a seed, every answer is a function of (seed, site, moment),
and no second is waited for: a day passes in seconds, and twice the same.
"""

from __future__ import annotations

from crawler.lab.clock import Clock
from crawler.lab.sites import OPENS, Month, Site, Trouble, sites
from crawler.lab.web import LabWeb, Seen

__all__ = ["OPENS", "Clock", "LabWeb", "Month", "Seen", "Site", "Trouble", "sites"]
