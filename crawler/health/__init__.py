"""Is a source well? Judged from its own history, at the end of each run: see docs/health.md.

`judge(history)` is pure: what the archive holds of a source goes in, what is wrong with it comes out. `alarms` makes of
that what is raised, told again and cleared; `notify` tells people; `metrics` and `server` tell machines.
"""

from crawler.health.history import Finding, History, Judgement
from crawler.health.judge import judge

__all__ = ["Finding", "History", "Judgement", "judge"]
