"""`jianbao backup`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from crawler.cli.options import Common, common, example
from crawler.cli.progress import Bar
from crawler.cli.stopping import stoppable
from crawler.cli.table import harmless
from crawler.cli.verify import DIFFERENCES


@click.command(epilog=example("jianbao backup backup"))
@click.argument("dest", type=click.Path(path_type=Path, file_okay=False))
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Check what is new, and N captures and articles.")
@common
def command(common: Common, dest: Path, sample: int | None) -> None:
    """Save the archive into the folder DEST, also while a crawl or the daemon writes to it.

    Again into the same folder only what is new is copied. What was copied is checked; exit code 4 says that something
    differs, and then what DEST held before stays. To restore: copy the folder, and use the copy as --data.
    """
    said = "Interrupted. The same command goes on."
    with stoppable(common, said), common.archive() as archive, Bar(common) as bar:
        saved = archive.backup(Path(dest), sample, bar.show)
    if common.as_json:
        rows = [{"sentence": one.sentence, "file": one.file, "offset": one.offset} for one in saved.differences]
        told = {"files": saved.files, "bytes": saved.bytes, "copied_files": saved.copied_files}
        told |= {"copied_bytes": saved.copied_bytes}
        click.echo(json.dumps({**told, "differences": rows, "aside": saved.aside}, ensure_ascii=False, indent=2))
    else:
        for one in saved.differences:
            click.echo(harmless(one.sentence))
        if saved.differences:
            common.say(f"{len(saved.differences)} differences: {dest} was not brought up to date.")
        else:
            copied = f"{saved.copied_files} copied now, {saved.copied_bytes / 1e6:.1f} MB"
            for name in saved.aside:
                common.say(f"{dest}/{name} is what DEST held before; the archive has not all of it, or it was damaged.")
            common.say(f"Saved to {dest}: {saved.files} capture files, {saved.bytes / 1e6:.1f} MB ({copied}).")
    sys.exit(DIFFERENCES if saved.differences else 0)
