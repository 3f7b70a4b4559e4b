"""From what the archive holds of a source to what is wrong with it."""

from __future__ import annotations

from crawler.health.damage import find_challenge, find_damage, find_failing
from crawler.health.drift import find_drift
from crawler.health.history import Finding, History, Judgement, Kind
from crawler.health.silence import find_silence


def judge(history: History) -> Judgement:
    """What the run that just ended tells, beside all that came before it.

    One cause is one alarm: a source whose server fails, or answers with challenges, is not also silent or redesigned.
    """
    quiet, spoke, expected = find_silence(history)
    looks: tuple[tuple[Kind, tuple[Finding | None, bool]], ...] = (
        ("failing", find_failing(history)),
        ("challenge", find_challenge(history)),
        ("encoding", find_damage(history)),
        ("template", find_drift(history)),
        ("silence", (quiet, spoke)),
    )
    findings: list[Finding] = []
    for kind, (finding, _) in looks:
        if finding is not None and not any(each.kind in CAUSES[kind] for each in findings):
            findings.append(finding)
    return Judgement(tuple(findings), frozenset(kind for kind, (_, well) in looks if well), expected)


CAUSES: dict[Kind, tuple[Kind, ...]] = {
    "failing": (),
    "challenge": (),
    "encoding": ("challenge",),
    "template": ("failing", "challenge", "encoding"),
    "silence": ("failing", "challenge", "template"),
}
"""What each kind is but another side of, where both are found in one run."""
