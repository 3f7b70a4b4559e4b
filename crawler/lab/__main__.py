"""`python -m crawler.lab`: the fake news web from a shell. docs/lab.md tells more."""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from crawler.lab.clock import Clock
from crawler.lab.serve import RunningClock, base_at, serve
from crawler.lab.sites import OPENS, Month, Site, sites, source_of
from crawler.lab.truth import events, lines
from crawler.lab.web import LabWeb, Seen


@click.group(help=__doc__)
@click.option("--seed", default=1, show_default=True, help="Another seed, another web.")
@click.option("--sites", "count", default=5, show_default=True, help="How many sites.")
@click.option("--days", default=3.0, show_default=True, help="How long they publish.")
@click.pass_context
def main(context: click.Context, seed: int, count: int, days: float) -> None:
    """Draw the sites."""
    month = Month(OPENS, days)
    context.obj = (sites(seed, count, month), month)


@main.command()
@click.pass_obj
def truth(drawn: tuple[tuple[Site, ...], Month]) -> None:
    """Print what is published, edited, taken away and put back, as JSON lines."""
    for site in drawn[0]:
        for line in lines(events(site, f"http://{site.host}")):
            click.echo(line, nl=False)


@main.command("serve")
@click.option("--port", default=8100, show_default=True)
@click.option("--speed", default=1.0, show_default=True, help="Seconds of the lab's time in a real one.")
@click.option("--config", type=click.Path(path_type=Path), help="A folder to write the sites' source files to.")
@click.pass_obj
def serve_(drawn: tuple[tuple[Site, ...], Month], port: int, speed: float, config: Path | None) -> None:
    """Serve the sites on 127.77.0.1 and the addresses after it until you stop it; each request is a line."""
    found, month = drawn
    if config:
        (config / "sources").mkdir(parents=True, exist_ok=True)
        for site in found:
            (config / "sources" / f"{site.id}.toml").write_text(source_of(site, base_at(site, port)), "utf-8")
    for site in found:
        click.echo(f"{site.id}  {base_at(site, port)}/  {site.rhythm.kind}, {site.look}, {site.validators}", err=True)
    try:
        asyncio.run(_served(found, RunningClock(month.opens, speed), port))
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


async def _served(found: tuple[Site, ...], clock: Clock, port: int) -> None:
    seen: list[Seen] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(found, clock, port, seen, asyncio.Event()))
        told = 0
        while True:
            await asyncio.sleep(0.2)
            for each in seen[told:]:
                click.echo(f"{each.at:10.1f}  {each.site}  {each.status or '-':>3}  {each.path}")
            told = len(seen)


@main.command()
@click.option("--every", default="", help="Look at every site at this interval instead of by its rhythm, e.g. 1h.")
@click.option("--true/--direct", "true", default=True, help="Over the true fetcher, or without a wire (quicker).")
@click.pass_obj
def watch(drawn: tuple[tuple[Site, ...], Month], every: str, true: bool) -> None:
    """Watch the sites in virtual time and print what came of it, as JSON."""
    from crawler.lab.direct import direct
    from crawler.lab.drive import AGENT, lab_options, prepared
    from crawler.lab.drive import watch as watched
    from crawler.lab.manners import violations
    from crawler.lab.score import score

    found, month = drawn
    web = LabWeb(found, Clock(month.opens))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(web.virtual())
        if not true:
            stack.enter_context(direct(web))
        archive, sources = prepared(web, Path(folder), every)
        with archive:
            options = lab_options(web, Path(folder) / "hosts")
            record = watched(web, archive, sources, month.ends, options=options)
            came = score(web, archive, record).as_json()
    if true:
        came["impolite"] = [asdict(each) for each in violations(web.seen, web.sites, AGENT.split("/")[0])]
    click.echo(json.dumps(came, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
