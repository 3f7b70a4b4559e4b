"""All that is known of one source, for `jianbao status SOURCE`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from archive.runs import Counts
from crawler.cli.options import Common
from crawler.cli.table import counted
from crawler.cli.times import ZONE, moment
from crawler.health.attendance import overdue
from crawler.health.overview import Overview
from crawler.health.standing import Standing, sparkline

if TYPE_CHECKING:
    from archive.model import Page
    from archive.runs import Watch

MOST_PAGES = 100
"""Pages in trouble that are listed without -v."""


def most_of(counts: Mapping[str, int], most: int = 2) -> str:
    """The most frequent of what was counted.

    >>> most_of({"dns": 1, "timeout": 12, "tls": 3})
    '12 × timeout, 3 × tls, …'
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join([f"{count} × {name or '–'}" for name, count in ordered[:most]] + ["…"] * (len(ordered) > most))


def next_run(each: Standing, now: datetime) -> str:
    """When it is looked at next, in a word."""
    watch = each.seen.watch
    if watch is None or not each.watched:
        return "–"
    return "overdue" if overdue(each, now) else "now" if watch.due <= now else moment(watch.due)


def details(each: Standing, found: Overview) -> Iterator[str]:
    """The source's numbers, a line for each thing."""
    seen, numbers, run = each.seen, each.summary, each.seen.last_run
    yield f"{each.source_id}: {each.state}"
    yield from (f"  ill            {sentence}" for sentence in (*each.ill, *found.late(each)))
    yield from (f"  noted          {sentence}" for sentence in each.noted)
    for alarm in seen.alarms:
        yield f"  alarm          {alarm.kind} since {moment(alarm.raised)}, seen last {moment(alarm.confirmed)}"
    if run is not None:
        yield f"  last run       {moment(run.started)}, {run.state}: {_did(run.counts)}"
        if run.failures:
            yield f"  its failures   {most_of(run.failures, 9)}"
    yield f"  last success   {moment(numbers.last_success)}"
    yield from _schedule(each, found)
    newest = moment(numbers.newest_article)
    yield f"  articles       {sum(each.articles.values())} ({most_of(each.articles, 9) or '–'}), newest {newest}"
    yield f"  pages          {most_of(each.pages, 9) or '–'}; failing: {most_of(numbers.failing, 9) or 'none'}"
    runs = f"{numbers.runs} runs, {numbers.cut_off} cut off, {numbers.requests} requests, {_size(numbers.bytes)}"
    yield f"  30 days        {sparkline(numbers, found.now)}  {runs}"
    yield f"  24 h           {numbers.came} articles, {_or_dash(numbers.expected)} expected"
    yield f"  since the last {_or_dash(numbers.missed)} expected"
    shares = ", ".join(f"{name} {share:.0%}" for name, share in numbers.filled.items())
    yield f"  fields         {shares or '–'} of {numbers.filled_of} new articles"
    yield f"  body           {_or_dash(numbers.mean_length)} characters on average"
    yield f"  encodings      {most_of(numbers.encodings, 9) or '–'}"
    yield f"  repairs        {most_of(numbers.repairs, 9) or '–'}; lossy: {numbers.lossy}"
    yield f"  verdicts       {most_of(numbers.verdicts, 9) or '–'}"
    yield f"  asked again    {most_of(numbers.revisits, 9) or '–'}"
    yield f"  failures       {most_of(numbers.failures, 9) or '–'}"
    kept = f"{numbers.captures}, {_size(numbers.capture_bytes)}"
    yield f"  captures       {kept}; {numbers.lost} lost, {numbers.unread} unread"
    behind = "; a run has begun since, or it was changed otherwise" if seen.is_behind else ""
    yield f"  as of          {moment(seen.made)}, {ZONE}{behind}"


def _schedule(each: Standing, found: Overview) -> Iterator[str]:
    watch = each.seen.watch
    if watch is None:
        yield "  next run       – (it was never scheduled)"
        return
    reason = f", {watch.why}" if watch.why else ""
    yield f"  next run       {next_run(each, found.now)}{reason}"
    yield f"  last look      {moment(watch.last_started)} to {moment(watch.last_ended)}{_trouble(watch)}"
    if each.source_id in found.attendance.at:
        yield f"  claimed by     {watch.lease_owner}, until {moment(watch.lease_until)} at least"


def _trouble(watch: Watch) -> str:
    words = [
        f"; failed {watch.strikes} times in a row" if watch.strikes > 1 else "; failed" if watch.strikes else "",
        f" ({watch.failure_kind})" if watch.failure_kind else "",
        f"; {counted(watch.deaths, 'worker')} ended at it" if watch.deaths else "",
    ]
    return "".join(words)


def hosts(common: Common, source_id: str, now: datetime) -> Iterator[str]:
    """How its hosts are asked, as all processes know it; nothing for a source without a file."""
    from crawler.errors import ConfigError
    from crawler.fetch.hostfile import hosts_in, steady_in
    from crawler.health.budgets import host_now
    from crawler.paths import config_dir
    from crawler.source import load_source

    file = config_dir(common.config) / "sources" / f"{source_id}.toml"
    if not file.is_file():
        return
    try:
        names = [name.partition(":")[0] for name in load_source(file).all_hosts]
    except ConfigError as error:
        yield f"  hosts          not known: {' '.join(str(error).split())}"
        return
    file = common.settings().data / "hosts.db"
    known, steady = hosts_in(file), steady_in(file, now.timestamp())
    for name in dict.fromkeys(names):
        if name in known:
            yield f"  host           {name}: {host_now(name, known[name], now, steady).told(moment)}"


def in_trouble(common: Common, source_id: str) -> Iterator[str]:
    """Its pages that named no article when they were asked last, and why."""
    with common.archive() as archive:
        pages = [line for page in archive.pages(source_id).values() if (line := trouble_of(page))]
    shown = pages if common.verbosity > 0 else pages[:MOST_PAGES]
    yield from shown
    if len(pages) > len(shown):
        yield f"  {counted(len(pages) - len(shown), 'more page')} in trouble; -v lists them."


def trouble_of(page: Page) -> str:
    """What is wrong with a page, in a line; "" if nothing is."""
    if page.kind == "list" and page.state == "gone":  # behind the end of its list
        return ""
    if page.error or page.verdict in ("challenge", "unreadable", "empty", "soft-404"):
        return f"  {page.state:8} {page.verdict or '–':10} {page.url}  {page.error or ''}".rstrip()
    return ""


def _did(counts: Counts) -> str:
    names = ("requests", "new", "changed", "known", "gone", "restored", "repaired", "quarantined", "problems")
    return ", ".join(f"{getattr(counts, name)} {name}" for name in names if getattr(counts, name)) or "nothing"


def _size(octets: int) -> str:
    return f"{octets / (1 << 20):.1f} MiB"


def _or_dash(number: float | None) -> str:
    return f"{number:.0f}" if number is not None else "–"
