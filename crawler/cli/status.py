"""`jianbao status`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.cli.table import harmless, table
from crawler.cli.times import ZONE, moment

if TYPE_CHECKING:
    from archive.model import Page
    from crawler.health.standing import Standing


@click.command(epilog=example("jianbao status", "jianbao status tibet-cn --json", "jianbao status --metrics -"))
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write Prometheus metrics to a file, all at once, for node_exporter; - is stdout.",
)
@common
def command(common: Common, sources: tuple[str, ...], metrics: Path | None) -> None:
    """How each source is doing; of named ones all that is known, and the pages that are in trouble.

    Exit code 1 says that one is ill: an alarm stands, or its last run failed or had problems.
    """
    from archive.store.glance import glance
    from crawler.health.standing import standings

    now = datetime.now(UTC)
    settings = common.settings()
    seen = standings(glance(settings.data, settings.database))
    if sources:
        known = {each.source_id: each for each in seen}
        strange = tuple(name for name in sources if name not in known)
        if strange:
            chosen(common.sources(), strange)
            common.say(f"Never crawled: {', '.join(strange)}.")
        seen = tuple(known[name] for name in dict.fromkeys(sources) if name in known)
    if metrics is not None and not (common.as_json and str(metrics) == "-"):  # one thing on stdout: JSON if asked for
        _write_metrics(metrics, seen, now)
    if common.as_json:
        from crawler.health.standing import as_json

        click.echo(json.dumps([as_json(each) for each in seen], ensure_ascii=False, indent=2))
    elif metrics is not None:
        pass
    elif sources:
        for each in seen:
            click.echo(harmless("\n".join(details(each, now))))
        for line in _in_trouble(common, tuple(each.source_id for each in seen)):
            click.echo(harmless(line))
    else:
        _print_table(common, seen, now)
    sys.exit(1 if any(each.ill for each in seen) else 0)


def _print_table(common: Common, seen: tuple[Standing, ...], now: datetime) -> None:
    click.echo(table([name for name, _ in COLUMNS], [[cell(each, now) for _, cell in COLUMNS] for each in seen]))
    for each in seen:
        for sentence in each.ill:
            click.echo(harmless(f"{each.source_id}: {sentence}"))
    newest = max((each.seen.made for each in seen if each.seen.made), default=None)
    behind = [each.source_id for each in seen if each.seen.is_behind]
    common.say(f"Times are {ZONE}. Numbers are as of each source's last run, the newest {moment(newest)}.")
    if behind:
        common.say(f"A run has begun since, or was cut off, of: {', '.join(behind)}.")


def _write_metrics(target: Path, seen: tuple[Standing, ...], now: datetime) -> None:
    from crawler.health.metrics import exposition
    from crawler.whole_file import write_whole

    text = exposition(seen, now)
    if str(target) == "-":
        click.echo(text, nl=False)
    else:
        write_whole(target, text.encode())


def _in_trouble(common: Common, names: tuple[str, ...]) -> Iterator[str]:
    if not names:
        return
    with common.archive() as archive:
        for name in names:
            for page in archive.pages(name).values():
                yield from in_trouble(page)


def in_trouble(page: Page) -> Iterator[str]:
    """The page, if it named no article when it was asked last, and why."""
    if page.kind == "list" and page.state == "gone":  # behind the end of its list
        return
    if page.error or page.verdict in ("challenge", "unreadable", "empty", "soft-404"):
        yield f"  {page.state:8} {page.verdict or '–':10} {page.url}  {page.error or ''}".rstrip()


def _next(each: Standing, now: datetime) -> str:
    from crawler.health.standing import overdue

    watch = each.seen.watch
    if watch is None:
        return "–"
    return "overdue" if overdue(each, now) else "now" if watch.due <= now else moment(watch.due)


def _spark(each: Standing, now: datetime) -> str:
    from crawler.health.standing import sparkline

    return sparkline(each.summary, now)


def _day(each: Standing, now: datetime) -> str:
    expected = each.summary.expected
    return f"{each.summary.came}/{expected:.0f}" if expected is not None else f"{each.summary.came}/–"


def _filled(each: Standing) -> str:
    shares = each.summary.filled
    return f"{sum(shares.values()) / len(shares):.0%}" if shares else "–"


def counted(counts: Mapping[str, int], most: int = 2) -> str:
    """The most frequent of what was counted.

    >>> counted({"dns": 1, "timeout": 12, "tls": 3})
    '12 × timeout, 3 × tls, …'
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join([f"{count} × {name or '–'}" for name, count in ordered[:most]] + ["…"] * (len(ordered) > most))


COLUMNS: tuple[tuple[str, Callable[[Standing, datetime], object]], ...] = (
    ("source", lambda each, now: each.source_id),
    ("state", lambda each, now: each.state),
    ("last success", lambda each, now: moment(each.summary.last_success)),
    ("next run", _next),
    ("30 days", _spark),
    ("24 h", _day),
    ("articles", lambda each, now: sum(each.articles.values())),
    ("filled", lambda each, now: _filled(each)),
    ("encoding", lambda each, now: max(each.summary.encodings, key=each.summary.encodings.__getitem__, default="–")),
    ("repaired", lambda each, now: sum(each.summary.repairs.values())),
    ("failures", lambda each, now: counted(each.summary.failures) or "–"),
    ("alarms", lambda each, now: ", ".join(alarm.kind for alarm in each.seen.alarms) or "–"),
)


def details(each: Standing, now: datetime) -> Iterator[str]:
    """All that is known of one source, a line for each thing."""
    seen, numbers, watch, run = each.seen, each.summary, each.seen.watch, each.seen.last_run
    yield f"{each.source_id}: {each.state}"
    yield from (f"  ill            {sentence}" for sentence in each.ill)
    for alarm in seen.alarms:
        yield f"  alarm          {alarm.kind} since {moment(alarm.raised)}, seen last {moment(alarm.confirmed)}"
    if run is not None:
        yield f"  last run       {moment(run.started)}, {run.state}: {_did(run.counts)}"
        if run.failures:
            yield f"  its failures   {counted(run.failures, 9)}"
    yield f"  last success   {moment(numbers.last_success)}"
    if watch is not None:
        reason = f", {watch.reason}" if watch.reason else ""
        yield f"  next run       {_next(each, now)}{reason}"
    newest = moment(numbers.newest_article)
    yield f"  articles       {sum(each.articles.values())} ({counted(each.articles, 9)}), newest {newest}"
    yield f"  pages          {counted(each.pages, 9) or '–'}; failing: {counted(numbers.failing, 9) or 'none'}"
    runs = f"{numbers.runs} runs, {numbers.cut_off} cut off, {numbers.requests} requests"
    yield f"  30 days        {_spark(each, now)}  {runs}"
    yield f"  24 h           {numbers.came} articles, {_or_dash(numbers.expected)} expected"
    yield f"  since the last {_or_dash(numbers.missed)} expected"
    shares = ", ".join(f"{name} {share:.0%}" for name, share in numbers.filled.items())
    yield f"  fields         {shares or '–'} of {numbers.filled_of} new articles"
    yield f"  body           {_or_dash(numbers.mean_length)} characters on average"
    yield f"  encodings      {counted(numbers.encodings, 9) or '–'}"
    yield f"  repairs        {counted(numbers.repairs, 9) or '–'}; lossy: {numbers.lossy}"
    yield f"  verdicts       {counted(numbers.verdicts, 9) or '–'}"
    yield f"  failures       {counted(numbers.failures, 9) or '–'}"
    size = f"{numbers.capture_bytes / (1 << 20):.1f} MiB"
    yield f"  captures       {numbers.captures}, {size}; {numbers.lost} lost, {numbers.unread} unread"
    yield f"  as of          {moment(seen.made)}, {ZONE}{'; a run has begun since' if seen.is_behind else ''}"


def _did(counts: object) -> str:
    names = ("requests", "new", "changed", "known", "gone", "restored", "repaired", "quarantined", "problems")
    return ", ".join(f"{getattr(counts, name)} {name}" for name in names if getattr(counts, name)) or "nothing"


def _or_dash(number: float | None) -> str:
    return f"{number:.0f}" if number is not None else "–"
