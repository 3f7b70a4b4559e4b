"""How all sources stand, in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats).

What is summed up is summed up over a window that moves, so all but one are gauges. Labels are sources, hosts in trouble
(a hundred at most), and what a tally counts (64 keys at most): no address of a page, no text of a site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from crawler.health.budgets import HostNow
from crawler.health.history import KINDS
from crawler.health.overview import Overview
from crawler.health.standing import Standing

MOST_HOSTS = 100
"""Hosts that have metrics of their own; `jianbao_hosts_in_trouble` counts them all."""

OVERALL: tuple[tuple[str, str, Callable[[Overview], float | None]], ...] = (
    ("sources", "Sources that the archive knows.", lambda all_: len(all_.sources)),
    ("sources_overdue", "Sources that nobody came to in time.", lambda all_: len(all_.attendance.overdue)),
    ("sources_under_way", "Sources that a worker is at now.", lambda all_: len(all_.attendance.at)),
    ("attended", "1 while a daemon or run-due is at work.", lambda all_: float(all_.attendance.is_there)),
    ("needs_attention", "1 if `jianbao status` ends with 1.", lambda all_: float(all_.ill)),
    ("hosts_in_trouble", "Hosts that are paused or asked more slowly.", lambda all_: len(all_.hosts)),
    (
        "hosts_paused",
        "Hosts that are left alone now.",
        lambda all_: _paused(all_),
    ),
)
DAEMON: tuple[tuple[str, str, Callable[[Overview], float | None]], ...] = (
    ("up", "1 if a daemon runs and ticks; 0 if there is none.", lambda all_: float(_daemon_state(all_) == "alive")),
    ("in_trouble", "1 while it says that something is wrong.", lambda all_: float(_in_trouble(all_))),
    ("last_tick_timestamp_seconds", "Its last tick.", lambda all_: _of_daemon(all_, "last_tick")),
    ("start_timestamp_seconds", "Its start.", lambda all_: _of_daemon(all_, "started")),
    ("next_due_timestamp_seconds", "When the next source is due.", lambda all_: _of_daemon(all_, "next_due")),
)
GAUGES: tuple[tuple[str, str, Callable[[Standing], float | None]], ...] = (
    ("source_ill", "1 if something is wrong with the source.", lambda each: float(bool(each.ill))),
    ("source_watched", "1 if the source has a file that leaves it enabled.", lambda each: float(each.watched)),
    ("source_running", "1 while the source is crawled.", lambda each: float(each.state == "running")),
    (
        "next_run_timestamp_seconds",
        "When the source is due; absent if never scheduled.",
        lambda each: _due(each),
    ),
    ("as_of_timestamp_seconds", "When the counted numbers were counted.", lambda each: _stamp(each.seen.made)),
)
SUMMED: tuple[tuple[str, str, str], ...] = (  # the metric, what it is of a Summary, what it says
    ("last_success_timestamp_seconds", "last_success", "The newest answer of a page that was read."),
    (
        "newest_article_timestamp_seconds",
        "newest_article",
        "The newest article's own date; where its page gives none, when it was first seen.",
    ),
    ("articles_24h", "came", "Articles that came in the 24 hours before the last run's end."),
    ("articles_24h_expected", "expected", "Articles to be expected in those 24 hours, from all that came before."),
    ("articles_missed_expected", "missed", "Articles to be expected from the last one to the last run's end."),
    ("captures", "captures", "Responses that are kept."),
    ("capture_bytes", "capture_bytes", "Bytes that they take in the capture files, compressed."),
    ("captures_lost", "lost", "Responses whose record is gone from the capture files."),
    ("captures_unread", "unread", "Responses that nobody has read yet."),
    ("runs_30d", "runs", "Runs that were not killed, in 30 days."),
    ("runs_cut_off_56d", "cut_off", "Runs that were killed, in 56 days."),
    ("requests_30d", "requests", "Requests, in 30 days."),
    ("received_30d_bytes", "bytes", "Bytes of the responses' bodies as they were sent, in 30 days."),
    ("body_30d_mean_characters", "mean_length", "Mean length of a new article's body, in 30 days."),
    ("pages_lossy_30d", "lossy", "Pages of articles on which characters are lost for good, in 30 days."),
)
LABELLED: tuple[tuple[str, str, str, str], ...] = (  # the metric, its label, what it is of a Summary, what it says
    ("pages_failing", "kind", "failing", "Addresses whose last answer was a failure."),
    ("filled_30d_ratio", "field", "filled", "Share of the new articles of 30 days that have the field."),
    ("pages_encoding_30d", "encoding", "encodings", "Pages of articles read, by encoding, in 30 days."),
    ("pages_repaired_30d", "rule", "repairs", "Pages of articles repaired, by rule, in 30 days."),
    ("failures_30d", "kind", "failures", "What could not be had or read, by kind, in 30 days."),
    ("pages_verdict_30d", "verdict", "verdicts", "Pages of articles read for the first time, by verdict, in 30 days."),
)
HOSTS: tuple[tuple[str, str, Callable[[HostNow], float | None]], ...] = (
    ("paused_until_timestamp_seconds", "Until when the host is left alone.", lambda each: _stamp(each.paused_until)),
    ("pace_ratio", "The share of its pace that the host is asked at.", lambda each: each.pace_ratio),
    ("busy_answers", "Answers in a row by which the host said that it is busy.", lambda each: each.busy),
    ("requests_under_way", "Requests to the host on the wire.", lambda each: each.under_way),
)


def _stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _number(value: datetime | float | None) -> float | None:
    return _stamp(value) if isinstance(value, datetime) else value


def _due(each: Standing) -> float | None:
    return _stamp(each.seen.watch.due) if each.seen.watch else None


def _paused(found: Overview) -> int:
    return sum(host.paused_until is not None for host in found.hosts)


def _daemon_state(found: Overview) -> str:
    return found.attendance.daemon.state if found.attendance.daemon else ""


def _in_trouble(found: Overview) -> bool:
    daemon = found.attendance.daemon
    return daemon is not None and (daemon.state == "silent" or bool(daemon.troubles))


def _of_daemon(found: Overview, name: str) -> float | None:
    daemon = found.attendance.daemon
    return _stamp(getattr(daemon.told, name)) if daemon else None


class _Everything(Collector):
    def __init__(self, found: Overview) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        for name, told, number in OVERALL:
            yield from _one(f"jianbao_{name}", told, number(self._found))
        for name, told, number in DAEMON:
            yield from _one(f"jianbao_daemon_{name}", told, number(self._found))
        if daemon := self._found.attendance.daemon:
            told = "Workers that ended before their time, since the daemon's start."
            yield CounterMetricFamily("jianbao_daemon_worker_restarts", told, value=daemon.told.restarts)
        yield from self._of_sources()
        for name, told, of_host in HOSTS:
            family = GaugeMetricFamily(f"jianbao_host_{name}", told, labels=("host",))
            for host in self._found.hosts[:MOST_HOSTS]:
                if (value := of_host(host)) is not None:
                    family.add_metric((host.host,), value)
            yield family

    def _of_sources(self) -> Iterator[Metric]:
        all_ = self._found.sources
        for name, told, number in GAUGES:
            yield _by_source(name, told, ((each, number(each)) for each in all_))
        for name, attribute, told in SUMMED:
            yield _by_source(name, told, ((each, _number(getattr(each.summary, attribute))) for each in all_))
        yield _by_label("articles", "status", "Articles that are kept.", ((each, each.articles) for each in all_))
        yield _by_label("pages", "state", "Addresses that are known.", ((each, each.pages) for each in all_))
        for name, label, attribute, told in LABELLED:
            yield _by_label(name, label, told, ((each, getattr(each.summary, attribute)) for each in all_))
        told = "1 while the alarm stands of a source that is watched."
        alarms = GaugeMetricFamily("jianbao_alarm", told, labels=("source", "kind"))
        for each in all_:
            standing = {alarm.kind for alarm in each.seen.alarms} if each.watched else set()
            for kind in KINDS:
                alarms.add_metric((each.source_id, kind), float(kind in standing))
        yield alarms


def _by_source(name: str, told: str, numbers: Iterable[tuple[Standing, float | None]]) -> Metric:
    family = GaugeMetricFamily(f"jianbao_{name}", told, labels=("source",))
    for each, value in numbers:
        if value is not None:
            family.add_metric((each.source_id,), value)
    return family


def _by_label(name: str, label: str, told: str, counts: Iterable[tuple[Standing, Mapping[str, float]]]) -> Metric:
    family = GaugeMetricFamily(f"jianbao_{name}", told, labels=("source", label))
    for each, counted in counts:
        for key, value in counted.items():
            family.add_metric((each.source_id, key), value)
    return family


def _one(name: str, told: str, value: float | None) -> Iterator[Metric]:
    if value is not None:
        yield GaugeMetricFamily(name, told, value=value)


def exposition(found: Overview) -> str:
    """The metrics as text; names of sources and hosts are escaped by the library."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything(found))
    return generate_latest(registry).decode()
