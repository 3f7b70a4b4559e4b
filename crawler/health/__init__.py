"""Is a source well? Judged from its own history, at the end of each run: see docs/health.md.

`judge.judge(history)` is pure: what the archive holds of a source goes in, what is wrong with it comes out. `alarms`
makes of that what is raised, told again and cleared; `notify` tells people; `metrics` and `server` tell machines.

Nothing is imported here: `jianbao status` reads what was judged and does without the judges.
"""
