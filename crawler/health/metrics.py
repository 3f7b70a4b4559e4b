"""How all sources stand, in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from crawler.health.history import KINDS
from crawler.health.standing import Standing

GAUGES: tuple[tuple[str, str, Callable[[Standing], float | None]], ...] = (
    ("source_ill", "1 if something is wrong with the source", lambda each: float(bool(each.ill))),
    ("source_running", "1 while the source is crawled", lambda each: float(each.state == "running")),
    ("last_success_timestamp_seconds", "When a page was read last", lambda each: _stamp(each.summary.last_success)),
    (
        "newest_article_timestamp_seconds",
        "When its newest article came",
        lambda each: _stamp(each.summary.newest_article),
    ),
    (
        "next_run_timestamp_seconds",
        "When it is due",
        lambda each: _stamp(each.seen.watch.due) if each.seen.watch else None,
    ),
    ("as_of_timestamp_seconds", "When these numbers were counted", lambda each: _stamp(each.seen.made)),
    ("articles_24h", "Articles that came in 24 hours", lambda each: each.summary.came),
    ("articles_24h_expected", "Articles that were to be expected in them", lambda each: each.summary.expected),
    ("articles_missed_expected", "Articles to be expected since the last one", lambda each: each.summary.missed),
    ("captures", "Responses that are kept", lambda each: each.summary.captures),
    ("capture_bytes", "Bytes of their files", lambda each: each.summary.capture_bytes),
    ("captures_lost", "Responses whose record is gone", lambda each: each.summary.lost),
    ("runs_30d", "Runs in 30 days", lambda each: each.summary.runs),
    ("runs_cut_off", "Runs that were killed, in 56 days", lambda each: each.summary.cut_off),
    ("requests_30d", "Requests in 30 days", lambda each: each.summary.requests),
    ("bytes_30d", "Bytes received in 30 days", lambda each: each.summary.bytes),
    ("body_characters", "Mean length of a new article", lambda each: each.summary.mean_length),
    ("lossy_pages_30d", "Pages on which characters are lost, in 30 days", lambda each: each.summary.lossy),
)
LABELLED: tuple[tuple[str, str, str, Callable[[Standing], object]], ...] = (
    ("articles", "status", "Articles", lambda each: each.articles),
    ("pages", "state", "Pages", lambda each: each.pages),
    ("pages_failing", "kind", "Pages whose last answer was a failure", lambda each: each.summary.failing),
    ("filled_ratio_30d", "field", "Share of new articles that have the field", lambda each: each.summary.filled),
    ("pages_encoding_30d", "encoding", "Pages read, by encoding", lambda each: each.summary.encodings),
    ("pages_repaired_30d", "rule", "Pages repaired, by rule", lambda each: each.summary.repairs),
    ("failures_30d", "kind", "Failures", lambda each: each.summary.failures),
    ("pages_verdict_30d", "verdict", "Pages read for the first time", lambda each: each.summary.verdicts),
)


def _stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


class _Sources(Collector):
    def __init__(self, seen: Sequence[Standing], now: datetime) -> None:
        self._seen, self._now = seen, now

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("jianbao_sources", "Sources that the archive knows", value=len(self._seen))
        for name, told, number in GAUGES:
            family = GaugeMetricFamily(f"jianbao_{name}", told, labels=("source",))
            for each in self._seen:
                if (value := number(each)) is not None:
                    family.add_metric((each.source_id,), value)
            yield family
        for name, label, told, counted in LABELLED:
            family = GaugeMetricFamily(f"jianbao_{name}", told, labels=("source", label))
            for each in self._seen:
                of = counted(each)
                assert isinstance(of, dict)
                for key, value in of.items():
                    family.add_metric((each.source_id, key), value)
            yield family
        alarms = GaugeMetricFamily("jianbao_alarm", "1 while the alarm stands", labels=("source", "kind"))
        for each in self._seen:
            standing = {alarm.kind for alarm in each.seen.alarms}
            for kind in KINDS:
                alarms.add_metric((each.source_id, kind), float(kind in standing))
        yield alarms


def exposition(seen: Sequence[Standing], now: datetime) -> str:
    """The metrics as text; a source's names and labels are escaped by the library."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Sources(seen, now))
    return generate_latest(registry).decode()
